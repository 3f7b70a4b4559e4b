"""How a source's articles come: on which hours of which days, learnt from when they came.

The unit is an hour in which something came, however much: a paper that puts forty articles on its site at six comes
once a day. The hazard of an hour is -ln of the share of such hours in which nothing came, so that quiet hours add up:
the chance of a quiet stretch is e to the minus sum of its hazards, were the hours independent. How far they are not
is measured: see crawler.health.silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log
from typing import NamedTuple

DAY = 24
WORK, FREE = 0, 1
_EPOCH = date(1970, 1, 1)
_OF_ITS_KIND = 10.0  # looks at working days (or free ones) in general that a single weekday's own eight are joined with
_STREAM = 6  # hours of a day in which something comes, of a source that is a stream and no batch
_ENOUGH = 5  # looks at an hour, before its counts are believed
_NEARLY_ALWAYS = 0.9
_MOST_EVEN = 10.0  # the size of the negative binomial distribution: so few looks do not prove that counts are even
_BELIEVED = 0.8  # of what the counts say: mean and variance are measured too
_UNPROVED = 0.3  # looks at free days without anything that what came on free days is joined with


class _Prior(NamedTuple):
    """What is believed before anything was seen."""

    off: float  # quiet ones that are taken for seen, beside those that were
    of_all: float  # looks at all days that those at working days are joined with


_HOURS = _Prior(0.5, 2.0)
_DAYS = _Prior(0.1, 0.2)  # a source that brought something on each of twenty days hardly ever leaves one out


def hour_of(moment: datetime) -> int:
    """The hour of a moment, counted from 1970 by Shanghai's clock."""
    return int((moment.timestamp() + 28_800) // 3600)


def day_of(hour: int) -> date:
    """The day, in Shanghai, of an hour."""
    return _EPOCH + timedelta(days=hour // DAY)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is learnt of a source's hours and days. `loud` are the hours in which something came, in order."""

    loud: tuple[int, ...]
    first: int  # the first hour that was looked at
    last: int  # the last one
    by_hour: tuple[tuple[float, ...], ...]  # hazard by day's kind (0-6 weekdays, 7 a free weekday) and hour
    by_day: tuple[tuple[float, ...], ...]  # hazard of a day without anything up to the end of each hour
    a_day: float  # articles
    is_free: Callable[[date], bool]

    def quiet(self, after: int, before: int, part: float = 0.0) -> float:
        """The hazard of the whole hours between two, both left out, and of a part of the last."""
        total, hour = 0.0, after + 1
        while hour < before:
            end = min(before, (hour // DAY + 1) * DAY)
            total += sum(self.by_hour[self._kind(hour // DAY)][hour % DAY : hour % DAY + end - hour])
            hour = end
        if part and after < before:
            total += part * self.by_hour[self._kind(before // DAY)][before % DAY]
        return total

    def _kind(self, day: int) -> int:
        return _kind(day_of(day * DAY), self.is_free)

    def quiet_days(self, after: int, before: int) -> float:
        """The same by days: of those without anything since, and of the present one so far.

        What came on the day of `after` itself was something, so that it does not count.
        """
        total = 0.0
        for number in range(after // DAY + 1, before // DAY + 1):
            until = DAY if number < before // DAY else before % DAY
            if until:
                total += self.by_day[self._kind(number)][until - 1]
        return total


def _kind(day: date, is_free: Callable[[date], bool]) -> int:
    """Monday to Sunday; a free Monday to Friday is a kind of its own, a working Saturday is a Friday."""
    weekday = day.weekday()
    if is_free(day):
        return weekday if weekday >= 5 else 7
    return min(weekday, 4)


def learn_rhythm(
    arrivals: Sequence[datetime], since: datetime, until: datetime, is_free: Callable[[date], bool]
) -> Rhythm | None:
    """The rhythm of what came from `since` to `until`; None where nothing came."""
    first, last = hour_of(since), hour_of(until)
    hours = [hour_of(moment) for moment in arrivals if since <= moment <= until]
    if not hours or last <= first:
        return None
    loud = sorted(set(hours))
    looked = [[0.0] * DAY for _ in range(8)]  # how many such hours were looked at
    came = [[0.0] * DAY for _ in range(8)]
    counts: dict[tuple[bool, int], list[int]] = {}  # articles in each loud hour, by working or free day and hour
    days_looked = [[0.0] * DAY for _ in range(8)]  # how many days were looked at up to that hour
    days_came = [[0.0] * DAY for _ in range(8)]
    kinds = {day: _kind(day_of(day * DAY), is_free) for day in range(first // DAY, last // DAY + 1)}
    for hour in range(first, last + 1):
        looked[kinds[hour // DAY]][hour % DAY] += 1
    for hour, count in sorted(Counter(hours).items()):
        kind = kinds[hour // DAY]
        came[kind][hour % DAY] += 1
        counts.setdefault((kind < 5, hour % DAY), []).append(count)
    earliest: dict[int, int] = {}
    for hour in loud:
        earliest.setdefault(hour // DAY, hour % DAY)
    for number, kind in kinds.items():
        if number * DAY < first:  # a day of which only the end was looked at
            continue
        upto = DAY if number < last // DAY else last % DAY + 1
        for hour in range(upto):
            days_looked[kind][hour] += 1
            days_came[kind][hour] += earliest.get(number, DAY) <= hour
    days = (last - first + 1) / DAY
    hazards = _hazards(looked, came, _HOURS)
    if len(loud) >= _STREAM * len(earliest):  # else all comes at once, and its size says nothing of a day without
        hazards = _with_counts(hazards, looked, counts)
    return Rhythm(
        tuple(loud),
        first,
        last,
        hazards,
        _hazards(days_looked, days_came, _DAYS),
        len(hours) / days,
        is_free,
    )


def _hazards(looked: list[list[float]], came: list[list[float]], prior: _Prior) -> tuple[tuple[float, ...], ...]:
    """-ln of the share of quiet ones; a kind of day of which little is known is taken to be like its fellows.

    But of free days nothing is expected that was not seen on free days: an office's first days off are no silence.
    """
    hours, work, free = range(DAY), range(5), range(5, 8)
    seen = [sum(looked[kind][hour] for kind in range(8)) for hour in hours]
    share = [
        (sum(came[kind][hour] for kind in range(8)) + prior.off) / (seen[hour] + 2.0 * prior.off) for hour in hours
    ]
    most = [1.0 - prior.off / (each + 2.0 * prior.off) for each in seen]  # no hour is certain
    result = []
    for fellows in (work, free):
        theirs = [sum(looked[kind][hour] for kind in fellows) for hour in hours]
        alike = [
            (sum(came[kind][hour] for kind in fellows) + prior.of_all * share[hour]) / (theirs[hour] + prior.of_all)
            if fellows is work
            else sum(came[kind][hour] for kind in fellows) / (theirs[hour] + _UNPROVED)
            for hour in hours
        ]
        for kind in fellows:
            own = [
                (came[kind][hour] + _OF_ITS_KIND * alike[hour]) / (looked[kind][hour] + _OF_ITS_KIND) for hour in hours
            ]
            if kind == 7:  # feasts: as on free days in general, at most
                own = [min(pair) for pair in zip(own, alike, strict=True)]
            result.append(tuple(-log(1.0 - min(own[hour], most[hour])) for hour in hours))
    return tuple(result)


def _with_counts(
    hazards: tuple[tuple[float, ...], ...], looked: list[list[float]], counts: dict[tuple[bool, int], list[int]]
) -> tuple[tuple[float, ...], ...]:
    """The hazards, greater where an hour that is nearly always loud brings so many articles that none is unheard of.

    The chance of none is that of a negative binomial distribution with the hour's mean and variance: where counts vary
    as if drawn at random it falls with e to the minus mean, where they vary wildly it hardly does.
    """
    result = []
    for kind, row in enumerate(hazards):
        better = list(row)
        for hour in range(DAY):
            seen = counts.get((kind < 5, hour), [])
            looks = sum(looked[each][hour] for each in (range(5) if kind < 5 else range(5, 8)))
            if kind == 7 or looks < _ENOUGH or len(seen) < _NEARLY_ALWAYS * looks:
                continue
            mean = sum(seen) / looks
            variance = (sum(count * count for count in seen) - looks * mean * mean) / (looks - 1)
            size = min(_MOST_EVEN, mean * mean / max(variance - mean, 1e-9))
            better[hour] = max(row[hour], _BELIEVED * size * log(1.0 + mean / size))
        result.append(tuple(better))
    return tuple(result)
