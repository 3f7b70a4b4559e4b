"""What an index keeps: texts with their articles, keys, and which texts are related; here in memory.

`archive.store.shelf` keeps the same in a database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from archive.likeness.figures import Figures
from archive.likeness.pair import Relation
from archive.likeness.postings import MemoryPostings, Postings

if TYPE_CHECKING:
    from archive.likeness.fold import Units
    from archive.likeness.hashing import Hashes
    from archive.likeness.sketch import Sketch


class Tie(NamedTuple):
    """How two texts are related; `share`, in percent, is how much of the shorter stands in the longer.

    A tie that does not hold is kept: what speaks against it are common keys, and others may become common later.
    """

    relation: Relation
    share: int
    holds: bool = True


class Holder(NamedTuple):
    """An article that has a text; `printed` tells equal folded texts apart that are not letter for letter the same."""

    id: str
    printed: int


class Shelf(Protocol):
    """Where an index keeps its things."""

    @property
    def postings(self) -> Postings:
        """The keys."""

    def number_of(self, digest: int) -> int | None:
        """The text of that digest."""

    def take(self, sketch: Sketch) -> int:
        """Keep a new text; its number, counted from 0. Its keys go to the postings."""

    def foresee(self, numbers: Collection[int], *, whole: bool) -> None:
        """These texts will be asked for next, or their lengths alone: whoever must fetch them may do that at once."""

    def units(self, number: int) -> Units:
        """A text as it was folded."""

    def figures(self, number: int) -> Figures | None:
        """Its figures; None if they must be looked for in its units."""

    def keys(self, number: int) -> Hashes | None:
        """Its keys in rising order; None if they must be chosen anew."""

    def length(self, number: int) -> int:
        """How many units it has."""

    def rank(self, number: int) -> int:
        """Its rank."""

    def hold(self, number: int, holder: Holder) -> None:
        """Note that an article has the text, and with which text it was printed."""

    def release(self, article: str) -> None:
        """Forget which text an article has."""

    def drop(self, number: int) -> None:
        """Forget a text that no article has, and that is tied to none."""

    def holders(self, number: int) -> Iterable[Holder]:
        """The articles that have the text."""

    def is_held(self, number: int) -> bool:
        """Whether any article has the text."""

    def held_by(self, article: str) -> int | None:
        """The text of an article."""

    def tie(self, one: int, other: int, tie: Tie) -> None:
        """Note that two texts are related."""

    def untie(self, one: int, other: int) -> None:
        """Forget that they are."""

    def ties(self, number: int) -> Mapping[int, Tie]:
        """The texts that are related to this one."""

    def tied(self, numbers: Iterable[int]) -> Iterable[int]:
        """Those of some texts that are related to any."""


@cache
def tie_of(relation: Relation, share: int, *, holds: bool = True) -> Tie:
    """One object for all ties that are equal: there are few, and an archive has millions."""
    return Tie(relation, share, holds)


class Memory:
    """A shelf in memory: about 4 KB for an article of 1,000 characters."""

    def __init__(self) -> None:
        self.postings: Postings = MemoryPostings()
        self._numbers: dict[int, int] = {}  # digest → text
        self._units: list[bytes] = []
        self._figures: list[bytes | None] = []
        self._keys: list[bytes] = []
        self._ranks: list[int] = []
        self._holders: list[Holder | dict[str, Holder] | None] = []  # mostly one
        self._texts: dict[str, int] = {}  # article → text
        self._ties: dict[int, dict[int, Tie]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def articles(self) -> Iterable[str]:
        """All articles."""
        return self._texts

    def number_of(self, digest: int) -> int | None:
        """See `Shelf`."""
        return self._numbers.get(digest)

    def take(self, sketch: Sketch) -> int:
        """See `Shelf`."""
        number = len(self._units)
        self._numbers[sketch.digest] = number
        self._units.append(sketch.units.tobytes())
        self._figures.append(sketch.figures.packed())
        self._keys.append(sketch.keys.tobytes())
        self._ranks.append(sketch.digest)
        self._holders.append(None)
        return number

    def foresee(self, numbers: Collection[int], *, whole: bool) -> None:
        """See `Shelf`. They are all at hand."""

    def units(self, number: int) -> Units:
        """See `Shelf`."""
        return np.frombuffer(self._units[number], np.uint16)

    def figures(self, number: int) -> Figures | None:
        """See `Shelf`."""
        packed = self._figures[number]
        return None if packed is None else Figures.unpacked(packed)

    def keys(self, number: int) -> Hashes:
        """See `Shelf`."""
        return np.frombuffer(self._keys[number], np.uint64)

    def length(self, number: int) -> int:
        """See `Shelf`."""
        return len(self._units[number]) // 2

    def rank(self, number: int) -> int:
        """See `Shelf`."""
        return self._ranks[number]

    def hold(self, number: int, holder: Holder) -> None:
        """See `Shelf`."""
        self.release(holder.id)
        self._texts[holder.id] = number
        now = self._holders[number]
        if now is None:
            self._holders[number] = holder
        elif isinstance(now, Holder):
            self._holders[number] = {now.id: now, holder.id: holder}
        else:
            now[holder.id] = holder

    def release(self, article: str) -> None:
        """See `Shelf`."""
        before = self._texts.pop(article, None)
        if before is not None:
            self._holders[before] = {each.id: each for each in self.holders(before) if each.id != article} or None

    def drop(self, number: int) -> None:
        """See `Shelf`. Its number is not used again."""
        del self._numbers[self._ranks[number]]
        self._units[number] = self._keys[number] = b""
        self._figures[number] = None

    def holders(self, number: int) -> Iterable[Holder]:
        """See `Shelf`."""
        now = self._holders[number]
        if now is None:
            return ()
        return (now,) if isinstance(now, Holder) else now.values()

    def is_held(self, number: int) -> bool:
        """See `Shelf`."""
        return bool(self._holders[number])

    def held_by(self, article: str) -> int | None:
        """See `Shelf`."""
        return self._texts.get(article)

    def tie(self, one: int, other: int, tie: Tie) -> None:
        """See `Shelf`."""
        self._ties.setdefault(one, {})[other] = tie
        self._ties.setdefault(other, {})[one] = tie

    def untie(self, one: int, other: int) -> None:
        """See `Shelf`."""
        del self._ties[one][other], self._ties[other][one]

    def ties(self, number: int) -> Mapping[int, Tie]:
        """See `Shelf`."""
        return self._ties.get(number, {})

    def tied(self, numbers: Iterable[int]) -> Iterable[int]:
        """See `Shelf`."""
        return [number for number in numbers if self._ties.get(number)]
