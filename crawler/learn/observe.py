"""What stands where on one page: all that is kept of it for learning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from crawler.extract.attachment import is_attachment, is_document
from crawler.extract.blocks import data_tables, kind
from crawler.extract.body import is_prose
from crawler.extract.draft import Draft, is_fact_line
from crawler.extract.page import Line, Page
from crawler.learn.marks import SHORT, exact, has_letters, key_of, names, place_of, places, skeleton
from crawler.learn.words import speaks_as_furniture

MOST_LINES = 1_500
"""Lines of one page that are noted: its first and last, so that the foot of a long text is among them."""

_SAMPLE = 80
_CONTACT = re.compile(  # part of a notice, and the same under many of one office
    r"[\s（(]*(?:(?:业务|政策|技术)?(?:咨询|联系|监督|举报|投诉|服务|受理)(?:人|电话|方式|热线|邮箱|地址|单位|部门)?|电话|传真"
    r"|(?:通讯|通信|办公)?地址|邮编|邮政编码|(?:电子)?邮箱|E-?mail)\s*[:：]",
    re.IGNORECASE,
)


class Seen(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One visible line. A struct, as there are hundreds on a page (crawler.extract.lines); as JSON without names."""

    key: str
    place: str
    step: int  # the element around it, an index into Observation.steps; -1: none
    text: str  # its beginning, to be shown as a reason
    exact: str  # of the whole text: lines of one key that differ in it hold figures that change
    length: int
    inside: bool  # among the article's lines, before they were cleaned
    linked: bool  # for the most part; of such a line the next three are not asked
    prose: bool
    heading: bool
    speaks: bool  # holds a word of furniture
    spared: bool  # a fact, a contact, a caption, an attachment, a cell of a table of data: never furniture


class Step(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An element on the way from the page's root to a line; `outer` is the one around it (-1: none)."""

    place: str
    outer: int


class Observation(msgspec.Struct, frozen=True):
    """One page. `id` names what was read (a capture), `url` the page: of several captures of one page one counts."""

    id: str
    url: str
    skeleton: frozenset[int]
    body: str  # the place of the body's element
    steps: tuple[Step, ...]
    lines: tuple[Seen, ...]

    def around(self, line: Seen) -> Iterator[str]:
        """The places of the elements around a line, from the inside out."""
        at = line.step
        while at >= 0:
            yield self.steps[at].place
            at = self.steps[at].outer


def observe(page: Page, found: Sequence[Draft], identity: str, url: str) -> Observation | None:
    """The notes on a page that holds one article or more; None for a page without a body."""
    if not found:
        return None
    body = found[0].body.element
    inside = {index for each in found for index in each.lines}
    named = names(page)
    paths = places(page, named)
    steps, numbers = _steps(page, paths)
    tables = data_tables(page, range(len(page.lines)))
    pictured = {picture.before for picture in page.pictures if not picture.hidden}
    lines = []
    for index in _ends(len(page.lines)):
        line = page.lines[index]
        if not is_noted(line):
            continue
        place, linked = place_of(line, paths), line.linked * 2 >= len(line.text)
        key = key_of(line.text, place)
        same, excepted = _known_text(line.text) if len(line.text) <= SHORT else _of_text(line.text)
        lines.append(
            Seen(
                key=key,
                place=place,
                step=numbers.get(line.element, -1),
                text=line.text[:_SAMPLE],
                exact=same,
                length=len(line.text),
                inside=index in inside,
                linked=linked,
                prose=not linked and is_prose(line),
                heading=not linked and (bool(line.heading) or line.strong >= len(line.text.replace(" ", ""))),
                speaks=not linked and speaks_as_furniture(line.text),
                spared=excepted
                or is_document(line.hrefs)
                or (not linked and (index in tables or is_fact_line(line) or kind(page, index, pictured) == "caption")),
            )
        )
    return Observation(identity, url, skeleton(page, named, {body}), paths[body], steps, tuple(lines))


def is_noted(line: Line) -> bool:
    """Whether a line is seen and has letters."""
    return not line.hidden and has_letters(line.text)


def _of_text(text: str) -> tuple[str, bool]:
    """What a line's text alone tells: which one it is, and whether it names an attachment or whom to ask."""
    return exact(text), is_attachment(text) or _CONTACT.match(text) is not None


_known_text = lru_cache(maxsize=1024)(_of_text)  # most lines of a page stand on all pages of its site


def _steps(page: Page, paths: Sequence[str]) -> tuple[tuple[Step, ...], dict[int, int]]:
    """The elements that lines lie in, from the outside in, and the number of each."""
    used = {line.element for line in page.lines if line.element >= 0}
    for index in range(len(page.elements) - 1, -1, -1):
        if index in used:
            used.add(page.elements[index].parent)
    used.discard(-1)
    steps: list[Step] = []
    numbers: dict[int, int] = {}
    for index in sorted(used):
        numbers[index] = len(steps)
        steps.append(Step(paths[index], numbers.get(page.elements[index].parent, -1)))
    return tuple(steps), numbers


def _ends(count: int) -> list[int]:
    """The indexes that are noted: all, or as many from the beginning as from the end."""
    if count <= MOST_LINES:
        return list(range(count))
    half = MOST_LINES // 2
    return [*range(half), *range(count - half, count)]
