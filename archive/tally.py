"""What one run saw, in numbers: what a source's health is judged by. Bounded whatever servers send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from archive.model import Counts

FIELDS = {  # a field of an article → its letter in a pattern
    "published": "p",
    "origin": "o",
    "author": "a",
    "editor": "e",
    "section": "s",
    "images": "i",
}
MOST_KEYS = 64
"""Of a mapping: failure kinds name the status that a server sent, and a server may send any."""

REST = "other"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run saw, or what several did together. Mappings leave out what is zero.

    `verdicts`, `patterns`, `lengths`, `strange` and `recognised` are of pages that were read for the first time, so
    that an article which is looked at every hour does not count every hour; `again` and its likes are of the others.
    """

    counts: Counts = field(default_factory=Counts)
    failures: Mapping[str, int] = field(default_factory=dict)  # by kind
    bytes: int = 0  # of the bodies, as they were sent
    lists: int = 0  # list pages read
    links: int = 0  # to articles, that they showed
    read: int = 0  # pages of articles, new and known
    encodings: Mapping[str, int] = field(default_factory=dict)  # of those, by name
    repairs: Mapping[str, int] = field(default_factory=dict)  # of those, by the rule that repaired something
    lossy: int = 0  # of those, where something is lost for good
    verdicts: Mapping[str, int] = field(default_factory=dict)  # of first readings
    patterns: Mapping[str, int] = field(default_factory=dict)  # of new articles: which fields they have, "po-es-"
    lengths: Mapping[str, int] = field(default_factory=dict)  # of new articles' bodies: see `bin_of`
    characters: int = 0  # of new articles' bodies
    recognised: int = 0  # new pages of a template that was learnt
    strange: int = 0  # new pages of none of them
    again: int = 0  # known articles that were read again
    poorer: int = 0  # of those, that have lost a field or half of their text
    richer: int = 0  # of those, that have got a field or twice the text

    @property
    def articles(self) -> int:
        """New articles that were read."""
        return sum(self.patterns.values())

    @property
    def filled(self) -> dict[str, int]:
        """How many of the new articles have each field."""
        return {
            name: sum(count for pattern, count in self.patterns.items() if letter in pattern)
            for name, letter in FIELDS.items()
        }

    @property
    def mean_length(self) -> float | None:
        """Characters of a new article's body, on average; None without one."""
        return self.characters / self.articles if self.articles else None


@dataclass(frozen=True, slots=True)
class RunTally:
    """One run and what it saw; a run that was killed has no tally."""

    run_id: int
    started: datetime
    ended: datetime
    state: str
    tally: Tally


def pattern_of(has: Mapping[str, bool]) -> str:
    """Which fields an article has, as a word.

    >>> pattern_of({"published": True, "origin": True, "author": False, "editor": True, "section": True})
    'po-es-'
    """
    return "".join(letter if has.get(name) else "-" for name, letter in FIELDS.items())


def bin_of(characters: int) -> int:
    """The class of a length: half octaves, so that each is 1.41 times the one before.

    >>> [bin_of(length) for length in (0, 1, 2, 100, 141, 142, 1000)]
    [0, 1, 3, 14, 15, 15, 20]
    """
    return (characters * characters).bit_length() if characters > 0 else 0


def added(one: Tally, other: Tally) -> Tally:
    """Both together."""
    values: dict[str, Any] = {
        each.name: _sum(getattr(one, each.name), getattr(other, each.name)) for each in fields(Tally)
    }
    return Tally(**values)


def _sum(one: object, other: object) -> object:
    if isinstance(one, Counts) and isinstance(other, Counts):
        return Counts(**{each.name: getattr(one, each.name) + getattr(other, each.name) for each in fields(Counts)})
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return capped({key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)})
    assert isinstance(one, int)
    assert isinstance(other, int)
    return one + other


def capped(counted: Mapping[str, int]) -> dict[str, int]:
    """The mapping with at most so many keys: the most frequent ones, the rest together as "other".

    >>> len(capped({str(number): 1 for number in range(1000)}))
    64
    """
    if len(counted) <= MOST_KEYS:
        return dict(counted)
    ordered = sorted(counted.items(), key=lambda item: (item[0] == REST, -item[1], item[0]))
    kept = dict(ordered[: MOST_KEYS - 1])
    kept[REST] = kept.pop(REST, 0) + sum(count for _, count in ordered[MOST_KEYS - 1 :])
    return kept
