"""A page that holds two articles or more, as magazines put a whole issue's column on one.

Told by its headlines: headings of one level, each with a signature right under it (an office, or a person's office and
name) and at least 200 characters of sentences below. A sub-head has no signature. Where a magazine's layout put the
opening of an article above its headline, those lines are given back to it: they share its words, not those of the
article before (seen in an issue of an industry magazine, 2020). Spared: interviews and documents with signed parts
under one headline have no second heading of the headline's own level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawler.extract.body import MARKS, is_prose
from crawler.extract.names import is_name
from crawler.extract.page import Line, Page
from crawler.later import later

_LEAST_PROSE = 200
_MOST_SIGNATURES = 3
_MOST_MOVED = 6
_OFFICE = later(
    r"(?:厅|局|委|委员会|办公室|部|院|公司|集团|中心|大学|学院|学校|政府|协会|商会|联合会|研究所|研究院|银行|处|社|网|报|党组|课题组)$"
)
_POST = later(
    r"(?:厅长|局长|主任|书记|部长|院长|校长|董事长|总经理|总裁|会长|秘书长|市长|县长|区长|州长|专员|处长|所长|教授|研究员|院士|主席|行长|社长|总编辑?)\s*(?P<name>\S{2,4})$"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One article of the page: the indexes of its headline, of the signature under it, and of its text."""

    headline: int
    signature: tuple[int, ...]
    lines: tuple[int, ...]
    author: tuple[str, ...]


def split(page: Page, first: int, last: int) -> tuple[Part, ...]:
    """The articles among the lines `first` to `last`; fewer than two headlines give none."""
    headlines = [index for index in range(first, last) if _is_headline(page.lines, index, last)]
    if len(headlines) < 2:
        return ()
    level = page.lines[headlines[0]].heading
    headlines = [index for index in headlines if page.lines[index].heading == level]
    if len(headlines) < 2 or any(is_prose(page.lines[index]) for index in range(first, headlines[0])):
        return ()
    texts = [
        [index for index in range(start + 1, stop) if not page.lines[index].hidden]
        for start, stop in zip(headlines, [*headlines[1:], last], strict=True)
    ]
    if any(sum(len(page.lines[at].text) for at in text if is_prose(page.lines[at])) < _LEAST_PROSE for text in texts):
        return ()
    parts = []
    carried: list[int] = []
    for number, (headline, text) in enumerate(zip(headlines, texts, strict=True)):
        signature = _signature(page.lines, text)
        own = text[len(signature) :]
        moved = _opening_of_next(page, own, texts[number + 1]) if number + 1 < len(texts) else []
        kept = own[: len(own) - len(moved)]
        parts.append(Part(headline, tuple(signature), (*carried, *kept), _author(page.lines, signature)))
        carried = moved
    return tuple(parts)


def _is_headline(lines: Sequence[Line], index: int, last: int) -> bool:
    line = lines[index]
    if not 1 <= line.heading <= 3 or line.hidden or not 4 <= len(line.text) <= 60:
        return False
    return bool(_signature(lines, range(index + 1, min(index + 1 + _MOST_SIGNATURES, last))))


def _signature(lines: Sequence[Line], text: Sequence[int]) -> list[int]:
    """The indexes of the first lines that are an office or a name with a post."""
    found: list[int] = []
    for index in text[:_MOST_SIGNATURES]:
        if not _signs(lines[index]):
            break
        found.append(index)
    return found


def _signs(line: Line) -> bool:
    text = line.text
    if line.heading or not 2 <= len(text) <= 24 or MARKS.search(text):
        return False
    return bool(_OFFICE.search(text)) or _name(text) is not None


def _name(text: str) -> str | None:
    post = _POST.search(text)
    if post and is_name(post["name"]):
        return post["name"]
    word = "".join(text.split())
    return word if len(word) <= 4 and is_name(word) else None


def _author(lines: Sequence[Line], signature: Sequence[int]) -> tuple[str, ...]:
    """The people who sign, else the office."""
    names = [name for index in signature if (name := _name(lines[index].text))]
    return tuple(names) or tuple(lines[index].text for index in signature[:1])


def _opening_of_next(page: Page, own: Sequence[int], following: Sequence[int]) -> list[int]:
    """The last lines of an article whose pairs of characters are those of the next one."""
    ours = _pairs(page, own[:-_MOST_MOVED])
    theirs = _pairs(page, following)
    only_ours, only_theirs = ours - theirs, theirs - ours
    moved: list[int] = []
    for index in reversed(own[-_MOST_MOVED:]):
        pairs = _pairs_of(page.lines[index].text)
        near = len(pairs & only_theirs) / max(len(only_theirs), 1)
        here = len(pairs & only_ours) / max(len(only_ours), 1)
        if near <= here * 1.5 or not pairs & only_theirs:
            break
        moved.insert(0, index)
    return moved


def _pairs(page: Page, indexes: Sequence[int]) -> set[str]:
    return {pair for index in indexes for pair in _pairs_of(page.lines[index].text)}


def _pairs_of(text: str) -> set[str]:
    letters = [letter for letter in text if "\u4e00" <= letter <= "\u9fff"]
    return {one + two for one, two in pairwise(letters)}
