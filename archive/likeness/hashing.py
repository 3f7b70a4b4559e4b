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


def grams(units: NDArray[np.uint16], size: int = 4) -> Hashes:
    """Every run of `size` (4 or 8) units as one number: four fit in as they are, eight are hashed."""
    if len(units) < size:
        return np.zeros(0, np.uint64)
    units = np.ascontiguousarray(units, "<u2")
    # A number of eight bytes begins at every unit: read where they lie, and copied to where arrays are fast.
    fours = np.ndarray((len(units) - 3,), "<u8", units, strides=(2,)).astype(np.uint64)
    if size == 4:
        return fours
    return mixed(fours[:-4] * _SPREAD + fours[4:] * _ONE)


def held(keys: Hashes, others: Hashes) -> NDArray[np.bool_]:
    """Which of the keys are among the others, which are in rising order."""
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    found: NDArray[np.bool_] = others[np.minimum(others.searchsorted(keys), len(others) - 1)] == keys
    return found
