"""When sites publish: made-up timelines of the kinds that regional news sites keep to.

The kinds are those of the sites that the project's source files name: an electronic edition of a paper comes out
whole before dawn, an office publishes in office hours, a portal round the clock, a journal once a week, a department
in bursts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import chinese_calendar

from crawler.shanghai import SHANGHAI

Kind = Literal["dawn", "office", "clock", "evening", "weekly", "bursts"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a site publishes. `per_day` is the mean over the days on which it does; `rests`: whether it keeps holidays.

    `silent` are spans in which nothing appears although something should.
    """

    kind: Kind
    per_day: float
    rests: bool = False
    silent: tuple[tuple[datetime, datetime], ...] = ()

    def moments(self, since: datetime, until: datetime, seed: str) -> tuple[datetime, ...]:
        """When it publishes from `since` to `until`, in order, to the second, no two at once."""
        found: set[datetime] = set()
        day = since.astimezone(SHANGHAI).date() - timedelta(days=1)
        while day <= until.astimezone(SHANGHAI).date():
            chance = random.Random(f"{seed} {day}")  # noqa: S311 - a timetable, not a secret
            if self._works(day):
                found.update(_at(day, second) for second in _DAYS[self.kind](chance, day, self.per_day))
            day += timedelta(days=1)
        return tuple(
            moment
            for moment in sorted(found)
            if since <= moment < until and not any(begin <= moment < end for begin, end in self.silent)
        )

    def _works(self, day: date) -> bool:
        return not self.rests or is_working_day(day)


def is_working_day(day: date) -> bool:
    """Whether offices work: by the calendar of holidays and of the weekends that are worked in exchange.

    >>> is_working_day(date(2026, 10, 1)), is_working_day(date(2026, 10, 10)), is_working_day(date(2026, 10, 11))
    (False, True, False)
    """
    return bool(chinese_calendar.is_workday(day))


def _at(day: date, second: float) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI) + timedelta(seconds=int(second))


def _many(chance: random.Random, mean: float) -> int:
    """How many, about as Poisson has it: a binomial of many small chances."""
    return sum(chance.random() < mean / 40 for _ in range(40))


def _hour(clock: float) -> float:
    return clock * 3600


def _dawn(chance: random.Random, day: date, mean: float) -> Iterator[float]:
    begin = _hour(5.25) + chance.uniform(0, 1200)
    for number in range(max(1, _many(chance, mean))):
        yield begin + number * 7


def _office(chance: random.Random, day: date, mean: float) -> Iterator[float]:
    for _ in range(_many(chance, mean)):
        begin, end = chance.choice(((8.7, 11.8), (8.7, 11.8), (14.4, 17.6)))
        yield chance.uniform(_hour(begin), _hour(end))


def _clock(chance: random.Random, day: date, mean: float) -> Iterator[float]:
    for _ in range(_many(chance, mean)):
        yield _hour(chance.triangular(0, 24, 10) if chance.random() < 0.8 else chance.uniform(0, 24))


def _evening(chance: random.Random, day: date, mean: float) -> Iterator[float]:
    begin = _hour(16.8) + chance.uniform(0, 1800)
    for number in range(_many(chance, mean)):
        yield begin + number * chance.uniform(60, 240)


def _weekly(chance: random.Random, day: date, mean: float) -> Iterator[float]:
    if day.weekday() == 4:
        begin = _hour(15) + chance.uniform(0, 3600)
        for number in range(max(1, _many(chance, mean))):
            yield begin + number * 30


def _bursts(chance: random.Random, day: date, mean: float) -> Iterator[float]:
    if chance.random() < 0.25:
        begin = _hour(chance.uniform(9, 17))
        for _ in range(max(1, _many(chance, mean))):
            yield begin + chance.uniform(0, 3000)


_DAYS: Mapping[Kind, Callable[[random.Random, date, float], Iterator[float]]] = {
    "dawn": _dawn,
    "office": _office,
    "clock": _clock,
    "evening": _evening,
    "weekly": _weekly,
    "bursts": _bursts,
}
