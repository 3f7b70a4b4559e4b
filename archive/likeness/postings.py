"""Which texts hold a key, in memory: a hash table of arrays, because a dict of lists takes ten times the room.

A text is known here by its number, and by its rank, which is its digest. A key that many texts hold is *common*: words
of a template, a set phrase, or the core of a story that three hundred papers print. Only the `SHOWN` texts of lowest
rank are shown for it. Whatever the order in which texts came, these are the same, and a newcomer has so many to be
compared with and not all. A newcomer of low rank is shown itself from then on, so it meets all the others once: with n
holders that happens to one in n / SHOWN, which makes SHOWN comparisons a text in the long run, however large n grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from archive.likeness.crowd import SHOWN, Crowd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from archive.likeness.hashing import Hashes

    Numbers = NDArray[np.uint32]

_WIDE = 8  # keys of a bucket
_FULL = 0.7
_CHAIN = np.uint32(1 << 31)
_CROWD = np.uint32(1 << 30)
_VALUE = np.uint32((1 << 30) - 1)
_NOBODY = _VALUE  # a key whose last text has left; its place is free again when the table grows
NUMBERS = int(_VALUE)
"""Texts that can be held."""


@dataclass(frozen=True, slots=True)
class Met:
    """What a text meets by its keys: for each time that a key shows another text, that text and the key.

    `touched` are the texts for which a key now counts for less than before: it shows them no longer, or became common.
    """

    texts: Numbers
    keys: Hashes
    touched: frozenset[int] = frozenset()


class Left(NamedTuple):
    """What a text's leaving means for others.

    `shown` are texts that a key shows now and did not before: they meet its holders now. `touched` are those that hold
    a key which is common no longer.
    """

    shown: frozenset[int]
    touched: frozenset[int]


class Postings(Protocol):
    """Where keys are held: in memory here, as rows in `archive.store.shelf`."""

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """Take in a text with its keys, which are distinct, and say what it meets."""

    def meet(self, rank: int, keys: Hashes) -> Met:
        """What a text of that rank would meet; one that is held meets itself, too."""

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """Forget a text."""

    def last_shown(self, keys: Hashes) -> Hashes:
        """For each key the highest rank that it shows; `EVERYONE` for a key that is not common."""


EVERYONE = np.iinfo(np.uint64).max
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class MemoryPostings:
    """Keys in memory: 12 bytes and a third for each, and 8 more for every further text that holds it."""

    def __init__(self) -> None:
        self._keys = np.zeros((64, _WIDE), np.uint64)  # 0: free
        self._heads = np.zeros((64, _WIDE), np.uint32)  # a text; or a chain's first link, or a crowd's number
        self._used = 0
        self._links = np.zeros((64, 2), np.uint32)  # text, next head
        self._linked = 0
        self._crowds: list[Crowd] = []
        self._ranks = np.zeros(64, np.uint64)

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """See `Postings.place`. Numbers must come without gaps, from 0 on."""
        self._remember(number, rank)
        keys = np.maximum(keys, np.uint64(1))
        while self._used + len(keys) > _FULL * self._keys.size:
            self._grow()
        rows, columns, found = self._find(keys)
        if not found.any():
            met, touched = Met(np.zeros(0, np.uint32), np.zeros(0, np.uint64)), set[int]()
        else:
            met = self._meet(rank, keys[found], self._heads[rows[found], columns[found]])
            touched = self._join(number, rank, rows[found], columns[found])
        self._insert_at(keys[~found], number, rows[~found], columns[~found])
        return Met(met.texts, met.keys, frozenset(touched))

    def meet(self, rank: int, keys: Hashes) -> Met:
        """See `Postings.meet`."""
        keys = np.maximum(keys, np.uint64(1))
        rows, columns, found = self._find(keys)
        return self._meet(rank, keys[found], self._heads[rows[found], columns[found]])

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """See `Postings.leave`. The links of a chain that grew shorter are not used again."""
        rows, columns, _ = self._find(np.maximum(keys, np.uint64(1)))
        shown: set[int] = set()
        touched: set[int] = set()
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            head = self._heads[row, column]
            if not head & _CROWD:
                self._chain(row, column, [text for text in self._chained(head) if text != number])
                continue
            crowd = self._crowds[head & _VALUE]
            follows = crowd.remove(number, self._ranks)
            if not crowd.shown:
                self._chain(row, column, crowd.texts)
                touched.update(crowd.texts)
            elif follows is not None:
                shown.add(follows)
        return Left(frozenset(shown), frozenset(touched))

    def last_shown(self, keys: Hashes) -> Hashes:
        """See `Postings.last_shown`."""
        keys = np.maximum(keys, np.uint64(1))
        rows, columns, found = self._find(keys)
        highest = np.full(len(keys), EVERYONE, np.uint64)
        heads = self._heads[rows, columns]
        for at in np.flatnonzero(found & ((heads & _CROWD) != 0)):
            highest[at] = self._crowds[heads[at] & _VALUE].ranks[-1]
        return highest

    def _remember(self, number: int, rank: int) -> None:
        if number >= min(NUMBERS, len(self._ranks)):
            if number >= NUMBERS:
                raise OverflowError(f"An index in memory holds {NUMBERS:,} texts; keep larger ones in a database.")
            self._ranks = np.resize(self._ranks, len(self._ranks) * 3 // 2)
        self._ranks[number] = rank

    def _meet(self, rank: int, keys: Hashes, heads: Numbers) -> Met:
        crowded = (heads & _CROWD) != 0
        texts, by = [], []
        for key, head in zip(keys[crowded], heads[crowded], strict=True):
            crowd = self._crowds[head & _VALUE]
            shown = crowd.everyone() if rank <= crowd.ranks[-1] else crowd.texts
            texts.append(np.array(shown, np.uint32))
            by.append(np.full(len(shown), key, np.uint64))
        alone = ~crowded & (heads != _NOBODY)
        keys, heads = keys[alone], heads[alone]
        while len(heads):
            chained = (heads & _CHAIN) != 0
            links = self._links[np.where(chained, heads & _VALUE, 0)]
            texts.append(np.where(chained, links[:, 0], heads))
            by.append(keys)
            keys, heads = keys[chained], links[chained, 1]
        if not texts:
            return Met(np.zeros(0, np.uint32), np.zeros(0, np.uint64))
        return Met(np.concatenate(texts), np.concatenate(by))

    def _join(self, number: int, rank: int, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> set[int]:
        """Add the text to keys that are held already; the texts for which a key counts for less now."""
        touched: set[int] = set()
        heads = self._heads[rows, columns]
        crowded = (heads & _CROWD) != 0
        for head in heads[crowded]:
            hides = self._crowds[head & _VALUE].add(number, rank)
            if hides is not None:
                touched.add(hides)
        nobody = heads == _NOBODY
        self._heads[rows[nobody], columns[nobody]] = number
        chained = ~crowded & ~nobody
        rows, columns, heads = rows[chained], columns[chained], heads[chained]
        if self._linked + len(heads) > len(self._links):
            self._links = np.resize(self._links, (len(self._links) * 3 // 2 + len(heads), 2))
        new = np.arange(self._linked, self._linked + len(heads), dtype=np.uint32)
        self._links[new, 0], self._links[new, 1] = number, heads
        self._linked += len(heads)
        self._heads[rows, columns] = new | _CHAIN
        for at in (self._lengths(new) > SHOWN).nonzero()[0]:
            touched.update(self._crowd(int(rows[at]), int(columns[at])))
        return touched

    def _lengths(self, links: Numbers) -> NDArray[np.int64]:
        lengths = np.ones(len(links), np.int64)
        heads, at = self._links[links, 1], np.arange(len(links))
        while len(heads):
            lengths[at] += 1
            chained = (heads & _CHAIN) != 0
            heads, at = self._links[heads[chained] & _VALUE, 1], at[chained]
        return lengths

    def _crowd(self, row: int, column: int) -> list[int]:
        """Make a key common: its chain becomes a crowd. Its texts."""
        texts = self._chained(self._heads[row, column])
        crowd = Crowd(texts, [int(rank) for rank in self._ranks[texts]])
        self._heads[row, column] = np.uint32(len(self._crowds)) | _CROWD
        self._crowds.append(crowd)
        return texts

    def _chained(self, head: np.uint32) -> list[int]:
        """The texts of a key that is not common."""
        texts = []
        while head & _CHAIN:
            text, head = self._links[head & _VALUE]
            texts.append(int(text))
        return [*texts, int(head)]

    def _chain(self, row: int, column: int, texts: list[int]) -> None:
        """Have a key held by these texts and no others."""
        head = np.uint32(texts[0]) if texts else _NOBODY
        if self._linked + len(texts) > len(self._links):
            self._links = np.resize(self._links, (len(self._links) * 3 // 2 + len(texts), 2))
        for text in texts[1:]:
            self._links[self._linked] = text, head
            head = np.uint32(self._linked) | _CHAIN
            self._linked += 1
        self._heads[row, column] = head

    def _find(self, keys: Hashes) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
        """Each key's row and column, and whether it is there at all; for one that is not, where it belongs."""
        rows = self._bucket(keys)
        columns = np.zeros(len(keys), np.intp)
        found = np.zeros(len(keys), np.bool_)
        left = np.arange(len(keys))
        while len(left):
            buckets = self._keys[rows[left]]
            ends = (buckets == keys[left, None]) | (buckets == 0)  # keys fill a bucket from its start
            places = ends.argmax(axis=1)
            here = buckets[np.arange(len(left)), places]
            columns[left] = places
            found[left] = here == keys[left]
            left = left[~ends.any(axis=1)]  # a full bucket spills over into the next
            rows[left] = (rows[left] + 1) % len(self._keys)
        return rows, columns, found

    def _bucket(self, keys: Hashes) -> NDArray[np.intp]:
        spread = keys * _SPREAD >> np.uint64(32)  # keys are the smallest of many hashes: their high bits are no good
        return (spread * np.uint64(len(self._keys)) >> np.uint64(32)).astype(np.intp)

    def _insert_at(self, keys: Hashes, number: int, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> None:
        """Put in one text's keys where `_find` has shown that they belong; two that want one place look for others."""
        self._keys[rows, columns] = keys
        self._heads[rows, columns] = number
        lost = self._keys[rows, columns] != keys
        self._used += len(keys) - int(np.count_nonzero(lost))
        if lost.any():
            self._insert(keys[lost], np.full(int(np.count_nonzero(lost)), number, np.uint32))

    def _insert(self, keys: Hashes, heads: Numbers) -> None:
        """Put in keys that are not there yet. Of two that want one place the later has it, the other asks again."""
        self._used += len(keys)
        rows = self._bucket(keys)
        while len(keys):
            buckets = self._keys[rows]
            columns = (buckets == 0).argmax(axis=1)
            free = buckets[:, -1] == 0
            self._keys[rows[free], columns[free]] = keys[free]
            done = np.zeros(len(keys), np.bool_)
            done[free] = self._keys[rows[free], columns[free]] == keys[free]
            self._heads[rows[done], columns[done]] = heads[done]
            rows = np.where(free, rows, (rows + 1) % len(self._keys))
            keys, heads, rows = keys[~done], heads[~done], rows[~done]

    def _grow(self) -> None:
        held = (self._keys != 0) & (self._heads != _NOBODY)
        keys, heads = self._keys[held], self._heads[held]
        rows = len(self._keys) * 3 // 2
        self._keys, self._heads = np.zeros((rows, _WIDE), np.uint64), np.zeros((rows, _WIDE), np.uint32)
        buckets = self._bucket(keys)
        order = buckets.argsort()
        keys, heads, buckets = keys[order], heads[order], buckets[order]
        begins = np.ones(len(keys), np.bool_)
        begins[1:] = buckets[1:] != buckets[:-1]
        columns = np.arange(len(keys)) - begins.nonzero()[0][np.cumsum(begins) - 1]
        fits = columns < _WIDE
        self._keys[buckets[fits], columns[fits]] = keys[fits]
        self._heads[buckets[fits], columns[fits]] = heads[fits]
        self._used = int(np.count_nonzero(fits))
        self._insert(keys[~fits], heads[~fits])
