"""One page: bytes in, what it is and its articles out. decode | repair | extract | clean, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from archive.model import Article
from crawler.clean import Scene, clean
from crawler.decode import decode
from crawler.evidence import Dropped, Evidence, Found
from crawler.extract.blocks import blocks
from crawler.extract.draft import Draft, draft
from crawler.extract.images import images
from crawler.extract.language import language
from crawler.extract.page import Page, read_page
from crawler.extract.template import selectors
from crawler.extract.verdict import judge
from crawler.reading import Reading
from crawler.repair import repair
from crawler.source import Source


def read(
    body: bytes, url: str, content_type: str = "", source: Source | None = None, *, captured: date | None = None
) -> Reading:
    """Read one page. Pure: the same bytes give the same reading.

    `captured` chooses among the source's dated templates, the newest without it. Whatever the page is, a Reading comes
    back; its verdict says what it is and `evidence.verdict` why.
    """
    decoded = decode(body, content_type)
    encoding = decoded.evidence()
    if decoded.unreadable:
        return Reading("unreadable", (), Evidence(encoding=encoding, verdict=str(decoded.unreadable)))
    repaired = repair(decoded.text)
    page = read_page(repaired.text, url, selectors(url, decoded.text, source, captured))
    found = draft(page, source.name if source else None)
    article, dropped = (None, ()) if found is None else _article(page, found, source)
    judged = judge(page, found, len(article.text) if article else 0)
    return Reading(
        judged.verdict,
        (article,) if article is not None and judged.verdict == "article" else (),
        Evidence(
            encoding=encoding,
            repairs=tuple(decoded.repairs) + tuple(repaired.applied),
            lossy=tuple(repaired.lossy) + page.cut,
            dropped=dropped,
            fields=_fields(found) if found else {},
            verdict=judged.reason,
        ),
    )


def _article(page: Page, found: Draft, source: Source | None) -> tuple[Article, tuple[Dropped, ...]]:
    indexes = tuple(found.span)
    cleaned = clean(Scene(page, tuple(page.lines[index] for index in indexes), found.title.text))
    kept = [indexes[at] for at in cleaned.kept]
    body = blocks(page, kept)
    above = tuple(
        Dropped("headline", "above the text: the headline and the lines of facts under it", page.lines[index].text)
        for index in found.above
    )
    article = Article(
        url=page.url,
        title=found.title.text,
        blocks=body,
        source_id=source.id if source else None,
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
        images=images(page, found.span, kept, body),
    )
    return article, above + cleaned.dropped


def _keywords(page: Page) -> tuple[str, ...]:
    words = page.metas.get("keywords", "").replace("，", ",").replace("、", ",").replace(";", ",").replace(" ", ",")
    return tuple(dict.fromkeys(word for word in words.split(",") if word))[:20]


def _fields(found: Draft) -> Mapping[str, Found]:
    fields = {"title": found.title.found, **found.credits.found}
    if found.published:
        fields["published"] = found.published.found
    if found.origin:
        fields["origin"] = found.origin.found
    if found.section_found:
        fields["section"] = found.section_found
    return fields
