"""One page: bytes in, what it is and its articles out. decode | repair | extract | clean, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import NamedTuple

from archive.model import Article
from crawler.clean import Scene, clean
from crawler.clean.outside import outside
from crawler.decode import decode
from crawler.evidence import Dropped, Evidence, Found
from crawler.extract.blocks import blocks, data_tables
from crawler.extract.draft import Draft, drafts
from crawler.extract.further import NO_SERIES, series
from crawler.extract.images import images
from crawler.extract.language import language
from crawler.extract.page import Page, read_page
from crawler.extract.template import selectors
from crawler.extract.verdict import judge
from crawler.hook import HookError, apply
from crawler.learn.change import sight
from crawler.learn.learnt import Learnt
from crawler.learn.observe import Observation, observe
from crawler.learn.recognise import recognise
from crawler.reading import Reading
from crawler.repair import repair
from crawler.source import Source


def read(
    body: bytes,
    url: str,
    content_type: str = "",
    source: Source | None = None,
    *,
    captured: date | None = None,
    learnt: Learnt | None = None,
) -> Reading:
    """Read one page. Pure: the same bytes give the same reading.

    `captured` chooses among the source's dated templates, the newest without it. Whatever the page is, a Reading comes
    back; its verdict says what it is and `evidence.verdict` why. `learnt` is what many pages of the source told: with
    it their furniture is dropped as well, and `evidence.learnt` names it.
    """
    return read_whole(body, url, content_type, source, captured=captured, learnt=learnt).reading


class Whole(NamedTuple):
    """A page's reading, and what it was made of: the page, None where it could not be decoded, and its drafts.

    `shown` are the indexes of the page's lines that were left in the articles.
    """

    reading: Reading
    page: Page | None
    drafts: Sequence[Draft]
    shown: frozenset[int] = frozenset()


def read_whole(
    body: bytes,
    url: str,
    content_type: str = "",
    source: Source | None = None,
    *,
    captured: date | None = None,
    learnt: Learnt | None = None,
) -> Whole:
    """The same as `read`, for one who wants to know more of the page than its reading tells. Pure."""
    decoded = decode(body, content_type)
    encoding = decoded.evidence()
    if decoded.unreadable:
        why = f"{decoded.lost_ratio:.1%} of the characters are lost"
        return Whole(Reading("unreadable", (), Evidence(encoding=encoding, verdict=why)), None, ())
    repaired = repair(decoded.text)
    markup, hooked, trouble = _hooked(repaired.text, source)
    page = read_page(markup, url, selectors(url, decoded.text, source, captured))
    recognised = recognise(page, learnt) if learnt else None
    if recognised:
        page = replace(page, furniture=recognised.lines, bodies=recognised.bodies)
    found = drafts(page, source.name if source else None)
    read_articles = [_article(page, each, source, ordinal) for ordinal, each in enumerate(found)]
    taken = {index for each in found for index in (*each.lines, *each.above, *each.subtitle, each.title.line)}
    articles = tuple(article for article, _, _ in read_articles)
    judged = judge(page, found[0] if found else None, sum(len(article.text) for article, _, _ in read_articles))
    reading = Reading(
        judged.verdict,
        articles if judged.verdict == "article" else (),
        Evidence(
            encoding=encoding,
            repairs=tuple(repaired.applied),
            lossy=tuple(repaired.lossy) + page.cut,
            dropped=(
                *hooked,
                *(each for _, dropped, _ in read_articles for each in dropped),
                *outside(page, taken),
                *(Dropped("skipped", f"inside <{tag}>", text) for tag, text in page.skipped.items()),
            ),
            fields={name: seen for ordinal, each in enumerate(found) for name, seen in _fields(each, ordinal)},
            verdict=judged.reason,
            troubles=trouble,
            learnt=asdict(sight(learnt, recognised)) if learnt and recognised else {},
        ),
        series=series(page, found[0].body.element) if len(found) == 1 else NO_SERIES,
        indented=len(found) != 1 or _is_indented(page, found[0], articles[0]),
        doubtful=articles if judged.verdict != "article" else (),
    )
    return Whole(reading, page, found, frozenset(index for _, _, shown in read_articles for index in shown))


def _hooked(markup: str, source: Source | None) -> tuple[str, tuple[Dropped, ...], tuple[str, ...]]:
    """The markup as the source's own hook leaves it, what the hook took away, and what went wrong with it."""
    if source is None or source.hook is None:
        return markup, (), ()
    try:
        hooked = apply(source.hook, markup)
    except HookError as error:
        return markup, (), (f"{error} The page was read without it.",)
    return hooked.markup, hooked.dropped, ()


