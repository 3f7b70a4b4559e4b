"""The page's article before it is cleaned: where it lies, and what is printed about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.evidence import Found
from crawler.extract.body import Body, find_body, is_prose
from crawler.extract.byline import Credits, credits
from crawler.extract.dates import Published, published, stamps
from crawler.extract.labels import labelled
from crawler.extract.origin import Origin, origin
from crawler.extract.page import Line, Page
from crawler.extract.section import section
from crawler.extract.title import Title, find_title, plain

_ABOVE = 40  # lines above the first sentence that may hold facts
_BELOW = 12  # lines below the body that may
_ENDS = 8  # lines of the body at either end that may


@dataclass(frozen=True, slots=True)
class Draft:
    """One article: the indexes of its body's lines, and its facts with their evidence."""

    body: Body
    span: range
    title: Title
    published: Published | None
    origin: Origin | None
    credits: Credits
    section: tuple[str, ...]
    section_found: Found | None
    above: tuple[int, ...]  # lines inside the body's element but above the article: headline, line under it


def draft(page: Page, site: str | None) -> Draft | None:
    """Find the article of a page; None where there is no text that could be one. `site` is the source's own name."""
    body = find_body(page)
    if body is None:
        return None
    element = page.elements[body.element]
    first = _first_sentence(page, element.first, element.last)
    title = find_title(page, first, _given(page, "title"))
    start = max(element.first, _under_headline(page, title, first))
    span = range(start, element.last)
    lines = page.lines
    head_from = max(0, first - _ABOVE)
    head = [
        lines[index] for index in range(head_from, max(first, start)) if index != title.line and not lines[index].hidden
    ]
    near = [
        lines[index]
        for index in range(max(0, title.line - 6 if title.line >= 0 else first - 12), max(first, start))
        if index != title.line and not lines[index].hidden
    ]
    inside = [lines[index] for index in span if not lines[index].hidden]
    tail = [
        lines[index] for index in range(element.last, min(len(lines), element.last + _BELOW)) if not lines[index].hidden
    ]
    ends = [*inside[:_ENDS], *inside[-_ENDS:]] if len(inside) > 2 * _ENDS else inside
    steps, steps_found = section(head, _texts(page, "section"))
    return Draft(
        body=body,
        span=span,
        title=title,
        published=published(near, [*ends, *tail], page.metas, page.url, _texts(page, "published")),
        origin=origin(near, [*reversed(inside[-_ENDS:]), *tail, *inside[:3]], page.metas, site, _texts(page, "origin")),
        credits=credits(
            near, inside[:_ENDS], inside[-_ENDS:], tail, {name: _texts(page, name) for name in ("author", "editor")}
        ),
        section=steps,
        section_found=steps_found,
        above=tuple(range(element.first, start)),
    )


def _first_sentence(page: Page, first: int, last: int) -> int:
    """The index of the first line of the text proper: a sentence that is no headline and no line of facts."""
    whole = plain(page.title)
    for index in range(first, last):
        line = page.lines[index]
        if line.hidden or line.heading in (1, 2) or not is_prose(line) or is_fact_line(line):
            continue
        if len(line.text) < 60 and whole and plain(line.text) and whole.startswith(plain(line.text)):
            continue
        return index
    return first


def _under_headline(page: Page, title: Title, first: int) -> int:
    """The index behind the headline and the lines of facts that stand under it."""
    start = title.line + 1 if title.line <= first else 0
    for index in range(max(start, first - _ABOVE), first):
        if is_fact_line(page.lines[index]):
            start = index + 1
    return start


def is_fact_line(line: Line) -> bool:
    """Whether a line holds the time, the origin or other labelled facts and little else."""
    text = line.spaced
    if len(text) > 200:
        return False
    found = stamps(text)
    if found and found[0].precision != "day" and len(text) <= 120:
        return True
    if found and found[0].end - found[0].start >= len(text) * 0.5:
        return True
    facts = [fact for fact in labelled(text) if fact.field in ("origin", "published", "editor", "author")]
    return (
        bool(facts)
        and len(text) <= 100
        and (facts[0].start <= 30 or len(facts) > 1)
        and not re.search(r"[。！？]", text)
    )


def _given(page: Page, role: str) -> list[int]:
    """The indexes of the lines that the template names for a field."""
    if role not in page.matched:
        return []
    return [index for index, line in enumerate(page.lines) if line.given(role)]


def _texts(page: Page, role: str) -> list[str]:
    return [page.lines[index].given(role) for index in _given(page, role)]
