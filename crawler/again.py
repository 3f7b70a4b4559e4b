"""Known articles that a crawl asks for again by itself: after all else, the most urgent first, for a while.

What a back-fill brings may fall due together, thousands at a time. So they are not all handed to the fetcher at once:
each is asked for when others have come back and no list is waited for. What a list shows anew goes before them. Their
time begins when the first of them could be asked for, however long all else has taken; when it is over the rest stays
due.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from archive.model import Page
from crawler.noting import Outstanding
from crawler.order import Order
from crawler.revisit import Ladder, urgency
from crawler.source.model import host_of


class Again:
    """The known articles of one crawl that were not asked for yet. `len` of it: how many."""

    def __init__(self, order: Order, concurrency: int) -> None:
        self._order = order
        self._most = 2 * concurrency  # visits under way with which the host is kept busy
        self._waiting: deque[tuple[str, Page]] = deque()
        self._there: set[str] = set()
        self._hosts: set[str] = set()  # of all that were taken
        self._until: datetime | None = None  # known when the first could be asked for
        self._in_trouble: set[str] = set()  # hosts
        self._behind: set[str] = set()  # hosts whose articles were put behind: once, whatever comes of them later

    def take(self, pages: Iterable[tuple[str, Page]], now: datetime) -> None:
        """Take in pages with their canonical addresses."""
        ladder = self._order.ladder
        self._waiting.extend(sorted(pages, key=lambda each: _urgency(each[1], now, ladder)))
        self._there = {canonical for canonical, _ in self._waiting}
        self._hosts = {host_of(page.url) for _, page in self._waiting}

    def next(self, outstanding: Outstanding, now: datetime) -> tuple[str, Page] | None:
        """The next one that is to be asked for now, if any is."""
        if not self._waiting or outstanding.lists > 0 or outstanding.all >= self._most:
            return None
        if self._order.share is not None:
            self._until = self._until or now + self._order.share
            if now >= self._until:
                return None
        canonical, page = self._waiting.popleft()
        self._there.discard(canonical)
        return canonical, page

    def put_behind(self, url: str) -> None:
        """Have the articles of an address's host go behind all others: the host is in trouble, and may be for long.

        To sort what waits takes 0.5 s of 100,000 articles; a host may fail and answer in turns, so that is done once.
        """
        host = host_of(url)
        self._in_trouble.add(host)
        if host in self._behind or host not in self._hosts or len(self._hosts) == 1:
            return
        self._behind.add(host)
        self._waiting = deque(sorted(self._waiting, key=lambda each: host_of(each[1].url) == host))

    def answers(self, url: str) -> None:
        """An address's host is in no trouble (any more)."""
        self._in_trouble.discard(host_of(url))

    @property
    def unfitted(self) -> int:
        """How many wait for nothing but time: those of hosts in trouble are not among them."""
        return sum(host_of(page.url) not in self._in_trouble for _, page in self._waiting)

    def __contains__(self, canonical: str) -> bool:
        return canonical in self._there

    def __len__(self) -> int:
        return len(self._waiting)


def _urgency(page: Page, now: datetime, ladder: Ladder) -> tuple[int, datetime]:
    return urgency(page.counts_from, page.last_checked, now, ladder)
