"""What a caller of `crawler.fetch` gives and gets. Nothing here imports Scrapy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from crawler.source import Source
from crawler.visit import Crawl, FailureKind


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """One source and the crawl that decides what is visited of it."""

    source: Source
    crawl: Crawl
    stopped: Event = field(default_factory=Event, repr=False, compare=False)
    stalled: Event = field(default_factory=Event, repr=False, compare=False)  # set by the fetcher that stopped it

    def stop(self) -> None:
        """End this job alone, within a tick; from any thread. What waits and what is on the wire is given up."""
        self.stopped.set()


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How a call of `fetch` behaves; what is particular to a source stands in its `politeness`. Times in seconds."""

    user_agent: str = "jianbao/0.1"  # its first word is the name that robots.txt files address
    at_once: int = 4  # sources crawled side by side; one that gets nowhere does not count
    slow: float = 15.0  # after so long without an outcome a source gets nowhere, and another may begin beside it
    stalled: float = 600.0  # after so long without an outcome a job is ended; a Retry-After is kept to `longest_wait`
    tick: float = 1.0  # how often, at least, `more` is asked and stopped jobs are ended
    retries: int = 2  # further attempts after the first one
    redirects: int = 5  # hops
    patience: int = 12  # troubles of one host in a row, after which it has a rest
    rest: float = 600.0
    longest_pause: float = 24 * 3600.0  # the most of a Retry-After that is kept to
    longest_wait: float = 300.0  # the most that a visit waits for its host; if it is further away, it fails ("paused")
    longest_back_off: float = (
        60.0  # the most that we make ourselves wait, and the most that a busy host's delay becomes
    )
    longest_crawl_delay: float = 30.0  # the most of a Crawl-delay that is followed
    robots_lifetime: float = 24 * 3600.0  # RFC 9309, 2.4
    unreachable_lifetime: float = 600.0  # how long a robots.txt that cannot be had forbids its host
    farewell: float = 10.0  # the most that taking in what has arrived may take once the call is to end
    hosts: Path | None = None  # the file in which all processes share their hosts' budgets; None: this call's alone
    tell: Callable[[str], None] = lambda sentence: None  # what a person should know, such as that this file is broken
    log_level: str | None = None  # of Scrapy's own log, e.g. "INFO"; None: it says nothing
    now: Callable[[], datetime] = utc_now


@dataclass(slots=True)
class SourceReport:
    """What was asked for one source. `requests` went out over the wire: pages, robots.txt, redirects, retries."""

    requests: int = 0
    captures: int = 0
    not_modified: int = 0
    failures: dict[FailureKind, int] = field(default_factory=dict)
    left: int = 0  # visits that were not made because of an interruption, a failed crawl or a stopped job


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a call of `fetch` did, by source id."""

    interrupted: bool
    sources: Mapping[str, SourceReport]
