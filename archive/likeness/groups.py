"""Which texts are one story, from how they are tied. A function of the ties: the order in which they came is not in it.

Texts that reprints connect are one. An excerpt joins the story that holds most of it, and no second one: a quotation
that two reports share must not make one story of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple

from archive.likeness.pair import Relation

if TYPE_CHECKING:
    from archive.likeness.shelf import Tie

Ties = Callable[[int], Mapping[int, "Tie"]]
Order = Callable[[int], tuple[int, int]]


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
