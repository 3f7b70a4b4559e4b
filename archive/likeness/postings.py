"""Which texts hold a key, in memory: a hash table of arrays, because a dict of lists takes ten times the room. Common
keys are few, and asked for all the time: they are in a dict.

A text is known here by its number, and by its rank, which is its digest. A key that many texts hold is *common*: words
of a template, a set phrase, or the core of a story that three hundred papers print. Only the `SHOWN` texts of lowest
rank are shown for it. Whatever the order in which texts came, these are the same, and a newcomer has so many to be
compared with and not all. A newcomer of low rank is shown itself from then on, so it meets all the others once: with n
holders that happens to one in n / SHOWN, which makes SHOWN comparisons a text in the long run, however large n grows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from archive.likeness.crowd import SHOWN, Crowd
from archive.likeness.sketch import FIGURE, FIGURES_WEIGH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from archive.likeness.hashing import Hashes

    Numbers = NDArray[np.uint32]

_WIDE = SHOWN  # texts of a block; and keys of a bucket, which are compared eight at a time
_FULL = 0.7
_BLOCK = np.uint32(1 << 31)
_VALUE = np.uint32((1 << 31) - 1)
_NOBODY = _VALUE  # a key whose last text has left, or that is common; its place is free again when the table grows
NUMBERS = int(_VALUE)
"""Texts that can be held."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Met(NamedTuple):
    """What a text meets by its keys.

    `weights`: each text that a key shows, and how much all that do speak for it. `rare`: a text for each key that shows
    it and is not common. `touched`: the texts for which a key now counts for less than before, for it shows them no
    longer, or became common.
    """

    weights: Mapping[int, int]
    rare: Sequence[int]
    touched: frozenset[int] = frozenset()


class Left(NamedTuple):
    """What a text's leaving means for others.

    `shown` are texts that a key shows now and did not before: they meet its holders now. `touched` are those that hold
    a key which is common no longer.
    """

    shown: frozenset[int]
    touched: frozenset[int]


class Postings(Protocol):
    """Where keys are held: in memory here, as rows in `archive.store.postings`. No key is 0."""

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """Take in a text with its keys, which are distinct, and say what it meets."""

    def meet(self, rank: int, keys: Hashes) -> Met:
        """What a text of that rank would meet; one that is held meets itself, too."""

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """Forget a text."""

    def foresee(self, keys: Hashes) -> None:
        """These keys will be asked for next: whoever must fetch them may do that at once."""

    def last_shown(self, keys: Set[int]) -> dict[int, int]:
        """Those of the keys that are common, and the highest rank that each shows."""


