"""Drives the crawls: asks for their visits, hands over the outcomes, asks on, and admits further jobs meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, cast

from scrapy import Request, Spider, signals
from scrapy.exceptions import DontCloseSpider
from twisted.python.failure import Failure as Trouble

from archive.model import Capture
from crawler.fetch.budget import Budget
from crawler.fetch.errors import Interrupted
from crawler.fetch.options import FetchOptions, Job, SourceReport
from crawler.fetch.outcome import failure_of, outcome_of
from crawler.fetch.running import RunningJob
from crawler.visit import Failure, NotModified, Outcome, Visit

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.fetch.handler import Answer

MOST_HELD = 48 * 1024 * 1024  # bytes of bodies that wait to be read, of all sources; beyond their share they wait
LOOK_AGAIN = 0.05  # seconds
WINDOW = 8  # visits of one source that are handed to the engine at a time; the others wait as plain values
MOST_BESIDE = 8  # for each source of `at_once`: sources that get nowhere and stay open beside the others


class FetchSpider(Spider):
    """The one spider of a call of `fetch`, for all of its jobs. It closes itself when nothing runs any more."""

    name = "jianbao"

    def __init__(
        self,
        jobs: Sequence[Job],
        options: FetchOptions,
        reports: dict[str, SourceReport],
        more: Callable[[], Sequence[Job]] | None = None,
        ended: Callable[[Job], None] | None = None,
        failed: Callable[[Job, Exception], None] | None = None,
    ) -> None:
        super().__init__()
        self.options = options
        self.stopping = False
        self.error: Exception | None = None
        self._more, self._job_ended, self._job_failed = more, ended, failed
        self._reports = reports
        self._queued: deque[RunningJob] = deque()
        self._running: list[RunningJob] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None]
        self._closing: asyncio.Future[None] | None = None
        self._budget: Budget | None = None
        self._queue(jobs)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> FetchSpider:
        """As Scrapy makes it. The engine never closes for want of requests: a page may be read for seconds."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signal=signals.spider_idle)
        return spider

    def idle(self) -> None:
        """Scrapy asks whether it may close."""
        raise DontCloseSpider

    @property
    def budget(self) -> Budget:
        """The hosts' budgets, made once the engine stands."""
        if self._budget is None:
            self._budget = Budget(self.crawler.engine.downloader, self.options)
        return self._budget

    def report(self, request: Request) -> SourceReport:
        """The report of the source that a request is made for."""
        return cast("RunningJob", request.meta["job"]).report

    # --- jobs

    async def start(self) -> AsyncIterator[Any]:
        """Begin the first jobs; their requests go to the engine as they come."""
        self._ticker = self._spawn(self._ticking())
        self._begin()
        requests: tuple[Request, ...] = ()
        for request in requests:  # none: Scrapy wants a generator all the same
            yield request

    async def _ticking(self) -> None:
        while not self.stopping:
            await asyncio.sleep(self.options.tick)
            now = asyncio.get_running_loop().time()
            for job in tuple(self._running):
                patience = max(self.options.stalled, 3 * job.source.politeness.delay)
                if now - job.progress > patience and not job.over:
                    job.job.stalled.set()
                    job.job.stop()
                if job.job.stopped.is_set() and not job.over:
                    self._end_early(job)
            if self._running and not self.stopping:
                self._ask_for_more()
                self._begin()

    def _begin(self) -> None:
        """Start jobs while there is room and any are to be had; close when nothing runs."""
        while not self.stopping and self._room():
            if not self._queued and not self._ask_for_more():
                break
            job = self._queued.popleft()
            job.progress = asyncio.get_running_loop().time()
            self._running.append(job)
            self.budget.enter(job.source)
            self._spawn(self._open(job))
        if not self._running:
            self._close()

    def _room(self) -> bool:
        """Whether another job may begin: those that get nowhere stay open beside the others and take nobody's place."""
        since = asyncio.get_running_loop().time() - self.options.slow
        lively = sum(job.progress > since for job in self._running)
        at_once = max(1, self.options.at_once)
        return lively < at_once and len(self._running) < at_once * (1 + MOST_BESIDE)

    def _ask_for_more(self) -> bool:
        """Whether there are further jobs to begin."""
        if self._more is None or self.stopping:
            return False
        try:
            return self._queue(self._more())
        except Exception as error:  # noqa: BLE001 - kept for the caller of fetch, who gets it raised
            self._fail(error)
            return False

    def _queue(self, jobs: Sequence[Job]) -> bool:
        self._queued += [RunningJob(job, self._reports.setdefault(job.source.id, SourceReport())) for job in jobs]
        return bool(jobs)

    async def _open(self, job: RunningJob) -> None:
        """Ask a crawl for its first visits."""
        async with job.turn:
            try:
                job.waiting.extend(job.job.crawl.first())
            except Exception as error:  # noqa: BLE001 - the crawl's; kept for whoever is to be told
                self._fail(error, job)
            await self._ask_on(job)

    async def _ask_on(self, job: RunningJob) -> None:
        """Hand the engine as many waiting visits as the window admits; end the job if nothing is left of it."""
        window = WINDOW + 2 * job.source.politeness.concurrency
        while job.waiting and job.under_way < window:
            visit = job.waiting.popleft()
            try:
                request = job.request(visit, self.options.user_agent, self.answered, self.failed)
            except ValueError:
                told = f"this is no address: {visit.url[:200]!a}"
                await self._hand_over(job, visit, Failure(visit.url, "other", told))
                continue
            job.under_way += 1
            self.crawler.engine.crawl(request)
        self._end_if_done(job)

    def _end_if_done(self, job: RunningJob) -> None:
        """Tell that a job has ended, and begin the next."""
        if not job.done or job not in self._running:
            return
        self._running.remove(job)
        self.budget.leave(job.source)
        if self.error is None:
            try:
                if job.error is not None and self._job_failed is not None:
                    self._job_failed(job.job, job.error)
                elif self._job_ended is not None and (not job.left or job.job.stopped.is_set()):
                    self._job_ended(job.job)
            except Exception as error:  # noqa: BLE001 - kept for the caller of fetch, who gets it raised
                self._fail(error)
        self._begin()

    # --- outcomes

    async def answered(self, response: Response) -> tuple[Request, ...]:
        """Scrapy's callback. What waits for its turn is held as it came over the wire, packed."""
        answer, request = cast("Answer", response), cast("Request", response.request)
        job: RunningJob = request.meta["job"]
        size = len(answer.body)
        job.held += size
        async with job.turn:
            await self._arrived(request, lambda: outcome_of(answer, request.meta["visit"], job.source))
            job.held -= size
        return ()

    async def failed(self, trouble: Trouble) -> tuple[Request, ...]:
        """Scrapy's errback."""
        request: Request = cast("Any", trouble).request
        job: RunningJob = request.meta["job"]
        error = cast("BaseException", trouble.value)
        if isinstance(error, Interrupted):
            self._give_up(request)
            return ()
        async with job.turn:
            await self._arrived(request, lambda: failure_of(error, request))
        return ()

    def _give_up(self, request: Request) -> None:
        """A visit is not made, as its job or the call is to end."""
        job: RunningJob = request.meta["job"]
        job.leave(1)
        job.under_way -= 1
        self._end_if_done(job)

    async def room(self, job: RunningJob) -> None:
        """Wait until a job that holds more than its share of what is kept in memory has read some of it."""
        while job.held > MOST_HELD // max(1, len(self._running)) and not job.over:
            await asyncio.sleep(LOOK_AGAIN)

    async def _arrived(self, request: Request, outcome: Callable[[], Outcome]) -> None:
        """Hand an outcome to its crawl, then find out what is to be asked next."""
        job: RunningJob = request.meta["job"]
        try:
            if self.error is None and job.error is None and not job.job.stopped.is_set():
                try:
                    came = outcome()
                except Exception as error:  # noqa: BLE001 - a fault of ours on one page, which its crawl records
                    came = failure_of(error, request)
                await self._hand_over(job, request.meta["visit"], came)
        finally:
            job.under_way -= 1
        await self._ask_on(job)

    async def _hand_over(self, job: RunningJob, visit: Visit, outcome: Outcome) -> None:
        match outcome:
            case Capture():
                job.report.captures += 1
            case NotModified():
                job.report.not_modified += 1
            case Failure():
                job.report.failures[outcome.kind] = job.report.failures.get(outcome.kind, 0) + 1
        job.progress, job.handing = asyncio.get_running_loop().time(), True
        try:
            more = job.job.crawl.received(visit, outcome)
            wanted = await job.in_time(more) if isawaitable(more) else more
            if not job.over:
                job.waiting.extend(wanted)
            elif next(iter(wanted), None):
                job.leave(1)  # or more: there may be no end to them
        except Exception as error:  # noqa: BLE001 - the crawl's; kept for whoever is to be told
            self._fail(error, job)
        finally:
            job.progress, job.handing = asyncio.get_running_loop().time(), False

    # --- ends

    def _fail(self, error: Exception, job: RunningJob | None = None) -> None:
        """End a job whose crawl has failed, or everything if nobody is to be told of it."""
        if job is not None and self._job_failed is not None:
            job.error = job.error or error
            self._end_early(job)
        else:
            self.error = self.error or error
            self.stop()

    def _end_early(self, job: RunningJob) -> None:
        """End one job and none of the others; what is on the wire is given up."""
        job.close(self.options.farewell, cut=True)
        for slot in self.crawler.engine.downloader.slots.values():
            theirs = [entry for entry in slot.queue if entry[0].meta["job"] is job]
            for entry in theirs:
                slot.queue.remove(entry)
                entry[1].errback(Trouble(Interrupted()))  # type: ignore[no-untyped-call]
        self._end_if_done(job)

    def stop(self) -> None:
        """Ask nothing more. What is on the wire may arrive and is handed over; then the crawl closes."""
        if self.stopping:
            return
        self.stopping = True
        for job in (*self._running, *self._queued):
            if not job.over:
                job.close(self.options.farewell, cut=False)
        self._queued.clear()
        engine = self.crawler.engine
        while engine.scheduler is not None and (request := engine.scheduler.next_request()):
            self._give_up(request)
        for slot in engine.downloader.slots.values():
            while slot.queue:
                slot.queue.popleft()[1].errback(Trouble(Interrupted()))  # type: ignore[no-untyped-call]
        self._close()

    def _close(self) -> None:
        """Let the engine close; it waits for what is under way."""
        if self._closing is None:
            self._ticker.cancel()
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="finished"))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._worked)
        return task

    def _worked(self, task: asyncio.Task[None]) -> None:
        """A fault in our own work ends the call; it must not be waited for in vain."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._fail(error)
