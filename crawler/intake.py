"""From a kept capture to its record: read it, remember the links it shows, record its articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from archive.identity import canonical_url
from archive.model import Capture, Change, FoundLink
from archive.store import Archive
from crawler.decode import decode
from crawler.discover import links
from crawler.evidence import evidence_json
from crawler.pipeline import read
from crawler.source import ListPage, Source
from crawler.visit import Visit


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one kept capture."""

    verdict: str
    changes: tuple[Change, ...]
    found: tuple[FoundLink, ...] = ()
    repaired: int = 0


def take_in(
    archive: Archive,
    source: Source,
    capture: Capture,
    canonical: str,
    run_id: int | None,
    listed: tuple[ListPage, int] | None,
) -> TakenIn:
    """Read a kept capture and record what was read. The same capture taken in twice changes nothing."""
    reading = read(
        capture.content, capture.url, capture.content_type, source, captured=capture.fetched_at.astimezone(UTC).date()
    )
    verdict, articles = reading.verdict, reading.articles
    found: tuple[FoundLink, ...] = ()
    if capture.kind == "list":
        articles = ()
        if capture.status == 200 and listed:
            found = found_in(capture, source, listed[0])
            archive.found(source.id, found, capture.fetched_at)
        if verdict == "article" or found:
            verdict = "list"
    elif capture.status >= 400:
        verdict, articles = ("challenge" if verdict == "challenge" else "other"), ()
    changes = archive.record(capture, canonical, verdict, articles, evidence_json(reading.evidence), run_id)
    repaired = len(articles) if reading.evidence.repairs else 0
    return TakenIn(verdict, tuple(changes), found, repaired)


def problem_of(visit: Visit, capture: Capture, taken: TakenIn) -> tuple[str, str] | None:
    """The kind and sentence of what is wrong with a response; None if nothing is that needs attention.

    A missing article is a fact (it is gone), and a missing further list page is the end of the list.
    """
    if capture.status in (404, 410) and (visit.kind == "article" or visit.number > 1):
        return None
    if capture.status >= 400:
        return f"http-{capture.status}", f"{capture.url} answered {capture.status} {capture.reason}".rstrip() + "."
    if visit.kind == "list" and visit.number == 1 and not taken.found and taken.verdict != "challenge":
        return "no-links", f"The list page {capture.url} holds no link to an article."
    return None


def found_in(capture: Capture, source: Source, page: ListPage) -> tuple[FoundLink, ...]:
    """The article links of a list page's capture."""
    text = decode(capture.content, capture.content_type).text
    return tuple(
        FoundLink(link.url, canonical_url(link.url, source.all_hosts), found_on=capture.url, title=link.title)
        for link in links(text, capture.url, page, source)
    )
