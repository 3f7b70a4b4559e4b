"""From a kept capture to its record: read it, remember the links it shows, record its articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from archive.identity import canonical_url
from archive.model import Article, Capture, Change, FoundLink, Page, Verdict
from archive.store import Archive, ArchiveBroken
from crawler.evidence import evidence_json
from crawler.health.tallying import Seen, seen_of
from crawler.held import Held
from crawler.listing import Place, Shown, shown
from crawler.order import Span, unfinished
from crawler.reader import Answer, Reader, ReaderBroken, Task
from crawler.reading import Reading
from crawler.series.parts import further_links, read_held_again, take_in_part
from crawler.source import Source
from crawler.visit import Visit


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of one kept capture."""

    verdict: Verdict
    canonical_url: str  # under which it was recorded: that of the address that answered, where that is ours
    changes: tuple[Change, ...] = ()
    shown: Shown = field(default_factory=Shown)
    repaired: int = 0  # articles whose characters were repaired
    fault: str = ""  # what of ours went wrong with it, a sentence
    stopped: str = ""  # why its reading was ended, a sentence
    trouble: str = ""  # what went wrong with the source's own hook, a sentence
    parts: tuple[FoundLink, ...] = ()  # the further pages of its article, which waits for them to be recorded
    quiet: bool = False  # a list of data that holds nothing and may: a news sitemap of two days without news
    first: str = ""  # the page that it says to be a further page of; it was not recorded: that one speaks first
    seen: Seen | None = None  # what is counted of it; None for what is no page of an article


async def take_in(
    archive: Archive,
    reader: Reader,
    source: Source,
    capture: Capture,
    canonical: str,
    run_id: int | None,
    place: Place | None,
    held: Mapping[str, Page],
    *,
    alone: bool = False,
    span: Span | None = None,
) -> TakenIn:
    """Read a kept capture and record what was read. The same capture taken in twice changes nothing.

    `place` is the list page's place in its list, None for any other page; `held` is what was known before this crawl.
    A fault of ours on one page stops nothing: the capture is set aside with the reason, and its bytes are kept. What
    stops everything (ArchiveBroken: a full disk, a lost database; ReaderBroken) does so here as well. A page whose
    reading had to be ended is recorded as unreadable; its capture waits for better rules.

    A page that says it is page 2 of another one is not recorded, but for `alone`: page 1 is to be looked at first.
    """
    try:
        return await _take_in(archive, reader, source, capture, canonical, run_id, place, held, alone=alone, span=span)
    except (ArchiveBroken, ReaderBroken):
        raise
    except Exception as error:  # noqa: BLE001 - the supervisor of one page
        fault = f"Taking in {capture.url} failed, which is our fault: {error!r}"
        archive.set_aside(capture, fault, run_id)
        return TakenIn("unreadable", canonical, fault=fault)


async def _take_in(
    archive: Archive,
    reader: Reader,
    source: Source,
    capture: Capture,
    canonical: str,
    run_id: int | None,
    place: Place | None,
    held: Mapping[str, Page],
    *,
    alone: bool,
    span: Span | None,
) -> TakenIn:
    known = held.get(canonical)
    if capture.kind == "article" and known is not None and known.kind == "part":
        capture = replace(capture, kind="part", found_on=known.found_on)
    if capture.kind == "part":
        part_verdict, changes, stopped = await take_in_part(archive, reader, source, capture, canonical, run_id)
        return TakenIn(part_verdict, canonical, changes, stopped=stopped)
    listed = place if place and capture.status == 200 else None
    answer = await read_capture(reader, capture, source, listed, days=span is not None)
    reading = answer.reading
    if isinstance(held, Held):
        held.look_at((*answer.links, *answer.lists))
    seen = shown(capture, answer, source, listed, held, span=span) if listed else Shown()
    if seen.all:
        archive.found(source.id, seen.all, capture.fetched_at)
    verdict, articles = judged(capture, answer, seen)
    if verdict in ("list", "article") and leads_home(capture, canonical, source, held):
        verdict, articles = "soft-404", ()
        reading = replace(reading, evidence=replace(reading.evidence, verdict=LEADS_HOME))
    first = "" if alone or verdict != "article" else page_one(reading, capture, canonical, source, held)
    if first:
        archive.found(source.id, [FoundLink(first, canonical_url(first, source.names))], capture.fetched_at)
        return TakenIn(verdict, canonical, first=first)
    evidence = evidence_json(reading.evidence)
    identity = canonical
    if capture.kind == "article" and source.owns(capture.url):  # a redirect within the site: one article, two addresses
        identity = canonical_url(capture.url, source.names)
    asked = canonical if identity != canonical else None
    parts: tuple[FoundLink, ...] = ()
    if capture.kind == "article" and len(articles) == 1:
        parts = further_links(reading.series.wanted, identity, capture.requested_url or capture.url, source)
    whole = articles
    for address in (identity, *(part.canonical_url for part in parts)):
        held.get(address)  # what stood there is to be known still when this has changed it
    if parts:  # the article is recorded once they are there
        archive.expect(source.id, parts, capture.fetched_at, part_of=identity)
        articles = ()
    elif articles:
        await read_held_again(archive, reader, source, identity, reading)
    never = known is None or known.last_fetched is None
    before = None if never or parts or capture.kind != "article" else archive.article(identity)
    counted = seen_of(
        capture, reading, verdict, whole, first=never, held=before[0] if before and before[0].pages == 1 else None
    )
    changes = archive.record(capture, identity, verdict, articles, evidence, run_id, asked=asked)
    repaired = len(articles) if reading.evidence.repairs else 0
    trouble = " ".join(reading.evidence.troubles)
    quiet = listed is not None and listed.page.kind == "sitemap" and not answer.stopped
    return TakenIn(
        verdict,
        identity,
        changes,
        seen,
        repaired,
        stopped=answer.stopped,
        trouble=trouble,
        parts=parts,
        quiet=quiet,
        seen=counted,
    )


