"""Figures and dates, each with the words around it: two bulletins of one template differ in nothing else.

A figure is a run of digits (3.5, 2023), or of Chinese numerals where they count: 第三, 二季度, 二十三. Its place is the
five units before it and the three behind it, in which every figure is written as one sign; so a place is found again
in a copy, and in the next month's bulletin, and the figures that stand there can be compared.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from archive.likeness.hashing import Hashes, fours, held, joined, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from archive.likeness.fold import Units

_SIGN = 0x23
_BEFORE, _BEHIND = 5, 3
_NUMERALS = "〇零一二三四五六七八九十百千两"
_COUNTED = "季月日年届期号批次"
MOST_KEPT = 64
"""Figures of a text that are kept beside it: 16 bytes each."""
_NONE: Hashes = np.zeros(0, np.uint64)


class Figures:
    """The figures of one text in the order in which they stand: the hash of each place, and of place and figure."""

    def __init__(self, places: Hashes, told: Hashes) -> None:
        self.places = places
        self.told = told

    @cached_property
    def all_places(self) -> Hashes:
        """The places in rising order."""
        return np.sort(self.places)

    @cached_property
    def all_told(self) -> Hashes:
        """Places with their figures in rising order."""
        return np.sort(self.told)

    def packed(self) -> bytes | None:
        """As few bytes as hold them, for `unpacked`; None for those of a table, which are to be looked for again."""
        if len(self.places) > MOST_KEPT:
            return None
        return np.concatenate((self.places, self.told)).astype("<u8").tobytes()

    @classmethod
    def unpacked(cls, packed: bytes) -> Figures:
        """From `packed`."""
        both = np.frombuffer(packed, "<u8")
        return cls(both[: len(both) // 2], both[len(both) // 2 :])


class Compared(NamedTuple):
    """How many figures of a text have their place in another, and how many of these say something else there."""

    shared: int
    differ: int

    @property
    def contradict(self) -> bool:
        """Whether the two report different things.

        One figure among three or more may be a correction; several, and more than a quarter, are another bulletin.
        """
        if self.differ < 2:
            return self.differ == 1 and self.shared < 3
        return self.differ * 4 > self.shared


def figures(units: Units) -> Figures:
    """The figures of a folded text."""
    figure = _figure_units(units)
    edges = (figure[1:] != figure[:-1]).nonzero()[0]
    if not len(edges):
        return Figures(_NONE, _NONE)
    starts, ends = edges[::2], edges[1::2]
    sizes = ends - starts
    kept = ~figure[1:-1]
    kept[starts] = True
    signed = units.copy()
    signed[starts] = _SIGN
    shortened = signed[kept]
    before_each = np.cumsum(sizes - 1) - (sizes - 1)  # units that were left out
    places = _places(shortened, starts - before_each)
    return Figures(places, mixed(places ^ _values(units, starts, sizes)))


def compared(one: Figures, other: Figures) -> Compared:
    """How many figures of `one` stand at a place that `other` has too, and how many of these it does not tell there.

    A place that comes twice in a text (同比增长#% in every line) agrees with either figure.
    """
    shared = held(one.places, other.all_places)
    count = int(np.count_nonzero(shared))
    if not count:
        return Compared(0, 0)
    return Compared(count, count - int(np.count_nonzero(shared & held(one.told, other.all_told))))


def pairs(found: Figures) -> Hashes:
    """Two figures that follow each other, with their places, as one hash: what tells a bulletin from its like.

    In rising order; what a text says twice comes twice.
    """
    both = joined(found.told[:-1], found.told[1:])
    both.sort()
    return both


def _figure_units(units: Units) -> NDArray[np.bool_]:
    """Which units are of a figure, with one that is none before the first and one behind the last."""
    kind = np.zeros(len(units) + 2, np.uint8)
    kind[1:-1] = _kinds()[units]
    figure: NDArray[np.bool_] = kind == _DIGIT
    numerals = (kind == _NUMERAL).nonzero()[0]
    if len(numerals):
        before, behind = kind[numerals - 1], kind[numerals + 1]
        counts = (before == _NUMERAL) | (before == _ORDINAL) | (behind == _NUMERAL) | (behind == _COUNTER)
        figure[numerals[counts]] = True
    return figure


_DIGIT, _NUMERAL, _COUNTER, _ORDINAL = 1, 2, 3, 4


@cache
def _kinds() -> NDArray[np.uint8]:
    """Unit → a digit, or a point, which stands within numbers only; a Chinese numeral; what one counts; 第."""
    kinds = np.zeros(0x10000, np.uint8)
    kinds[0x30:0x3A] = _DIGIT
    kinds[0x2E] = _DIGIT
    kinds[[ord(char) for char in _NUMERALS]] = _NUMERAL
    kinds[[ord(char) for char in _COUNTED]] = _COUNTER
    kinds[ord("第")] = _ORDINAL
    return kinds


def _places(shortened: Units, at: NDArray[np.intp]) -> Hashes:
    """A hash for each figure's place: of the nine units that end with the third behind it."""
    padded = np.zeros(len(shortened) + _BEFORE + _BEHIND, np.uint16)
    padded[_BEFORE : _BEFORE + len(shortened)] = shortened
    runs = fours(padded)
    return joined(runs[at], runs[at + _BEFORE - 1], runs[at + _BEFORE])


def _values(units: Units, starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Hashes:
    """A hash for each figure, four units at a time; of one that has more than `_LONGEST` of its beginning and size."""
    padded = np.zeros(len(units) + 4, np.uint16)
    padded[: len(units)] = units
    runs = fours(padded)
    values = (runs[starts] & _FIRST[np.minimum(sizes, 4)]) ^ (sizes.astype(np.uint64) << np.uint64(56))
    for done in range(4, min(int(sizes.max()), _LONGEST), 4):
        more = (sizes > done).nonzero()[0]
        values[more] = joined(values[more], runs[starts[more] + done] & _FIRST[np.minimum(sizes[more] - done, 4)])
    return values


_FIRST = np.array([(1 << 16 * count) - 1 for count in range(5)], np.uint64)
"""What leaves of four units so many."""
_LONGEST = 32
