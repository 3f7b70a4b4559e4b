"""The texts of a key that many hold, in memory: the few that it shows, and all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from archive.likeness.hashing import Hashes

SHOWN = 8
"""Texts that a common key shows: those of lowest rank."""


class Crowd:
    """The texts of a common key, by rank."""

    __slots__ = ("_more", "ranks", "shown", "texts")

    def __init__(self, texts: list[int], ranks: list[int]) -> None:
        order = sorted(range(len(texts)), key=ranks.__getitem__)
        self.texts = [texts[at] for at in order[:SHOWN]]
        self.ranks = [ranks[at] for at in order[:SHOWN]]
        self._more = np.array([texts[at] for at in order[SHOWN:]], np.uint32)
        self.shown = len(order) - SHOWN  # of `_more`, that are filled

    def everyone(self) -> list[int]:
        """All texts, those that are shown first."""
        return self.texts + [int(each) for each in self._more[: self.shown]]

    def remove(self, number: int, ranks: Hashes) -> int | None:
        """Take out a text; the one that is shown in its place, if it was shown itself. `ranks` are of all texts."""
        more = self._more[: self.shown]
        self.shown -= 1
        if number not in self.texts:
            self._more[more.tolist().index(number)] = more[-1]
            return None
        at, first = self.texts.index(number), int(ranks[more].argmin())
        del self.texts[at], self.ranks[at]
        follows = int(more[first])
        self.texts.append(follows)
        self.ranks.append(int(ranks[follows]))
        self._more[first] = more[-1]
        return follows

    def add(self, number: int, rank: int) -> int | None:
        """Take in a text; the one that it hides, if it is shown itself."""
        hides = None
        if rank < self.ranks[-1]:
            at = next(at for at, other in enumerate(self.ranks) if rank < other)
            self.texts.insert(at, number)
            self.ranks.insert(at, rank)
            self.ranks.pop()
            number = hides = self.texts.pop()
        if self.shown == len(self._more):
            self._more = np.resize(self._more, self.shown * 3 // 2 + 8)
        self._more[self.shown] = number
        self.shown += 1
        return hides
