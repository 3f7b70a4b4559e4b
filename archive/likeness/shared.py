"""What the keys of two texts tell, by how common they are.

Two notices of one template, without any figure, differ in names alone; of the letters they share nine tenths, as a text
and its edited reprint do. What tells them apart are the others of their kind: what the two share is common, and where
they differ, in the midst of it, each has something that nobody else has, or only its own reprints. An edited copy of
a story that many print differs from another copy in its own words, where that has the common ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

import numpy as np

from archive.likeness.hashing import Hashes, held
from archive.likeness.sketch import FIGURES_WEIGH

if TYPE_CHECKING:
    from archive.likeness.pair import Prepared

_LEAST_OWN = 2
_LEAST_WITHIN, _LEAST_AROUND = 0.05, 0.2
"""Of a text's keys, that must be its own for it to be one of a template's: between shared ones, and anywhere."""


class Standing:
    """A text's keys as they stand in the index at a moment: which are common, and up to which rank these show texts."""

    __slots__ = ("common", "text")

    def __init__(self, text: Prepared, common: Mapping[int, int]) -> None:
        self.text = text
        self.common = common


class Shared:
    """The keys that two texts share, and those that each has for itself."""

    def __init__(self, one: Standing, other: Standing) -> None:
        self._one, self._other = one, other
        self._keys = one.text.numbers & other.text.numbers
        self._rare = len(self._keys - one.common.keys())

    @property
    def shown(self) -> int:
        """The weight of the shared keys that show one of the two texts."""
        rank, common = min(self._one.text.digest, self._other.text.digest), self._one.common
        keys = self._keys - {key for key in self._keys & common.keys() if common[key] < rank}
        return FIGURES_WEIGH * len(keys) - (FIGURES_WEIGH - 1) * len(keys & self._one.text.words)

    @property
    def template(self) -> bool:
        """Whether the two are filled from one template, going by what they share and how they differ."""
        if 2 * self._rare >= max(len(self._keys), _LEAST_OWN):
            return False
        return self._own(self._one, self._other) > self._rare and self._own(self._other, self._one) > self._rare

    def _own(self, text: Standing, other: Standing) -> int:
        """The rare keys that only this text has; 0 if they are too few to count.

        Few are enough in the midst of what both have, for a copy may have a head and a foot of its own.
        """
        words = text.text.words
        rare = _array(words - text.common.keys() - self._keys)
        around, within = (max(_LEAST_OWN, share * len(words)) for share in (_LEAST_AROUND, _LEAST_WITHIN))
        if len(rare) < within:
            return 0
        lonely = rare[~held(rare, other.text.all_runs)]  # the other may have chosen fewer keys of the same words
        if len(lonely) >= around:
            return len(lonely)
        if len(lonely) < within:
            return 0
        runs = text.text.runs
        places = held(runs, np.sort(_array(self._keys))).nonzero()[0]
        if not len(places):
            return 0
        found = int(np.count_nonzero(held(lonely, np.sort(runs[places[0] : places[-1]]))))
        return found if found >= within else 0


def _array(keys: Set[int]) -> Hashes:
    return np.array(list(keys), np.uint64)
