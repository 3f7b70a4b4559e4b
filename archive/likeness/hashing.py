"""A stable hash for arrays: the same in every process, on every machine. Python's own is salted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
else:
    Hashes = np.ndarray


_ONE, _OTHER = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)


def mixed(values: Hashes) -> Hashes:
    """Every value spread over 64 bits (the finisher of SplitMix64); a bijection, so that it makes no collision.

    >>> int(mixed(np.array([1], np.uint64))[0])
    6238072747940578789
    """
    values = values ^ (values >> _30)
    values *= _ONE
    values ^= values >> _27
    values *= _OTHER
    values ^= values >> _31
    return values


def fours(units: NDArray[np.uint16]) -> Hashes:
    """Every run of four units as one number, the first of them in its lowest bits; there must be four.

    They are read where they lie, so that a few can be had of many: whoever works on all of them copies them first.
    """
    units = np.ascontiguousarray(units, "<u2")
    return np.ndarray((len(units) - 3,), "<u8", units, strides=(2,))


def grams(units: NDArray[np.uint16], size: int = 4) -> Hashes:
    """Every run of `size` (4 or 8) units as one number: four fit in as they are, eight are hashed."""
    if len(units) < size:
        return np.zeros(0, np.uint64)
    runs = fours(units).astype(np.uint64)
    if size == 4:
        return runs
    return joined(runs[:-4], runs[4:])


def joined(*parts: Hashes) -> Hashes:
    """Up to three numbers at each place as one hash, in which their order counts."""
    total = parts[0] * _SPREAD
    for part, factor in zip(parts[1:], (_ONE, _OTHER), strict=False):
        total += part * factor
    return mixed(total)


def held(keys: Hashes, others: Hashes) -> NDArray[np.bool_]:
    """Which of the keys are among the others, which are in rising order."""
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    found: NDArray[np.bool_] = others[np.minimum(others.searchsorted(keys), len(others) - 1)] == keys
    return found
