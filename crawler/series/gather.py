"""The further pages of articles in one crawl: which are visited, and when an article has all that can be had.

An article is recorded once: when the last of its further pages that the crawl asked for has come or failed, and before
that page is, so that whatever is killed in between is found again (see crawler.series.parts). What could not be had is
named in the article's evidence, and the article is completed when a later crawl gets it.

A page that says it is page 2 of another one (a list may link it) is no article of its own: page 1 is visited first, and
only if that does not show the page does it stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from archive.captures.errors import CaptureProblem
from archive.model import Capture, Change, FoundLink, Page
from archive.store import ArchiveBroken
from crawler.extract.further import MOST_PAGES
from crawler.reader import ReaderBroken, Task
from crawler.series.parts import Came, further_links, read_again, record_joined, record_part, verdict_of_part
from crawler.visit import Failure, NotModified, Outcome, Visit

if TYPE_CHECKING:
    from crawler.crawl import SourceCrawl


@dataclass(slots=True)
class Gathering:
    """One article whose further pages are asked for in this crawl."""

    head: str  # the canonical address of page 1
    url: str
    members: dict[str, str] = field(default_factory=dict)  # canonical address → address
    waiting: set[str] = field(default_factory=set)  # the members that have not come yet
    why: dict[str, str] = field(default_factory=dict)  # what became of members that could not be had
    fresh: bool = False  # whether anything came that we did not hold, or an earlier crawl left the article unfinished
    known: tuple[Change, ...] = ()  # what page 1 came to where it is as we hold it

    @property
    def links(self) -> list[FoundLink]:
        """The members, as links to be remembered."""
        return [FoundLink(url, address, self.url, kind="part") for address, url in self.members.items()]

    def add(self, links: Iterable[FoundLink]) -> list[FoundLink]:
        """Take in further pages; gives those that are new, within the bound of an article's pages."""
        new = {link.canonical_url: link for link in links if link.canonical_url not in self.members}
        taken = list(new.values())[: max(0, MOST_PAGES - 1 - len(self.members))]
        self.members |= {link.canonical_url: link.url for link in taken}
        self.waiting |= {link.canonical_url for link in taken}
        return taken


