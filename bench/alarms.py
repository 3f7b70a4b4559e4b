"""How many alarms are false, and how soon a true one comes: on made-up sources of several rhythms and volumes.

    python bench/alarms.py [--each N] [--seed S]

Each source is made up several times. It goes on as ever for fifty days, and each alarm is false; it changes between
day 25 and day 32; or it is redesigned in its first week. A silence is due at the first run at which twelve articles
were to be expected since the last one, by the rates that the source was made with. A redesign is due at the first run
that brings new articles of the new kind; it counts apart how many that run brings, since one article proves little.
"""

from __future__ import annotations

import argparse
import random
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from typing import Any

from archive.model import Counts
from archive.tally import MOST_KEYS, RunTally, Tally, bin_of, pattern_of
from crawler.health.history import MOST_RUNS, History, Judgement
from crawler.health.judge import judge
from crawler.shanghai import SHANGHAI

START = datetime(2026, 3, 2, tzinfo=SHANGHAI)
DAYS = 50
WATCHED = 7  # days before alarms of silence can be raised; false ones of before are counted apart
OFFICE = (0, 0, 0, 0, 0, 0, 0.1, 0.4, 1, 1.3, 1.4, 1.2, 0.6, 0.7, 1.1, 1.3, 1.3, 1, 0.5, 0.3, 0.2, 0.1, 0.05, 0)
RATES = (0.5, 2, 8, 30, 120)  # articles a day
DUE = 12.0  # expected articles

Hours = list[list[float]]  # expected articles, by day and hour


@dataclass
class Rhythm:
    """The rates that a source is made with, and what came of them."""

    expected: Hours = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)


def poisson(rng: random.Random, mean: float) -> int:
    """A count with that mean."""
    if mean > 60:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, rng.random()
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def steady(weights: Sequence[float], weekend: float, uneven: float = 0.0) -> Callable[[random.Random, float], Rhythm]:
    """Articles come one by one; `uneven` is the variance of how much a day brings."""

    def make(rng: random.Random, rate: float) -> Rhythm:
        rhythm = Rhythm()
        for number in range(DAYS):
            day = START + timedelta(days=number)
            level = 7 / (5 + 2 * weekend) * (weekend if day.weekday() >= 5 else 1.0)
            hours = [rate * level * weight / sum(weights) for weight in weights]
            rhythm.expected.append(hours)
            today = rng.gammavariate(1 / uneven, uneven) if uneven else 1.0
            for hour, mean in enumerate(hours):
                for _ in range(poisson(rng, mean * today)):
                    rhythm.moments.append(day + timedelta(hours=hour, seconds=rng.randrange(3600)))
        rhythm.moments.sort()
        return rhythm

    return make


def in_batches(rng: random.Random, rate: float) -> Rhythm:
    """Somebody puts four articles on line within the hour."""
    rhythm = steady(OFFICE, 0.4)(rng, rate / 4)
    rhythm.expected = [[4 * mean for mean in hours] for hours in rhythm.expected]
    moments = [
        moment + timedelta(minutes=rng.expovariate(1 / 15))
        for moment in rhythm.moments
        for _ in range(1 + poisson(rng, 3))
    ]
    rhythm.moments = sorted(moments)
    return rhythm


def once_a_day(at: float, spread: float, weekend: bool, missed: float) -> Callable[[random.Random, float], Rhythm]:
    """All of a day comes at one hour, give or take; some days are missed."""

    def make(rng: random.Random, rate: float) -> Rhythm:
        rhythm = Rhythm()
        size = max(1.0, rate)
        for number in range(DAYS):
            day = START + timedelta(days=number)
            comes = (weekend or day.weekday() < 5) and rng.random() >= missed
            rhythm.expected.append([size if comes and hour == int(at) else 0.0 for hour in range(24)])
            if comes:
                moment = day + timedelta(hours=at + rng.gauss(0, spread))
                rhythm.moments += [
                    moment + timedelta(seconds=rng.randrange(600)) for _ in range(1 + poisson(rng, size - 1))
                ]
        rhythm.moments.sort()
        return rhythm

    return make


RHYTHMS: dict[str, Callable[[random.Random, float], Rhythm]] = {
    "all hours alike": steady([1.0] * 24, 1.0),
    "office hours": steady(OFFICE, 0.0),
    "office hours, quiet weekends": steady(OFFICE, 0.3),
    "daytime, every day": steady(OFFICE, 1.0),
    "uneven days": steady(OFFICE, 0.4, 0.4),
    "batches of four": in_batches,
    "e-paper at six": once_a_day(6.0, 0.5, True, 0.0),
    "once on working days": once_a_day(17.0, 1.0, False, 0.03),
}

FIELDS = ("published", "origin", "author", "editor", "section", "images")


