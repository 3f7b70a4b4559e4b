"""What stands where on one page: all that is kept of it for learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.blocks import data_tables, kind
from crawler.extract.body import is_prose
from crawler.extract.draft import Draft, is_fact_line
from crawler.extract.page import Page
from crawler.learn.marks import exact, key_of, letters, names, place_of, places, skeleton
from crawler.learn.words import speaks_as_furniture

MOST_LINES = 1_500
"""Lines of one page that are noted: its first and last, so that the foot of a long text is among them."""

_TEXT_TAGS = frozenset(("p", "span", "font", "center", "h1", "h2", "h3", "h4", "h5", "h6"))
_SAMPLE = 80


@dataclass(frozen=True, slots=True)
class Seen:
    """One visible line."""

    key: str
    place: str
    text: str  # its beginning, to be shown as a reason
    exact: str  # of the whole text: lines of one key that differ in it hold figures that change
    length: int
    inside: bool  # among the article's lines, before they were cleaned
    linked: bool  # for the most part
    prose: bool  # of a line of the text
    heading: bool
    speaks: bool  # of a line of the text: holds a word of furniture
    boxed: bool  # inside a box with a name of its own within the body's element
    spared: bool  # of a line of the text: a fact, a caption, a cell of a table of data: never furniture


@dataclass(frozen=True, slots=True)
class Observation:
    """One page. `id` names what was read (a capture), `url` the page: of several captures of one page one counts."""

    id: str
    url: str
    skeleton: frozenset[int]
    body: str  # the place of the body's element
    lines: tuple[Seen, ...]


def observe(page: Page, found: Sequence[Draft], identity: str, url: str) -> Observation | None:
    """The notes on a page that holds one article or more; None for a page without a body or without structure."""
    if not found:
        return None
    body = found[0].body.element
    inside = {index for each in found for index in each.lines}
    named = names(page)
    around = places(page, named, {body, *(line.element for line in page.lines if line.element >= 0)})
    tables = data_tables(page, sorted(inside))
    pictured = {picture.before for picture in page.pictures if not picture.hidden}
    boxes = _boxes(page, body)
    lines = []
    for index in _ends(len(page.lines)):
        line = page.lines[index]
        if line.hidden or not letters(line.text):
            continue
        place, text = place_of(line, around), index in inside
        lines.append(
            Seen(
                key=key_of(line.text, place),
                place=place,
                text=line.text[:_SAMPLE],
                exact=exact(line.text),
                length=len(line.text),
                inside=text,
                linked=line.linked * 2 >= len(line.text),
                prose=text and is_prose(line),
                heading=bool(line.heading) or line.strong >= len(line.text.replace(" ", "")),
                speaks=text and speaks_as_furniture(line.text),
                boxed=line.element in boxes,
                spared=text and (index in tables or is_fact_line(line) or kind(page, index, pictured) == "caption"),
            )
        )
    return Observation(identity, url, skeleton(page, named, {body}), around[body], tuple(lines))


def _ends(count: int) -> list[int]:
    """The indexes that are noted: all, or as many from the beginning as from the end."""
    if count <= MOST_LINES:
        return list(range(count))
    half = MOST_LINES // 2
    return [*range(half), *range(count - half, count)]


def _boxes(page: Page, body: int) -> frozenset[int]:
    """The elements inside the body's that lie in one with class or id which is no paragraph or heading itself."""
    within, boxes = {body}, set()
    for index in range(body + 1, len(page.elements)):
        element = page.elements[index]
        if element.parent not in within:
            continue
        within.add(index)
        if element.parent in boxes or (element.words and element.tag not in _TEXT_TAGS):
            boxes.add(index)
    return frozenset(boxes)
