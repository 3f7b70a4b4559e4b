"""The decisions of one crawl of one source: what is visited, and what becomes of what comes back.

The order of things is what makes a kill harmless: links are remembered as pending pages before they are asked for, a
response is kept byte for byte before it is read, and what was read is recorded last. What is missing after a kill is
found again at the next start: pending pages are visited, kept captures that nobody read are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive.identity import canonical_url
from archive.model import Capture, Change, Counts, Page, Run
from archive.store import Archive
from crawler.extract.dates import url_day
from crawler.intake import problem_of, take_in
from crawler.listing import Shown, list_pages, shown
from crawler.revisit import due
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit

Revisit = Literal["listed", "due", "all", "none"]

GIVE_UP_AFTER = 5
"""Failed attempts after which a page is no longer asked for by itself; when a list still shows it, it is."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked of a crawl.

    `revisit` says which known articles are asked for again, conditionally: those the visited list pages show and
    those that are due by their age ("listed"), only the latter ("due"), every one ("all") or none. `since` leaves
    out articles whose address gives an earlier day; `limit` bounds the articles asked for in one source.
    `only` replaces discovery by these addresses, asked for without validators (a re-crawl).
    """

    revisit: Revisit = "listed"
    since: date | None = None
    limit: int | None = None
    only: tuple[str, ...] | None = None


class SourceCrawl:
    """The decisions of one crawl; a fetcher drives it (`crawler.visit.Crawl`).

    `counts` and `failures` may be read at any time: they feed the progress line and end in the run's record.
    """

    def __init__(
        self,
        source: Source,
        archive: Archive,
        run: Run,
        order: Order,
        clock: Callable[[], datetime],
        watch: Callable[[Counts], None] = lambda counts: None,
        note: Callable[[Change], None] = lambda change: None,
    ) -> None:
        self.source, self.archive, self.run, self.order = source, archive, run, order
        self.clock, self.watch, self.note = clock, watch, note
        self.tally: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.held: Mapping[str, Page] = archive.pages(source.id)  # as it was when the crawl began
        self.asked: set[str] = set()
        self.lists = dict(list_pages(source))
        self.articles_left = order.limit

    @property
    def counts(self) -> Counts:
        """What was done so far."""
        return Counts(**self.tally)

    # --- what to visit

    def first(self) -> Iterator[Visit]:
        """The newest list pages, what earlier runs left undone, and what is due again."""
        if self.order.only is not None:
            for url in self.order.only:
                yield from self._visit(url, "article", fresh=True)
            return
        for page in self.source.lists:
            yield from self._visit(page.url, "list")
        for canonical, page_held in self.held.items():
            if self._unfinished(page_held) or self._due(page_held):
                yield from self._visit(page_held.url, page_held.kind, page_held.found_on, canonical)

    def _unfinished(self, page: Page) -> bool:
        return page.state == "pending" or (page.state == "failed" and page.failures < GIVE_UP_AFTER)

    def _due(self, page: Page) -> bool:
        if page.kind != "article" or page.state not in ("fetched", "gone") or self.order.revisit == "none":
            return False
        return self.order.revisit == "all" or due(page.first_seen, page.last_checked, self.clock())

    def _visit(
        self,
        url: str,
        kind: Literal["list", "article"],
        found_on: str | None = None,
        canonical: str | None = None,
        *,
        fresh: bool = False,
    ) -> Iterator[Visit]:
        """The visit, unless it was made already, is of a list that is not watched any more, or is over the limit."""
        canonical = canonical or self.canonical(url)
        if canonical in self.asked or (kind == "list" and canonical not in self.lists):
            return
        if kind == "article" and not self._within_order(url):
            return
        self.asked.add(canonical)
        held = None if fresh else self.held.get(canonical)
        yield Visit(
            url,
            kind,
            found_on,
            etag=held.etag if held else None,
            last_modified=held.last_modified if held else None,
            number=self.lists[canonical].number if kind == "list" else 1,
        )

    def _within_order(self, url: str) -> bool:
        """Whether the order's `since` and `limit` let one more article be asked for; counts it if so."""
        if self.order.since and (day := url_day(url)) and day < self.order.since:
            return False
        if self.articles_left is not None:
            self.articles_left -= 1
            return self.articles_left >= 0
        return True

    def canonical(self, url: str) -> str:
        """The address under which the archive knows a page of this source."""
        return canonical_url(url, self.source.all_hosts)

    # --- what came back

    def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Record the outcome; a list page leads to further visits."""
        self.tally["requests"] += 1
        canonical = self.canonical(visit.url)
        match outcome:
            case Failure():
                forbidden = outcome.kind == "robots" and visit.kind == "article"  # their right, and not ours to mend
                self._failed(canonical, outcome.kind, outcome.message, problem=not forbidden)
                more: Sequence[Visit] = ()
            case NotModified():
                more = self._unchanged(visit, canonical, asked_conditionally=True)
            case Capture():
                held = self.held.get(canonical)
                same = held is not None and outcome.status == 200 and held.content_digest == outcome.content_digest
                more = self._unchanged(visit, canonical) if same else self._changed(visit, canonical, outcome)
        self.watch(self.counts)
        return more

    def _failed(self, canonical: str, kind: str, message: str, *, problem: bool = True) -> None:
        self.tally["problems"] += problem
        self.failures[kind] += 1
        self.archive.failed(self.source.id, canonical, self.clock(), kind, message, self.run.id)

    def _unchanged(self, visit: Visit, canonical: str, *, asked_conditionally: bool = False) -> Sequence[Visit]:
        self.tally["not_modified"] += asked_conditionally
        changes = self.archive.not_modified(self.source.id, canonical, self.clock(), self.run.id)
        self._count(changes)
        if visit.kind == "article":
            return ()
        capture = self.archive.latest_capture(self.source.id, canonical)
        if capture is None:
            return ()
        seen = shown(capture, self.source, self.lists[canonical], self.held)
        if seen.following:
            self.archive.found(self.source.id, [seen.following], self.clock())
        return self._follow(seen)

    def _changed(self, visit: Visit, canonical: str, capture: Capture) -> Sequence[Visit]:
        self.tally["pages"] += 1
        self.archive.keep(capture)
        place = self.lists.get(canonical) if visit.kind == "list" else None
        taken = take_in(self.archive, self.source, capture, canonical, self.run.id, place, self.held)
        self._count(taken.changes)
        self.tally["repaired"] += taken.repaired
        if problem := problem_of(visit, capture, taken):
            self._failed(canonical, *problem)
        return self._follow(taken.shown)

    def _count(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.tally[change.kind] += 1
            self.note(change)

    def _follow(self, seen: Shown) -> Sequence[Visit]:
        """Visit what a list page shows, its next page first: there are more articles to be found."""
        more: list[Visit] = []
        if seen.following:
            more += self._visit(seen.following.url, "list", seen.following.found_on, seen.following.canonical_url)
        for link in seen.articles:
            if self._wanted(self.held.get(link.canonical_url)):
                more += self._visit(link.url, "article", link.found_on, link.canonical_url)
        return more

    def _wanted(self, known: Page | None) -> bool:
        if known is None or self._unfinished(known):
            return True
        return self.order.revisit in ("listed", "all") or self._due(known)
