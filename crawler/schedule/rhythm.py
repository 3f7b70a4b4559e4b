"""How many articles are to be expected when: what is remembered → rates, in articles a minute, slot by slot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate

from crawler.schedule.days import SATURDAY, usual, works
from crawler.schedule.memory import AGES, SLOT, SLOTS, UNITS, Memory, counts

MINUTES = SLOT / 60  # of a slot
GUESS = 10.0  # articles a day of a source of which nothing is known
DOUBT = 0.7  # days that the guess weighs
OFF = 0.5  # the guess of what a day off has of a working day
WIDTHS = (  # slots on either side over which a count is spread: the share of it, when much is known and when little
    (1, 0.55, 0.0),
    (6, 0.30, 0.5),
    (24, 0.12, 0.25),
)
EVEN = (0.03, 0.25)  # the share that is spread over the whole day
SURE = 3.0  # days after which half is known
FLOOR = 0.05  # articles a day that are expected of any source at any time
KEPT = 64  # memories whose rates and plans are kept: 60 KB each, and a millisecond or two to find again


@lru_cache(maxsize=KEPT)
def profiles(working: bytes, off: bytes, days: tuple[float, float]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The rates of a working day and of a day off, articles a minute in each slot."""
    flat = [GUESS / 1440.0] * SLOTS
    spread_working, spread_off = _spread(working, days[0]), _spread(off, days[1])
    only_off = days[0] <= 0 < days[1]
    guess = [each / OFF for each in _blend(spread_off, days[1], flat)] if only_off else flat
    on_working = _blend(spread_working, days[0], guess)
    on_off = _blend(spread_off, days[1], [each * OFF for each in on_working])
    return tuple(on_working), tuple(on_off)


def _blend(spread: Sequence[float], days: float, guess: Sequence[float]) -> list[float]:
    """Counts over so many days and a guess, as rates."""
    whole = days + DOUBT
    floor = FLOOR / 1440.0
    return [max((count / MINUTES + DOUBT * other) / whole, floor) for count, other in zip(spread, guess, strict=True)]


def _spread(slots: bytes, days: float) -> list[float]:
    """Counts spread over neighbouring slots, round the clock: the more is known, the less."""
    values = [number / UNITS for number in counts(slots)]
    total = sum(values)
    if total == 0:
        return values
    known = days / (days + SURE)
    result = [(EVEN[0] * known + EVEN[1] * (1 - known)) * total / SLOTS] * SLOTS
    for width, much, little in WIDTHS:
        sums = list(accumulate(values[-width:] + values + values[:width], initial=0.0))
        scale = (much * known + little * (1 - known)) / (2 * width + 1)
        ends = sums[2 * width + 1 :]
        result = [each + scale * (end - begin) for each, begin, end in zip(result, sums, ends, strict=False)]
    return result


def weekday_weight(weekdays: tuple[tuple[float, float], ...], day: int) -> float:
    """How a weekday compares with the other working days, or days off; 1 if it is like them. Monday is 0."""
    kind = weekdays[:SATURDAY] if day < SATURDAY else weekdays[SATURDAY:]
    articles, weight = map(sum, zip(*kind, strict=True))
    if weight <= 0 or articles <= 0:
        return 1.0
    mean = articles / weight
    return (weekdays[day][0] + mean) / (weekdays[day][1] + 1.0) / mean


def day_weight(memory: Memory, day: date) -> float:
    """How a day compares with the others of its kind; a holiday or a worked weekend day is like them."""
    return weekday_weight(memory.weekdays, day.weekday()) if usual(day) else 1.0


def day_rates(memory: Memory, day: date) -> tuple[tuple[float, ...], float]:
    """The rates of that kind of day, and the factor of the very day."""
    working, off = profiles(memory.working, memory.off, memory.days)
    return (working if works(day) else off), day_weight(memory, day)


def age_class(age: float) -> int:
    """The class of a time since the last publication, in seconds."""
    return bisect_right(AGES, age)


def echo_factors(memory: Memory) -> tuple[float, ...]:
    """By class of age: how many articles come for each that the time of day lets expect."""
    doubt = 1.0 + 0.3 * memory.batch
    return tuple((came + doubt) / (expected + doubt) for came, expected in memory.echoes)
