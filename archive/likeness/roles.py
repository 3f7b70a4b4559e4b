"""What each article of a story is in it, and the story's name. Pure: a function of the set of its articles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.likeness.origin import Copy, Origin, origin_of, span

if TYPE_CHECKING:
    from archive.likeness.groups import Group
    from archive.model import Role

_BETWEEN = re.compile(r"[、，,；;/|\s]+")  # 来源：赤岭经济报、新赤岭客户端
SHORT = 0.5
"""Of the longest text: what holds less counts as an excerpt when the origin is looked for."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story: which text it has, how long that is, and what its page tells of its origin."""

    text: int
    length: int
    copy: Copy


@dataclass(frozen=True, slots=True)
class Story:
    """A story of two articles or more: its id, where it comes from, and what each of its articles is in it."""

    id: str
    origin: Origin
    roles: Mapping[str, Role]


def story_of(group: Group, members: Sequence[Member]) -> Story:
    """The story that the articles of connected texts make.

    Its id is the id of the article that was published first for certain (a day is over at midnight), of equals the
    smallest: later copies leave it as it is, and whoever knows an old one finds an article that is still in the story.
    """
    ours = frozenset(name for member in members for name in (member.copy.outlet, *member.copy.names))
    longest = max(member.length for member in members)
    copies = [_measured(member, longest, ours) for member in members]
    first = min(copies, key=lambda copy: (copy.damaged, span(copy)[1], copy.id))
    origin = origin_of(copies)
    best = next(member for member in members if member.copy.id == origin.id)
    core = next(core for core in group.cores if best.text in core)
    roles: dict[str, Role] = {}
    for member in members:
        if member.copy.id == origin.id and origin.held:
            roles[member.copy.id] = "origin"
        elif member.copy.damaged:
            roles[member.copy.id] = "mirror"
        else:
            cut = member.text not in core and member.length < best.length
            roles[member.copy.id] = "excerpt" if cut else "reprint"
    return Story(first.id, origin, roles)


def _measured(member: Member, longest: int, ours: frozenset[str]) -> Copy:
    """The copy with its size, and with one name as its source: of several one whose site has an article here."""
    share = member.length / longest if longest else 1.0
    source = member.copy.source
    if source is not None and source not in ours:
        parts = [part for part in _BETWEEN.split(source) if part]
        source = next((part for part in parts if part in ours), parts[0] if parts else None)
    return replace(member.copy, source=source, completeness=share, excerpt=share < SHORT)
