"""When a source is due next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import inf

from crawler.schedule.backoff import pause
from crawler.schedule.days import day_of, start_of
from crawler.schedule.fold import so_far
from crawler.schedule.memory import SLOT, Memory
from crawler.schedule.plan import costs_to_come
from crawler.schedule.price import price_of, room
from crawler.schedule.rhythm import KEPT, MINUTES, age_class, day_rates, echo_factors
from crawler.schedule.terms import Due, Terms
from crawler.shanghai import SHANGHAI
from crawler.source.hours import opens

AHEAD = 1  # days beyond today that the plan looks at
PAST_HOPE = 2.0  # prices above the least cost found so far: looking later is given up
NEVER = timedelta(days=365)  # until a cron that names no day any more is thought of again


def next_due(memory: Memory, terms: Terms, now: datetime) -> Due:
    """When the source is looked at next: never before `now`, and at `now` if it was never looked at or is overdue.

    >>> next_due(Memory(), Terms(), datetime(2026, 3, 2, tzinfo=UTC)).reason
    'it was never looked at'
    """
    due = _by_its_terms(memory, terms, now)
    at = max(due.at, now).astimezone(UTC)
    opening = None if terms.hours is None else opens(terms.hours, at)
    return Due(at, due.reason) if opening is None else Due(opening.astimezone(UTC), f"{due.reason}; it opens then")


def _by_its_terms(memory: Memory, terms: Terms, now: datetime) -> Due:
    if memory.asked is None:
        return Due(now, "it was never looked at")
    asked = min(datetime.fromtimestamp(memory.asked, UTC), now)
    if memory.strikes:
        kind = memory.failure or "other"
        times = "once" if memory.strikes == 1 else f"{memory.strikes} times in a row"
        return Due(asked + pause(kind, memory.strikes), f"it failed {times}: {kind}")
    if terms.cron is not None:
        return Due(_next_of_cron(terms.cron, now), f"cron {terms.cron}")
    if terms.every is not None:
        return Due(asked + terms.every, f"every {spoken(terms.every)}")
    return _by_its_rhythm(memory, terms, now)


def _by_its_rhythm(memory: Memory, terms: Terms, now: datetime) -> Due:
    """The look from which on, all told, waiting articles and looks cost least."""
    moment = int(now.timestamp())
    seen = min(moment, memory.asked if memory.seen is None else memory.seen) if memory.asked is not None else moment
    apart = int(terms.at_least.total_seconds())
    earliest = max(seen + apart, moment)
    if terms.budget is not None and (free := room(memory, terms.budget)) > moment:
        return Due(_moment(max(free, earliest)), f"the budget of {terms.budget:g} looks a day is spent")
    price = terms.price if terms.budget is None else price_of(memory, terms.budget, day_of(moment))
    midnight = start_of(day_of(moment))
    known = so_far(memory, day_of(seen))
    rates, value = _plan(known.working, known.off, known.days, known.weekdays, day_of(moment), price, apart)
    latest = max(earliest, seen + int(terms.at_most.total_seconds()))
    echoes = echo_factors(memory)
    newest = seen if memory.newest is None else memory.newest
    waiting = cost = expected = 0.0  # articles, article-minutes, articles
    least, at, best = inf, max(seen, midnight), latest
    while at < min(latest, midnight + len(rates) * SLOT):
        slot = (at - midnight) // SLOT
        end = midnight + (slot + 1) * SLOT
        minutes = (end - at) / 60
        rate = rates[slot] * echoes[age_class(at - newest)]
        cost += (waiting + rate * minutes / 2) * minutes
        waiting += rate * minutes
        at = end
        if at < earliest:
            continue
        whole = cost + value[slot + 1]
        if whole < least:
            least, best, expected = whole, at, waiting
        elif whole > least + PAST_HOPE * price:
            break
    if best >= latest:
        return Due(_moment(latest), "it is not left alone for longer")
    return Due(_moment(best), f"about {expected:.1f} new articles are expected by then")


@lru_cache(maxsize=KEPT)
def _plan(
    working: bytes,
    off: bytes,
    weights: tuple[float, float],
    weekdays: tuple[tuple[float, float], ...],
    today: date,
    price: float,
    apart: int,
) -> tuple[list[float], list[float]]:
    """The rates of the days to come, slot by slot, and the costs to come from the beginning of each slot.

    The costs are found for every second slot, which is half the work and makes no difference.
    """
    memory = Memory(working=working, off=off, days=weights, weekdays=weekdays)
    days = [day_rates(memory, today + timedelta(days=ahead)) for ahead in range(AHEAD + 1)]
    rates = [rate * factor for profile, factor in days for rate in profile]
    coarse = [(one + two) / 2 for one, two in zip(rates[::2], rates[1::2], strict=True)]
    value = costs_to_come(coarse, 2 * MINUTES, price, max(1, apart // (2 * SLOT)))
    between = [(one + two) / 2 for one, two in pairwise(value)]
    return rates, [each for pair in zip(value, [*between, 0.0], strict=True) for each in pair]


def spoken(span: timedelta) -> str:
    """A span of time for a person.

    >>> [spoken(timedelta(seconds=each)) for each in (60, 5400, 86_400, 90)]
    ['1 min', '1 h 30 min', '1 d', '1 min 30 s']
    """
    left, words = round(span.total_seconds()), list[str]()
    for name, seconds in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        words += [f"{count} {name}"] if count else []
    return " ".join(words) or "0 s"


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _next_of_cron(cron: str, now: datetime) -> datetime:
    from apscheduler.triggers.cron import CronTrigger  # takes a while to import; few sources have a cron

    fire: datetime | None = CronTrigger.from_crontab(cron, timezone=SHANGHAI).get_next_fire_time(None, now)
    return now + NEVER if fire is None else fire
