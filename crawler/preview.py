"""What a crawl of a source would fetch, found out without storing anything (`crawl --dry-run`, `source test`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from archive.decide import GONE
from archive.identity import canonical_url
from archive.model import Article, Capture, Page
from crawler.discover import Link
from crawler.intake import read_capture
from crawler.listing import Lists, Place, shown
from crawler.order import Order
from crawler.reader import Answer, Reader
from crawler.reading import Reading
from crawler.shanghai import SHANGHAI
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit

MOST_FURTHER = 3
"""So many of the further lists of a list are looked at: an index's newest sitemaps, a newspaper's first pages."""

MOST_SHOWN = 80
"""So many characters of what a hook took away are shown."""


class Preview:
    """A crawl (`crawler.visit.Crawl`) that only looks: every list's newest page, and so many sample articles.

    `held` are the pages that the archive knows already; nothing is written to it.
    """

    def __init__(
        self,
        source: Source,
        reader: Reader,
        order: Order,
        held: Mapping[str, Page],
        now: datetime,
        samples: int = 0,
    ) -> None:
        self.reader = reader
        self.source, self.order, self.held, self.now, self.samples = source, order, held, now, samples
        self.lists = Lists(source, now.astimezone(SHANGHAI).date(), {})
        self.found: dict[str, Link] = {}
        self.pages: list[tuple[str, str, int]] = []  # (address, verdict, links)
        self.kinds: dict[str, str] = {}  # of the lists, by address
        self.roots: dict[str, str] = {}  # of a further list, by address: the list of the source's file that led to it
        self.looked_at: dict[str, set[str]] = {}  # the further lists of such a list that are looked at
        self.left: dict[str, set[str]] = {}  # and those that are not
        self.articles: list[Article] = []
        self.readings: list[Reading] = []  # of the articles
        self.failures: list[Failure] = []
        self.answered = 0

    def first(self) -> Iterable[Visit]:
        """The newest page of every list."""
        return [self._list_visit(url) for url in self.lists.first()]

    async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Take note of a list page's links, or of a sample article."""
        self.answered += not isinstance(outcome, Failure)
        match outcome:
            case Failure():
                self.failures.append(outcome)
            case Capture() if outcome.status in GONE and visit.optional:
                self.pages.append((outcome.url, "not there", 0))
            case Capture() if outcome.status >= 400:
                self.failures.append(Failure(outcome.url, "other", f"{outcome.url} answered {outcome.status}."))
            case Capture() if visit.kind == "list":
                return await self._list(visit, outcome)
            case Capture():
                reading = (await read_capture(self.reader, outcome, self.source)).reading
                self.pages.append((outcome.url, reading.verdict, 0))
                self.articles += reading.articles
                self.readings += [reading] * len(reading.articles)
                self.failures += [Failure(outcome.url, "other", each) for each in reading.evidence.troubles]
            case NotModified():
                raise ValueError(f"{visit.url} answered 304 though no validator was sent")
        return ()

    async def _list(self, visit: Visit, capture: Capture) -> Sequence[Visit]:
        place = self.lists.of(canonical_url(visit.url, self.source.names), visit.found_on)
        answer = await read_capture(self.reader, capture, self.source, place)
        found = answer.links
        verdict = "list" if found or answer.lists else answer.reading.verdict
        if answer.stopped:
            self.failures.append(Failure(capture.url, "other", f"{capture.url}: {answer.stopped}"))
        self.pages.append((capture.url, verdict, len(found)))
        self.kinds[capture.url] = place.page.kind if place else "html"
        new = {canonical_url(link.url, self.source.names): link for link in found}
        sample = [link for key, link in new.items() if key not in self.found][: self.samples]
        self.samples -= len(sample)
        self.found |= new
        return [*self._further(capture, answer, place), *(Visit(link.url, "article", visit.url) for link in sample)]

    def _further(self, capture: Capture, answer: Answer, place: Place | None) -> list[Visit]:
        """The first further lists that a list of the file leads to, by whatever way."""
        if place is None:
            return []
        root = self.roots.get(capture.url, capture.url)
        looked_at, left = self.looked_at.setdefault(root, set()), self.left.setdefault(root, set())
        visits = []
        for each in shown(capture, answer, self.source, place, {}).lists:
            if self.lists.of(each.canonical_url) is not None or each.url in looked_at:
                continue
            if len(looked_at) >= MOST_FURTHER:
                left.add(each.url)
                continue
            looked_at.add(each.url)
            self.roots[each.url] = root
            self.lists.take(place, each)
            visits.append(self._list_visit(each.url, capture.url))
        return visits

    def _list_visit(self, url: str, found_on: str | None = None) -> Visit:
        place = self.lists.of(canonical_url(url, self.source.names))
        return Visit(url, "list", found_on, optional=place is not None and place.optional)

    def wanted(self) -> list[tuple[str, str]]:
        """What a crawl would fetch, as (address, title): what an earlier one left undone, then what the lists show."""
        undone = [
            (page.url, page.title)
            for key, page in self.held.items()
            if key not in self.found and page.kind == "article" and self.order.by_itself(page, self.now)
        ]
        listed = [
            (link.url, link.title)
            for key, link in self.found.items()
            if self.order.when_listed(self.held.get(key), self.now)
        ]
        return [each for each in undone + listed if self.order.covers(each[0])][: self.order.limit]

    def report(self) -> dict[str, Any]:
        """What was seen, as JSON."""
        return {
            "source": self.source.id,
            "pages": [
                {
                    "url": url,
                    "verdict": verdict,
                    "links": count,
                    "kind": self.kinds.get(url),
                    "further_lists_not_looked_at": len(self.left.get(url, ())),
                }
                for url, verdict, count in self.pages
            ],
            "found": len(self.found),
            "would_fetch": [{"url": url, "title": title} for url, title in self.wanted()],
            "articles": [
                {
                    "url": article.url,
                    "title": article.title,
                    "published": article.published.isoformat() if article.published else None,
                    "origin": article.origin,
                    "characters": len(article.text),
                    "further_pages": list(reading.series.wanted),
                    "removed_by_hook": [each.text for each in reading.evidence.dropped if each.rule == "hook"],
                }
                for article, reading in zip(self.articles, self.readings, strict=True)
            ],
            "failures": [{"url": each.url, "kind": each.kind, "message": each.message} for each in self.failures],
        }

    def lines(self) -> list[str]:
        """What was seen, for a person."""
        report = self.report()
        return [
            f"{self.source.id}: {len(self.found)} articles listed, {len(report['would_fetch'])} would be fetched",
            *(page_line(page) for page in report["pages"]),
            *(f"  would fetch  {link['url']}  {link['title']}" for link in report["would_fetch"]),
            *(line for article in report["articles"] for line in sample_lines(article)),
            *(f"  problem      {each['message']}" for each in report["failures"]),
        ]


def page_line(page: Mapping[str, Any]) -> str:
    """A page that was looked at, and how many further lists it leads to that were not."""
    what = page["kind"] if page["verdict"] == "list" else page["verdict"]
    left = page["further_lists_not_looked_at"]
    more = f"  (a crawl walks {left} further lists from there)" if left else ""
    return f"  {what:10} {page['links']:4} links  {page['url']}{more}"


def sample_lines(article: Mapping[str, Any]) -> list[str]:
    """A sample article, how many further pages it has, and what the source's hook took away."""
    further = f", {len(article['further_pages'])} further pages" if article["further_pages"] else ""
    return [
        f"  sample       {article['published'] or 'no date'}  {article['title']}"
        f"  ({article['origin'] or 'no origin'}, {article['characters']} characters{further})",
        *(f"    hook took  {text[:MOST_SHOWN]!r}" for text in article["removed_by_hook"]),
    ]
