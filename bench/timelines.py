"""Made-up publication timelines of many kinds of source, for the replay of schedules: all from a seed.

A timeline says when each article appeared on the source's list page, what the page says of when it was published
(which need not be true), how many entries the list holds, and when the server could not be reached. Rates, hours and
shares are orders of magnitude of Chinese regional sites; a site of Xinjiang keeps office hours two hours later.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

import chinese_calendar

from crawler.shanghai import SHANGHAI

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
BEFORE = 14  # days of articles that stand on the lists when watching begins
STARTS = (  # a long holiday lies in the 60 days after each: 春节, 劳动节, 国庆节
    date(2024, 1, 15),
    date(2024, 4, 8),
    date(2024, 9, 2),
    date(2025, 1, 6),
    date(2025, 4, 14),
    date(2025, 8, 25),
    date(2026, 1, 26),
    date(2026, 4, 6),
)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One source. Moments are seconds since 1970, in order; `stated` are those the pages tell, None for no time."""

    name: str
    kind: str
    appeared: tuple[float, ...]
    stated: tuple[float | None, ...]
    entries: int  # that the list page holds
    validators: bool  # whether an unchanged list is answered by 304
    outages: tuple[tuple[float, float, str], ...]  # from, until, the kind of failure
    begins: float
    ends: float


@cache
def _works(day: date) -> bool:
    """Whether people work on that day."""
    return bool(chinese_calendar.is_workday(day))


@cache
def _rests(day: date) -> bool:
    """Whether the day belongs to a public holiday rather than to a plain weekend."""
    return not _works(day) and (day.weekday() < 5 or any(_rests_near(day, step) for step in (-1, 1)))


def _rests_near(day: date, step: int) -> bool:
    near = day + timedelta(days=step)
    return not _works(near) and near.weekday() < 5


def timelines(seed: int, days: int = 60, sites: int = 50) -> list[Timeline]:
    """So many sources over so many days."""
    random = Random(f"timelines {seed}")
    start = random.choice(STARTS) + timedelta(days=random.randrange(7))
    kinds = [kind for kind, (share, _) in KINDS.items() for _ in range(share)]
    chosen = (
        [kinds[index % len(kinds)] for index in range(sites)] if sites >= len(kinds) else random.sample(kinds, sites)
    )
    return [_timeline(f"{kind} {n}", kind, start, days, Random(f"{seed} {kind} {n}")) for n, kind in enumerate(chosen)]


def _timeline(name: str, kind: str, start: date, days: int, random: Random) -> Timeline:
    begins = datetime.combine(start, time(), SHANGHAI).timestamp() + random.uniform(0, DAY)
    ends = begins + days * DAY
    source = KINDS[kind][1](random, days)
    appeared = sorted(
        moment
        for number in range(-BEFORE, days + 1)
        for moment in source(start + timedelta(days=number), number)
        if moment < ends
    )
    manner = random.choices(("minute", "none", "early", "wrong"), (60, 20, 10, 10))[0]
    stated = tuple(_stated(moment, manner, random) for moment in appeared)
    entries = random.choice((60, 100)) if kind == "e-paper" else random.choice((15, 20, 30, 50))
    outages = tuple(_outages(begins, ends, random)) if random.random() < 0.2 else ()
    return Timeline(name, kind, tuple(appeared), stated, entries, random.random() < 0.5, outages, begins, ends)


def _stated(moment: float, manner: str, random: Random) -> float | None:
    match manner:
        case "minute":
            return moment // MINUTE * MINUTE
        case "early":  # written first, released later
            return moment - random.uniform(5, 120) * MINUTE
        case "wrong" if random.random() < 0.3:
            return random.choice((0.0, moment + 400 * DAY, moment + 3 * HOUR, moment - 30 * DAY))
        case "wrong":
            return moment
    return None


def _outages(begins: float, ends: float, random: Random) -> Iterator[tuple[float, float, str]]:
    for _ in range(random.randint(1, 3)):
        since = random.uniform(begins + DAY, ends)
        yield since, since + random.uniform(0.5, 12) * HOUR, random.choice(("connection", "http-5xx", "timeout"))


# -- the kinds: each is given a random source and returns what happens on a day (the number counts from the start) ----

Day = Callable[[date, int], list[float]]


def _at(day: date, hour: float) -> float:
    return datetime.combine(day, time(), SHANGHAI).timestamp() + hour * HOUR


def _poisson(mean: float, random: Random) -> int:
    if mean > 50:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        count += 1
    return count


def _spread(
    day: date, spans: Sequence[tuple[float, float, float]], mean: float, batch: float, random: Random
) -> list[float]:
    """About `mean` articles in spans (from hour, until hour, weight), put up in batches of `batch` on average."""
    total = sum((until - since) * weight for since, until, weight in spans)
    moments: list[float] = []
    for since, until, weight in spans:
        for _ in range(_poisson(mean / batch * (until - since) * weight / total, random)):
            begin = _at(day, random.uniform(since, until))
            size = 1 if batch <= 1 else 1 + min(40, int(random.expovariate(1 / (batch - 0.5))))
            moments += [begin + random.uniform(0, 10 * MINUTE if size > 1 else 0) for _ in range(size)]
    return moments


