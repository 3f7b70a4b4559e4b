"""Drives the crawls: asks for their visits, hands over the outcomes, asks on."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy import Request, Spider
from twisted.python.failure import Failure as Trouble

from archive.model import Capture
from crawler.fetch.addresses import written
from crawler.fetch.budget import Budget
from crawler.fetch.coding import BrokenCodingError, TooLargeError
from crawler.fetch.errors import FetchError, Interrupted
from crawler.fetch.middlewares import host_of
from crawler.fetch.options import FetchOptions, Job, SourceReport
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.fetch.handler import Answer

WINDOW = 8  # visits of one source that are handed to the engine at a time; the others wait as plain values
LONGEST_VALIDATOR = 1_024
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(slots=True)
class Round:
    """One job under way, and its visits to come."""

    job: Job
    report: SourceReport
    waiting: deque[Visit] = field(default_factory=deque)
    under_way: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # outcomes are handed over one by one, as they arrived

    @property
    def source(self) -> Source:
        """The job's source."""
        return self.job.source


class FetchSpider(Spider):
    """The one spider of a call of `fetch`, for all of its jobs."""

    name = "jianbao"

    def __init__(self, jobs: Sequence[Job], options: FetchOptions, reports: dict[str, SourceReport]) -> None:
        super().__init__()
        self.options = options
        self.stopping = False
        self.error: Exception | None = None
        self._reports = reports
        self._rounds = deque(Round(job, reports.setdefault(job.source.id, SourceReport())) for job in jobs)
        self._running: list[Round] = []
        self._sources = [job.source for job in jobs]
        self._budget: Budget | None = None
        self._taking_in: set[asyncio.Timeout] = set()
        self._until: float | None = None  # by the loop's clock; set when the call is to end

    @property
    def budget(self) -> Budget:
        """The hosts' budgets, made once the engine stands."""
        if self._budget is None:
            self._budget = Budget(self.crawler.engine.downloader, self._sources, self.options)
        return self._budget

    def report(self, request: Request) -> SourceReport:
        """The report of the source that a request is made for."""
        return cast("Round", request.meta["job"]).report

    async def start(self) -> AsyncIterator[Any]:
        """The first requests of the first jobs."""
        for request in await self._begin():
            yield request

    async def answered(self, response: Response) -> list[Request]:
        """Scrapy's callback. What waits for its turn is held as it came over the wire, packed."""
        answer, request = cast("Answer", response), cast("Request", response.request)
        job: Round = request.meta["job"]
        async with job.turn:
            return await self._arrived(request, _outcome(answer, request.meta["visit"], job.source))

    async def failed(self, trouble: Trouble) -> list[Request]:
        """Scrapy's errback."""
        request: Request = cast("Any", trouble).request
        error = trouble.value
        if isinstance(error, Interrupted):
            cast("Round", request.meta["job"]).report.left += 1
            return []
        url = request.meta["visit"].url
        if isinstance(error, FetchError):
            # A page that redirects to a host in trouble has told us that much about itself.
            of_host = error.of_host and host_of(request) == request.meta["host"]
            failure = Failure(url, error.kind, error.message, of_host)
        else:
            failure = Failure(url, "other", f"{type(error).__name__}: {error}")
        async with cast("Round", request.meta["job"]).turn:
            return await self._arrived(request, failure)

    async def _arrived(self, request: Request, outcome: Outcome) -> list[Request]:
        """Hand an outcome to its crawl, then find out what is to be asked next."""
        if self.error is not None:
            return []  # the crawl has failed: nothing more is handed over
        job: Round = request.meta["job"]
        job.under_way -= 1
        await self._hand_over(job, request.meta["visit"], outcome)
        if self.stopping:
            return []
        requests = await self._next(job)
        if not job.under_way and not job.waiting:
            self._running.remove(job)
            requests += await self._begin()
        return requests

    async def _begin(self) -> list[Request]:
        """Start jobs until enough are running; gives their first requests."""
        requests: list[Request] = []
        while self._rounds and len(self._running) < max(1, self.options.at_once) and not self.stopping:
            job = self._rounds.popleft()
            self._running.append(job)
            try:
                job.waiting.extend(job.job.crawl.first())
            except Exception as error:  # noqa: BLE001 - kept for the caller of fetch, who gets it raised
                self._fail(error)
                return []
            requests += await self._next(job)
            if not job.under_way:
                self._running.remove(job)
        return requests

    async def _hand_over(self, job: Round, visit: Visit, outcome: Outcome) -> None:
        match outcome:
            case Capture():
                job.report.captures += 1
            case NotModified():
                job.report.not_modified += 1
            case Failure():
                job.report.failures[outcome.kind] = job.report.failures.get(outcome.kind, 0) + 1
        try:
            more = job.job.crawl.received(visit, outcome)
            job.waiting.extend(await self._in_time(job, more) if isawaitable(more) else more)
        except Exception as error:  # noqa: BLE001 - kept for the caller of fetch, who gets it raised
            self._fail(error)

    async def _in_time(self, job: Round, more: Awaitable[Iterable[Visit]]) -> Iterable[Visit]:
        """Wait for a crawl's answer, for `farewell` seconds at most from when the call is to end.

        What is given up so counts as left; a crawl keeps a capture before it waits for anything.
        """
        try:
            async with asyncio.timeout_at(self._until) as patience:
                self._taking_in.add(patience)
                return await more
        except TimeoutError:
            if not patience.expired():
                raise
            job.report.left += 1
            return ()
        finally:
            self._taking_in.discard(patience)

    async def _next(self, job: Round) -> list[Request]:
        """Requests for as many waiting visits as the window admits."""
        requests: list[Request] = []
        window = WINDOW + 2 * job.source.politeness.concurrency
        while job.waiting and job.under_way < window and not self.stopping:
            visit = job.waiting.popleft()
            job.under_way += 1
            try:
                requests.append(self._request(job, visit))
            except ValueError:
                job.under_way -= 1
                await self._hand_over(
                    job, visit, Failure(visit.url, "other", f"this is no address: {visit.url[:200]!a}")
                )
        return requests

    def _request(self, job: Round, visit: Visit) -> Request:
        politeness = job.source.politeness
        headers = {
            "User-Agent": self.options.user_agent,
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
            callback=self.answered,
            errback=self.failed,
            dont_filter=True,  # which addresses are visited is the crawl's decision
            headers=headers,
            meta={
                "job": job,
                "visit": visit,
                "url": url,  # as it was first asked, and its host
                "host": urlsplit(url).hostname or "",
                "politeness": politeness,
                "robots": politeness.robots,
                "cap": politeness.max_bytes,
                "cut": False,
            },
        )

    def _fail(self, error: Exception) -> None:
        self.error = error
        self.stop()

    def stop(self) -> None:
        """Ask nothing more. What is on the wire may arrive and is handed over; then the crawl closes."""
        if self.stopping:
            return
        self.stopping = True
        self._until = asyncio.get_running_loop().time() + self.options.farewell
        for patience in self._taking_in:
            patience.reschedule(self._until)
        for job in (*self._running, *self._rounds):
            job.report.left += len(job.waiting)
            job.waiting.clear()
        self._rounds.clear()
        for slot in self.crawler.engine.downloader.slots.values():
            while slot.queue:
                slot.queue.popleft()[1].errback(Trouble(Interrupted()))  # type: ignore[no-untyped-call]
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="stopped"))


