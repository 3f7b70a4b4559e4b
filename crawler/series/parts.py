"""The further pages of an article in the archive: which are to be asked for, and the article that they make together.

As long as one further page is pending the article is not whole: the page is a row before it is asked for, and it stays
pending until the article has been recorded with it. A kill at any instant therefore leaves either a pending page, for
which the next crawl visits page 1 again, or a capture that nobody has read, which the next start reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from archive.captures.errors import CaptureProblem
from archive.identity import canonical_url
from archive.model import Capture, Change, FoundLink, Page, Verdict
from archive.store import Archive
from crawler.evidence import evidence_json
from crawler.extract.further import MOST_PAGES
from crawler.reader import Reader, ReadingFault, Task
from crawler.reading import Reading
from crawler.series.join import OnePage, join
from crawler.source import Source

Came = Mapping[str, tuple[Capture, Reading]]
"""Pages that were read just now and are not recorded yet, by canonical address."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of an article whose pages were put together."""

    changes: tuple[Change, ...] = ()
    repaired: int = 0
    missing: tuple[tuple[str, str], ...] = ()  # addresses of further pages that are not there, and why


def further_links(shown: Sequence[str], head: str, found_on: str, source: Source) -> tuple[FoundLink, ...]:
    """Addresses of further pages as links to be remembered: those on the source's hosts, without page 1 itself.

    `head` is the canonical address of page 1 and `found_on` the one that it is asked for under.
    """
    links = (FoundLink(url, canonical_url(url, source.names), found_on, kind="part") for url in shown)
    own = {link.canonical_url: link for link in links if link.canonical_url != head and source.owns(link.url)}
    return tuple(own.values())[: MOST_PAGES - 1]


def address_of(capture: Capture, source: Source) -> tuple[str, str]:
    """The canonical address that a capture was asked for under, and the one that its article stands under."""
    asked = canonical_url(capture.requested_url or capture.url, source.names)
    return asked, canonical_url(capture.url, source.names) if source.owns(capture.url) else asked


class NotReadAgain(RuntimeError):  # noqa: N818 - not an error of ours: a busy machine, or a rule that met its limit
    """The reading of a page that was read before had to be stopped."""


async def read_again(reader: Reader, capture: Capture, source: Source) -> Reading:
    """A capture that was read as an article before, read with today's rules. Raises NotReadAgain."""
    if not capture.is_page:
        raise NotReadAgain(f"{capture.url} was imported as an article: its page is not there.")
    answer = await reader.read(Task.of(capture, source))
    if answer.stopped:
        raise NotReadAgain(f"{capture.url}: {answer.stopped}")
    return answer.reading


async def record_joined(
    archive: Archive,
    reader: Reader,
    source: Source,
    head: str,
    came: Came,
    run_id: int | None,
    at: datetime,
    why: Mapping[str, str] = MappingProxyType({}),
) -> Joined:
    """Put the newest copies of an article's pages together and record the article; nothing where page 1 has none.

    `head` is the canonical address that page 1 is asked for under; `at` the moment of the newest answer of a page;
    `why` what is known just now of pages that could not be had, by canonical address.

    Raises NotReadAgain: nothing is recorded then, for what could be read once is no less of an article.
    """
    capture = archive.latest_capture(source.id, head, "article")
    if capture is None:
        return Joined()
    reading = await read_again(reader, capture, source)
    pages, missing = (
        await gathered(archive, reader, source, head, reading, came, why) if len(reading.articles) == 1 else ([], [])
    )
    joined = join(OnePage(capture.url, reading), pages, missing)
    asked, reached = address_of(capture, source)
    await read_held_again(archive, reader, source, reached, joined)
    newest = max(at, capture.fetched_at)
    changes = archive.record(
        capture,
        reached,
        joined.verdict,
        joined.articles,
        evidence_json(joined.evidence),
        run_id,
        asked=asked if asked != reached else None,
        at=newest,
    )
    repaired = any(each.evidence.repairs for each in (reading, *(page.reading for page in pages)))
    return Joined(changes, len(joined.articles) if repaired else 0, tuple(missing))


async def read_held_again(archive: Archive, reader: Reader, source: Source, address: str, reading: Reading) -> None:
    """Before an article is recorded anew: what we hold of it is read with what is known of its source today.

    Else furniture that was learnt since would look like the editor's work. Nothing is done where the text is the same
    or was read with the same profile. What is read otherwise becomes a revision whose reason is `re-read`. Where the
    stored copy cannot be had or read any more, a difference counts as an edit.
    """
    with suppress(CaptureProblem, NotReadAgain, ReadingFault):
        await _read_held_again(archive, reader, source, address, reading)


