"""What others wrote or what leads elsewhere, told by its form where no class says so: replies and teasers.

Replies: under each stands the same control (`回复`, `3回复`). Teasers: a linked headline, the opening of that article,
its day, twice or oftener. Seen on pages whose class names are made by a script (2019-2024). Spared: an interview, whose
answers have no control under them, and a single link before a paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

from crawler.extract.page import Line
from crawler.later import later

_REPLY = later(r"^(?:\d{1,5}\s*)?(?:条)?回[复覆](?:\s*[(（]?\d{1,5}[)）]?)?$")
_LEAST_REPLIES = 3
_WIDEST_REPLY = 10  # lines that one reply may take: name, place, day, text, controls
_DAY = later(
    r"^\D{0,6}(?:(?:19|20)\d\d\s?[-/.年])?\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?(?:\s*\d{1,2}[:：]\d{2}.{0,8})?$"
)
_LEAST_TEASERS = 2
_LEAST_LINK = 8  # characters of a headline
_LONGEST_DAY = 24


def others(lines: Sequence[Line]) -> frozenset[int]:
    """The indexes of the lines that are replies or teasers."""
    return frozenset(_replies(lines)) | frozenset(_teasers(lines))


def _replies(lines: Sequence[Line]) -> range:
    """From the first reply to the control of the last."""
    at = [index for index, line in enumerate(lines) if "回" in (text := line.text) and _is_reply(text)]
    if len(at) < _LEAST_REPLIES:
        return range(0)
    wide = median_low([after - before for before, after in pairwise(at)])
    if wide > _WIDEST_REPLY:
        return range(0)
    return range(max(0, at[0] - wide + 1), at[-1] + 1)


def _is_reply(text: str) -> bool:
    return len(text) <= 12 and _REPLY.match(text) is not None


def _teasers(lines: Sequence[Line]) -> list[int]:
    found = [
        index
        for index in range(1, len(lines) - 1)
        if not lines[index].linked
        and len(lines[index].text) > _LEAST_LINK
        and _leads(lines[index - 1])
        and len(lines[index + 1].text) <= _LONGEST_DAY
        and _DAY.match(lines[index + 1].text)
    ]
    return found if len(found) >= _LEAST_TEASERS else []


def _leads(line: Line) -> bool:
    return line.linked >= _LEAST_LINK and line.linked * 4 >= len(line.text) * 3
