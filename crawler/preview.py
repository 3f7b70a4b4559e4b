"""What a crawl of a source would fetch, found out without storing anything (`crawl --dry-run`, `source test`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from archive.identity import canonical_url
from archive.model import Article, Capture
from crawler.crawl import Order
from crawler.decode import decode
from crawler.discover import Link, links
from crawler.listing import list_pages
from crawler.pipeline import read
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit


class Preview:
    """A crawl (`crawler.visit.Crawl`) that only looks: every list page's first page, and so many sample articles."""

    def __init__(self, source: Source, order: Order, samples: int = 0) -> None:
        self.source, self.order, self.samples = source, order, samples
        self.lists = dict(list_pages(source))
        self.found: dict[str, Link] = {}
        self.pages: list[tuple[str, str, int]] = []  # (address, verdict, links)
        self.articles: list[Article] = []
        self.failures: list[Failure] = []

    def first(self) -> Iterable[Visit]:
        """The newest page of every list."""
        return [Visit(page.url, "list") for page in self.source.lists]

    def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Take note of a list page's links, or of a sample article."""
        match outcome:
            case Failure():
                self.failures.append(outcome)
            case Capture() if outcome.status >= 400:
                self.failures.append(Failure(outcome.url, "other", f"{outcome.url} answered {outcome.status}."))
            case Capture() if visit.kind == "list":
                return self._list(visit, outcome)
            case Capture():
                reading = read(outcome.content, outcome.url, outcome.content_type, self.source)
                self.pages.append((outcome.url, reading.verdict, 0))
                self.articles += reading.articles
            case NotModified():
                raise ValueError(f"{visit.url} answered 304 though no validator was sent")
        return ()

    def _list(self, visit: Visit, capture: Capture) -> Sequence[Visit]:
        page = self.lists[canonical_url(visit.url, self.source.all_hosts)].page
        found = links(decode(capture.content, capture.content_type).text, capture.url, page, self.source)
        verdict = "list" if found else read(capture.content, capture.url, capture.content_type, self.source).verdict
        self.pages.append((capture.url, verdict, len(found)))
        new = {canonical_url(link.url, self.source.all_hosts): link for link in found}
        sample = [link for key, link in new.items() if key not in self.found][: self.samples]
        self.samples -= len(sample)
        self.found |= new
        return [Visit(link.url, "article", visit.url) for link in sample]

    def report(self) -> dict[str, Any]:
        """What was seen, as JSON."""
        limit = self.order.limit
        return {
            "source": self.source.id,
            "pages": [{"url": url, "verdict": verdict, "links": count} for url, verdict, count in self.pages],
            "would_fetch": [{"url": link.url, "title": link.title} for link in list(self.found.values())[:limit]],
            "articles": [
                {
                    "url": article.url,
                    "title": article.title,
                    "published": article.published.isoformat() if article.published else None,
                    "origin": article.origin,
                    "characters": len(article.text),
                }
                for article in self.articles
            ],
            "failures": [{"url": each.url, "kind": each.kind, "message": each.message} for each in self.failures],
        }

    def lines(self) -> list[str]:
        """What was seen, for a person."""
        report = self.report()
        return [
            f"{self.source.id}: {len(self.found)} articles on {len(self.pages)} pages",
            *(f"  {page['verdict']:10} {page['links']:4} links  {page['url']}" for page in report["pages"]),
            *(f"  would fetch  {link['url']}  {link['title']}" for link in report["would_fetch"]),
            *(
                f"  sample       {article['published'] or 'no date'}  {article['title']}"
                f"  ({article['origin'] or 'no origin'}, {article['characters']} characters)"
                for article in report["articles"]
            ),
            *(f"  problem      {each['message']}" for each in report["failures"]),
        ]
