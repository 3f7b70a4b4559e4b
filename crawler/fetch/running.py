"""One job under way: its visits to come, what is waited for on its behalf, and the request of a visit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

from crawler.fetch.addresses import written
from crawler.fetch.options import Job, SourceReport
from crawler.source import Source
from crawler.visit import Visit

LONGEST_VALIDATOR = 1_024
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(slots=True, eq=False)
class RunningJob:
    """One job under way. `over`: nothing more is asked for it."""

    job: Job
    report: SourceReport
    waiting: deque[Visit] = field(default_factory=deque)
    under_way: int = 0  # visits of which no outcome was taken in yet
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # outcomes are handed over one by one, as they arrived
    handing: bool = False  # whether an outcome is being taken in
    over: bool = False
    left: int = 0  # visits that were not made
    progress: float = 0.0  # when something last came of it, by the loop's clock
    error: Exception | None = None  # of its crawl, which has ended it
    until: float | None = None  # by the loop's clock: when taking in is given up
    held: int = 0  # bytes of bodies that wait for their turn
    in_line: set[asyncio.Timeout] = field(default_factory=set)
    on_wire: set[asyncio.Timeout] = field(default_factory=set)
    taking_in: set[asyncio.Timeout] = field(default_factory=set)

    @property
    def source(self) -> Source:
        """The job's source."""
        return self.job.source

    @property
    def done(self) -> bool:
        """Whether no visit is left and the last outcome was taken in."""
        return not (self.under_way or self.waiting or self.handing)

    def leave(self, count: int) -> None:
        """Note visits that are not made."""
        self.left += count
        self.report.left += count

    def close(self, farewell: float, *, cut: bool) -> None:
        """Ask nothing more; what is being taken in has `farewell` seconds. With `cut` the wire is not waited for."""
        self.over = True
        self.leave(len(self.waiting))
        self.waiting.clear()
        now = asyncio.get_running_loop().time()
        self.until = now + farewell
        for patience in self.taking_in:
            patience.reschedule(self.until)
        for patience in (*self.in_line, *(self.on_wire if cut else ())):
            patience.reschedule(now)

    async def in_time(self, more: Awaitable[Iterable[Visit]]) -> Iterable[Visit]:
        """Wait for a crawl's answer; once the job is to end, only for a while.

        What is given up so counts as left; a crawl keeps a capture before it waits for anything.
        """
        try:
            async with asyncio.timeout_at(self.until) as patience:
                self.taking_in.add(patience)
                return await more
        except TimeoutError:
            if not patience.expired():
                raise
            self.leave(1)
            return ()
        finally:
            self.taking_in.discard(patience)

    def request(
        self, visit: Visit, user_agent: str, callback: Callable[..., Any], errback: Callable[..., Any]
    ) -> Request:
        """The request of a visit, with the terms on which it is made in its `meta`. ValueError: it is no address."""
        politeness = self.source.politeness
        headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        if visit.etag and _sendable(visit.etag):
            headers["If-None-Match"] = visit.etag
        if visit.last_modified and _sendable(visit.last_modified):
            headers["If-Modified-Since"] = visit.last_modified
        url = written(visit.url)
        return Request(
            url,
            callback=callback,
            errback=errback,
            dont_filter=True,  # which addresses are visited is the crawl's decision
            headers=headers,
            meta={
                "job": self,
                "visit": visit,
                "url": url,  # as it was first asked, and its host
                "host": urlsplit(url).hostname or "",
                "politeness": politeness,
                "robots": politeness.robots,
                "cap": politeness.max_bytes,
                "cut": False,
            },
        )


def _sendable(validator: str) -> bool:
    """Whether a stored validator may stand in a header: it comes from a server and may be anything."""
    return len(validator) <= LONGEST_VALIDATOR and validator.isascii() and validator.isprintable()