class Gatherer:
    """Every article on several pages that a crawl meets, and the pages that wait for word of their page 1."""

    def __init__(self, crawl: SourceCrawl) -> None:
        self._crawl = crawl
        self._held: dict[str, list[Page]] = {}  # the further pages known before this crawl, by page 1
        self._gatherings: dict[str, Gathering] = {}
        self._head_of: dict[str, str] = {}  # of each further page that was met in this crawl
        # By page 1: the pages that say they belong to it, and the ids of their captures. A list may link thousands of
        # such pages before any page 1 comes: their bytes are read back from the archive then.
        self._claims: dict[str, dict[str, tuple[Visit, str]]] = {}
        self._came: set[str] = set()  # addresses whose outcome was taken in

    def begin(self) -> None:
        """Take in what the archive knows of further pages."""
        for page in self._crawl.held.values():
            if page.kind == "part" and page.found_on:
                self._held.setdefault(self._crawl.canonical(page.found_on), []).append(page)

    def is_unfinished(self, head: str, now: datetime) -> bool:
        """Whether a further page of this article that an earlier crawl left without an answer is tried again now."""
        return any(self._crawl.order.resumes(page, now) for page in self._held.get(head, ()))

    def page_one(self, address: str) -> tuple[str, str] | None:
        """The address and the canonical one of page 1 of a page that is known as a further page; else None."""
        page = self._crawl.held.get(address)
        if page is None or page.kind != "part" or not page.found_on:
            return None
        return page.found_on, self._crawl.canonical(page.found_on)

    def is_part(self, address: str) -> bool:
        """Whether an address was met as a further page in this crawl."""
        return address in self._head_of

    # --- page 1

    async def unchanged(self, visit: Visit, address: str, changes: tuple[Change, ...]) -> list[Visit]:
        """Page 1 is as we hold it: its further pages are asked for again all the same."""
        links = [
            FoundLink(page.url, page.canonical_url, visit.url, kind="part")
            for page in self._held.get(address, ())
            if page.state != "gone"
        ]
        if not links:
            self._crawl.count(changes)
            return []
        gathering = self._of(address, visit.url)
        gathering.known = changes
        return await self._ask(gathering, links)

    async def taken(self, visit: Visit, address: str, parts: Sequence[FoundLink]) -> list[Visit]:
        """Page 1 was read anew and shows further pages. What those show again may be known already."""
        gathering = self._of(address, visit.url)
        gathering.fresh = True
        shown = [FoundLink(part.url, part.canonical_url, visit.url, kind="part") for part in parts]
        known = [replace(shown[0], url=page.url, canonical_url=page.canonical_url) for page in self._standing(address)]
        return await self._ask(gathering, [*shown, *known])

    async def claimed(self, visit: Visit, address: str, capture: Capture, first: str) -> Sequence[Visit]:
        """A page that says it is a further page of another: visit that one before anything is recorded."""
        head = self._crawl.canonical(first)
        if head in self._came:
            return await self._crawl.take_alone(visit, address, capture)
        self._claims.setdefault(head, {})[address] = (visit, capture.id)
        return list(self._crawl.visit_page_one(first, visit.found_on, head))

    async def came(self, address: str, outcome: Outcome) -> list[Visit]:
        """An outcome was taken in. What claimed to belong to it and was not shown by it stands alone."""
        self._came.add(address)
        claims = self._claims.pop(address, {})
        if isinstance(outcome, Failure):  # nothing is known: the pages are looked at again by the next crawl
            return []
        visits: list[Visit] = []
        for claimant, (visit, capture_id) in claims.items():
            capture = self._copy(capture_id)
            if capture is not None:  # else it is looked at again by the next crawl
                visits += await self._crawl.take_alone(visit, claimant, capture)
        return visits

    def _copy(self, capture_id: str) -> Capture | None:
        """A capture of this crawl, read back; None where it cannot be, of which `jianbao doctor` tells."""
        with suppress(CaptureProblem):
            return self._crawl.archive.capture(capture_id)
        return None

    def _of(self, head: str, url: str) -> Gathering:
        found = self._gatherings.get(head)
        if found is None:
            fresh = any(page.state == "pending" for page in self._held.get(head, ()))
            found = self._gatherings[head] = Gathering(head, url, fresh=fresh)
        return found

    def _standing(self, head: str) -> list[Page]:
        return [page for page in self._held.get(head, ()) if page.state != "gone"]

    async def _ask(self, gathering: Gathering, links: Sequence[FoundLink]) -> list[Visit]:
        """Visit the further pages that were not asked for yet; the article is finished if there is none to wait for."""
        crawl = self._crawl
        new = gathering.add(links)
        if new:
            crawl.held.look([link.canonical_url for link in new])  # before they become what they were not
            crawl.archive.expect(crawl.source.id, new, crawl.clock(), part_of=gathering.head)
        visits: list[Visit] = []
        there: list[tuple[Visit, str, Capture]] = []
        claims = self._claims.get(gathering.head, {})
        for link in new:
            address = link.canonical_url
            self._head_of[address] = gathering.head
            visit, capture_id = claims.pop(address, (None, ""))
            if visit is not None and (capture := self._copy(capture_id)) is not None:
                there.append((visit, address, capture))
            elif address in self._came:
                await self._settle(gathering, address)
            else:
                visits += crawl.visit_part(link)
        for visit, address, capture in there:
            visits += await self._captured(gathering, replace(visit, kind="part"), address, capture)
        if not gathering.waiting and not there and not await self._finish(gathering, {}):
            crawl.archive.expect(crawl.source.id, gathering.links, crawl.clock(), part_of=gathering.head)
        return visits

    async def _settle(self, gathering: Gathering, address: str) -> None:
        """A further page that came as something else in this crawl, before its page 1 did."""
        crawl = self._crawl
        gathering.waiting.discard(address)
        capture = crawl.archive.latest_capture(crawl.source.id, address, "article")
        if capture is not None:
            reading = await read_again(crawl.reader, capture, crawl.source)
            part = replace(capture, kind="part", found_on=gathering.url)
            record_part(crawl.archive, part, reading, "article", address, gathering.head, crawl.run_id)

    # --- pages 2, 3 …

    async def part(self, visit: Visit, address: str, outcome: Outcome) -> list[Visit]:
        """Take in what came of a further page, and finish its article if it was the last."""
        crawl, gathering = self._crawl, self._gatherings[self._head_of[address]]
        visit = replace(visit, kind="part", found_on=gathering.url)
        match outcome:
            case Failure():
                terms = (visit, address, outcome.kind, outcome.message)
                await self._could_not(gathering, *terms, of_host=outcome.of_host)
            case NotModified():
                await self._as_held(gathering, address, full=False)
            case Capture():
                held = crawl.held.get(address)
                same = held is not None and outcome.status == 200 and held.content_digest == outcome.content_digest
                if same and crawl.order.only is None:
                    await self._as_held(gathering, address, full=True)
                else:
                    crawl.tally["pages"] += 1
                    return await self._captured(gathering, visit, address, outcome)
        return []

    async def _as_held(self, gathering: Gathering, address: str, *, full: bool) -> None:
        if await self._last(gathering, address, {}):
            crawl = self._crawl
            crawl.archive.not_modified(crawl.source.id, address, crawl.clock(), crawl.run_id, full=full)

    async def _captured(self, gathering: Gathering, visit: Visit, address: str, outcome: Capture) -> list[Visit]:
        """A further page came anew. What it shows is asked for before its article can be finished."""
        crawl = self._crawl
        capture = replace(outcome, kind="part", found_on=gathering.url)
        try:
            crawl.archive.keep(capture)
            answer = await crawl.reader.read(Task.of(capture, crawl.source))
        except (ArchiveBroken, ReaderBroken):
            raise
        except CaptureProblem as error:
            return await self._could_not(gathering, visit, address, "other", str(error))
        except Exception as error:  # noqa: BLE001 - the supervisor of one page
            fault = f"Taking in {capture.url} failed, which is our fault: {error!r}"
            crawl.archive.set_aside(capture, fault, crawl.run_id)
            return await self._could_not(gathering, visit, address, "fault", fault)
        reading, verdict = answer.reading, verdict_of_part(capture, answer.reading)
        visits: list[Visit] = []
        came: Came = {}
        if verdict == "article":
            gathering.fresh = True
            came = {address: (capture, reading)}
            links = further_links(reading.series.beyond, gathering.head, gathering.url, crawl.source)
            visits = await self._ask(gathering, links)  # this page is waited for still
        else:
            gathering.why[address] = _no_page(capture, reading.evidence.verdict)
        if not await self._last(gathering, address, came):
            return visits
        record_part(crawl.archive, capture, reading, verdict, address, gathering.head, crawl.run_id)
        if verdict != "article":
            kind = f"http-{capture.status}" if capture.status >= 400 else f"verdict-{verdict}"
            message = f"{capture.url}, a further page of {gathering.url}: {gathering.why[address]}."
            crawl.failed(visit, kind, message, at=capture.fetched_at)
        elif reading.evidence.troubles:
            crawl.failed(visit, "hook", f"{capture.url}: {' '.join(reading.evidence.troubles)}", at=capture.fetched_at)
        return visits

    async def _could_not(
        self, gathering: Gathering, visit: Visit, address: str, kind: str, message: str, *, of_host: bool = False
    ) -> list[Visit]:
        gathering.why[address] = message
        if await self._last(gathering, address, {}):
            self._crawl.failed(visit, kind, message, of_host=of_host)
        return []

    async def _last(self, gathering: Gathering, address: str, came: Came) -> bool:
        """One page less to wait for; after the last one the article is recorded.

        False if it could not be: then the page must stay pending, so that the next crawl makes the article.
        """
        if address in gathering.waiting:
            gathering.waiting.discard(address)
            if not gathering.waiting:
                return await self._finish(gathering, came)
        return True

    async def _finish(self, gathering: Gathering, came: Came) -> bool:
        """Record the article; False if it could not be."""
        crawl = self._crawl
        changes = gathering.known
        if gathering.fresh:
            terms = (gathering.head, came, crawl.run_id, crawl.clock(), gathering.why)
            try:
                joined = await record_joined(crawl.archive, crawl.reader, crawl.source, *terms)
            except (ArchiveBroken, ReaderBroken):
                raise
            except Exception as error:  # noqa: BLE001 - the supervisor of one article; its pages are kept
                crawl.tell(f"The pages of {gathering.url} could not be put together: {error!r}")
                crawl.tally["problems"] += 1
                crawl.failures["fault"] += 1
                return False
            changes = joined.changes or changes
            crawl.tally["repaired"] += joined.repaired
            for url, why in joined.missing:
                crawl.tell(f"{gathering.url} is not whole: {url} is missing: {why}.")
        crawl.count(changes)
        return True


def _no_page(capture: Capture, reason: str) -> str:
    if capture.status >= 400:
        return f"the server answered {capture.status} {capture.reason}".rstrip()
    return reason or "it holds no text"
