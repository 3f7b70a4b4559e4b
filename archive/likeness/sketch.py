"""Which places of a text are remembered, so that its copies find it.

Of every 32 runs of eight characters the one with the smallest hash is a key (winnowing: Schleimer, Wilkerson and Aiken
2003), about 62 keys for a thousand characters. The choice depends on the run's neighbourhood alone: any 39 characters
that two texts share give them a key in common, wherever they stand. Short texts choose of fewer runs; as the smallest
of many is the smallest of some of them too, what a long text would have chosen is among their keys.

Beside these, pairs of figures: among a thousand bulletins of one template nothing else tells a reprint of one.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from archive.likeness.figures import figures, pairs
from archive.likeness.fold import fold
from archive.likeness.hashing import Hashes, grams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from archive.likeness.figures import Figures
    from archive.likeness.fold import Units

RUN = 8
MOST_PAIRS = 16
FIGURE = np.uint64(1)
"""The bit of a key that tells that it is a pair of figures'."""
FIGURES_WEIGH = 4
"""How much such a key speaks for two texts that share it; one of words is 1."""
_LEAST = np.uint64(2)
DENSITY = 2 / 33
"""Keys per character of a long text."""


class Sketch(NamedTuple):
    """A folded text and its keys, in rising order. The lowest bit of a key tells that it is a pair of figures'.

    `digest` names the folded text; texts of one digest are one to the index.
    """

    units: Units
    keys: Hashes
    figures: Figures
    digest: int

    @classmethod
    def of(cls, text: str) -> Sketch:
        """The sketch of a text as it was read."""
        return cls.folded(fold(text))

    @classmethod
    def folded(cls, units: Units) -> Sketch:
        """The sketch of a text that is folded already."""
        found = figures(units)
        return cls(units, keys_of(units, found), found, digest_of(units))


def keys_of(units: Units, found: Figures) -> Hashes:
    """The keys of a folded text with these figures, in rising order. None is 0."""
    told = pairs(found)
    keys = np.concatenate((np.maximum(_chosen(units) & ~FIGURE, _LEAST), told[_begins(told)][:MOST_PAIRS] | FIGURE))
    keys.sort()
    return keys[_begins(keys)]


def runs_of(units: Units) -> Hashes:
    """What keys of words are chosen from, as they would be keys, in reading order."""
    runs: Hashes = np.maximum(grams(units, RUN) & ~FIGURE, _LEAST)
    return runs


def _chosen(units: Units) -> Hashes:
    hashes = grams(units, RUN)
    if not len(hashes):
        return np.frombuffer(digest_of(units).to_bytes(8, "little"), np.uint64) if len(units) else hashes
    span, wanted = 1, 8 if len(units) < 200 else 16 if len(units) < 400 else 32
    while span < wanted and len(hashes) > span:
        hashes = np.minimum(hashes[:-span], hashes[span:])
        span *= 2
    return hashes[_begins(hashes)]


def _begins(values: Hashes) -> NDArray[np.bool_]:
    """Which values are others than the one before them."""
    begins = np.empty(len(values), np.bool_)
    begins[:1] = True
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def digest_of(units: Units) -> int:
    """The name of a folded text: 63 bits, which a database's whole number can hold as they are."""
    return int.from_bytes(blake2b(units.tobytes(), digest_size=8).digest(), "little") >> 1
