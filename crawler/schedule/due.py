"""When a source is due next."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from crawler.schedule.backoff import pause
from crawler.schedule.memory import Memory
from crawler.schedule.terms import Due, Terms
from crawler.shanghai import SHANGHAI

PRICE = 60.0  # minutes of an article's delay that a look is worth
UNKNOWN = timedelta(hours=1)  # between the first looks


def next_due(memory: Memory, terms: Terms, now: datetime) -> Due:
    """When the source is looked at next: never before `now`, and at `now` if it was never looked at or is overdue."""
    if memory.asked is None:
        return _at(now, now, "it was never looked at")
    asked = min(datetime.fromtimestamp(memory.asked, UTC), now)
    if memory.strikes:
        kind = memory.failure or "other"
        return _at(asked + pause(kind, memory.strikes), now, f"{kind}, {memory.strikes} times in a row")
    if terms.cron is not None:
        return Due(_next_of_cron(terms.cron, now), f"cron {terms.cron}")
    if terms.every is not None:
        return _at(asked + terms.every, now, f"every {terms.every}")
    wait = timedelta(minutes=math.sqrt(2 * PRICE * 1440 / memory.rate)) if memory.rate > 0.01 else UNKNOWN
    return _at(asked + min(max(wait, terms.at_least), terms.at_most), now, f"{memory.rate:.1f} articles a day")


def _at(moment: datetime, now: datetime, reason: str) -> Due:
    return Due(max(moment, now).astimezone(UTC), reason)


def _next_of_cron(cron: str, now: datetime) -> datetime:
    from apscheduler.triggers.cron import CronTrigger  # takes a while to import; few sources have a cron

    fire: datetime | None = CronTrigger.from_crontab(cron, timezone=SHANGHAI).get_next_fire_time(None, now)
    return (now + timedelta(days=365) if fire is None else fire).astimezone(UTC)
