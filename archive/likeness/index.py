"""Articles as they come and go, each compared with what is held already, and the stories that they make.

The stories are a function of the texts that are held. Whether two are tied depends on the two, and on the ranks that
their common keys show (archive/likeness/postings.py), which any order of arrival brings about; where a key shows a
text no longer, the ties that rested on it are looked at again, and where it shows one anew that one meets its like.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from archive.likeness.groups import Group, groups, reachable
from archive.likeness.pair import Likeness, Prepared, Relation, likeness, plain
from archive.likeness.shared import Shared, Standing
from archive.likeness.shelf import Holder, Memory, Shelf, tie_of
from archive.likeness.sketch import DENSITY, Sketch

if TYPE_CHECKING:
    from archive.likeness.postings import Met
    from archive.likeness.shelf import Tie

_LEAST_KEYS = 2
_LEAST_SHARE = 0.12
"""Of the keys that the shorter of two texts would share with the longer if that held all of it."""
_LEAST_OF_LENGTH = _LEAST_SHARE * DENSITY
_PREPARED = 2048
"""Texts that are at hand: the few that common keys show are asked for all the time, and newcomers must not crowd them
out. Some 10 KB each."""
_AT_ONCE = 100
"""Texts whose ties are looked at together."""
_FEW = 16
"""Texts that are fetched before it is known by their lengths whether they are to be compared: as many as a template's
bulletin meets."""
_MOST_NAMED = 100
"""Articles of one text that are named: a site's notice may stand under every address that it has."""


@dataclass(frozen=True, slots=True)
class Match:
    """An article that is related to the one that was asked about. Articles of one folded text have one match."""

    id: str
    relation: Relation
    share: float
    """Of the shorter text, that stands in the longer."""


