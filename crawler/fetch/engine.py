"""One call of `fetch`: an event loop, a Scrapy engine, one spider for all jobs, and the signals that end it."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawler.fetch.options import FetchOptions, FetchReport, Job, SourceReport
from crawler.fetch.settings import SETTINGS
from crawler.fetch.spider import FetchSpider

SIGNALS = (signal.SIGINT, signal.SIGTERM)
LOGGERS = ("scrapy", "twisted", "protego")


def run(
    jobs: Sequence[Job],
    options: FetchOptions,
    more: Callable[[], Sequence[Job]] | None = None,
    ended: Callable[[Job], None] | None = None,
    failed: Callable[[Job, Exception], None] | None = None,
) -> FetchReport:
    """Make the crawl; raises what a crawl's own methods raise, unless `failed` is told of it."""
    with _log_level(options.log_level):
        return asyncio.run(_run(jobs, options, more, ended, failed))


async def _run(
    jobs: Sequence[Job],
    options: FetchOptions,
    more: Callable[[], Sequence[Job]] | None,
    ended: Callable[[Job], None] | None,
    failed: Callable[[Job, Exception], None] | None,
) -> FetchReport:
    reports: dict[str, SourceReport] = {}
    crawler = Crawler(FetchSpider, Settings(SETTINGS))
    with _signals(crawler):
        await crawler.crawl_async(jobs=jobs, options=options, reports=reports, more=more, ended=ended, failed=failed)
    spider = crawler.spider
    assert isinstance(spider, FetchSpider)
    spider.budget.file.close()
    if spider.error is not None:
        raise spider.error
    return FetchReport(interrupted=spider.stopping, sources=reports)


@contextmanager
def _signals(crawler: Crawler) -> Iterator[None]:
    """SIGINT and SIGTERM stop the crawl in an orderly way; a second one ends the process at once, whatever it is at.

    For that it is left to the system: an exception would wait for the page that is read, or for a name server.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def stop() -> None:
        if isinstance(crawler.spider, FetchSpider):
            crawler.spider.stop()

    def noted(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop)

    for number in SIGNALS:
        signal.signal(number, noted)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _log_level(level: str | None) -> Iterator[None]:
    """Let Scrapy's log through from a level on, or not at all; without handlers Python would print its warnings."""
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).setLevel(level or logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, number in before.items():
            logging.getLogger(name).setLevel(number)
