"""Which days a plot shows, and in what steps. Pure.

A page can claim any date. Up to one article in two hundred may lie before what is shown, and all that lie after today
do, so that a slip does not press everything else into one bar; they are counted as outside.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_BINS = 120
SPARED = 200


@dataclass(frozen=True, slots=True)
class Axis:
    """The first day of each bin, and the day behind the last."""

    unit: str  # day, week, month, year
    bins: tuple[date, ...]
    end: date

    def counted(self, days: Mapping[date, int]) -> list[int]:
        """How many fall into each bin."""
        found = [0] * len(self.bins)
        for day, count in days.items():
            if self.bins and self.bins[0] <= day < self.end:
                found[bisect_right(self.bins, day) - 1] += count
        return found


def axis(days: Mapping[date, int], today: date) -> Axis:
    """The axis on which these days are shown; without any it has no bin.

    >>> axis({date(2026, 3, 1): 3, date(2026, 3, 3): 1}, date(2026, 3, 9)).bins
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 2), datetime.date(2026, 3, 3))
    """
    shown = sorted(day for day in days if day <= today)
    spare = sum(days[day] for day in shown) // SPARED
    while shown and days[shown[0]] <= spare:
        spare -= days[shown.pop(0)]
    if not shown:
        return Axis("day", (), today)
    first, last = shown[0], shown[-1]
    for unit in ("day", "week", "month"):
        bins = _bins(unit, first, last)
        if len(bins) <= MOST_BINS:
            return Axis(unit, bins, _next(unit, bins[-1]))
    bins = _bins("year", first, last)
    return Axis("year", bins, _next("year", bins[-1]))


def _bins(unit: str, first: date, last: date) -> tuple[date, ...]:
    found = [_begin(unit, first)]
    while len(found) <= MOST_BINS or unit == "year":
        following = _next(unit, found[-1])
        if following > last:
            break
        found.append(following)
    return tuple(found)


def _begin(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1)}.get(unit, day.replace(month=1, day=1))


def _next(unit: str, day: date) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=1 if unit == "day" else 7)
    if unit == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day.replace(year=day.year + 1)
