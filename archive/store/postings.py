"""Keys of texts in a database: see `archive.likeness.postings`.

The keys of the last texts lie together (`archive.store.recent`); those of all others are rows, clustered by key and
rank, so that the nine of lowest rank, which tell whether a key is common and whom it shows, lie side by side
(`archive.store.levels`). No question reads more of a key than these, but one: a text that is to be shown by a common
key meets all that hold it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from functools import cached_property

import numpy as np
from sqlalchemy.engine import Connection

from archive.likeness.crowd import SHOWN
from archive.likeness.hashing import Hashes
from archive.likeness.postings import Left, Met
from archive.likeness.sketch import FIGURES_WEIGH
from archive.store.levels import Levels
from archive.store.recent import ENOUGH, Recent

_LOOKED_AT = SHOWN + 2
"""Texts of a key: those that it shows, the one that tells that it is common, and the next when one of these leaves."""
_MOST_COMMON, _MOST_AT_HAND = 50_000, 200_000
"""Keys that are remembered from batch to batch, and at all: some 200 bytes each."""


class DatabasePostings:
    """Keys in a database. See `archive.likeness.postings.Postings`.

    New texts are written by `flush`. Before that nobody but these postings knows of them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._at_hand: dict[int, tuple[int, ...]] = {}  # key → its texts of lowest rank, `_LOOKED_AT` at most
        self._new: dict[int, Hashes] = {}  # texts that are not written yet
        self._new_holders: defaultdict[int, list[int]] = defaultdict(list)  # the same by key
        self._gone: dict[int, Hashes] = {}  # texts whose rows are still to be deleted
        self._gone_keys: set[int] = set()

    @cached_property
    def _recent(self) -> Recent:
        return Recent(self._connection)

    @cached_property
    def _levels(self) -> Levels:
        return Levels(self._connection)

    def expect(self, keys: Hashes) -> None:
        """Look up at once keys that will be asked for; of others, only the common ones stay at hand.

        A common key is asked for again and again, others hardly ever.
        """
        self.flush()
        self._at_hand = {key: texts for key, texts in self._at_hand.items() if len(texts) > SHOWN}
        if len(self._at_hand) > _MOST_COMMON:
            self._at_hand.clear()
        self.foresee(keys)

    def foresee(self, keys: Hashes) -> None:
        """See `Postings.foresee`."""
        room = _MOST_AT_HAND - len(self._at_hand)  # more would have all of it thrown away
        self._look_up([key for key in np.unique(keys[: max(0, room)]).tolist() if key not in self._at_hand])

    def flush(self) -> None:
        """Write what was gathered."""
        self._write_gone()
        self._recent.add(self._new)
        self._new = {}
        self._new_holders.clear()
        if len(self._recent) >= ENOUGH:
            self._levels.take_in(*self._recent.rows(), len(self._recent))
            self._recent.clear()

    @property
    def full(self) -> bool:
        """Whether rows wait to be handed on: see `archive.store.levels`."""
        return self._levels.full is not None

    def hand_on(self) -> None:
        """Hand some of these on. To be called after `flush`, between transactions."""
        self._levels.hand_on()

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """See `Postings.place`."""
        numbers: list[int] = keys.tolist()
        held = self._texts_of(numbers)
        touched: set[int] = set()
        for texts in held.values():
            if len(texts) == SHOWN:
                touched.update(texts, (number,))
            elif len(texts) > SHOWN and rank < texts[SHOWN - 1]:
                touched.add(texts[SHOWN - 1])
        met = self._meet(rank, held, SHOWN)
        self._new[number] = keys
        for key in numbers:
            self._new_holders[key].append(number)
        self._at_hand.update(dict.fromkeys(numbers, (number,)))
        self._at_hand.update((key, _lowest((*texts, number))) for key, texts in held.items())
        return Met(met.weights, met.rare, frozenset(touched))

    def meet(self, rank: int, keys: Hashes) -> Met:
        """See `Postings.meet`."""
        return self._meet(rank, self._texts_of(keys.tolist()), SHOWN + 1)

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """See `Postings.leave`."""
        shown: set[int] = set()
        touched: set[int] = set()
        numbers: list[int] = keys.tolist()
        for texts in self._texts_of(numbers).values():
            if len(texts) == SHOWN + 1:
                touched.update(texts)
            elif len(texts) > SHOWN + 1 and number in texts[:SHOWN]:
                shown.add(texts[SHOWN])
        if self._new.pop(number, None) is not None:
            for key in numbers:
                self._new_holders[key].remove(number)
        elif not self._recent.leave(number):
            self._gone[number] = keys
            self._gone_keys.update(numbers)
        for key in numbers:
            texts = self._at_hand[key]
            if len(texts) < _LOOKED_AT:  # they are all that hold it
                self._at_hand[key] = tuple(text for text in texts if text != number)
            elif number in texts:
                del self._at_hand[key]  # another is among the lowest now
        return Left(frozenset(shown), frozenset(touched - {number}))

    def last_shown(self, keys: Set[int]) -> dict[int, int]:
        """See `Postings.last_shown`."""
        return {key: texts[SHOWN - 1] for key, texts in self._texts_of(keys).items() if len(texts) > SHOWN}

    def _meet(self, rank: int, held: Mapping[int, Sequence[int]], many: int) -> Met:
        """What keys with these texts of lowest rank show; those that so many hold are common."""
        common = [key for key, texts in held.items() if len(texts) > SHOWN and rank <= texts[SHOWN - 1]]
        everyone = self._everyone(common) if common else {}
        shown: list[int] = []
        rare: list[int] = []
        for key, lowest in held.items():
            texts = everyone.get(key, lowest[:SHOWN])
            shown += [*texts] * FIGURES_WEIGH if key & 1 else texts
            if len(lowest) < many:
                rare += texts
        return Met(Counter(shown), rare)

    def _texts_of(self, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
        """For each key that is held those texts of lowest rank that hold it."""
        if len(self._at_hand) > _MOST_AT_HAND:
            self.flush()
            self._at_hand.clear()
        at_hand = self._at_hand
        self._look_up([key for key in numbers if key not in at_hand])
        return {key: texts for key in numbers if (texts := at_hand[key])}

    def _look_up(self, keys: list[int]) -> None:
        """Have keys at hand, also those that no text holds at all."""
        if not keys:
            return
        if not self._gone_keys.isdisjoint(keys):
            self._write_gone()
        found: defaultdict[int, list[int]] = defaultdict(list)
        for key in self._new_holders.keys() & keys:
            found[key] += self._new_holders[key]
        for key, texts in self._levels.lowest(keys, _LOOKED_AT):
            found[key] += texts
        for key, text in self._recent.holders(np.array(keys, np.uint64)):
            found[key].append(text)
        self._at_hand.update(dict.fromkeys(keys, ()))
        self._at_hand.update((key, _lowest(texts)) for key, texts in found.items())

    def _write_gone(self) -> None:
        if self._gone:
            self._levels.leave(self._gone)
            self._gone.clear()
            self._gone_keys.clear()

    def _everyone(self, keys: Sequence[int]) -> dict[int, list[int]]:
        found = defaultdict(list, {key: list(self._new_holders.get(key, ())) for key in keys})
        for key, text in self._levels.everyone(keys):
            if text not in self._gone:
                found[key].append(text)
        for key, text in self._recent.holders(np.array(keys, np.uint64)):
            found[key].append(text)
        return found


def _lowest(texts: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(texts)[:_LOOKED_AT])
