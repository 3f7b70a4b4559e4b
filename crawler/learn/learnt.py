"""What was learnt of a source: its templates, and the furniture of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Literal

import msgspec

VERSION = 1
"""Of the rules of learning: a profile that other rules made is made anew."""

FEWEST = 5
"""Pages of a source, and articles of a template, from which anything is learnt."""

SAMPLED = 80
"""Pages of a source that are learnt from, its newest."""

Where = Literal["outside", "apart", "end"]
"""outside: never in the text · apart: in the text's element, but a block of its own · end: at the end of the text."""


@dataclass(frozen=True)
class Known:
    """A line that is furniture of a template."""

    key: str  # of its letters and its place (marks.key_of)
    text: str  # a sample, to be shown
    articles: int  # on whose pages it stands
    where: Where
    reason: str


@dataclass(frozen=True)
class Spot:
    """A box whose lines change and are furniture all the same, e.g. a list of the day's headlines with teasers."""

    place: str  # of the box's element
    articles: int
    reason: str


@dataclass(frozen=True)
class Template:
    """One template of a source. One of few pages has a shape and no furniture."""

    name: str  # "1" is that of most pages
    pages: int
    articles: int  # distinct ones: a page that repeats another's article counts once
    core: tuple[int, ...]  # the parts of the skeleton that most of its pages have
    likeness: float  # the lowest share of `core` that its own pages have
    standing: float  # the lowest share of `lines` that its own pages have
    bodies: tuple[str, ...]  # the places of the body's element, that of most pages first
    lines: tuple[Known, ...] = ()
    spots: tuple[Spot, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Known]:
        """The lines by their keys."""
        return {known.key: known for known in self.lines}

    @cached_property
    def by_place(self) -> Mapping[str, Spot]:
        """The boxes by their places."""
        return {spot.place: spot for spot in self.spots}

    @cached_property
    def parts(self) -> frozenset[int]:
        """The core as a set."""
        return frozenset(self.core)


@dataclass(frozen=True)
class Learnt:
    """The profile of a source: a function of the set of pages it was learnt from, and of nothing else."""

    pages: int
    sample: str  # a hash of the pages' ids
    templates: tuple[Template, ...]
    version: int = VERSION

    @cached_property
    def digest(self) -> str:
        """The name of this profile: 16 hexadecimal digits of its SHA-256."""
        return sha256(to_bytes(self)).hexdigest()[:16]


def to_bytes(learnt: Learnt) -> bytes:
    """The profile as JSON; the same profile is the same bytes."""
    return msgspec.json.encode(learnt, order="sorted")


def from_bytes(packed: bytes) -> Learnt | None:
    """The profile; None where other rules made it, so that it has to be learnt anew."""
    try:
        learnt = msgspec.json.decode(packed, type=Learnt)
    except msgspec.DecodeError:
        return None
    return learnt if learnt.version == VERSION else None
