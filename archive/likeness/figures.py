"""Figures and dates, each with the words around it: two bulletins of one template differ in nothing else.

A figure is a run of digits (3.5, 2023), or of Chinese numerals where they count: 第三, 二季度, 二十三. Its place is the
five units before it and the three behind it, in which every figure is written as one sign; so a place is found again
in a copy, and in the next month's bulletin, and the figures that stand there can be compared.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from archive.likeness.hashing import Hashes, held, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from archive.likeness.fold import Units

_SIGN = 0x23
_BEFORE, _BEHIND = 5, 3
_NUMERALS = "〇零一二三四五六七八九十百千两"
_COUNTED = "季月日年届期号批次"
_NONE: Hashes = np.zeros(0, np.uint64)


class Figures(NamedTuple):
    """The figures of one text in the order in which they stand: the hash of each place, and of place and figure.

    The others are the same in rising order.
    """

    places: Hashes
    told: Hashes
    all_places: Hashes
    all_told: Hashes

    @classmethod
    def of(cls, places: Hashes, told: Hashes) -> Figures:
        """From what stands in the text."""
        return cls(places, told, np.sort(places), np.sort(told))

    def packed(self) -> bytes:
        """As few bytes as hold them, for `unpacked`."""
        return self.places.tobytes() + self.told.tobytes()

    @classmethod
    def unpacked(cls, packed: bytes) -> Figures:
        """From `packed`."""
        both = np.frombuffer(packed, np.uint64)
        return cls.of(both[: len(both) // 2], both[len(both) // 2 :])


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
    at = figure.nonzero()[0]
    if not len(at):
        return Figures.of(_NONE, _NONE)
    begins = np.ones(len(at), np.bool_)
    begins[1:] = at[1:] != at[:-1] + 1
    runs = begins.nonzero()[0]  # of each figure the first of its units, counted among the units of figures
    starts = at[runs]
    kept = ~figure
    kept[starts] = True
    signed = units.copy()
    signed[starts] = _SIGN
    places = _places(signed[kept].astype(np.uint64), starts - runs + np.arange(len(runs)))
    return Figures.of(places, mixed(places ^ _values(units[at], begins, runs)))


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
    """Two figures that follow each other, with their places, as one hash: what tells a bulletin from its like."""
    told = found.told
    joined = mixed(told[:-1] * np.uint64(0x9E3779B97F4A7C15) + told[1:])
    return np.unique(joined)


def _figure_units(units: Units) -> NDArray[np.bool_]:
    kind = _kinds()[units]
    figure: NDArray[np.bool_] = kind == 1
    numeral = kind == 2
    if numeral.any():
        counts = np.zeros(len(units), np.bool_)
        counts[1:] = (units[:-1] == ord("第")) | numeral[:-1]
        counts[:-1] |= (kind[1:] == 3) | numeral[1:]
        figure |= numeral & counts
    return figure


@cache
def _kinds() -> NDArray[np.uint8]:
    """Unit → 1 a digit, or a point, which stands within numbers only; 2 a Chinese numeral; 3 what one counts."""
    kinds = np.zeros(0x10000, np.uint8)
    kinds[0x30:0x3A] = 1
    kinds[0x2E] = 1
    kinds[[ord(char) for char in _NUMERALS]] = 2
    kinds[[ord(char) for char in _COUNTED]] = 3
    return kinds


def _places(shortened: Hashes, at: NDArray[np.intp]) -> Hashes:
    padded = np.concatenate((np.zeros(_BEFORE, np.uint64), shortened, np.zeros(_BEHIND, np.uint64)))
    around = padded[at[:, None] + np.arange(_BEFORE + 1 + _BEHIND)]
    return mixed((around * _powers()[: around.shape[1]]).sum(axis=1, dtype=np.uint64))


def _values(units: Units, begins: NDArray[np.bool_], runs: NDArray[np.intp]) -> Hashes:
    """A hash for each figure: its units, weighted by their distance from its first."""
    within = np.arange(len(units)) - runs[np.cumsum(begins) - 1]
    weights = _powers()[np.minimum(within, len(_powers()) - 1)]
    return mixed(np.add.reduceat(units * weights, runs))


@cache
def _powers() -> Hashes:
    powers = np.full(24, 0xBF58476D1CE4E5B9, np.uint64)
    return np.multiply.accumulate(powers)
