"""The policies that ours is measured against, with the constants of their makers, and ours in the same dress.

Every policy has one knob, `slowness`, so that all can be made to spend the same: for the four others it stretches
every span of time they know (as if their clock ran slower), for ours it is the price of a look in article-minutes.

Sources: mediacloud/rss-fetcher, fetcher/tasks.py and fetcher/config.py; Apache StormCrawler, AdaptiveScheduler;
miniflux, its options and its feed's ScheduleNextCheck.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from crawler.schedule import Seen, Terms, first, learn, next_due

MINUTE, DAY = 60.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a list page showed. Moments are seconds since 1970."""

    at: float
    listed: int  # entries on the list
    new: tuple[float | None, ...]  # of each new one, when it was published as far as the page says
    failed: str | None = None


class Policy(Protocol):
    """Is told of each look at one source and says when the next one is."""

    def after(self, look: Look) -> float:
        """When to look next, in seconds since 1970."""
        ...


class Fixed:
    """One interval for all: an hour; the same after a failure."""

    def __init__(self, slowness: float) -> None:
        self.interval = 60 * MINUTE * slowness

    def after(self, look: Look) -> float:
        """One interval later."""
        return look.at + self.interval


class MediaCloud:
    """The share of known entries decides.

    From 67 % on the interval grows by 10 min (60 if nothing came for 31 days), below 33 % it shrinks by 60 min, at once
    to six hours if it was longer; 10 min to 24 h, first six hours. Two looks in a row have to succeed. A failure weighs
    1, a soft one (4xx, 5xx) 0.5, a temporary one of DNS 0.25, and lengthens the interval by as much of itself, up to a
    day; from 30 on a feed is asked once in 30 days.
    """

    def __init__(self, slowness: float) -> None:
        self.least, self.most, self.begin = 10 * slowness, 1440 * slowness, 360 * slowness
        self.step, self.small = 60 * slowness, 10 * slowness
        self.interval = self.begin
        self.succeeded = False
        self.failures = 0.0
        self.came: float | None = None

    def after(self, look: Look) -> float:
        """The interval, adjusted and backed off."""
        if look.failed is not None:
            self.succeeded = False
            self.failures += {"dns": 0.25, "http-5xx": 0.5, "http-4xx": 0.5}.get(look.failed, 1.0)
            backed = min(self.interval * (1 + self.failures), 1440) if self.failures < 30 else 30 * 1440
            return look.at + max(backed, self.interval) * MINUTE
        self.failures = 0.0
        if look.new or self.came is None:
            self.came = look.at
        if self.succeeded:
            self._adjust(1 - len(look.new) / look.listed if look.listed else 1.02, look.at - self.came)
        self.succeeded = True
        return look.at + self.interval * MINUTE

    def _adjust(self, known: float, quiet: float) -> None:
        if known >= 0.67:
            self.interval += self.small if quiet <= 31 * DAY or known < 1 else self.step
            self.interval = min(self.interval, self.most)
        elif known < 0.33:
            self.interval = self.begin if self.interval > self.begin else self.interval - self.step
            self.interval = max(self.interval, self.least)


class StormCrawler:
    """Unchanged: the interval grows by half; changed: a fifth of the way to the least. A day, an hour to a month."""

    def __init__(self, slowness: float) -> None:
        self.least, self.most = 60 * MINUTE * slowness, 30 * DAY * slowness
        self.interval = DAY * slowness

    def after(self, look: Look) -> float:
        """The interval, adjusted; after a failure the fetch-error interval of two hours."""
        if look.failed is not None:
            return look.at + 120 * MINUTE
        if look.new:
            self.interval -= 0.2 * (self.interval - self.least)
        else:
            self.interval *= 1.5
        self.interval = min(max(self.interval, self.least), self.most)
        return look.at + self.interval


class Miniflux:
    """A week divided by the entries of the last week (by their own dates), 5 min to 24 h; a day if there were none.

    After a failure the same interval again; a feed with three failures is left alone, which an archive cannot do: it is
    kept here.
    """

    def __init__(self, slowness: float) -> None:
        self.slowness = slowness
        self.dates: list[float] = []  # a heap: pages' dates come in any order

    def after(self, look: Look) -> float:
        """By the entries of the last week."""
        for stated in look.new:
            heapq.heappush(self.dates, look.at if stated is None else stated)
        while self.dates and self.dates[0] < look.at - 7 * DAY:
            heapq.heappop(self.dates)
        interval = 7 * DAY / len(self.dates) if self.dates else DAY
        return look.at + min(max(interval, 5 * MINUTE), DAY) * self.slowness


class Ours:
    """`crawler.schedule` as a crawl uses it."""

    def __init__(self, terms: Terms) -> None:
        self.memory = first()
        self.terms = terms

    def after(self, look: Look) -> float:
        """What `next_due` says."""
        now = datetime.fromtimestamp(look.at, UTC)
        new = tuple(now if stated is None else datetime.fromtimestamp(stated, UTC) for stated in look.new)
        self.memory = learn(self.memory, Seen(now, new, look.failed))
        return next_due(self.memory, self.terms, now).at.timestamp()


OURS = Terms()


def at_price(price: float) -> Ours:
    """Ours, with a price of a look."""
    return Ours(replace(OURS, price=price))


def within_budget(budget: float) -> Ours:
    """Ours, told how many looks a day it may spend."""
    return Ours(replace(OURS, budget=budget))


POLICIES: dict[str, Callable[[float], Policy]] = {
    "fixed interval": Fixed,
    "Media Cloud": MediaCloud,
    "StormCrawler": StormCrawler,
    "miniflux": Miniflux,
    "ours": at_price,
}
