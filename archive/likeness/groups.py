"""Which texts are one story, from how they are tied. A function of the ties: the order in which they came is not in it.

Texts that reprints connect are one. An excerpt joins the story that holds most of it, and no second one: a quotation
that two reports share must not make one story of them. Nor must a copy of the one report that was cut off so that
the quotation is most of it: what it shares with the other report is *borrowed*, for its own report holds more of it and
has nothing else to do with the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from archive.likeness.pair import Relation

if TYPE_CHECKING:
    from archive.likeness.shelf import Tie

Ties = Callable[[int], Mapping[int, "Tie"]]
Order = Callable[[int], tuple[int, int]]

MORE = 15
"""Percent of a text, that its own report holds more than one from which it has borrowed. A line at its head or foot
makes less."""


class Group(NamedTuple):
    """The texts of one story, by cores: each is connected by reprints, and one joined another as its excerpt."""

    cores: tuple[frozenset[int], ...]

    @property
    def texts(self) -> frozenset[int]:
        """All of them."""
        return frozenset().union(*self.cores)


def reachable(start: int, ties: Ties) -> set[int]:
    """All texts that ties of any kind lead to."""
    found, ahead = {start}, [start]
    while ahead:
        new = ties(ahead.pop()).keys() - found
        found |= new
        ahead += new
    return found


def groups(texts: Collection[int], ties: Ties, order: Order) -> list[Group]:
    """The stories of texts that no tie connects with others.

    `order` gives a text's length and rank, which no two texts share.
    """
    ties = _without_borrowed(cache(ties), order)
    leader: dict[int, int] = {}
    cores: dict[int, set[int]] = {}
    for text in sorted(texts, key=order):
        if text not in leader:
            cores[text] = reachable(text, lambda one: _reprints(ties(one)))
            leader.update(dict.fromkeys(cores[text], text))
    stories = {first: {first} for first in cores}
    for first, core in cores.items():
        container = _best_container(core, ties, order)
        if container is not None:
            _join(stories, first, leader[container])
    distinct = {id(story): story for story in stories.values()}
    return [Group(tuple(frozenset(cores[first]) for first in sorted(story))) for story in distinct.values()]


def _without_borrowed(ties: Ties, order: Order) -> Ties:
    """The ties but for those of a text to a longer one with which a third, that holds more of it, is not tied."""

    @cache
    def longer(short: int) -> list[tuple[int, int]]:
        """The longer texts that hold some of a text, each behind its share, the largest first.

        Put in order once: a text may have thousands, each of which is asked whether it holds what was borrowed.
        """
        held = ((tie.share, other) for other, tie in ties(short).items() if order(other) > order(short))
        return sorted(held, reverse=True)

    def borrowed(one: int, other: int, tie: Tie) -> bool:
        if tie.share + MORE > 100:
            return False
        short, long = sorted((one, other), key=order)
        near = ties(long)
        better = takewhile(lambda third: third[0] >= tie.share + MORE, longer(short))
        return any(third not in near for _, third in better)

    @cache
    def counted(one: int) -> Mapping[int, Tie]:
        return {other: tie for other, tie in ties(one).items() if not borrowed(one, other, tie)}

    return counted


def _reprints(tied: Mapping[int, Tie]) -> dict[int, Tie]:
    return {other: tie for other, tie in tied.items() if tie.relation != Relation.EXCERPT}


def _best_container(core: set[int], ties: Ties, order: Order) -> int | None:
    """The text outside of the core that holds the largest share of one of its texts; of equals the first in order."""
    found = (
        (-tie.share, order(other), other)
        for text in core
        for other, tie in ties(text).items()
        if other not in core and order(text) < order(other)
    )
    best = min(found, default=None)
    return best[2] if best else None


def _join(stories: dict[int, set[int]], one: int, other: int) -> None:
    if stories[one] is stories[other]:
        return
    joined = stories[one] | stories[other]
    stories.update(dict.fromkeys(joined, joined))
