"""A web of plain values, and a crawl of it that can be cut off at any visit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from archive.model import Capture, Counts
from archive.store import Archive
from crawler.crawl import SourceCrawl
from crawler.order import Order
from crawler.reader.here import Here
from crawler.run import ended
from crawler.source import Source
from crawler.visit import Failure, FailureKind, NotModified, Outcome, Visit

SITE = "http://news.example"
NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


@dataclass
class FakeWeb:
    """Pages by address; every visit is noted. `down` addresses cannot be reached."""

    trouble: ClassVar[FailureKind] = "connection"

    pages: dict[str, str] = field(default_factory=dict)
    validators: bool = True
    down: set[str] = field(default_factory=set)
    visits: list[Visit] = field(default_factory=list)
    now: datetime = NOON

    def answer(self, visit: Visit) -> Outcome:
        """What a fetcher would hand over."""
        self.visits.append(visit)
        self.now += timedelta(seconds=1)
        if visit.url in self.down:
            return Failure(visit.url, self.trouble, f"{visit.url} cannot be reached.")
        page = self.pages.get(visit.url)
        body = (page or "<h1>404</h1>").encode()
        etag = f'"{hash(body)}"'
        if page and self.validators and visit.etag == etag:
            return NotModified(visit.url)
        headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", etag if self.validators else ""))
        return Capture(
            url=visit.url,
            source_id="news",
            fetched_at=self.now,
            status=200 if page else 404,
            body=body,
            content=body,
            response_headers=headers,
            found_on=visit.found_on,
            kind=visit.kind,
        )


class KilledError(Exception):
    """Stands for kill -9: nothing after it runs."""


def received(each: SourceCrawl, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
    """What a crawl makes of an outcome, at once."""
    return asyncio.run(each.received(visit, outcome))


def driven(
    archive: Archive, web: FakeWeb, source: Source, order: Order | None = None, stop_after: int | None = None
) -> Counts:
    """Drive one crawl to its end, or cut it off after so many visits without any farewell."""
    each = SourceCrawl(source, archive, Here(), order or Order(), lambda: web.now)
    queue = list(each.first())
    while queue:
        if stop_after is not None and len(web.visits) >= stop_after:
            raise KilledError
        visit = queue.pop(0)
        queue += received(each, visit, web.answer(visit))
    ended(archive, [each], web.now, "finished")
    return each.counts
