"""Figures and dates, each with the words around it: two bulletins of one template differ in nothing else.

A figure is a run of digits (3.5, 2023), or of Chinese numerals where they count: 第三, 二季度, 二十三. They tell the
same as digits. Its place is the five units before it and the three behind it, in which every figure is one sign. So a
place is found again in a copy, and in the next month's bulletin, and the figures there can be compared.

The day of a month, 3月5日, is one figure, for it is one that a notice has of it; and of what stands behind it only 日
belongs to its place: the next notice is of another day in another town.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
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
_MONTH, _DAY = (np.array([ord(char) for char in each], np.uint16) for each in ("月", "日号"))
_ONES: Mapping[str, int] = {**{char: value for value, char in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_TENS: Mapping[str, int] = {"十": 10, "百": 100, "千": 1000}
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
    starts, ends = _edges(figure)
    if not len(starts):
        return Figures(_NONE, _NONE)
    if (in_digits := _in_digits(units, starts, ends)) is not None:
        units = in_digits
        figure = _figure_units(units)
        starts, ends = _edges(figure)
    days = _are(units, ends, _DAY)
    sizes = ends - starts
    kept = ~figure[1:-1]
    kept[starts] = True
    signed = units.copy()
    signed[starts] = _SIGN
    shortened = signed[kept]
    before_each = np.cumsum(sizes - 1) - (sizes - 1)  # units that were left out
    places = _places(shortened, starts - before_each, days)
    values = _values(units, starts, sizes)
    of_days = (starts[1:] - ends[:-1] == 1) & days[1:] & _are(units, ends[:-1], _MONTH)
    if of_days.any():
        values[1:][of_days] = joined(values[:-1][of_days], values[1:][of_days])
        told = np.append(~of_days, True)
        places, values = places[told], values[told]
    return Figures(places, mixed(places ^ values))


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


def _edges(figure: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each run of a figure's units begins, and where it has ended."""
    edges = (figure[1:] != figure[:-1]).nonzero()[0]
    return edges[::2], edges[1::2]


def _are(units: Units, at: NDArray[np.intp], wanted: Units) -> NDArray[np.bool_]:
    """Whether at each of these places one of the wanted units stands; the last may be behind the text."""
    found = at < len(units)
    found[found] = (units[at[found], None] == wanted).any(axis=1)
    return found


def _in_digits(units: Units, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Units | None:
    """The text with its figures of numerals in digits; None if it has none."""
    pieces, done = [], 0
    for at in (_kinds()[units[starts]] == _NUMERAL).nonzero()[0].tolist():
        start, end = int(starts[at]), int(ends[at])
        number = in_digits("".join(map(chr, units[start:end])))
        if number is not None:
            pieces += [units[done:start], np.frombuffer(number.encode("utf-16-le"), "<u2")]
            done = end
    return np.concatenate([*pieces, units[done:]]) if pieces else None


@lru_cache(1024)
def in_digits(numerals: str) -> str | None:
    """What Chinese numerals tell, in digits; None for what is no number or not written in full: 二百五 may be 250.

    >>> in_digits("二十三"), in_digits("二〇二六"), in_digits("一百零五"), in_digits("十"), in_digits("三五十")
    ('23', '2026', '105', '10', None)
    """
    if not _TENS.keys() & set(numerals):
        return "".join(str(_ONES[char]) for char in numerals) if _ONES.keys() >= set(numerals) else None
    total, one, least = 0, None, 10_000
    for char in numerals:
        if (ten := _TENS.get(char)) is not None:
            if ten >= least or (one is None and ten != 10) or one == 0:
                return None
            total, one, least = total + (one or 1) * ten, None, ten
        elif one or char not in _ONES:  # a nought may stand before another
            return None
        else:
            one = _ONES[char]
    if one and least > 10 and numerals[-2] not in "零〇":
        return None
    return str(total + (one or 0))


def _places(shortened: Units, at: NDArray[np.intp], days: NDArray[np.bool_]) -> Hashes:
    """A hash for each figure's place: of the nine units that end with the third behind it; of a day, with the first."""
    padded = np.zeros(len(shortened) + _BEFORE + _BEHIND, np.uint16)
    padded[_BEFORE : _BEFORE + len(shortened)] = shortened
    runs = fours(padded)
    middle, last = runs[at + _BEFORE - 1], runs[at + _BEFORE]
    middle[days] &= _FIRST[3]
    last[days] &= _FIRST[2]
    return joined(runs[at], middle, last)


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