@dataclass(frozen=True)
class Column:
    """A kind of article of a source: how often each field is there, and how long its bodies are."""

    filled: dict[str, float]
    length: float  # of the logarithm's mean
    spread: float


def columns(rng: random.Random) -> list[Column]:
    """One to four columns. A field is nearly always there, often, or never; published is nearly always."""
    found = []
    for _ in range(rng.randint(1, 4)):
        filled = {name: rng.choice((0.99, 0.95, 0.6, 0.0)) for name in FIELDS} | {"published": 0.99}
        found.append(Column(filled, rng.uniform(5.8, 7.6), rng.uniform(0.3, 0.8)))
    return found


REDESIGNS = {
    "byline lost": lambda rng, has, length: (
        {name: has[name] and name not in ("origin", "author", "editor") for name in has},
        length,
    ),
    "time and section lost": lambda rng, has, length: (
        {name: has[name] and name not in ("published", "section") for name in has},
        length,
    ),
    "text cut": lambda rng, has, length: (has, max(20, length // 6)),
    "furniture in the text": lambda rng, has, length: (has, 4 * length + 2500),
    "nothing read": None,
}


@dataclass
class Site:
    """A source with its articles and the runs that look at it."""

    rhythm: Rhythm
    columns: list[Column]
    learnt: bool  # whether its templates are known
    special: float  # how often a page is in another dress
    changed: datetime | None = None
    how: str = ""
    silent: datetime | None = None


def histories(rng: random.Random, site: Site, pause: float) -> Iterator[tuple[History, int]]:
    """What is known of the source at the end of each run, and how many articles of a new template the run brought."""
    moments = [each for each in site.rhythm.moments if site.silent is None or each < site.silent]
    now = START + timedelta(hours=pause * rng.random())
    looks: list[datetime] = []
    runs: list[RunTally] = []
    before = 0
    raised: dict[str, datetime] = {}
    while now < START + timedelta(days=DAYS):
        looks.append(now)
        upto = bisect_right(moments, now)
        fresh = moments[before:upto]
        before = upto
        tally, strangers = _tally(rng, site, fresh, now)
        runs.append(RunTally(len(looks), now, now, "finished", tally))
        yield History("made-up", now, START, moments[:upto], looks, runs[-MOST_RUNS:], raised), strangers  # type: ignore[arg-type]
        now += timedelta(hours=pause * rng.uniform(0.7, 1.3))


def _tally(rng: random.Random, site: Site, fresh: Sequence[datetime], now: datetime) -> tuple[Tally, int]:
    numbers: Counter[str] = Counter(lists=1, links=20)
    patterns: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    strangers = 0
    column = rng.choice(site.columns)
    for moment in fresh:
        if rng.random() < 0.4:  # what comes together is often of one column
            column = rng.choice(site.columns)
        changed = site.changed is not None and moment >= site.changed
        strangers += changed
        has = {name: rng.random() < share for name, share in column.filled.items()}
        length = int(exp(rng.gauss(column.length, column.spread)))
        how = REDESIGNS[site.how] if changed else None
        if changed and how is None:
            verdicts["other"] += 1
        else:
            has, length = how(rng, has, length) if how else (has, length)
            verdicts["article"] += 1
            patterns[pattern_of(has)] += 1
            lengths[str(bin_of(length))] += 1
            numbers["characters"] += length
        if site.learnt:
            strange = rng.random() < (0.95 if changed else site.special)
            numbers["strange" if strange else "recognised"] += 1
    again = poisson(rng, 0.5)
    numbers.update(again=again)
    if site.changed is not None and now >= site.changed:
        numbers["poorer"] += sum(rng.random() < 0.8 for _ in range(again))
    elif rng.random() < 0.01:
        numbers["poorer"] += min(again, 1)
    numbers["read"] = len(fresh) + again
    counts = Counts(requests=1 + len(fresh) + again, answered=1 + len(fresh) + again, new=len(fresh))
    assert len(patterns) <= MOST_KEYS
    several: dict[str, Any] = dict(numbers)
    return Tally(counts=counts, patterns=patterns, lengths=lengths, verdicts=verdicts, **several), strangers


def make(rng: random.Random, rhythm: str, rate: float) -> tuple[Site, float]:
    """A source of that rhythm and volume, and the hours between two runs."""
    site = Site(RHYTHMS[rhythm](rng, rate), columns(rng), rng.random() < 0.8, rng.choice((0.0, 0.005, 0.02)))
    return site, rng.choice((0.5, 1.0, 2.0, 4.0))


def expected_between(site: Site, one: datetime, other: datetime) -> float:
    """Articles that the source's own rates let expect."""
    first, last = ((each - START) / timedelta(hours=1) for each in (one, other))
    hours = [mean for day in site.rhythm.expected for mean in day]
    return sum(mean * max(0.0, min(last, number + 1) - max(first, number)) for number, mean in enumerate(hours))


def kinds(judgement: Judgement) -> set[str]:
    """The kinds of alarm that a judgement holds."""
    return {each.kind for each in judgement.findings}


def main() -> None:
    """Print a table for each question."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--each", type=int, default=4)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    began = time.process_time()
    false: dict[str, Counter[str]] = defaultdict(Counter)
    silence: dict[str, Counter[str]] = defaultdict(Counter)
    drift: dict[str, Counter[str]] = defaultdict(Counter)
    young: dict[str, Counter[str]] = defaultdict(Counter)
    looks = 0
    for rhythm in RHYTHMS:
        for rate in RATES:
            for number in range(chosen.each):
                rng = random.Random(f"{chosen.seed} {rhythm} {rate} {number}")
                looks += unchanged(rng, rhythm, rate, false[rhythm])
                if number % 2 == 0:
                    looks += fallen_silent(rng, rhythm, rate, silence[rhythm])
                else:
                    looks += redesigned(rng, rhythm, rate, drift)
                    looks += redesigned(rng, rhythm, rate, young, (1, 7))
    print(f"{looks:,} looks, {time.process_time() - began:.0f} s of processor\n")
    show("as ever for 50 days", false, ("sources", "false silence", "false template", "false in week 1", "false other"))
    show("silent", silence, ("due", "at the next run", "before it was due", "never", "not due in time"))
    columns_of = ("runs due", "at once", "within 3 articles", "within 10", "later or never")
    show("redesigned", drift, columns_of)
    show("redesigned on day 1 to 7", young, columns_of)


def unchanged(rng: random.Random, rhythm: str, rate: float, into: Counter[str]) -> int:
    """A source that goes on as ever."""
    site, pause = make(rng, rhythm, rate)
    seen: set[str] = set()
    early: set[str] = set()
    looks = 0
    for history, _ in histories(rng, site, pause):
        looks += 1
        if history.now >= START + timedelta(days=WATCHED):
            seen |= kinds(judge(history))
        else:
            early |= kinds(judge(history))
    into["sources"] += 1
    into["false silence"] += "silence" in seen
    into["false template"] += "template" in seen
    into["false in week 1"] += bool(early)
    into["false other"] += bool(seen - {"silence", "template"})
    return looks


def fallen_silent(rng: random.Random, rhythm: str, rate: float, into: Counter[str]) -> int:
    """A source that falls silent."""
    site, pause = make(rng, rhythm, rate)
    site.silent = START + timedelta(days=rng.uniform(25, 32))
    looks = 0
    early = False
    for history, _ in histories(rng, site, pause):
        looks += 1
        if history.now < site.silent or not history.arrivals:
            continue
        told = "silence" in kinds(judge(history))
        due = expected_between(site, history.arrivals[-1], history.now) >= DUE
        early = early or told
        if not due:
            continue
        into["due"] += 1
        into["before it was due"] += early and not told
        if early:
            into["at the next run"] += 1
            return looks
        if told:
            into["at the next run"] += 1
            return looks
        into["never"] += 1
        return looks
    into["not due in time"] += 1
    return looks


def redesigned(
    rng: random.Random, rhythm: str, rate: float, into: dict[str, Counter[str]], days: tuple[float, float] = (25, 32)
) -> int:
    """A source that changes its template on one of those days."""
    site, pause = make(rng, rhythm, rate)
    site.changed = START + timedelta(days=rng.uniform(*days))
    site.how = rng.choice(list(REDESIGNS))
    looks = came = first = 0
    for history, strangers in histories(rng, site, pause):
        looks += 1
        if history.now < site.changed:
            continue
        came += strangers
        first = first or strangers
        told = "template" in kinds(judge(history))
        if told or came > 10:
            break
    if not came:
        return looks
    size = "1 article" if first == 1 else "2 articles" if first == 2 else "3 or more"
    for row in (f"first run with {size}", site.how):
        into[row]["runs due"] += 1
        into[row]["at once"] += told and came <= first
        into[row]["within 3 articles"] += told and came <= max(first, 3)
        into[row]["within 10"] += told and came <= max(first, 10)
        into[row]["later or never"] += not told
    return looks


def show(title: str, rows: dict[str, Counter[str]], names: Sequence[str]) -> None:
    """A table with its sum."""
    whole: Counter[str] = Counter()
    print(f"{title:34}" + "".join(f"{name:>19}" for name in names))
    for row, counted in rows.items():
        print(f"  {row:32}" + "".join(f"{counted[name]:19}" for name in names))
        whole.update(counted)
    print(f"  {'all':32}" + "".join(f"{whole[name]:19}" for name in names) + "\n")


if __name__ == "__main__":
    main()
