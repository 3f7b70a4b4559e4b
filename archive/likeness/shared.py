"""What the keys of two texts tell, by how common they are.

Two notices of one template, without any figure, differ in names alone; of the letters they share nine tenths, as a text
and its edited reprint do. What tells them apart are the others of their kind: what the two share is common, and where
they differ, in the midst of it, each has something that nobody else has, or only its own reprints. An edited copy of
a story that many print differs from another copy in its own words, where that has the common ones.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from archive.likeness.hashing import Hashes, grams, held
from archive.likeness.postings import EVERYONE
from archive.likeness.sketch import FIGURE, RUN, Sketch

if TYPE_CHECKING:
    from archive.likeness.postings import Postings

_FIGURES_WEIGH = 4
_LEAST_OWN = 2
_LEAST_WITHIN, _LEAST_AROUND = 0.05, 0.2
"""Of a text's keys, that must be its own for it to be one of a template's: between shared ones, and anywhere."""


def weigh(keys: Hashes) -> Hashes:
    """How much each key speaks for two texts that share it: pairs of figures more than words."""
    return np.where((keys & FIGURE) != 0, np.uint64(_FIGURES_WEIGH), np.uint64(1))


def weight(keys: Hashes) -> int:
    """The same for all together."""
    return int(weigh(keys).sum())


class Standing:
    """A text's keys as they stand in the index at a moment: which are common, and which show it."""

    def __init__(self, sketch: Sketch, postings: Postings) -> None:
        self.keys = sketch.keys
        self.rank = np.uint64(sketch.digest)
        self.last = postings.last_shown(sketch.keys)
        self._units = sketch.units

    @property
    def common(self) -> int:
        """How many of its keys are common."""
        return int(np.count_nonzero(self.last != EVERYONE))

    def rare(self, keys: Hashes) -> int:
        """How many of some of its keys are not."""
        return int(np.count_nonzero(self.last[self.keys.searchsorted(keys)] == EVERYONE))

    @cached_property
    def runs(self) -> Hashes:
        """What the keys were chosen from, in reading order."""
        return grams(self._units, RUN) & ~FIGURE

    @cached_property
    def all_runs(self) -> Hashes:
        """The same in rising order."""
        return np.sort(self.runs)


class Shared:
    """The keys that two texts share, and those that each has for itself."""

    def __init__(self, one: Standing, other: Standing) -> None:
        self._one, self._other = one, other
        both = held(one.keys, other.keys)
        self._keys, last = one.keys[both], one.last[both]
        self.shown = self._keys[last >= min(one.rank, other.rank)]
        """Shared keys that show one of the two texts."""
        self._rare = int(np.count_nonzero(last == EVERYONE))

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
        words = text.keys[(text.keys & FIGURE) == 0]
        rare = text.keys[((text.keys & FIGURE) == 0) & (text.last == EVERYONE)]
        lonely = rare[~held(rare, other.all_runs)]  # the other may have chosen fewer keys of the same words
        if len(lonely) >= max(_LEAST_OWN, _LEAST_AROUND * len(words)):
            return len(lonely)
        if len(lonely) < max(_LEAST_OWN, _LEAST_WITHIN * len(words)):
            return 0
        places = held(text.runs, self._keys).nonzero()[0]
        if not len(places):
            return 0
        within = int(np.count_nonzero(held(lonely, np.sort(text.runs[places[0] : places[-1]]))))
        return within if within >= max(_LEAST_OWN, _LEAST_WITHIN * len(words)) else 0
