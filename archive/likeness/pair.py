"""What two texts are to each other. It depends on nothing but the two, and the same comes out for either order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from archive.likeness.figures import Compared, compared, figures
from archive.likeness.fold import fold
from archive.likeness.hashing import Hashes, grams, held
from archive.likeness.sketch import Sketch, digest_of

if TYPE_CHECKING:
    from archive.likeness.figures import Figures
    from archive.likeness.fold import Units
    from archive.model import Article

_GRAM = 4
LEAST_RUN = 10
"""Shared characters count in runs of so many at least: names and set phrases are shared by texts of one event."""
LEAST_SHARED = 24
"""Characters that an excerpt or a reprint shares with the other text; below that only equal texts are one."""
CONTAINED = 0.6
"""Of the shorter text, that stands in the longer one. Unrelated texts share 0.02 at most, texts of one event 0.3."""
MUTUAL = 0.5
"""Of the longer text, that stands in the shorter: below that the shorter is an excerpt."""
TRUNCATED = 0.25
"""The same where the shorter is the longer's beginning: it was cut off, which is a reprint."""


class Relation(StrEnum):
    """What one text is to another.

    same: letter for letter, but for white space and the forms of letters that Unicode holds equivalent. reprint: most
    of each stands in the other, or the one is the other cut off. excerpt: the shorter stands in the much longer one.
    """

    SAME = "same"
    REPRINT = "reprint"
    EXCERPT = "excerpt"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Likeness:
    """The relation of two texts with its evidence: the shares are of the shorter and of the longer one."""

    relation: Relation
    of_shorter: float
    of_longer: float
    figures: Compared


class Prepared:
    """A folded text ready to be compared with others, each part of it made when it is first needed."""

    def __init__(self, units: Units, digest: int, sketch: Sketch | None = None, figures: Figures | None = None) -> None:
        self.units = units
        self.digest = digest
        if sketch is not None:
            self.sketch = sketch
            self.figures = sketch.figures
        elif figures is not None:
            self.figures = figures

    @classmethod
    def of(cls, text: str) -> Prepared:
        """Of a text as it was read."""
        units = fold(text)
        return cls(units, digest_of(units))

    @cached_property
    def sketch(self) -> Sketch:
        """Its sketch."""
        return Sketch.folded(self.units)

    @cached_property
    def figures(self) -> Figures:
        """Its figures."""
        return figures(self.units)

    @cached_property
    def grams(self) -> Hashes:
        """Its four-character runs in reading order."""
        return grams(self.units, _GRAM)

    @cached_property
    def ordered(self) -> Hashes:
        """The same in the order of their numbers."""
        return np.sort(self.grams)


def compare(a: Article | str, b: Article | str) -> Relation:
    """What two articles are to each other; of strings, what two texts are.

    >>> story = "岚川市经信局昨日通报，前三季度全市规上工业增加值同比增长7.2%，高于全省平均水平1.1个百分点。"
    >>> compare(story, story).value, compare(story, story.replace("，", ",") + "（责任编辑：王一）").value
    ('same', 'reprint')
    >>> compare(story, story.replace("7.2", "5.9").replace("1.1", "0.4")).value
    'different'
    """
    one, other = (text if isinstance(text, str) else text.text for text in (a, b))
    if plain(one) == plain(other):
        return Relation.SAME
    return likeness(Prepared.of(one), Prepared.of(other)).relation


def plain(text: str) -> str:
    """A text in which only what nobody sees is made one: white space and the composition of characters."""
    return "".join(unicodedata.normalize("NFC", text).split())


def likeness(a: Prepared, b: Prepared) -> Likeness:
    """What two folded texts are to each other: a reprint, an excerpt, or different. Equal ones are reprints."""
    shorter, longer = sorted((a, b), key=lambda text: (len(text.units), text.digest))
    told = compared(shorter.figures, longer.figures)
    if shorter.digest == longer.digest:
        return Likeness(Relation.REPRINT, 1.0, 1.0, told)
    if told.contradict:
        return Likeness(Relation.DIFFERENT, 0.0, 0.0, told)
    found = _shared(shorter, longer)
    shared = int(np.count_nonzero(found))
    of_shorter = shared / max(len(found), 1)
    if shared < LEAST_SHARED or of_shorter < CONTAINED:
        return Likeness(Relation.DIFFERENT, of_shorter, 0.0, told)
    back = _shared(longer, shorter)
    of_longer = float(back.mean())
    whole = of_longer >= MUTUAL or (of_longer >= TRUNCATED and _is_beginning(back))
    return Likeness(Relation.REPRINT if whole else Relation.EXCERPT, of_shorter, of_longer, told)


def _shared(text: Prepared, other: Prepared) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which units of `text` stand in `other` too, within runs of at least `LEAST_RUN`."""
    hits = np.zeros(len(text.grams) + 2, np.bool_)
    hits[1:-1] = held(text.grams, other.ordered)
    edges = (hits[1:] != hits[:-1]).nonzero()[0]
    starts, ends = edges[::2], edges[1::2] + _GRAM - 1
    long = ends - starts >= LEAST_RUN
    steps = np.zeros(len(text.units) + 1, np.int32)
    np.add.at(steps, starts[long], 1)
    np.add.at(steps, ends[long], -1)
    return np.cumsum(steps[:-1]) > 0


def _is_beginning(shared: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bool:
    """Whether what is shared is one piece, but for a few changes, from near the start on."""
    places = shared.nonzero()[0]
    first, last = int(places[0]), int(places[-1])
    return first * 10 <= len(shared) and len(places) >= 0.85 * (last - first + 1)
