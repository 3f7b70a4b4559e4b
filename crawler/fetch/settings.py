"""Scrapy's settings, every one that must not stay as it comes. docs/fetch.md tells what each would do otherwise."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter

SETTINGS: dict[str, Any] = {
    # No reactor: one call of `fetch` is one asyncio.run, and a process can make many.
    "TWISTED_REACTOR_ENABLED": False,
    # Only our handler, only http and https: file:, data:, ftp: and s3: have none.
    "DOWNLOAD_HANDLERS_BASE": {},
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.fetch.handler.WireHandler",
        "https": "crawler.fetch.handler.WireHandler",
    },
    # Only our middlewares, and Scrapy's for proxies from the environment.
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.fetch.middlewares.Guard": 100,
        "crawler.fetch.permission.Robots": 200,
        "crawler.fetch.middlewares.Retry": 550,
        "crawler.fetch.middlewares.Redirect": 600,
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},  # telnet, remote control, feeds, job directories, log statistics: none
    "ITEM_PIPELINES_BASE": {},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "JOBDIR": None,
    # The hosts' budgets set the pace (budget.py); these are for hosts that no budget knows, of which there are none.
    "DOWNLOAD_DELAY": 2.0,
    "DOWNLOAD_DELAY_JITTER": 0.0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_REQUESTS": 0,  # no limit over all: what is handed to the engine is bounded by the spider's window
    "CONCURRENT_ITEMS": 1,  # Scrapy starts this many tasks for every response: the largest single cost at 100
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 2**40,  # bytes; Scrapy would stop all sources for what one has not read yet
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # in the order in which a crawl names them
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "LOG_FORMATTER": "crawler.fetch.settings.QuietFormatter",
    "LOG_VERSIONS": [],
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # nobody reads them
}


class QuietFormatter(LogFormatter):
    """No line for every page: what came of a visit is told by its outcome."""

    def crawled(self, request: Any, response: Any, spider: Any) -> None:  # type: ignore[override]
        """Nothing."""
