"""One budget per host, across everything that one call of `fetch` does.

There is one Scrapy engine for all sources of a call, and Scrapy keeps one download slot for each host: the slot is the
budget. Of several sources that share a host, the longest delay and the smallest concurrency hold; so does a
Crawl-delay, up to a cap. A pause (Retry-After, back-off) stops one host and none of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.fetch.options import FetchOptions
from crawler.source import Politeness, Source

if TYPE_CHECKING:
    from scrapy.core.downloader import Downloader

# Scrapy 2.19 counts a request as under way only once its task has begun: with a delay of 0 it starts all that wait in
# one go (limit 2: a server saw 16). With any delay it starts one at a time and counts right.
SHORTEST_DELAY = 0.02

TROUBLE_STATUS = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
BUSY_STATUS = frozenset({429, 503})  # the host asks for a pause (RFC 6585, 4; RFC 9110, 15.6.4)


def hosts_of(source: Source) -> set[str]:
    """The hosts that a source's own pages live on, without ports: a machine is one host, whatever its ports."""
    urls = (*(f"//{host}" for host in source.hosts), source.home, *(page.url for page in source.lists))
    return {host for host in (urlsplit(url).hostname for url in urls) if host}


class Budget:
    """The delays, concurrencies and pauses of the hosts, put into force on Scrapy's download slots."""

    def __init__(self, downloader: Downloader, sources: Iterable[Source], options: FetchOptions) -> None:
        self._downloader = downloader
        self._options = options
        self._strikes: dict[str, int] = {}
        for source in sources:
            for host in hosts_of(source):
                self.restrain(host, source.politeness.delay, source.politeness.concurrency)

    def enter(self, host: str, politeness: Politeness) -> None:
        """Put a source's politeness into force for a host that it asks, beside what holds there already."""
        self.restrain(host, politeness.delay, politeness.concurrency)

    def restrain(self, host: str, delay: float, concurrency: int | None = None) -> None:
        """Lengthen the host's delay and lower its concurrency; neither is ever loosened."""
        known = self._downloader.per_slot_settings.get(host, {})
        delay = max(SHORTEST_DELAY, delay, known.get("delay", 0.0))
        limits = [limit for limit in (concurrency, known.get("concurrency")) if limit is not None]
        most = max(1, min(limits, default=1))
        terms = {"delay": delay, "concurrency": most, "jitter": 0.0}
        if terms == known:
            return
        self._downloader.per_slot_settings[host] = terms
        slot = self._downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.concurrency = delay, most

    def pause(self, host: str, seconds: float) -> None:
        """Ask nothing of the host for a while. What is under way there goes on."""
        slot = self._downloader.slots.get(host)
        if slot is not None:
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)

    def answered(self, host: str, status: int, retry_after_header: str, tries: int) -> None:
        """Take note of an answer before the next request can go out; a trouble status pauses the host.

        A busy host is asked ever more slowly. Other troubles may be one page's own: their pause grows with its `tries`.
        """
        if status not in TROUBLE_STATUS:
            self._strikes.pop(host, None)
            return
        strikes = self._strike(host)
        asked = retry_after(retry_after_header, self._options.now()) if status in BUSY_STATUS else None
        if asked is not None:
            self.pause(host, min(max(asked, 0.0), self._options.longest_pause))
        else:
            self._back_off(host, strikes if status in BUSY_STATUS else tries)

    def unreached(self, host: str, tries: int) -> None:
        """Take note that no answer came, the page's `tries`-th time."""
        self._strike(host)
        self._back_off(host, tries)

    def _strike(self, host: str) -> int:
        self._strikes[host] = self.strikes(host) + 1
        return self._strikes[host]

    def strikes(self, host: str) -> int:
        """How many troubles in a row the host has had."""
        return self._strikes.get(host, 0)

    def _back_off(self, host: str, times: int) -> None:
        """Pause for the host's delay, doubled that many times."""
        delay: float = self._downloader.per_slot_settings.get(host, {}).get("delay", SHORTEST_DELAY)
        self.pause(host, min(delay * 2.0 ** min(times, 16), self._options.longest_back_off))


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a Retry-After header (RFC 9110, 10.2.3): a number or a date. None if it says nothing.

    >>> from datetime import UTC
    >>> retry_after("Sun, 01 Jan 2023 00:00:30 GMT", datetime(2023, 1, 1, tzinfo=UTC))
    30.0
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return (moment - now).total_seconds() if moment.tzinfo else None
