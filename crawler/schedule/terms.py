"""What a source's file says of when it is looked at, and the answer: when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.source.model import Source, parse_budget, parse_interval

AT_LEAST = timedelta(minutes=5)
AT_MOST = timedelta(days=1)
PRICE = 60.0  # article-minutes of delay that a look is worth


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one source. With `every` or `cron` it is looked at as they say; with neither, by its rhythm.

    `budget` is how many looks a day may be spent in the long run; None: as many as are worth `price`, the minutes that
    an article may wait longer for each look that is saved. Two looks by the rhythm are no closer than `at_least`, and
    while all is well no further apart than `at_most`. `hours` are the opening hours (crawler.source.hours).
    """

    every: timedelta | None = None
    cron: str | None = None
    at_least: timedelta = AT_LEAST
    at_most: timedelta = AT_MOST
    budget: float | None = None
    price: float = PRICE
    hours: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a source is looked at next, and why then: a sentence for the person who asks. `at` is aware, UTC."""

    at: datetime
    reason: str


def terms_of(source: Source) -> Terms:
    """The terms in a source's file: its [schedule], and the hours of its [politeness]."""
    schedule = source.schedule
    return Terms(
        every=schedule.interval,
        cron=schedule.cron,
        at_least=parse_interval(schedule.at_least),
        at_most=parse_interval(schedule.at_most),
        budget=None if schedule.budget is None else parse_budget(schedule.budget),
        hours=source.politeness.hours,
    )
