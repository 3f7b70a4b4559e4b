"""The decisions of one crawl of one source: what is visited, and what becomes of what comes back.

The order of things is what makes a kill harmless: links are remembered as pending pages before they are asked for, a
response is kept byte for byte before it is read, and what was read is recorded last. What is missing after a kill is
found again at the next start: pending pages are visited, kept captures that nobody read are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from logging import DEBUG, INFO, WARNING

from archive.captures.errors import CaptureProblem
from archive.identity import canonical_url
from archive.model import Capture, Change, Counts, FoundLink, PageKind, Run
from archive.store import Archive
from archive.tally import Tally
from crawler.again import Again
from crawler.health.tallying import Tallying
from crawler.held import Held
from crawler.hosts import Failed, Hosts
from crawler.intake import problem_of, read_capture, take_in
from crawler.listing import Lists, Place, Shown, settled, shown
from crawler.log import Trail
from crawler.noting import Notes, Noting, Outstanding
from crawler.order import Order
from crawler.proof import Proofs, is_another_text
from crawler.reader import Reader
from crawler.series.gather import Gatherer
from crawler.shanghai import SHANGHAI
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit

NEVER = datetime.min.replace(tzinfo=UTC)
MOST_TOLD = 20
"""So many problems of a crawl are told one by one."""


class SourceCrawl:
    """The decisions of one crawl; a fetcher drives it (`crawler.visit.Crawl`).

    It begins when its first visits are asked for: `run` is None until then. `counts` and `failures` may be read at
    any time: they feed the progress line and end in the run's record.
    """

    def __init__(
        self,
        source: Source,
        archive: Archive,
        reader: Reader,
        order: Order,
        clock: Callable[[], datetime],
        watch: Callable[[Counts], None] = lambda counts: None,
        note: Callable[[Change], None] = lambda change: None,
        command: str = "crawl",
        notes: Notes | None = None,
    ) -> None:
        self.source, self.archive, self.reader, self.command = source, archive, reader, command
        self.order = replace(order, ladder=source.ladder)
        self.clock, self.watch, self.note = clock, watch, note
        self.run: Run | None = None
        self.tally: Counter[str] = Counter()
        self.sights = Tallying()
        self.failures: Counter[str] = Counter()
        self.told: list[str] = []  # the first problems, as sentences
        self.held = Held(archive, source)  # the source's pages as they were when the crawl began
        self.asked: set[str] = set()
        self.outstanding = Outstanding()
        self.notes = Notes() if notes is None else notes  # on its last pages: what is learnt from when it has ended
        self.again = Again(self.order, source.politeness.concurrency)
        self.hosts = Hosts()
        self._noting = Noting(reader, self.notes, lambda: self.outstanding.are_last(len(self.again)))
        self.lists = Lists(source, clock().astimezone(SHANGHAI).date(), {}, order.span)
        self.shown: set[str] = set()  # articles that any list showed in this crawl
        self.articles_left = order.limit
        self.gather = Gatherer(self)
        self.proofs = Proofs(self)
        self.trail = Trail(source.id, lambda: self.run_id)

    @property
    def counts(self) -> Counts:
        """What was done so far."""
        return Counts(**self.tally)

    @property
    def seen(self) -> Tally:
        """What was seen so far: what the source's health is judged by."""
        return self.sights.tally(self.counts, self.failures)

    # --- what to visit

    def first(self) -> Iterator[Visit]:
        """The newest list pages, what earlier crawls left undone, and what is due again."""
        self.archive.describe(self.source.id, (self.source.name, *self.source.outlets), self.source.trust)
        self.run = self.archive.begin_run(self.source.id, self.clock(), self.command)
        self.held.load(self.order, self.clock())
        walked = self.archive.last_walked(self.source.id) or NEVER
        self.lists = Lists(self.source, self.clock().astimezone(SHANGHAI).date(), self.held, self.order.span, walked)
        self.gather.begin()
        self.proofs.begin()
        if self.order.only is not None:
            for url in self.order.only:
                yield from self._visit(url, "article", fresh=True)
            return
        for url in self.lists.first() if self.order.lists else ():
            yield from self._visit(url, "list")
        now = self.clock()
        undone = {
            key
            for key, page in self.held.items()
            if self.order.resumes(page, now) or self.gather.is_unfinished(key, now)
        }
        for canonical, page_held in [(key, page) for key, page in self.held.items() if key in undone]:
            if page_held.kind != "part":  # those are asked for when their page 1 has come
                yield from self._visit(page_held.url, page_held.kind, page_held.found_on, canonical)
        self.again.take([each for each in self.held.items() if self.order.again(each[1], now)], now)
        yield from self._ask_again()

    def _ask_again(self) -> Iterator[Visit]:
        """The known articles for which there is room now."""
        while (following := self.again.next(self.outstanding, self.clock())) is not None:
            canonical, page = following
            yield from self._visit(page.url, page.kind, page.found_on, canonical)

    def visit_part(self, link: FoundLink) -> Iterator[Visit]:
        """The visit of a further page of an article; the limit of a crawl counts articles."""
        return self._visit(link.url, "part", link.found_on, link.canonical_url, fresh=self.order.only is not None)

    def visit_page_one(self, url: str, found_on: str | None, canonical: str) -> Iterator[Visit]:
        """The visit of page 1 of an article of which another page was visited, and counted, in its place."""
        fresh = self.order.only is not None
        return self._visit(url, "article", found_on, canonical, fresh=fresh, counted=True)

    def _visit(
        self,
        url: str,
        kind: PageKind,
        found_on: str | None = None,
        canonical: str | None = None,
        *,
        fresh: bool = False,
        counted: bool = False,
        day: date | None = None,
    ) -> Iterator[Visit]:
        """The visit, unless it was made already, is of a list that is not watched any more, or is over the limit.

        For a page that is known as a further page of an article the article's page 1 is visited.
        """
        canonical = canonical or self.canonical(url)
        place = self.lists.of(canonical, found_on) if kind == "list" else None
        if kind == "article" and (first := self.gather.page_one(canonical)):
            url, canonical = first
        if canonical in self.asked or (kind == "list" and place is None):
            return
        if kind == "article" and not counted and not self._within_order(url, day):
            return
        self.asked.add(canonical)
        self.outstanding.asked(kind)
        self.trail.tell("asked", canonical, kind=kind, found_on=found_on)
        known = self.held.get(canonical)
        held = None if fresh else self.proofs.copy_to_name(known, url)
        yield Visit(
            url,
            kind,
            found_on,
            etag=held.etag if held else None,
            last_modified=held.last_modified if held else None,
            number=place.number if place else 1,
            optional=place.optional if place else False,
        )

    def _within_order(self, url: str, day: date | None) -> bool:
        """Whether the order's `since`, `span` and `limit` let one more article be asked for; counts it if so."""
        if not self.order.covers(url, day):
            return False
        if self.articles_left is not None:
            self.articles_left -= 1
            return self.articles_left >= 0
        return True

    def canonical(self, url: str) -> str:
        """The address under which the archive knows a page of this source."""
        return canonical_url(url, self.source.names)

    # --- what came back

    async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Record the outcome; a list page leads to further visits. Not called again before it has come to its end."""
        more = [*await self._received(visit, outcome), *self._ask_again()]
        if self.outstanding.all <= 0:
            self._by_themselves(self.hosts.ended())
        return more

    async def _received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        self.tally["requests"] += 1
        self.outstanding.came(visit.kind)
        canonical = self.canonical(visit.url)
        self.held.look((canonical,))  # before anything is recorded of it
        if not isinstance(outcome, Failure):
            self._answers(visit.url)
        if self.gather.is_part(canonical):
            self.tally["answered"] += not isinstance(outcome, Failure)
            self.tally["not_modified"] += isinstance(outcome, NotModified)
            more: Sequence[Visit] = await self.gather.part(visit, canonical, outcome)
            self.watch(self.counts)
            return more
        match outcome:
            case Failure():
                forbidden = outcome.kind == "robots" and visit.kind == "article" and not outcome.of_host
                self.failed(visit, outcome.kind, outcome.message, problem=not forbidden, of_host=outcome.of_host)
                more = ()
            case NotModified():
                self.tally["answered"] += 1
                self.tally["not_modified"] += 1
                self.trail.tell("not-modified", canonical)
                if self.proofs.is_doubted(visit, canonical):
                    self.outstanding.asked(visit.kind)
                    return [replace(visit, etag=None, last_modified=None)]
                copy = self.archive.latest_capture(self.source.id, canonical)
                more = await self._unchanged(visit, canonical, copy)
            case Capture():
                self.tally["answered"] += 1
                size = len(outcome.body)
                self.sights.came(size)
                self.trail.tell("captured", canonical, status=outcome.status, bytes=size, capture=outcome.id)
                more = await self._captured(visit, canonical, outcome)
        more = [*more, *await self.gather.came(canonical, outcome)]
        self.watch(self.counts)
        return more

    async def _captured(self, visit: Visit, canonical: str, capture: Capture) -> Sequence[Visit]:
        held = self.held.get(canonical)
        same = held is not None and capture.status == 200 and held.content_digest == capture.content_digest
        if same:
            self.proofs.same(visit, canonical)
        if same and self.order.only is None:
            return await self._unchanged(visit, canonical, capture, full=True)
        return await self._changed(visit, canonical, capture)

    def failed(
        self,
        visit: Visit,
        kind: str,
        message: str,
        at: datetime | None = None,
        *,
        problem: bool = True,
        of_host: bool = False,
    ) -> None:
        """Count and record that no answer worth reading could be had of a page."""
        self.tally["problems"] += problem
        self.failures[kind] += 1
        if of_host:
            self.again.put_behind(visit.url)
            self.hosts.failed(Failed(visit, kind, message, at or self.clock()))
        else:
            self.hosts.by_themselves += 1
        self.tell(message)
        self.trail.tell("failed", self.canonical(visit.url), WARNING, kind=kind, why=message)
        self.archive.failed(
            self.source.id,
            self.canonical(visit.url),
            at or self.clock(),
            kind,
            message,
            self.run_id,
            url=visit.url,
            page_kind=visit.kind,
            of_host=of_host,
        )

    def _answers(self, url: str) -> None:
        """A host answered: pages of it that failed as it does have failed by themselves."""
        self.again.answers(url)
        self._by_themselves(self.hosts.came(url))

    def _by_themselves(self, failures: Iterable[Failed]) -> None:
        for each in failures:
            terms = (self.source.id, self.canonical(each.visit.url), each.at, each.kind, each.message, self.run_id)
            self.archive.failed(*terms, url=each.visit.url, page_kind=each.visit.kind)

    def tell(self, sentence: str) -> None:
        """Keep one of the first problems; what each page of a host that cannot be reached would say is said once."""
        if len(self.told) < MOST_TOLD and sentence not in self.told:
            self.told.append(sentence)

    @property
    def run_id(self) -> int | None:
        """The run's number; None before it began."""
        return self.run.id if self.run else None

    async def _unchanged(
        self, visit: Visit, canonical: str, copy: Capture | None, *, full: bool = False
    ) -> Sequence[Visit]:
        """The page is as we hold it; `copy` is what we hold, or with `full` what came and is the same."""
        changes = self.archive.not_modified(self.source.id, canonical, self.clock(), self.run_id, full=full)
        if visit.kind == "article":
            return await self.gather.unchanged(visit, canonical, changes)
        self.count(changes)
        place = self.lists.of(canonical, visit.found_on)
        if place is None:
            return ()
        if copy is None:
            message = f"The copy of the list page {visit.url} that the server calls unchanged cannot be read any more."
            self.failed(visit, "copy-lost", message)
            return ()
        span = self.order.span
        answer = await read_capture(self.reader, copy, self.source, place, days=span is not None)
        self.held.look_at((*answer.links, *answer.lists))
        seen = shown(copy, answer, self.source, place, self.held, unchanged=True, span=span)
        self.archive.found(self.source.id, seen.all, self.clock())
        self.sights.list_page(len(seen.articles))
        return self._follow(seen, place)

    async def _changed(self, visit: Visit, canonical: str, capture: Capture) -> Sequence[Visit]:
        self.tally["pages"] += 1
        place = self.lists.of(canonical, visit.found_on) if visit.kind == "list" else None
        before = await self._shown_before(canonical, place) if self.proofs.asks(canonical, capture) else None
        try:
            self.archive.keep(capture)
        except CaptureProblem as error:
            self.failed(visit, "other", str(error))
            return ()
        return await self._take_in(visit, canonical, capture, place, before=before)

    async def take_alone(self, visit: Visit, canonical: str, capture: Capture) -> Sequence[Visit]:
        """Take in a page that said to be a further page of another, which does not show it."""
        return await self._take_in(visit, canonical, capture, alone=True)

    async def _take_in(
        self,
        visit: Visit,
        canonical: str,
        capture: Capture,
        place: Place | None = None,
        *,
        alone: bool = False,
        before: frozenset[str] | None = None,
    ) -> Sequence[Visit]:
        terms = (canonical, self.run_id, place, self.held)
        reader = self._noting if visit.kind == "article" else self.reader
        taken = await take_in(self.archive, reader, self.source, capture, *terms, alone=alone, span=self.order.span)
        if taken.first:
            return await self.gather.claimed(visit, canonical, capture, taken.first)
        self.asked.add(taken.canonical_url)
        elsewhere = taken.canonical_url if taken.canonical_url != canonical else None
        self.trail.tell("read", canonical, verdict=taken.verdict, stands_under=elsewhere)
        if place is None:
            meant = is_another_text(taken.changes)
        else:  # texts are compared only where that decides anything
            meant = before != taken.shown.addresses if before is not None else not self.proofs.asks(canonical, capture)
        self.proofs.other(visit, canonical, capture, meant=meant)
        self.count(taken.changes)
        self.tally["repaired"] += taken.repaired
        if taken.seen is not None:
            self.sights.page(taken.seen)
        if place is not None and capture.status == 200:
            self.sights.list_page(len(taken.shown.articles))
        if problem := problem_of(visit, capture, taken):
            self.failed(visit, *problem, at=capture.fetched_at)  # one failure, told twice
        if taken.parts:
            return await self.gather.taken(visit, canonical, taken.parts)
        return self._follow(taken.shown, place)

    async def _shown_before(self, canonical: str, place: Place | None) -> frozenset[str] | None:
        """The articles that our copy of a list shows; None where there is none."""
        copy = self.archive.latest_capture(self.source.id, canonical) if place else None
        if place is None or copy is None:
            return None
        return shown(copy, await read_capture(self.reader, copy, self.source, place), self.source, place, {}).addresses

    def count(self, changes: Iterable[Change]) -> None:
        """Count what became of articles, and tell whoever watches."""
        for change in changes:
            self.tally[change.kind] += 1
            became = {"article": change.article_id, "revision": change.revision, "why": change.reason or None}
            self.trail.tell(change.kind, change.canonical_url, DEBUG if change.kind == "known" else INFO, **became)
            if change.kind == "quarantined":
                self.tell(f"{change.canonical_url}: {change.reason}")
            self.note(change)

    def _follow(self, seen: Shown, place: Place | None) -> Sequence[Visit]:
        """Visit what a list page shows: further lists and its next page first, then what was never answered, then
        what is known and is not asked for again by itself. A page that shows nothing that this crawl has not seen leads
        to no next one.
        """
        more: list[Visit] = []
        for link in (*seen.lists, *seen.articles):
            if link.canonical_url not in self.held:
                self.trail.tell("found", link.canonical_url, found_on=link.found_on)
        before = len(self.shown)
        self.shown |= seen.addresses
        for link in seen.lists:
            if place is not None:
                self.lists.take(place, link)
            more += self._visit(link.url, "list", link.found_on, link.canonical_url)
        if seen.following and (len(self.shown) > before or self.order.span is None):
            more += self._visit(seen.following.url, "list", seen.following.found_on, seen.following.canonical_url)
        now = self.clock()
        wanted = [link for link in seen.articles if self.order.when_listed(self.held.get(link.canonical_url), now)]
        at_once = [link for link in wanted if link.canonical_url not in self.again]
        for link in sorted(at_once, key=lambda link: settled(self.held.get(link.canonical_url))):
            day = seen.days.get(link.canonical_url)
            more += self._visit(link.url, "article", link.found_on, link.canonical_url, day=day)
        return more
