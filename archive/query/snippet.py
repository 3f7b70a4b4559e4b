"""What is shown of an article that was found: where its matches stand, and the best piece of its text. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from archive.fold import places

SIZE = 80
"""Characters from the beginning of a piece's first match to its end, at most."""

AROUND = 30
"""Characters before the first match."""

MOST = 500
"""Matches of each word that are told of in one text."""

_SPACE = re.compile(r"\s+")
_UNEVEN = re.compile(r"[^\S ]|  ")
"""White space that is no single blank."""

Place = tuple[int, int]
"""Where a match begins and ends, in characters of the text as it is printed."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text on one line: pieces in turn without and with a mark, the first without."""

    pieces: tuple[str, ...]

    def marked(self, before: str = "[", behind: str = "]") -> str:
        """The line with marks around each match."""
        return "".join(f"{before}{each}{behind}" if number % 2 else each for number, each in enumerate(self.pieces))


Match = tuple[int, int, int]
"""Where a match begins and ends, and the number of its word."""

_END, _WORD = itemgetter(1), itemgetter(2)


def matches(text: str, strings: Sequence[str]) -> list[Match]:
    """Where the folded strings stand in a text, in its order; the first 500 of each."""
    return places(text, strings, MOST) if strings else []


def merged(found: Sequence[Match]) -> list[Place]:
    """The places without overlaps, in their order."""
    made: list[Place] = []
    behind = 0
    for start, end, _ in found:
        if start < behind:
            behind = max(behind, end)
            made[-1] = (made[-1][0], behind)
        else:
            behind = end
            made.append((start, end))
    return made


def snippet(text: str, found: Sequence[Match]) -> Snippet:
    """The piece that holds most of the words, then most matches, then the first; the beginning if there is no match."""
    first, behind = best(found)
    if first == behind:
        return Snippet((_flat(text[:SIZE].lstrip()) + _more(len(text) > SIZE),))
    begin = found[first][0]
    start = max(begin - AROUND, 0)
    end = min(max(begin + SIZE, max(map(_END, found[first:behind]))), len(text))
    inside = [match for match in found[first : bisect_left(found, (end,))] if match[1] <= end]
    cut = [start]
    for place in merged(inside):
        cut += place
    cut.append(end)
    pieces = [text[one:other] for one, other in pairwise(cut)]
    if _UNEVEN.search(text, start, end):
        pieces = [_flat(piece) for piece in pieces]
    pieces[0] = _more(start > 0) + pieces[0].lstrip()
    pieces[-1] = pieces[-1].rstrip() + _more(end < len(text))
    return Snippet(tuple(pieces))


def best(found: Sequence[Match]) -> tuple[int, int]:
    """Which matches are shown: the first of them, and the one behind the last."""
    chosen, most = (0, 0), (0, 0)
    first = words = 0
    times = [0] * (max(map(_WORD, found), default=0) + 1)  # of each word from the first match on
    for behind, (_, end, which) in enumerate(found, 1):
        words += not times[which]
        times[which] += 1
        while behind - first > 1 and end - found[first][0] > SIZE:
            left = found[first][2]
            times[left] -= 1
            words -= not times[left]
            first += 1
        if (words, behind - first) > most:
            most, chosen = (words, behind - first), (first, behind)
    return chosen


def _flat(piece: str) -> str:
    """On one line: each stretch of white space is one blank."""
    return _SPACE.sub(" ", piece)


def _more(there_is: bool) -> str:
    return "…" if there_is else ""
