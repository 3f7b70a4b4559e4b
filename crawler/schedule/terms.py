"""What a source's file says of when it is looked at, and the answer: when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from crawler.source.model import Schedule

AT_LEAST = timedelta(minutes=5)
AT_MOST = timedelta(days=1)
PRICE = 60.0  # article-minutes of delay that a look is worth


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one source. With `every` or `cron` it is looked at as they say; with neither, by its rhythm.

    `budget` is how many looks a day may be spent in the long run, None as many as pay. No two looks are closer than
    `at_least`, and while all is well none are further apart than `at_most`. `hours` are the opening hours in
    Asia/Shanghai, from and to; they may pass midnight.
    """

    every: timedelta | None = None
    cron: str | None = None
    at_least: timedelta = AT_LEAST
    at_most: timedelta = AT_MOST
    budget: float | None = None
    price: float = PRICE
    hours: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a source is looked at next, and why then: a sentence for the person who asks. `at` is aware, UTC."""

    at: datetime
    reason: str


def terms_of(schedule: Schedule) -> Terms:
    """The terms in a source's file."""
    return Terms(every=schedule.interval, cron=schedule.cron)