class MemoryPostings:
    """Keys in memory: 12 bytes and a half for each, and 32 more for one that two to eight texts hold."""

    def __init__(self) -> None:
        self._keys = np.zeros((64, _WIDE), np.uint64)  # keys fill a bucket from its start
        self._filled = np.zeros(64, np.uint8)  # how many do
        self._heads = np.zeros(64 * _WIDE, np.uint32)  # a text, or a block's number
        self._used = 0
        self._blocks = np.full((64, _WIDE), _NOBODY, np.uint32)  # texts from its start on, then `_NOBODY`
        self._blocked = 0
        self._free: list[int] = []  # blocks of keys that have become common
        self._crowds: dict[int, Crowd] = {}
        self._ranks = np.zeros(64, np.uint64)

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """See `Postings.place`. Numbers must come without gaps, from 0 on."""
        self._remember(number, rank)
        while self._used + len(keys) > _FULL * self._keys.size:
            self._grow()
        shown, crowds, own = self._crowded(rank, keys)
        touched: set[int] = set()
        for crowd in crowds:
            hides = crowd.add(number, rank)
            if hides is not None:
                touched.add(hides)
        rare: list[int] = []
        slots, found = self._find(own)
        if np.count_nonzero(found):
            here, held = own[found], slots[found]
            texts = self._holders(held)
            counts = (texts != _NOBODY).sum(axis=1)
            full = counts == _WIDE  # and so will be common
            shown += _weighted(here, texts)
            self._join(number, held, texts, counts)
            if np.count_nonzero(full):
                touched |= self._make_common(number, here[full], held[full], texts[full])
                texts = texts[~full]
            rare = _told(texts)
            new = ~found
            own, slots = own[new], slots[new]
        heads = np.empty(len(own), np.uint32)
        heads[:] = number
        self._insert_at(own, heads, slots)
        return Met(Counter(shown), rare, frozenset(touched))

    def meet(self, rank: int, keys: Hashes) -> Met:
        """See `Postings.meet`."""
        shown, _, own = self._crowded(rank, keys)
        slots, found = self._find(own)
        texts = self._holders(slots[found])
        return Met(Counter(shown + _weighted(own[found], texts)), _told(texts))

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """See `Postings.leave`."""
        shown: set[int] = set()
        touched: set[int] = set()
        for key in keys.tolist():
            crowd = self._crowds.get(key)
            if crowd is None:
                self._hold(key, [text for text in self._texts(key) if text != number])
                continue
            follows = crowd.remove(number, self._ranks)
            if not crowd.shown:
                del self._crowds[key]
                self._hold(key, crowd.texts)
                touched.update(crowd.texts)
            elif follows is not None:
                shown.add(follows)
        return Left(frozenset(shown), frozenset(touched))

    def foresee(self, keys: Hashes) -> None:
        """See `Postings.foresee`. They are all at hand."""

    def last_shown(self, keys: Set[int]) -> dict[int, int]:
        """See `Postings.last_shown`."""
        crowds = self._crowds
        return {key: crowds[key].ranks[-1] for key in crowds.keys() & keys}

    def _remember(self, number: int, rank: int) -> None:
        if number >= min(NUMBERS, len(self._ranks)):
            if number >= NUMBERS:
                raise OverflowError(f"An index in memory holds {NUMBERS:,} texts; keep larger ones in a database.")
            self._ranks = np.resize(self._ranks, len(self._ranks) * 3 // 2)
        self._ranks[number] = rank

    def _crowded(self, rank: int, keys: Hashes) -> tuple[list[int], list[Crowd], Hashes]:
        """Whom common keys show, as often as that weighs; their crowds; and the keys that are not common."""
        numbers: list[int] = keys.tolist()
        common = self._crowds.keys() & numbers
        if not common:
            return [], [], keys
        shown: list[int] = []
        crowds: list[Crowd] = []
        for key in common:
            crowd = self._crowds[key]
            crowds.append(crowd)
            texts = crowd.everyone() if rank <= crowd.ranks[-1] else crowd.texts
            shown += texts * FIGURES_WEIGH if key & 1 else texts
        return shown, crowds, np.array([key for key in numbers if key not in common], np.uint64)

    def _holders(self, slots: NDArray[np.intp]) -> NDArray[np.uint32]:
        """The texts of keys that are not common, a row for each, which `_NOBODY` fills up."""
        heads = self._heads[slots]
        texts = np.empty((len(slots), _WIDE), np.uint32)
        texts[:] = _NOBODY
        texts[:, 0] = heads
        blocked = ((heads & _BLOCK) != 0).nonzero()[0]
        if len(blocked):
            texts[blocked] = self._blocks[heads[blocked] & _VALUE]
        return texts

    def _join(self, number: int, slots: NDArray[np.intp], texts: Numbers, counts: NDArray[np.intp]) -> None:
        """Add a text to keys of which these are the texts, but for those that have room for none."""
        self._heads[slots[counts == 0]] = number
        alone = (counts == 1).nonzero()[0]
        if len(alone):
            new = self._new_blocks(len(alone))
            self._blocks[new, 0], self._blocks[new, 1] = texts[alone, 0], number
            self._heads[slots[alone]] = new | _BLOCK
        some = ((counts > 1) & (counts < _WIDE)).nonzero()[0]
        if len(some):
            self._blocks[self._heads[slots[some]] & _VALUE, counts[some]] = number

    def _make_common(self, number: int, keys: Hashes, slots: NDArray[np.intp], texts: Numbers) -> set[int]:
        """Keys of which these are the texts have one more from now on, and are common. All their texts."""
        touched = {number}
        for key, block, here in zip(keys.tolist(), self._heads[slots].tolist(), texts.tolist(), strict=True):
            touched.update(here)
            holders = [*here, number]
            self._crowds[key] = Crowd(holders, self._ranks[holders].tolist())
            self._free_block(block & int(_VALUE))
        self._heads[slots] = _NOBODY
        return touched

    def _new_blocks(self, count: int) -> Numbers:
        """Numbers of so many empty blocks."""
        if len(self._free) >= count:
            freed, self._free = self._free[-count:], self._free[:-count]
            return np.array(freed, np.uint32)
        if self._blocked + count > len(self._blocks):
            grown = np.full((len(self._blocks) * 3 // 2 + count, _WIDE), _NOBODY, np.uint32)
            grown[: self._blocked] = self._blocks[: self._blocked]
            self._blocks = grown
        self._blocked += count
        return np.arange(self._blocked - count, self._blocked, dtype=np.uint32)

    def _free_block(self, block: int) -> None:
        self._blocks[block] = _NOBODY
        self._free.append(block)

    def _texts(self, key: int) -> list[int]:
        """The texts of a key that is not common."""
        slots, found = self._find(np.array([key], np.uint64))
        return _told(self._holders(slots[found]))

    def _hold(self, key: int, texts: Sequence[int]) -> None:
        """Have a key that is not common held by these texts and no others, `_WIDE` at most."""
        keys = np.array([key], np.uint64)
        slots, found = self._find(keys)
        if found[0]:
            head = self._heads[slots[0]]
            if head & _BLOCK:
                self._free_block(int(head & _VALUE))
        head = _NOBODY
        if len(texts) == 1:
            head = np.uint32(texts[0])
        elif texts:
            block = self._new_blocks(1)
            self._blocks[block[0], : len(texts)] = texts
            head = block[0] | _BLOCK
        if found[0]:
            self._heads[slots[0]] = head
        else:
            self._insert_at(keys, np.array([head], np.uint32), slots)

    def _find(self, keys: Hashes) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Each key's place, and whether it is there at all; for one that is not, where it belongs."""
        rows = self._bucket(keys)
        slots, found = self._look(rows, keys)
        spilt = (slots < 0).nonzero()[0]
        while len(spilt):  # a full bucket spills over into the next
            rows[spilt] = (rows[spilt] + 1) % len(self._keys)
            slots[spilt], found[spilt] = self._look(rows[spilt], keys[spilt])
            spilt = spilt[slots[spilt] < 0]
        return slots, found

    def _look(self, rows: NDArray[np.intp], keys: Hashes) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Each key's place in a bucket, and whether it is there; -1 for one that is not in a full bucket."""
        same = self._keys[rows] == keys[:, None]
        found = same.view(np.uint64).ravel() != 0  # eight truths at once
        columns = self._filled[rows].astype(np.intp)
        slots = rows * _WIDE + columns
        slots[columns == _WIDE] = -1
        here = found.nonzero()[0]
        if len(here):
            slots[here] = rows[here] * _WIDE + same[here].argmax(axis=1)
        return slots, found

    def _bucket(self, keys: Hashes) -> NDArray[np.intp]:
        spread = keys * _SPREAD >> np.uint64(32)  # keys are the smallest of many hashes: their high bits are no good
        return (spread * np.uint64(len(self._keys)) >> np.uint64(32)).astype(np.intp)

    def _insert_at(self, keys: Hashes, heads: Numbers, slots: NDArray[np.intp]) -> None:
        """Put in keys where `_find` has shown that they belong; of those that want one place one has it, the others
        look for another."""
        table = self._keys.reshape(-1)
        while len(keys):
            table[slots] = keys
            won = table[slots] == keys
            if won.all():
                self._heads[slots] = heads
                self._filled[slots // _WIDE] += 1
                self._used += len(keys)
                return
            self._heads[slots[won]] = heads[won]
            self._filled[slots[won] // _WIDE] += 1
            self._used += int(np.count_nonzero(won))
            keys, heads = keys[~won], heads[~won]
            slots, _ = self._find(keys)

    def _grow(self) -> None:
        held = (self._keys.reshape(-1) != 0) & (self._heads != _NOBODY)
        keys, heads = self._keys.reshape(-1)[held], self._heads[held]
        rows = len(self._keys) * 3 // 2
        self._keys, self._heads = np.zeros((rows, _WIDE), np.uint64), np.zeros(rows * _WIDE, np.uint32)
        buckets = self._bucket(keys)
        order = buckets.argsort()
        keys, heads, buckets = keys[order], heads[order], buckets[order]
        begins = np.ones(len(keys), np.bool_)
        begins[1:] = buckets[1:] != buckets[:-1]
        columns = np.arange(len(keys)) - begins.nonzero()[0][np.cumsum(begins) - 1]
        fits = columns < _WIDE
        slots = buckets[fits] * _WIDE + columns[fits]
        self._keys.reshape(-1)[slots] = keys[fits]
        self._heads[slots] = heads[fits]
        self._filled = np.minimum(np.bincount(buckets, minlength=rows), _WIDE).astype(np.uint8)
        self._used = len(slots)
        keys, heads = keys[~fits], heads[~fits]
        self._insert_at(keys, heads, self._find(keys)[0])


def _told(texts: Numbers) -> list[int]:
    """The texts of rows as a list."""
    told: list[int] = texts[texts != _NOBODY].tolist()
    return told


def _weighted(keys: Hashes, texts: Numbers) -> list[int]:
    """The same, each as often as its key weighs."""
    told, of_figures = _told(texts), (keys & FIGURE) != 0
    if np.count_nonzero(of_figures):
        told += _told(texts[of_figures]) * (FIGURES_WEIGH - 1)
    return told