async def _read_held_again(archive: Archive, reader: Reader, source: Source, address: str, reading: Reading) -> None:
    found = archive.article(address) if len(reading.articles) == 1 else None
    if found is None or found[0].blocks == reading.articles[0].blocks:
        return
    article, standing = found
    if _profile(article.evidence) == _profile(evidence_json(reading.evidence)):
        return
    capture = archive.capture(archive.revisions(standing.id)[-1].capture_id)
    if capture is None:
        return
    pages = []
    for part in article.evidence.get("parts", ()):
        copy = archive.capture(part["capture_id"])
        if copy is None:
            return
        pages.append(OnePage(copy.url, await read_again(reader, copy, source), copy.id, copy.content_digest))
    first = OnePage(capture.url, await read_again(reader, capture, source))
    if len(first.reading.articles) != 1:
        return
    joined = join(first, pages)
    asked, reached = address_of(capture, source)
    archive.record(
        capture,
        reached,
        joined.verdict,
        joined.articles,
        evidence_json(joined.evidence),
        asked=asked if asked != reached else None,
    )


def _profile(evidence: Mapping[str, Any]) -> str | None:
    profile: str | None = (evidence.get("learnt") or {}).get("profile")
    return profile


async def gathered(
    archive: Archive,
    reader: Reader,
    source: Source,
    head: str,
    first: Reading,
    came: Came,
    why: Mapping[str, str],
) -> tuple[list[OnePage], list[tuple[str, str]]]:
    """Every page that page 1 and the pages behind it lead to, in the order of their numbers, and those not there."""
    rows = {page.canonical_url: page for page in archive.parts(source.id, head)}
    found: dict[str, OnePage] = {}
    missing: dict[str, str] = {}
    queue = [*first.series.wanted]
    seen = {head}
    while queue and len(seen) < MOST_PAGES:
        url = queue.pop(0)
        address = canonical_url(url, source.names)
        if address in seen or not source.owns(url):
            continue
        seen.add(address)
        capture, reading = came.get(address, (None, None))
        if capture is None:
            capture = archive.latest_capture(source.id, address, "article")
        if capture is None:
            missing[url] = why.get(address) or _why(rows.get(address))
            continue
        if reading is None:
            reading = await read_again(reader, capture, source)
        page = OnePage(capture.url, reading, capture.id, capture.content_digest)
        if page.article is None:
            missing[url] = reading.evidence.verdict or reading.verdict
            continue
        found[url] = page
        queue += reading.series.beyond
    ordered = sorted(found, key=by_number)
    return [found[url] for url in ordered], [(url, missing[url]) for url in sorted(missing, key=by_number)]


def by_number(url: str) -> tuple[int, str]:
    """Sorts the addresses of one article's pages: they differ in a number alone, so the shorter one is the smaller."""
    return len(url), url


def _why(page: Page | None) -> str:
    if page is None or page.state == "pending":
        return "it was not asked for yet"
    return page.error or f"it is {page.state}"


async def take_in_part(
    archive: Archive, reader: Reader, source: Source, capture: Capture, canonical: str, run_id: int | None
) -> tuple[Verdict, tuple[Change, ...], str]:
    """Read and record a kept capture of a further page outside of a crawl, and its article if it was the last.

    Gives why its reading was ended, too, as a sentence; "" if it was not. The pages that this one shows and that nobody
    has seen wait for the next crawl.
    """
    found_on = capture.found_on or capture.url
    head = canonical_url(found_on, source.names)
    answer = await reader.read(Task.of(capture, source))
    reading = answer.reading
    verdict = verdict_of_part(capture, reading)
    known = {page.canonical_url: page for page in archive.parts(source.id, head)}
    changes: tuple[Change, ...] = ()
    if verdict == "article":
        shown = further_links(reading.series.beyond, head, found_on, source)
        new = [link for link in shown if link.canonical_url not in known]
        if new:
            archive.expect(source.id, new, capture.fetched_at, part_of=head)
        elif not any(page.state == "pending" for key, page in known.items() if key != canonical):
            came = {canonical: (capture, reading)}
            changes = (await record_joined(archive, reader, source, head, came, run_id, capture.fetched_at)).changes
    record_part(archive, capture, reading, verdict, canonical, head, run_id)
    return verdict, changes, answer.stopped


def verdict_of_part(capture: Capture, reading: Reading) -> Verdict:
    """What a further page is: an article's wherever it holds any text, since its page 1 speaks for it."""
    if capture.status >= 400:
        return "challenge" if reading.verdict == "challenge" else "other"
    return "article" if OnePage(capture.url, reading).article else reading.verdict


def record_part(
    archive: Archive,
    capture: Capture,
    reading: Reading,
    verdict: Verdict,
    canonical: str,
    head: str,
    run_id: int | None,
) -> None:
    """Record a further page, once the article that it completes has been."""
    archive.record(capture, canonical, verdict, (), evidence_json(reading.evidence), run_id, part_of=head)
