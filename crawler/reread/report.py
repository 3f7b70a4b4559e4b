"""What reading many pages again came to, in figures, and whether it is good enough to be recorded. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.reread import Outcome, ReadAgain
from crawler.reread.compare import FILLED

FLOOR = 1.0
"""Percent of the articles: by so much each measure may sink."""

SHRUNK = 0.8
"""A body that has less than this share of its letters has shrunk."""

SAMPLES = 5  # of each kind


@dataclass(slots=True)
class Report:
    """The sum of what was read."""

    pages: Counter[str] = field(default_factory=Counter)  # by outcome
    articles: Counter[str] = field(default_factory=Counter)  # same, changed, gained, lost, restored
    fields: Counter[str] = field(default_factory=Counter)  # articles in which it differs
    filled_before: Counter[str] = field(default_factory=Counter)  # articles that have it, of those read before and now
    filled_after: Counter[str] = field(default_factory=Counter)
    both: int = 0  # articles that stood before and stand now
    letters_before: int = 0  # of these
    letters_after: int = 0
    shrunk: int = 0
    incomplete: int = 0  # articles with further pages that were never fetched
    samples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, source_id: str, read: ReadAgain) -> None:
        """Take in a page."""
        self.pages[read.outcome] += 1
        if why := read.detail.get("why"):
            self._sample(read.outcome, {"source_id": source_id, "address": read.address, "why": why})
        for told in read.detail.get("articles", ()):
            self.articles[told["what"]] += 1
            self.fields.update(told["fields"])
            before, after = told["before"], told["after"]
            if told["what"] != "same":
                shown = {name: told[name] for name in ("id", "title", "fields")}
                letters = {"letters": [each and each["letters"] for each in (before, after)]}
                self._sample(told["what"], {"source_id": source_id, "address": read.address, **shown, **letters})
            if before and after:
                self.both += 1
                self.filled_before.update(before["filled"])
                self.filled_after.update(after["filled"])
                self.letters_before += before["letters"]
                self.letters_after += after["letters"]
                self.shrunk += after["letters"] < before["letters"] * SHRUNK
        self.incomplete += bool(read.detail.get("missing"))

    def _sample(self, kind: str, sample: dict[str, Any]) -> None:
        kept = self.samples.setdefault(kind, [])
        if len(kept) < SAMPLES:
            kept.append(sample)

    @property
    def to_record(self) -> int:
        """Articles of which something would be recorded."""
        return sum(self.articles[kind] for kind in ("changed", "gained", "restored"))

    @property
    def failed(self) -> int:
        """Pages that could not be read; their articles stay as they are."""
        return sum(self.pages[kind] for kind in ("stopped", "fault", "damaged"))

    def below(self, percent: float = FLOOR) -> tuple[str, ...]:
        """A sentence for each measure that has sunk by more than so much; none if all is well."""
        return tuple(self._sunk(percent))

    def _sunk(self, percent: float) -> Iterator[str]:
        stood = self.both + self.articles["lost"]
        if stood and self.articles["lost"] * 100 > stood * percent:
            yield f"{self.articles['lost']:,} of {stood:,} articles would not be found any more."
        if not self.both:
            return
        for name in FILLED:
            fewer = self.filled_before[name] - self.filled_after[name]
            if fewer * 100 > self.both * percent:
                had, has = (counts[name] / self.both for counts in (self.filled_before, self.filled_after))
                yield f"{name}: {had:.1%} of the articles have it, {has:.1%} would."
        if self.shrunk * 100 > self.both * percent:
            yield f"The text of {self.shrunk:,} of {self.both:,} articles would lose more than a fifth."
        lost = self.letters_before - self.letters_after
        if lost * 100 > self.letters_before * percent:
            yield f"{lost / self.letters_before:.1%} of all text would be lost."

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "pages": dict(sorted(self.pages.items())),
            "articles": dict(sorted(self.articles.items())),
            "fields": {
                name: {
                    "differs": self.fields[name],
                    "before": self.filled_before[name],
                    "after": self.filled_after[name],
                }
                for name in sorted({*self.fields, *FILLED})
            },
            "compared": self.both,
            "letters": {"before": self.letters_before, "after": self.letters_after, "shrunk": self.shrunk},
            "incomplete": self.incomplete,
            "samples": self.samples,
        }


def report(read: Iterable[tuple[str, ReadAgain]], unfinished: int | None) -> Report:
    """The sum of what was read, given with its source.

    What an application has recorded counts as it stood before while that application is `unfinished`, so that the floor
    is the same when it goes on; else it is what stands, the same.
    """
    found = Report()
    for source_id, each in read:
        done = each.applied is not None and each.applied != unfinished
        found.add(source_id, _settled(each) if done else each)
    return found


def _settled(read: ReadAgain) -> ReadAgain:
    """A result that was recorded: it is what stands now."""
    articles: list[Mapping[str, Any]] = [
        {**told, "what": "same", "fields": [], "before": told["after"]} if told["what"] != "lost" else told
        for told in read.detail.get("articles", ())
    ]
    outcome: Outcome = "lost" if any(told["what"] == "lost" for told in articles) else "same"
    return ReadAgain(read.address, read.key, outcome, {**read.detail, "articles": articles}, None, read.applied)
