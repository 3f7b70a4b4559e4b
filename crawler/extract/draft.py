"""A page's articles before they are cleaned: where each lies, and what is printed about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import combinations

from crawler.evidence import Found
from crawler.extract.body import Body, find_body, is_prose
from crawler.extract.byline import Credits, credits
from crawler.extract.cells import rejoined
from crawler.extract.dates import Published, published, stamps
from crawler.extract.labels import labelled
from crawler.extract.linked import linked
from crawler.extract.origin import Origin, origin
from crawler.extract.page import Line, Page
from crawler.extract.section import section
from crawler.extract.several import Part, split
from crawler.extract.subtitle import SUBTITLE_WORDS, lead_in, subtitles
from crawler.extract.title import Title, find_title, plain, site_of

_NEAR = 6  # lines above the headline that may hold facts
_MOST_BETWEEN = 6  # lines between headline and body where a lead may stand
_LEAD = re.compile(
    r"summary|abstract|zhaiyao|daoyu|daodu|(?<![a-z])(?:lead|intro|desc|zy)(?![a-z])|核心提示|摘要|导语|导读"
)
_ABOVE = 40  # lines above the first sentence that may hold the breadcrumb
_BELOW = 12  # lines below the body that may
_HEAD, _ALIKE = 24, 4  # characters of two lines that are looked at first, and that are the same if one opens the other
_ENDS = 8  # lines of the body at either end that may


@dataclass(frozen=True, slots=True)
class Draft:
    """One article: the indexes of its body's lines, and its facts with their evidence."""

    body: Body
    lines: tuple[int, ...]
    title: Title
    subtitle: tuple[int, ...]  # the indexes of its lines; they are none of `lines`
    published: Published | None
    origin: Origin | None
    credits: Credits
    section: tuple[str, ...]
    section_found: Found | None
    above: tuple[int, ...]  # lines inside the body's element but above the text: headline, line under it, signature


def drafts(page: Page, site: str | None) -> tuple[Draft, ...]:
    """The articles of a page: mostly one, several where a page holds several, none where nothing could be one.

    `site` is the source's own name, which 本网 stands for.
    """
    body = find_body(page)
    if body is None:
        return ()
    element = page.elements[body.element]
    first = _first_sentence(page, element.first, element.last)
    title = find_title(page, first, _given(page, "title"))
    if "title" in page.given:
        title = replace(title, text=page.given["title"], found=Found("template", page.given["title"][:120]))
    under = _under_headline(page, title, first)
    whole = _draft(page, body, title, first, max(element.first, under), site)
    if title.line >= 0 and body.rule != "template":
        whole = replace(whole, lines=(*_lead(page, under, element.first), *whole.lines))
    parts = split(page, element.first, element.last)
    return tuple(_part(page, whole, part, number) for number, part in enumerate(parts)) if parts else (whole,)


def _draft(page: Page, body: Body, title: Title, first: int, start: int, site: str | None) -> Draft:
    lines = page.lines
    element = page.elements[body.element]
    end = max(first, start)
    top = title.line - _NEAR if title.line >= 0 else first - 2 * _NEAR
    above = rejoined(page.elements, _visible(page, range(max(0, top), max(0, title.line))))
    below = rejoined(page.elements, _visible(page, range(max(0, top, title.line + 1), end)))
    near = [*above, *below]
    inside = _visible(page, range(start, element.last))
    tail = _visible(page, range(element.last, min(len(lines), element.last + _BELOW)))
    around = [*reversed(inside[-_ENDS:]), *tail, *inside[:3]]
    ends = [*inside[:_ENDS], *inside[-_ENDS:]] if len(inside) > 2 * _ENDS else inside
    steps, steps_found = section(
        _visible(page, range(max(0, first - _ABOVE), end), title.line), _texts(page, "section")
    )
    under = range(title.line + 1, start) if title.line >= 0 else range(0)
    subtitle = sorted(
        {
            *_given(page, "subtitle"),
            *lead_in(page, title.line),
            *(index for index in under if _is_subtitle(lines[index], title)),
            *subtitles(lines, range(start, element.last), title.text),
        }
        - {title.line}
    )
    abstract = _abstract(page, start, element.last)
    metas = {**linked(page.markup), **page.metas} if page.states_data else page.metas
    named = site or site_of(page)
    return Draft(
        body=body,
        lines=tuple(index for index in range(start, element.last) if index not in (*subtitle, *abstract)),
        title=title,
        subtitle=tuple(subtitle),
        published=published(near, [*ends, *tail], metas, page.url, _texts(page, "published")),
        origin=origin([*below, *reversed(above)], around, metas, named, _texts(page, "origin")),
        credits=credits(
            near,
            inside[:_ENDS],
            inside[-_ENDS:],
            tail,
            {name: _texts(page, name) for name in ("author", "editor")},
            metas,
        ),
        section=steps,
        section_found=steps_found,
        above=(*(index for index in range(element.first, start) if index not in subtitle), *abstract),
    )