def _sendable(validator: str) -> bool:
    """Whether a stored validator may stand in a header: it comes from a server and may be anything."""
    return len(validator) <= LONGEST_VALIDATOR and validator.isascii() and validator.isprintable()


def _written(url: str | None) -> str | None:
    """The address of the page where a link stood, or None: a crawl may have had it from anywhere."""
    try:
        return written(url) if url else None
    except ValueError:
        return None


def _outcome(answer: Answer, visit: Visit, source: Source) -> Outcome:
    """What a response means for its visit."""
    conditional = any(name.lower() in ("if-none-match", "if-modified-since") for name, _ in answer.sent)
    if answer.status == 304 and conditional:
        return NotModified(visit.url)
    cap = source.politeness.max_bytes
    try:
        content = answer.content(cap)
    except TooLargeError:
        return Failure(visit.url, "too-large", f"the body unpacks to more than {cap:,} bytes")
    except BrokenCodingError as error:
        return Failure(visit.url, "encoding", f"{error}; Content-Encoding: {answer.header('content-encoding')[:100]}")
    assert answer.fetched_at is not None
    first = cast("Request", answer.request).meta["url"]
    return Capture(
        url=answer.url,
        source_id=source.id,
        fetched_at=answer.fetched_at,
        status=answer.status,
        body=answer.body,
        reason=answer.reason,
        request_headers=answer.sent,
        response_headers=answer.received,
        requested_url=first if cast("Request", answer.request).meta.get("hops") else "",
        found_on=_written(visit.found_on),
        kind=visit.kind,
        content=content,
        ip=answer.peer,
    )
