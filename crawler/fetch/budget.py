"""One budget per host, across everything that one call of `fetch` does.

There is one Scrapy engine for all sources of a call, and Scrapy keeps one download slot for each host: the slot is the
budget. Of several sources that share a host, the longest delay and the smallest concurrency hold; so does a
Crawl-delay, up to a cap. A pause (Retry-After, back-off) stops one host and none of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.source import Politeness, Source

if TYPE_CHECKING:
    from scrapy.core.downloader import Downloader

# Scrapy 2.19 counts a request as under way only once its task has begun: with a delay of 0 it starts all that wait in
# one go (limit 2: a server saw 16). With any delay it starts one at a time and counts right.
SHORTEST_DELAY = 0.02


def hosts_of(source: Source) -> set[str]:
    """The hosts that a source's own pages live on, without ports: a machine is one host, whatever its ports."""
    urls = (*(f"//{host}" for host in source.hosts), source.home, *(page.url for page in source.lists))
    return {host for host in (urlsplit(url).hostname for url in urls) if host}


class Budget:
    """The delays, concurrencies and pauses of the hosts, put into force on Scrapy's download slots."""

    def __init__(self, downloader: Downloader, sources: Iterable[Source]) -> None:
        self._downloader = downloader
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

    def strike(self, host: str) -> int:
        """Note that the host is in trouble; gives how many times in a row it has been."""
        self._strikes[host] = self.strikes(host) + 1
        return self._strikes[host]

    def strikes(self, host: str) -> int:
        """How many troubles in a row the host has had."""
        return self._strikes.get(host, 0)

    def back_off(self, host: str, times: int) -> float:
        """A pause in seconds: the host's delay, doubled that many times."""
        delay: float = self._downloader.per_slot_settings.get(host, {}).get("delay", SHORTEST_DELAY)
        return delay * 2.0 ** min(times, 16)

    def absolve(self, host: str) -> None:
        """Note that the host answers well again."""
        self._strikes.pop(host, None)
