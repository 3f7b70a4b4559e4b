"""When a source is due next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from crawler.schedule.backoff import pause
from crawler.schedule.days import day_of, start_of
from crawler.schedule.fold import so_far
from crawler.schedule.memory import SLOT, Memory
from crawler.schedule.plan import costs_to_come
from crawler.schedule.price import price_of, room
from crawler.schedule.rhythm import MINUTES, age_class, day_rates, echo_factors
from crawler.schedule.terms import Due, Terms
from crawler.shanghai import SHANGHAI

AHEAD = 1  # days beyond today that the plan looks at


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
    return _by_rhythm(memory, terms, now)


def _by_rhythm(memory: Memory, terms: Terms, now: datetime) -> Due:
    seen = memory.seen if memory.seen is not None else memory.asked or 0
    moment = int(now.timestamp())
    if terms.budget is not None and (free := room(memory, terms.budget)) > moment:
        return _at(datetime.fromtimestamp(free, UTC), now, f"the budget of {terms.budget:g} looks a day is spent")
    midnight = start_of(day_of(moment))
    apart = int(terms.at_least.total_seconds())
    price = terms.price if terms.budget is None else price_of(memory, terms.budget)
    known = so_far(memory, day_of(seen))
    rates, value = _plan(known.working, known.off, known.days, known.weekdays, day_of(moment), price, apart)
    earliest = max(seen + apart, moment)
    latest = min(max(seen + int(terms.at_most.total_seconds()), moment), midnight + len(rates) * SLOT)
    echoes = echo_factors(memory)
    newest = memory.newest if memory.newest is not None else seen
    waiting = cost = 0.0  # articles, article-minutes
    best, best_at = float("inf"), latest
    at = max(seen, midnight)
    while at < latest:
        slot = (at - midnight) // SLOT
        end = midnight + (slot + 1) * SLOT
        rate = rates[slot] * echoes[age_class(at - newest)]
        minutes = (end - at) / 60
        cost += (waiting + rate * minutes / 2) * minutes
        waiting += rate * minutes
        at = end
        if at >= earliest:
            whole = cost + value[slot + 1]
            if whole < best:
                best, best_at = whole, at
            elif whole > best + 2 * price:
                break
    return _at(datetime.fromtimestamp(min(best_at, latest), UTC), now, f"{waiting:.1f} articles expected")


@lru_cache(maxsize=512)
def _plan(
    working: bytes,
    off: bytes,
    weights: tuple[float, float],
    weekdays: tuple[tuple[float, float], ...],
    today: date,
    price: float,
    apart: int,
) -> tuple[list[float], list[float]]:
    """The rates of the days to come, slot by slot, and the costs to come from the beginning of each slot."""
    memory = Memory(working=working, off=off, days=weights, weekdays=weekdays)
    days = [day_rates(memory, today + timedelta(days=ahead)) for ahead in range(AHEAD + 1)]
    rates = [rate * factor for profile, factor in days for rate in profile]
    coarse = [(one + two) / 2 for one, two in zip(rates[::2], rates[1::2], strict=True)]
    value = costs_to_come(coarse, 2 * MINUTES, price, max(1, apart // (2 * SLOT)))
    between = [(one + two) / 2 for one, two in pairwise(value)]
    return rates, [each for pair in zip(value, [*between, 0.0], strict=True) for each in pair]


def _at(moment: datetime, now: datetime, reason: str) -> Due:
    return Due(max(moment, now).astimezone(UTC), reason)


def _next_of_cron(cron: str, now: datetime) -> datetime:
    from apscheduler.triggers.cron import CronTrigger  # takes a while to import; few sources have a cron

    fire: datetime | None = CronTrigger.from_crontab(cron, timezone=SHANGHAI).get_next_fire_time(None, now)
    return (now + timedelta(days=365) if fire is None else fire).astimezone(UTC)