LEADS_HOME = "its address leads to the front page or to a list page of its site"


def leads_home(capture: Capture, canonical: str, source: Source, held: Mapping[str, Page]) -> bool:
    """Whether an article's address was redirected to the site's front page or one of its list pages.

    That is how many a site says that an article is gone, with 200 at the end. What is no list and no article there,
    such as a challenge or a notice that the site is being mended, says nothing of it.
    """
    if capture.kind != "article" or capture.status >= 400 or not source.owns(capture.url):
        return False
    reached = canonical_url(capture.url, source.names)
    there = held.get(reached)
    homes = (source.home, *(page.url for page in source.lists))
    at_home = reached in {canonical_url(url, source.names) for url in homes} or (there and there.kind == "list")
    return reached != canonical and bool(at_home)


def page_one(reading: Reading, capture: Capture, canonical: str, source: Source, held: Mapping[str, Page]) -> str:
    """The page that an article's page says to be a further page of; "" where that is not to be believed.

    Not so for one that was looked at before and stands alone, nor where page 1 is a list, is gone or was given up.
    """
    first = reading.series.first
    if capture.kind != "article" or not first or not source.owns(first):
        return ""
    address, before = canonical_url(first, source.names), held.get(canonical)
    if address == canonical or (before is not None and before.state == "fetched"):
        return ""
    there = held.get(address)
    told = there is None or (there.kind == "article" and (there.state == "fetched" or unfinished(there)))
    return first if told else ""


async def read_capture(
    reader: Reader, capture: Capture, source: Source, place: Place | None = None, *, days: bool = False
) -> Answer:
    """The capture, read with the source's hints for the day on which it was fetched; of a list page its links too.

    With `days` the dates that a list page prints beside its links are read as well.
    """
    asked = Task.of(capture, source)
    return await reader.read(replace(asked, list_page=place.page, days=days) if place else asked)


def judged(capture: Capture, answer: Answer, seen: Shown) -> tuple[Verdict, tuple[Article, ...]]:
    """What the page is, given how it was asked for: a list page is no article, nor is an error page."""
    reading = answer.reading
    if capture.kind == "list":
        if answer.stopped and reading.verdict != "challenge":
            return "unreadable", ()
        return ("list" if not seen.empty or reading.verdict == "article" else reading.verdict), ()
    if capture.status >= 400:
        return ("challenge" if reading.verdict == "challenge" else "other"), ()
    return reading.verdict, reading.articles


def problem_of(visit: Visit, capture: Capture, taken: TakenIn) -> tuple[str, str] | None:
    """The kind and sentence of what is wrong with a response; None if nothing is that needs attention.

    A missing article is a fact (it is gone), and a missing further list page is the end of the list.
    """
    if capture.status in (404, 410) and (visit.kind == "article" or visit.optional):
        return None
    if capture.status >= 400:
        return f"http-{capture.status}", f"{capture.url} answered {capture.status} {capture.reason}".rstrip() + "."
    if taken.fault:
        return "fault", taken.fault
    if visit.kind == "list" and taken.verdict == "challenge":
        return "challenge", f"Instead of the list page {capture.url} came a challenge to browsers."
    if taken.stopped:
        return "unreadable", f"{capture.url}: {taken.stopped} The page is kept."
    if taken.trouble:
        return "hook", f"{capture.url}: {taken.trouble}"
    if visit.kind == "list" and not visit.optional and taken.shown.empty and not taken.quiet:
        return "no-links", f"The list page {capture.url} holds no link to an article."
    return None