class Index:
    """All articles, and what they are to each other.

    >>> index = Index()
    >>> story = "岚川市经信局昨日通报，前三季度全市规上工业增加值同比增长7.2%，高于全省平均水平1.1个百分点。"
    >>> index.add("a", story)
    ()
    >>> [(match.id, match.relation.value) for match in index.add("b", "本报讯 " + story)]
    [('a', 'reprint')]
    >>> sorted(index.story("a"))
    ['a', 'b']
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = Memory() if shelf is None else shelf
        self._time = 0  # counts the texts that were taken in
        self._touched: dict[int, int] = {}  # texts whose ties are to be looked at before they are believed, since when
        self._reviewed: dict[int, int] = {}  # texts whose ties were looked at, and when
        self._standings: dict[int, Standing] = {}  # as of now
        self._prepared: OrderedDict[int, Prepared] = OrderedDict()

    def add(self, id: str, text: str) -> tuple[Match, ...]:
        """Take in an article; what it is to those that are held, the most alike first.

        The same article with another text is known by that from now on; the text that it had is forgotten.
        """
        number, printed = self._put(id, Sketch.of(text), printed_as(text))
        return self._matches(number, printed, leave_out=id)

    def put(self, id: str, sketch: Sketch, printed: int) -> None:
        """Take in an article as `add` does, from its sketch and `printed_as`, and say nothing of its like."""
        self._put(id, sketch, printed)

    def _put(self, id: str, sketch: Sketch, printed: int) -> tuple[int, int]:
        shelf, before = self._shelf, self._shelf.held_by(id)
        if before is not None and shelf.rank(before) != sketch.digest:
            self.remove(id)
        number = shelf.number_of(sketch.digest)
        if number is None:
            number = shelf.take(sketch)
            met = shelf.postings.place(number, sketch.digest, sketch.keys)
            self._time += 1
            self._standings.clear()
            prepared = Prepared.sketched(sketch)
            self._keep(number, prepared)
            self._tie(number, prepared, met, ())
            self._touch(met.touched)
        shelf.hold(number, Holder(id, printed))
        return number, printed

    def remove(self, id: str) -> None:
        """Forget an article; its text too, unless another article has it. Raises KeyError if it is not held."""
        number = self._shelf.held_by(id)
        if number is None:
            raise KeyError(id)
        self._shelf.release(id)
        if not self._shelf.is_held(number):
            self._drop(number)

    def discard(self, id: str) -> None:
        """Forget an article, if it is held."""
        if self._shelf.held_by(id) is not None:
            self.remove(id)

    def query(self, text: str) -> tuple[Match, ...]:
        """What `add` would say of a new article with that text; nothing is kept."""
        sketch = Sketch.of(text)
        number = self._shelf.number_of(sketch.digest)
        if number is not None:
            return self._matches(number, printed_as(text))
        prepared = Prepared.sketched(sketch)
        found = self._related(prepared, self._shelf.postings.meet(sketch.digest, sketch.keys))
        own = self._stand(prepared)
        return _ordered(
            Match(holder.id, one.relation, round(one.of_shorter, 2))
            for other, one in found
            if not Shared(own, self._standing(other)).template
            for holder in self._first_holder(other)
        )

    def story(self, id: str) -> frozenset[str]:
        """The articles of an article's story, itself included. Raises KeyError for an article that is not held."""
        number = self._shelf.held_by(id)
        if number is None:
            raise KeyError(id)
        return next(self._articles(group.texts) for group in self._groups(number) if number in group.texts)

    def stories(self) -> Iterator[frozenset[str]]:
        """All stories of an index in memory."""
        if not isinstance(self._shelf, Memory):
            raise TypeError("All stories at once can be had of an index in memory only.")
        seen: set[int] = set()
        for article in self._shelf.articles():
            number = self._shelf.held_by(article)
            if number is None or number in seen:
                continue
            for group in self._groups(number):
                seen |= group.texts
                yield self._articles(group.texts)

    def review(self) -> None:
        """Look at once at all ties that keys have put in doubt, and not when they are next asked for."""
        while self._touched:
            some = set(islice(self._touched, _AT_ONCE))
            self.foresee(some)
            for number in some:
                if number in self._touched:
                    self._review(number)

    def foresee(self, numbers: Collection[int]) -> None:
        """Have at hand what it takes to look at the ties of some texts, or to forget them."""
        shelf = self._shelf
        near = set(numbers).union(*(shelf.ties(number) for number in shelf.tied(numbers)))
        shelf.foresee([text for text in near if text not in self._prepared], whole=True)
        if near:
            shelf.postings.foresee(np.concatenate([self._prepare(text).keys for text in near]))

    def groups(self, numbers: Iterable[int]) -> Iterator[Group]:
        """The stories in which some texts stand, by the numbers of their texts. Texts that are not held have none."""
        seen: set[int] = set()
        for number in numbers:
            if number not in seen:
                for group in self._groups(number):
                    seen |= group.texts
                    yield group

    def _groups(self, number: int) -> list[Group]:
        shelf = self._shelf
        return groups(reachable(number, self._live), self._live, lambda text: (shelf.length(text), shelf.rank(text)))

    def _live(self, number: int) -> dict[int, Tie]:
        """The ties that hold, looked at again if keys have changed since they were looked at."""
        if number in self._touched:
            self._review(number)
        return {other: tie for other, tie in self._shelf.ties(number).items() if tie.holds}

    def _articles(self, texts: Iterable[int]) -> frozenset[str]:
        return frozenset(holder.id for text in texts for holder in self._shelf.holders(text))

    def _tie(self, number: int, prepared: Prepared, met: Met, known: Iterable[int]) -> None:
        """Tie a text to those that it meets and is related to, but for those that it is tied to already."""
        shelf = self._shelf
        found = list(self._related(prepared, met, {number, *known}))
        common = shelf.postings.last_shown(prepared.numbers) if found else {}
        for other, one in found:
            shelf.tie(number, other, tie_of(one.relation, round(100 * one.of_shorter)))
            if met.rare.count(other) < len(common):
                self._touched[number] = self._time  # it may be that most of what they share is common

    def _touch(self, numbers: Collection[int]) -> None:
        if numbers:
            self._touched.update((number, self._time) for number in self._shelf.tied(numbers))

    def _drop(self, number: int) -> None:
        """Forget a text. Whom a key shows in its place meets the others now, as it would if it came now."""
        shelf, gone = self._shelf, self._prepare(number)
        left = shelf.postings.leave(number, gone.digest, gone.keys)
        for other in list(shelf.ties(number)):
            shelf.untie(number, other)
        shelf.drop(number)
        self._time += 1
        self._standings.clear()
        del self._prepared[number]
        self._touched.pop(number, None)
        for text in left.shown:
            prepared = self._prepare(text)
            met = shelf.postings.meet(prepared.digest, prepared.keys)
            self._tie(text, prepared, met, shelf.ties(text))
        self._touch(left.touched | left.shown)

    def _related(self, one: Prepared, met: Met, but: Collection[int] = ()) -> Iterator[tuple[int, Likeness]]:
        """The texts that are related, of those that it shares enough keys with."""
        shelf, own = self._shelf, one.length
        likely = [text for text, weight in met.weights.items() if weight >= _LEAST_KEYS and text not in but]
        if not likely:
            return
        unknown = [text for text in likely if text not in self._prepared]
        shelf.foresee(unknown, whole=len(unknown) <= _FEW)
        weights, length = met.weights, shelf.length
        likely = [text for text in likely if weights[text] >= _LEAST_OF_LENGTH * min(own, length(text))]
        shelf.foresee([text for text in likely if text not in self._prepared], whole=True)
        for other in likely:
            found = likeness(one, self._prepare(other))
            if found.relation != Relation.DIFFERENT:
                yield other, found

    def _review(self, number: int) -> None:
        """Look again at a text's ties, for its keys tell less or more than they did."""
        since = self._touched.pop(number)
        for other, tie in list(self._shelf.ties(number).items()):
            if other not in self._touched and self._reviewed.get(other, 0) >= since:
                continue  # the other's ties were looked at after that, this one among them, and nothing has come since
            shared = Shared(self._standing(number), self._standing(other))
            shorter = min(self._shelf.length(number), self._shelf.length(other))
            if shared.shown < _least(shorter):
                self._shelf.untie(number, other)
            elif tie.holds == (template := shared.template):
                self._shelf.tie(number, other, tie_of(tie.relation, tie.share, holds=not template))

        if len(self._reviewed) >= _PREPARED:
            self._reviewed.clear()  # a tie is looked at twice then
        self._reviewed[number] = self._time

    def _standing(self, number: int) -> Standing:
        found = self._standings.get(number)
        if found is None:
            if len(self._standings) >= _PREPARED:
                self._standings.clear()
            found = self._standings[number] = self._stand(self._prepare(number))
        return found

    def _stand(self, text: Prepared) -> Standing:
        return Standing(text, self._shelf.postings.last_shown(text.numbers))

    def _prepare(self, number: int) -> Prepared:
        found = self._prepared.pop(number, None)
        if found is None:
            shelf = self._shelf
            found = Prepared(
                shelf.rank(number),
                shelf.length(number),
                partial(shelf.units, number),
                partial(shelf.keys, number),
                partial(shelf.figures, number),
            )
        self._keep(number, found)
        return found

    def _keep(self, number: int, prepared: Prepared) -> None:
        """Have a text at hand: its copies come soon after it, and the texts that common keys show all the time."""
        if len(self._prepared) >= _PREPARED:
            self._prepared.popitem(last=False)
        self._prepared[number] = prepared

    def _matches(self, number: int, printed: int, leave_out: str | None = None) -> tuple[Match, ...]:
        found = []
        for holder in islice(self._shelf.holders(number), _MOST_NAMED):
            if holder.id != leave_out:
                relation = Relation.SAME if holder.printed == printed else Relation.REPRINT
                found.append(Match(holder.id, relation, 1.0))
        for other, tie in self._live(number).items():
            found += [Match(holder.id, tie.relation, tie.share / 100) for holder in self._first_holder(other)]
        return _ordered(found)

    def _first_holder(self, number: int) -> list[Holder]:
        return list(islice(self._shelf.holders(number), 1))


def _least(shorter: int) -> float:
    """The weight of the keys that two texts must share to be compared, by the length of the shorter one."""
    return max(_LEAST_KEYS, _LEAST_OF_LENGTH * shorter)


def _ordered(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(sorted(matches, key=lambda match: (-match.share, match.relation != Relation.SAME, match.id)))


def printed_as(text: str) -> int:
    """Tells texts apart that fold to the same and are not letter for letter the same."""
    return int.from_bytes(blake2b(plain(text).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
