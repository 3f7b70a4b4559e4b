"""What a list shows: its articles, the further lists that belong to it, and whether it goes on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import msgspec

from archive.identity import canonical_url
from archive.model import Capture, FoundLink, Page
from crawler.discover import Link, has_days, next_page, on_day
from crawler.extract.dates import url_day
from crawler.order import Span
from crawler.reader import Answer
from crawler.shanghai import SHANGHAI
from crawler.source import ListPage, Source

MOST_MISSED_DAYS = 31
"""So many days of a list with an address for each are caught up with after nothing ran."""

MOST_WALKED = 1_000
"""Pages of one list, or sitemaps of one index, that a back-fill walks."""

DEEPEST = 3
"""Lists on lists on lists: an index of sitemaps, a paper's front page and its pages. What lies deeper is a trap."""

LASTMOD_PRECISION = timedelta(days=1)
"""A lastmod is often a day alone, and the sitemap changes later on it."""


ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A list page's place: the list it belongs to, and its number in it (1 is the newest).

    `day` is that of a list with an address for each; `depth` counts the lists it was found on, 0 for one of the file.
    `walked` is when a crawl last came to its end: an article that was first seen later was found by one that was cut
    short, and does not prove that what stands below it in the list is known.
    """

    page: ListPage
    number: int = 1
    day: date | None = None
    depth: int = 0
    walked: datetime = ALWAYS

    @property
    def optional(self) -> bool:
        """Whether it is no problem if the page is not there: the list's end, a day without an edition."""
        return self.number > 1 or self.day is not None or self.depth > 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The articles of a list page in its order, what follows it, and the further lists that have to be visited."""

    articles: tuple[FoundLink, ...] = ()
    following: FoundLink | None = None
    lists: tuple[FoundLink, ...] = ()
    addresses: frozenset[str] = frozenset()  # of all articles on it, outside a back-fill's span as well
    days: Mapping[str, date] = field(default_factory=dict)  # of articles in a back-fill, as far as they are known
    empty: bool = True  # whether it showed nothing at all, not even a list that is settled

    @property
    def all(self) -> tuple[FoundLink, ...]:
        """Everything that is to be remembered, in one go: a list that goes on must not be cut off by a kill."""
        return (*self.articles, *self.lists, *((self.following,) if self.following else ()))


class Lists:
    """The list pages of one crawl by canonical address: those that the source's file names, and those found on them.

    `held` is what was known before the crawl, `span` the days of a back-fill, `walked` when a crawl of the source last
    came to its end.
    """

    def __init__(
        self,
        source: Source,
        today: date,
        held: Mapping[str, Page],
        span: Span | None = None,
        walked: datetime = ALWAYS,
    ) -> None:
        self._source, self._held, self.span, self._walked = source, held, span, walked
        self._places: dict[str, Place] = {}
        self._first: list[tuple[str, Place]] = []
        for page in source.lists:
            for place in self._of_file(page, today):
                self._add(place)

    def first(self) -> Iterator[str]:
        """The addresses to begin with: the newest page of every list. A back-fill skips days that are settled."""
        for address, place in self._first:
            if not (self.span and place.day and settled(self._held.get(address))):
                yield place.page.url

    def of(self, address: str, found_on: str | None = None) -> Place | None:
        """The place of a list page; of one that an earlier crawl found, by the list it stood on. None: not watched."""
        place = self._places.get(address)
        if place is None and found_on is not None:
            place = self._of_found(address, canonical_url(found_on, self._source.names))
        return place

    def take(self, place: Place, found: FoundLink) -> None:
        """A list that was found on another one belongs to it from now on."""
        if found.canonical_url not in self._places and place.depth < DEEPEST:
            self._places[found.canonical_url] = child(place, found.url)

    def _of_file(self, page: ListPage, today: date) -> Iterator[Place]:
        if not has_days(page):
            yield Place(page, walked=self._walked)
            return
        for day in self._days(page, today):
            yield Place(on_day(page, day), day=day, walked=self._walked)

    def _days(self, page: ListPage, today: date) -> Iterator[date]:
        """The days to visit, the newest first: those of the back-fill, or the last ones and what was missed before."""
        if self.span is not None:
            yield from self.span.days(today)
            return
        past = [today - timedelta(days=ago) for ago in range(1, MOST_MISSED_DAYS)]
        newest = next((ago for ago, day in enumerate(past, 1) if settled(self._on(page, day))), 0)
        for ago in range(max(page.days, newest)):
            yield today - timedelta(days=ago)

    def _on(self, page: ListPage, day: date) -> Page | None:
        return self._held.get(canonical_url(on_day(page, day).url, self._source.names))

    def _add(self, place: Place) -> None:
        address = canonical_url(place.page.url, self._source.names)
        self._first.append((address, place))
        self._places.setdefault(address, place)
        most = MOST_WALKED if self.span else place.page.max_pages
        for number in range(1, most):
            following = next_page(place.page, number, self._source.profile)
            if following is None:
                return
            further = replace(place, number=number + 1)
            self._places.setdefault(canonical_url(following, self._source.names), further)

    def _of_found(self, address: str, parent: str) -> Place | None:
        """Go up the lists that an earlier crawl noted, to one that the file names."""
        way = [address]
        for _ in range(DEEPEST):
            if place := self._places.get(parent):
                for step in reversed(way):
                    page = self._held.get(step)
                    place = child(place, page.url if page else step)
                return place if place.depth <= DEEPEST else None
            page = self._held.get(parent)
            if page is None or page.kind != "list" or page.found_on is None:
                return None
            way.append(parent)
            parent = canonical_url(page.found_on, self._source.names)
        return None


def child(place: Place, url: str) -> Place:
    """The place of a list that was found on another one."""
    page = msgspec.structs.replace(place.page, url=url, next_pages=None)
    return replace(place, page=page, depth=place.depth + 1)


def shown(
    capture: Capture,
    answer: Answer,
    source: Source,
    place: Place,
    held: Mapping[str, Page],
    *,
    unchanged: bool = False,
    span: Span | None = None,
) -> Shown:
    """What a capture of a list page shows, given what a reader found on it.

    The list goes on as long as it shows anything that is not settled: an unknown article, one that was found and never
    answered because an earlier crawl was cut short, or one that only such a crawl has found. In a back-fill it goes on
    until all of it is older than the span. `held` is what was known before this crawl; `unchanged` says that the page
    is as it was then.
    """
    hosts = source.names
    articles = tuple(_found(link, hosts, capture.url) for link in answer.links)
    addresses = frozenset(link.canonical_url for link in articles)
    days = _days(articles, answer.links) if span else {}
    if span:  # what lies outside would be asked for by the next crawl if it were remembered
        articles = tuple(link for link in articles if days.get(link.canonical_url, span.since) in span)
    lists = _further(capture, answer, source, place, held, unchanged=unchanged, span=span)
    seen = Shown(articles, None, lists, addresses, days, empty=not addresses and not answer.lists)
    most = MOST_WALKED if span else place.page.max_pages
    if place.number >= most or not _goes_on(seen, held, span, place.walked):
        return seen
    following = next_page(place.page, place.number, source.profile)
    if following is None:
        return seen
    canonical = canonical_url(following, source.names)
    return replace(seen, following=FoundLink(following, canonical, found_on=capture.url, kind="list"))


def _goes_on(seen: Shown, held: Mapping[str, Page], span: Span | None, walked: datetime) -> bool:
    if span is None:
        known = (held.get(link.canonical_url) for link in seen.articles)
        return not all(page is not None and settled(page) and page.first_seen <= walked for page in known)
    return bool(seen.addresses) and not (seen.days and all(span.before(day) for day in seen.days.values()))


def _further(
    capture: Capture,
    answer: Answer,
    source: Source,
    place: Place,
    held: Mapping[str, Page],
    *,
    unchanged: bool,
    span: Span | None,
) -> tuple[FoundLink, ...]:
    """The further lists that have to be visited: those that may show anything new."""
    if place.depth >= DEEPEST:
        return ()
    most = place.page.max_pages if place.page.kind == "sitemap" and span is None else MOST_WALKED
    inside = [link for link in answer.lists if span is None or _may_reach(link, span)][:most]
    found = [replace(_found(link, source.names, capture.url), kind="list") for link in inside]
    return tuple(
        each
        for each, link in zip(found, inside, strict=True)
        if _may_be_new(held.get(each.canonical_url), link, place.page, unchanged=unchanged)
    )


def _may_be_new(page: Page | None, link: Link, list_page: ListPage, *, unchanged: bool) -> bool:
    """Whether a further list may show anything that it did not when it was last fetched."""
    if page is None or page.state != "fetched" or page.last_fetched is None:
        return True
    if link.modified is not None:
        return page.last_fetched < link.modified + LASTMOD_PRECISION
    return list_page.kind != "epaper" or not unchanged


def _may_reach(link: Link, span: Span) -> bool:
    """Whether a sitemap may hold anything of a span: it was changed since that began."""
    return link.modified is None or not span.before(link.modified.astimezone(SHANGHAI).date())


def _found(link: Link, hosts: tuple[str, ...], on: str) -> FoundLink:
    return FoundLink(link.url, canonical_url(link.url, hosts), found_on=on, title=link.title)


def _days(articles: Iterable[FoundLink], links: Iterable[Link]) -> dict[str, date]:
    known = ((found.canonical_url, _day(link)) for found, link in zip(articles, links, strict=True))
    return {address: day for address, day in known if day is not None}


def _day(link: Link) -> date | None:
    """The day of an article as far as a list says it: its address, else what is printed beside it, else its lastmod."""
    moment = link.published or link.modified
    return url_day(link.url) or (moment.astimezone(SHANGHAI).date() if moment else None)


def settled(page: Page | None) -> bool:
    """Whether a link was known and answered."""
    return page is not None and page.state != "pending"