def observed(
    body: bytes,
    url: str,
    content_type: str = "",
    source: Source | None = None,
    *,
    identity: str,
    captured: date | None = None,
) -> Observation | None:
    """What `crawler.learn` is to know of a page: the same steps as those of `read`, as far as the body. Pure.

    `identity` names what is read (a capture's id). None for a page that has no body or cannot be decoded.
    """
    decoded = decode(body, content_type)
    if decoded.unreadable:
        return None
    page = read_page(repair(decoded.text).text, url, selectors(url, decoded.text, source, captured))
    return observe(page, drafts(page, source.name if source else None), identity, url)


def _article(
    page: Page, found: Draft, source: Source | None, ordinal: int
) -> tuple[Article, tuple[Dropped, ...], Sequence[int]]:
    """The article, what was dropped of its lines and why, and the indexes of those that were left."""
    tables = data_tables(page, found.lines)
    cells = frozenset(at for at, index in enumerate(found.lines) if index in tables)
    known = {at: page.furniture[index] for at, index in enumerate(found.lines) if index in page.furniture}
    cleaned = clean(Scene(page, tuple(page.lines[index] for index in found.lines), found.title.text, cells, known))
    shown = [found.lines[at] for at in cleaned.kept]
    starts, body = blocks(page, shown)
    above = tuple(
        Dropped("headline", "above the text: the headline and the facts under it", page.lines[index].text)
        for index in found.above
    )
    subtitle = tuple(page.lines[index].text for index in found.subtitle)
    span = range(min(found.lines, default=0), max(found.lines, default=0) + 1)
    article = Article(
        url=page.url,
        title=found.title.text,
        blocks=body,
        ordinal=ordinal,
        source_id=source.id if source else None,
        subtitle=subtitle,
        published=found.published.moment if found.published else None,
        published_precision=found.published.precision if found.published else None,
        origin=found.origin.name if found.origin else None,
        origin_original=found.origin.original if found.origin else None,
        author=found.credits.author,
        editor=found.credits.editor,
        photographer=found.credits.photographer,
        section=found.section,
        keywords=_keywords(page),
        language=language("".join(block.text for block in body)),
        images=images(page, span, starts, body),
    )
    kept_as_facts = tuple(Dropped("subtitle", "a subtitle, kept among the facts", text) for text in subtitle)
    return article, above + kept_as_facts + cleaned.dropped, shown


def _is_indented(page: Page, found: Draft, article: Article) -> bool:
    """Whether the body's first line is set in by blanks, as the first line of a paragraph is; True where in doubt."""
    opening = article.blocks[0].text if article.blocks else ""
    line = next((page.lines[at] for at in found.lines if opening.startswith(page.lines[at].text)), None)
    return line is None or line.parts[0].lstrip("\r\n\t ").startswith(("\u3000", "\xa0"))


def _keywords(page: Page) -> tuple[str, ...]:
    words = page.metas.get("keywords", "").replace("，", ",").replace("、", ",").replace(";", ",").replace(" ", ",")
    return tuple(dict.fromkeys(word for word in words.split(",") if word))[:20]


def _fields(found: Draft, ordinal: int) -> list[tuple[str, Found]]:
    """Where each fact was found; those of the second article of a page stand under `1.author` and so on."""
    fields = {"title": found.title.found, **found.credits.found}
    if found.published:
        fields["published"] = found.published.found
    if found.origin:
        fields["origin"] = found.origin.found
    if found.section_found:
        fields["section"] = found.section_found
    return [(f"{ordinal}.{name}" if ordinal else name, seen) for name, seen in fields.items()]
