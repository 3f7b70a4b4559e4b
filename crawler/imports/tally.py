"""What is to be taken in of what files hold, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler.imports.page import Passed
from crawler.source import Source

MOST_TOLD, MOST_OF_A_KIND = 20, 5
"""So many faults are told as sentences, and of what is passed over for one reason; the rest is counted."""


@dataclass(slots=True)
class Tally:
    """What became of what was found."""

    files: int = 0
    pages: Counter[str] = field(default_factory=Counter)  # taken in, by verdict; "known" were there
    articles: Counter[str] = field(default_factory=Counter)  # new, changed, known, gone …
    sources: Counter[str] = field(default_factory=Counter)  # pages that were taken in
    passed: Counter[str] = field(default_factory=Counter)  # by why
    faulty: Counter[str] = field(default_factory=Counter)  # those of them that are faults
    told: list[str] = field(default_factory=list)  # what is wrong, as sentences
    faults: int = 0  # how many of them there are
    bad_files: int = 0

    def fault(self, sentence: str) -> None:
        """Something is wrong with a file, or with us."""
        self.faults += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence.encode("utf-8", "replace").decode())  # a file's name may be no text

    def pass_over(self, passed: Passed, file: Path) -> None:
        """Something of a file, or of a folder, is passed over; where that is a fault it is told where it stands."""
        self.passed[passed.why] += 1
        if not passed.fault:
            return
        self.faulty[passed.why] += 1
        if self.faulty[passed.why] > MOST_OF_A_KIND:
            self.faults += 1
            return
        place = str(file / passed.where) if file.is_dir() else f"{file}: {passed.where}"
        remedy = f" {passed.remedy}" if passed.remedy and self.faulty[passed.why] == 1 else ""
        self.fault(f"{place}: {passed.why}.{remedy}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is taken: the sources, one of them alone, or any host; also addresses that patterns do not know."""

    sources: Mapping[str, Source]
    only: str | None = None
    any_host: bool = False
    all_pages: bool = False
    dry_run: bool = False
