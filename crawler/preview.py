"""What a crawl of a source would fetch, found out without storing anything (`crawl --dry-run`, `source test`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from archive.identity import canonical_url
from archive.model import Article, Capture, Page
from crawler.discover import Link
from crawler.intake import read_capture
from crawler.listing import list_pages
from crawler.order import Order
from crawler.reader import Reader
from crawler.reading import Reading
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit

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
        self.lists = dict(list_pages(source))
        self.found: dict[str, Link] = {}
        self.pages: list[tuple[str, str, int]] = []  # (address, verdict, links)
        self.articles: list[Article] = []
        self.readings: list[Reading] = []  # of the articles
        self.failures: list[Failure] = []
        self.answered = 0

    def first(self) -> Iterable[Visit]:
        """The newest page of every list."""
        return [Visit(page.url, "list") for page in self.source.lists]

    async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Take note of a list page's links, or of a sample article."""
        self.answered += not isinstance(outcome, Failure)
        match outcome:
            case Failure():
                self.failures.append(outcome)
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
        place = self.lists[canonical_url(visit.url, self.source.all_hosts)]
        answer = await read_capture(self.reader, capture, self.source, place)
        found = answer.links
        verdict = "list" if found else answer.reading.verdict
        self.pages.append((capture.url, verdict, len(found)))
        new = {canonical_url(link.url, self.source.all_hosts): link for link in found}
        sample = [link for key, link in new.items() if key not in self.found][: self.samples]
        self.samples -= len(sample)
        self.found |= new
        return [Visit(link.url, "article", visit.url) for link in sample]

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
            "pages": [{"url": url, "verdict": verdict, "links": count} for url, verdict, count in self.pages],
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
            *(f"  {page['verdict']:10} {page['links']:4} links  {page['url']}" for page in report["pages"]),
            *(f"  would fetch  {link['url']}  {link['title']}" for link in report["would_fetch"]),
            *(line for article in report["articles"] for line in sample_lines(article)),
            *(f"  problem      {each['message']}" for each in report["failures"]),
        ]


def sample_lines(article: Mapping[str, Any]) -> list[str]:
    """A sample article, how many further pages it has, and what the source's hook took away."""
    further = f", {len(article['further_pages'])} further pages" if article["further_pages"] else ""
    return [
        f"  sample       {article['published'] or 'no date'}  {article['title']}"
        f"  ({article['origin'] or 'no origin'}, {article['characters']} characters{further})",
        *(f"    hook took  {text[:MOST_SHOWN]!r}" for text in article["removed_by_hook"]),
    ]
