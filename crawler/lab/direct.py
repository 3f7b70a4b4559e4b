"""A fetcher without a wire: it asks the sites' answers as they stand, in virtual time.

For runs so large that the true fetcher (`crawler.fetch`: Scrapy, HTTP, a connection) would take hours of a machine. It
keeps the sources' delays, robots.txt, redirects and validators, tries nothing twice, and speaks the same values to the
same crawls. Politeness is not measured with it: that is the true fetcher's, and counted at the servers.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import isawaitable
from unittest.mock import patch
from urllib.parse import urljoin, urlsplit

from archive.model import Capture
from crawler.fetch import FetchOptions, FetchReport, Job
from crawler.lab.answers import FORBIDDEN, PROMOTION, Answered, Asked, answer
from crawler.lab.web import LabWeb, Seen
from crawler.visit import Failure, NotModified, Outcome, Visit

TICK = 5.0  # seconds after which new jobs are asked for
HOPS = 3
WOES = {"hanging": "timeout", "broken": "connection", "refused": "connection", "dns": "dns"}


@contextmanager
def direct(web: LabWeb) -> Iterator[None]:
    """Inside, what watches sources asks them without a wire. To be used inside `web.virtual()`."""
    with patch("crawler.watch.round.fetch", Direct(web).fetch):
        yield


class Direct:
    """Fetches from the sites of a web."""

    def __init__(self, web: LabWeb) -> None:
        self._web = web
        self._sites = {site.host: site for site in web.sites.values()}

    def fetch(
        self,
        jobs: Sequence[Job],
        options: FetchOptions,
        *,
        more: Callable[[], Sequence[Job]] | None = None,
        ended: Callable[[Job], None] | None = None,
        failed: Callable[[Job, Exception], None] | None = None,
    ) -> FetchReport:
        """As `crawler.fetch.fetch`."""
        return asyncio.run(self._run(jobs, more or (lambda: ()), ended or _nothing, failed))

    async def _run(
        self,
        jobs: Sequence[Job],
        more: Callable[[], Sequence[Job]],
        ended: Callable[[Job], None],
        failed: Callable[[Job, Exception], None] | None,
    ) -> FetchReport:
        running = {asyncio.ensure_future(self._crawl(job)): job for job in jobs}
        while True:
            while fresh := more():
                running |= {asyncio.ensure_future(self._crawl(job)): job for job in fresh}
                await asyncio.sleep(0)
            if not running:
                return FetchReport(interrupted=False, sources={})
            done, _ = await asyncio.wait(running, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda each: running[each].source.id):
                job, error = running.pop(task), task.exception()
                if error is None:
                    ended(job)
                elif failed is None or not isinstance(error, Exception):
                    raise error
                else:
                    failed(job, error)

    async def _crawl(self, job: Job) -> None:
        waiting = deque(job.crawl.first())
        while waiting and not job.stopped.is_set():
            visit = waiting.popleft()
            await asyncio.sleep(job.source.politeness.delay)
            found = job.crawl.received(visit, self._outcome(job, visit))
            waiting.extend(await found if isawaitable(found) else found)

    def _outcome(self, job: Job, visit: Visit) -> Outcome:
        url = visit.url
        for _ in range(HOPS):
            parts = urlsplit(url)
            site = self._sites.get(parts.hostname or "")
            if site is None:
                return Failure(visit.url, "dns", f"the name {parts.hostname} cannot be resolved", of_host=True)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if path.startswith((FORBIDDEN, PROMOTION)):
                return Failure(visit.url, "robots", f"{site.host}'s robots.txt forbids {parts.path}")
            now = self._web.clock.now()
            trouble = site.trouble(now)
            seen = Seen(self._web.clock.monotonic(), site.id, path, bool(visit.etag or visit.last_modified), "direct")
            seen.ended = seen.at
            self._web.seen.append(seen)
            match trouble and WOES.get(trouble.kind):
                case "timeout":
                    return Failure(visit.url, "timeout", f"{site.host} took too long")
                case "dns":
                    return Failure(visit.url, "dns", f"the name {site.host} cannot be resolved", of_host=True)
                case "connection":
                    return Failure(visit.url, "connection", f"no connection with {site.host}", of_host=True)
            found = answer(site, self._web.base(site), now, Asked(path, visit.etag, visit.last_modified))
            seen.status, seen.size = found.status, len(found.body)
            if found.status == 304:
                return NotModified(visit.url)
            if found.status != 302:
                break
            url = urljoin(url, next(value for name, value in found.headers if name == "Location"))
        return self._capture(job, visit, url, found)

    def _capture(self, job: Job, visit: Visit, url: str, found: Answered) -> Capture:
        return Capture(
            url=url,
            source_id=job.source.id,
            fetched_at=self._web.clock.now(),
            status=found.status,
            body=found.body,
            response_headers=found.headers,
            requested_url=visit.url if url != visit.url else "",
            found_on=visit.found_on,
            kind=visit.kind,
            content=found.body,
        )


def _nothing(job: Job) -> None:
    pass