def _abstract(page: Page, start: int, last: int) -> tuple[int, ...]:
    """The index of a first line that is the opening of one of the next, cut short: `……` in the box above the text."""
    shown = [(index, page.lines[index].text) for index in range(start, min(last, start + _NEAR))]
    texts = [(index, text, plain(text[:_HEAD])) for index, text in shown if not page.lines[index].hidden]
    for (index, first, head), (_, second, other) in combinations(texts, 2):
        if head[:_ALIKE] != other[:_ALIKE] and len(head) >= 2 * _ALIKE <= len(other):
            continue  # nearly all: they begin with other words
        short, whole = plain(first), plain(second)
        if len(short) >= 16 and len(short) < len(whole) and whole.startswith(short):
            return (index,)
    return ()


def _lead(page: Page, under: int, first: int) -> list[int]:
    """The sentences of a lead (导语, 核心提示) between the line under the headline and the body's element."""
    between = [index for index in range(under, first) if not page.lines[index].hidden]
    if len(between) > _MOST_BETWEEN:
        return []
    leads = [index for index in between if is_prose(page.lines[index]) and _LEAD.search(_near_words(page, index))]
    if not leads:
        return []
    start = plain("".join(line.text for line in page.lines[first : first + _MOST_BETWEEN]))
    # an abstract that is cut from the text says nothing new
    return [index for index in leads if plain(page.lines[index].text) not in start]


def _near_words(page: Page, index: int) -> str:
    line = page.lines[index]
    around = (page.elements[each].words for each in page.ancestors(line.element)[1:3])
    return " ".join((line.words, *around, line.text[:6]))


def _part(page: Page, whole: Draft, part: Part, number: int) -> Draft:
    """One of several articles: what stands above the first headline is true of all, a signature of its own only."""
    headline = page.lines[part.headline].text
    seen = " ".join(page.lines[index].text for index in part.signature)
    return replace(
        whole,
        lines=part.lines,
        title=Title(headline, part.headline, Found("one of several headlines", headline[:120])),
        subtitle=(),
        credits=Credits(part.author, whole.credits.editor, (), {"author": Found("signature", seen[:120])}),
        above=(*(whole.above if number == 0 else ()), *part.signature),
    )


def _is_subtitle(line: Line, title: Title) -> bool:
    """A second heading between the headline and the text."""
    if line.hidden or line.linked or is_fact_line(line) or not 6 <= len(line.text) <= 80:
        return False
    return (bool(line.heading) or bool(SUBTITLE_WORDS.search(line.words))) and plain(line.text) not in plain(title.text)


def _visible(page: Page, indexes: range, without: int = -1) -> list[Line]:
    return [page.lines[index] for index in indexes if index != without and not page.lines[index].hidden]


def _first_sentence(page: Page, first: int, last: int) -> int:
    """The index of the first line of the text proper: a sentence that is no headline and no line of facts."""
    whole = plain(page.title)
    for index in range(first, last):
        line = page.lines[index]
        if line.hidden or line.heading in (1, 2) or not is_prose(line) or is_fact_line(line):
            continue
        short = plain(line.text) if len(line.text) < 60 else ""
        if short and (whole.startswith(short) or (len(short) >= 8 and short in whole)):
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
    """What the template names for a field: in the head, else in lines of the page."""
    if role in page.given:
        return [page.given[role]]
    return [page.lines[index].given(role) for index in _given(page, role)]
