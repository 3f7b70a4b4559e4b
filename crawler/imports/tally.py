"""What is to be taken in of what files hold, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.source import Source

MOST_TOLD = 20


@dataclass(slots=True)
class Tally:
    """What became of what was found."""

    files: int = 0
    pages: Counter[str] = field(default_factory=Counter)  # taken in, by verdict; "known" were there
    articles: Counter[str] = field(default_factory=Counter)  # new, changed, known, gone …
    sources: Counter[str] = field(default_factory=Counter)  # pages that were taken in
    passed: Counter[str] = field(default_factory=Counter)  # by why
    told: list[str] = field(default_factory=list)  # what is wrong, as sentences
    faults: int = 0  # how many of them there are
    bad_files: int = 0

    def fault(self, sentence: str) -> None:
        """Something is wrong with a file, or with us."""
        self.faults += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is taken: the sources, one of them alone, or any host; also addresses that patterns do not know."""

    sources: Mapping[str, Source]
    only: str | None = None
    any_host: bool = False
    all_pages: bool = False
    dry_run: bool = False