def _office_spans(random: Random) -> list[tuple[float, float, float]]:
    later = random.choice((0, 0, 0, 2))  # Xinjiang
    return [(9 + later, 12 + later, 1.0), (12 + later, 14.5 + later, 0.1), (14.5 + later, 18 + later, 1.0)]


def _office(random: Random, days: int) -> Day:
    mean, batch, spans = random.uniform(3, 15), random.choice((1, 1, 2, 4)), _office_spans(random)
    return lambda day, number: _spread(day, spans, mean if _works(day) else mean * 0.02, batch, random)


def _epaper(random: Random, days: int) -> Day:
    hour, jitter, size = random.uniform(5.5, 8), random.choice((1, 4, 10, 20)) * MINUTE, random.randint(30, 90)
    weekends, upload = random.random() < 0.7, random.choice((0.5, 5, 15)) * MINUTE

    def day_of(day: date, number: int) -> list[float]:
        if _rests(day) or not (weekends or _works(day)):
            return []
        begin = _at(day, hour) + random.gauss(0, jitter)
        return [begin + random.uniform(0, upload) for _ in range(round(size * random.uniform(0.8, 1.2)))]

    return day_of


def _portal(random: Random, days: int) -> Day:
    mean, batch = random.uniform(60, 300), random.choice((1, 2, 4))
    return _round_the_clock(mean, batch, random)


def _county(random: Random, days: int) -> Day:
    mean, batch, begin = random.uniform(12, 50), random.choice((1, 3, 6)), random.uniform(8, 10)
    spans = [(begin, begin + 4, 1.2), (begin + 4, begin + 10, 0.8), (begin + 10, min(24, begin + 13), 0.4)]
    return lambda day, number: _spread(day, spans, mean * (1.0 if _works(day) else 0.4), batch, random)


def _round_the_clock(mean: float, batch: float, random: Random) -> Day:
    spans = [
        (0, 1, 0.4),
        (1, 6, 0.1),
        (6, 8, 0.6),
        (8, 12, 1.6),
        (12, 14, 1.0),
        (14, 18, 1.5),
        (18, 22, 1.1),
        (22, 24, 0.7),
    ]
    return lambda day, number: _spread(day, spans, mean * (1.0 if _works(day) else 0.7), batch, random)


def _weekly(random: Random, days: int) -> Day:
    weekday, hour, size = random.randrange(5), random.uniform(8, 16), random.randint(12, 40)

    def day_of(day: date, number: int) -> list[float]:
        if day.weekday() != weekday or _rests(day):
            return []
        begin = _at(day, hour) + random.gauss(0, 40 * MINUTE)
        return [begin + random.uniform(0, 20 * MINUTE) for _ in range(size)]

    return day_of


def _bursts(random: Random, days: int) -> Day:
    often, size = random.uniform(0.7, 3), random.randint(5, 25)
    return lambda day, number: _spread(day, [(8, 20, 1.0)], often * size * (1 if _works(day) else 0.3), size, random)


def _bulletins(random: Random, days: int) -> Day:
    hours, size = random.choice(((8.0, 12.0, 18.0), (7.0, 19.5), (6.5, 11.5, 16.5, 21.0))), random.randint(5, 20)

    def day_of(day: date, number: int) -> list[float]:
        return [_at(day, hour) + random.uniform(0, MINUTE) for hour in hours for _ in range(_poisson(size, random))]

    return day_of


def _resurrected(random: Random, days: int) -> Day:
    source = random.choice((_office, _county))(random, days)
    dies = random.randint(10, max(11, days // 2))
    rises = dies + random.randint(8, 25)
    return lambda day, number: [] if dies <= number < rises else source(day, number)


def _shifted(random: Random, days: int) -> Day:
    turn = random.randint(days // 4, days // 2)
    early = _office(random, days)
    mean, begin = random.uniform(5, 40), random.uniform(15, 20)
    late = [(begin, min(24, begin + 5), 1.0)]
    return lambda day, number: early(day, number) if number < turn else _spread(day, late, mean, 1, random)


KINDS: dict[str, tuple[int, Callable[[Random, int], Day]]] = {  # kind: how many of 50, and how it publishes
    "office hours": (12, _office),
    "e-paper": (8, _epaper),
    "portal": (8, _portal),
    "county": (6, _county),
    "weekly": (4, _weekly),
    "bursts": (4, _bursts),
    "resurrected": (3, _resurrected),
    "shifted": (3, _shifted),
    "bulletins": (2, _bulletins),
}


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as an aware moment, within what a datetime can hold."""
    return datetime.fromtimestamp(min(max(seconds, 0.0), 4e9), UTC)
