"""What two texts are to each other. It depends on nothing but the two, and the same comes out for either order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from archive.likeness.figures import Compared, compared, figures
from archive.likeness.fold import fold
from archive.likeness.hashing import Hashes, grams, held
from archive.likeness.sketch import FIGURE, digest_of, keys_of, runs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from archive.likeness.figures import Figures
    from archive.likeness.fold import Units
    from archive.likeness.sketch import Sketch
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


def _not_kept() -> None:
    """What was not kept."""


class Prepared:
    """A folded text ready to be compared with others, each part of it made when it is first needed."""

    def __init__(
        self,
        digest: int,
        length: int,
        units: Callable[[], Units],
        keys: Callable[[], Hashes | None] = _not_kept,
        figures: Callable[[], Figures | None] = _not_kept,
    ) -> None:
        """How its units are read, and keys and figures where they were kept: else they are made of the units."""
        self.digest = digest
        self.length = length
        self._read, self._keys, self._figures = units, keys, figures

    @classmethod
    def of(cls, text: str) -> Prepared:
        """Of a text as it was read."""
        units = fold(text)
        return cls(digest_of(units), len(units), lambda: units)

    @classmethod
    def sketched(cls, sketch: Sketch) -> Prepared:
        """Of a text of which there is a sketch."""
        made = cls(sketch.digest, len(sketch.units), lambda: sketch.units)
        made.__dict__ |= {"units": sketch.units, "keys": sketch.keys, "figures": sketch.figures}
        return made

    @cached_property
    def units(self) -> Units:
        """The text as it was folded."""
        return self._read()

    @cached_property
    def keys(self) -> Hashes:
        """The keys of its sketch."""
        kept = self._keys()
        return keys_of(self.units, self.figures) if kept is None else kept

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The same as a set."""
        return frozenset(self.keys.tolist())

    @cached_property
    def words(self) -> frozenset[int]:
        """Those that are no pairs of figures."""
        return frozenset(self.keys[(self.keys & FIGURE) == 0].tolist())

    @cached_property
    def figures(self) -> Figures:
        """Its figures."""
        kept = self._figures()
        return figures(self.units) if kept is None else kept

    @cached_property
    def grams(self) -> Hashes:
        """Its four-character runs in reading order."""
        return grams(self.units, _GRAM)

    @cached_property
    def runs(self) -> Hashes:
        """What its keys of words were chosen from, in reading order."""
        return runs_of(self.units)

    @cached_property
    def all_runs(self) -> Hashes:
        """The same in rising order."""
        return np.sort(self.runs)

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Where each of them stands that comes next by number."""
        return self.grams.argsort()

    @cached_property
    def ordered(self) -> Hashes:
        """Its four-character runs by number."""
        return self.grams[self.order]


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
    shorter, longer = (a, b) if (a.length, a.digest) <= (b.length, b.digest) else (b, a)
    told = compared(shorter.figures, longer.figures)
    if shorter.digest == longer.digest:
        return Likeness(Relation.REPRINT, 1.0, 1.0, told)
    if told.contradict:
        return Likeness(Relation.DIFFERENT, 0.0, 0.0, told)
    found = _shared(shorter, longer)
    of_shorter = found.units / max(shorter.length, 1)
    if found.units < LEAST_SHARED or of_shorter < CONTAINED:
        return Likeness(Relation.DIFFERENT, of_shorter, 0.0, told)
    back = _shared(longer, shorter)
    of_longer = back.units / longer.length
    whole = of_longer >= MUTUAL or (of_longer >= TRUNCATED and back.is_beginning(longer.length))
    return Likeness(Relation.REPRINT if whole else Relation.EXCERPT, of_shorter, of_longer, told)


class _Pieces(NamedTuple):
    """Of a text the units that stand in another, too: how many, and from which on and up to which."""

    units: int
    start: int
    end: int

    def is_beginning(self, length: int) -> bool:
        """Whether they are one piece, but for a few changes, from near the start of so long a text on."""
        return self.start * 10 <= length and self.units >= 0.85 * (self.end - self.start)


def _shared(text: Prepared, other: Prepared) -> _Pieces:
    """What of `text` stands in `other` too, in runs of at least `LEAST_RUN`."""
    count = len(text.grams)
    hits = np.zeros(count + 2, np.bool_)
    hits[text.order + 1] = held(text.ordered, other.ordered)  # numbers that rise are found in a third of the time
    edges = (hits[1:] != hits[:-1]).nonzero()[0]
    starts, ends = edges[::2], edges[1::2] + (_GRAM - 1)
    long = ends - starts >= LEAST_RUN
    starts, ends = starts[long], ends[long]
    if not len(starts):
        return _Pieces(0, 0, 0)
    first, last = int(starts[0]), int(ends[-1])
    between = np.maximum(starts[1:] - ends[:-1], 0)  # one may end within the first letters of the next
    return _Pieces(last - first - int(between.sum()), first, last)
