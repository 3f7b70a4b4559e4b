"""Has a source fallen silent? "Expected 12 by now, got 0.\""""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import exp, inf

from crawler.health.arrivals import blind
from crawler.health.history import MOST_DAYS, Finding, History
from crawler.health.rhythm import DAY, Rhythm, hour_of, learn_rhythm

FALSE_ALARMS = 0.01
"""Of silence on a source that goes on as ever, in thirty days. Each of its quiet stretches is a chance for one."""

MISSING = 9.0
"""Articles that were to be expected, before that chance is enough: twelve make a silence, and what a source brings is
known from a few weeks alone."""

SURELY = 0.0005
"""The chance that is enough though fewer are missing: a paper of one article a day."""

FEWEST_DAYS = 7
"""Of watching, before silence can be told from a weekend."""

FEWEST_LOUD = 6
"""Hours in which something came, before a rhythm can be told."""

_FLOOR = 0.5  # of the scale: a source that never was late is believed no further than that
_LONG = 0.5  # in units of hazard: what is shorter says nothing of how stretches thin out
_PRIOR = 6.0  # quiet stretches at scale 1 that the measured ones are joined with
_MARGIN = 1.15  # the hazards were learnt from the very stretches that are measured in them
_FARTHER = 1.15  # than the longest quiet stretch of the past: what was longer is no surprise


@dataclass(frozen=True, slots=True)
class Usual:
    """How a source went on up to its newest article."""

    rhythm: Rhythm
    newest: datetime
    tails: tuple[Tail, Tail]  # of quiet stretches by hours, and by days

    def after(self, now: datetime) -> Silence:
        """How quiet it is by now."""
        hour, end = hour_of(now), self.rhythm.loud[-1]
        part = now.timestamp() % 3600 / 3600  # of the present hour
        quiet = self.rhythm.quiet(end, hour, part)
        chances = (
            self.tails[0].chance(quiet),
            self.tails[1].chance(self.rhythm.quiet_days(end, hour)),
        )
        return Silence(self.newest, quiet * _articles_by_hazard(self.rhythm), min(1.0, 2 * min(chances)))


@dataclass(frozen=True, slots=True)
class Tail:
    """How long quiet stretches are, in units of hazard: as many as `share` of them are longer than _LONG, and beyond
    it they thin out by e for each `scale`. `times` of them come in thirty days; `longest` is the longest so far."""

    times: float
    share: float
    scale: float
    longest: float

    @classmethod
    def of(cls, past: list[float], days: float) -> Tail:
        """The tail of stretches measured in so many days."""
        beyond = [stretch - _LONG for stretch in past if stretch > _LONG]
        scale = _MARGIN * max(_FLOOR, (sum(beyond) + _PRIOR) / (len(beyond) + _PRIOR))
        return cls(len(past) / days * 30.0, (len(beyond) + 1) / (len(past) + 1), scale, max(past, default=0.0))

    def chance(self, quiet: float) -> float:
        """How often such a stretch comes in thirty days; no answer (inf) for one that is hardly longer than others."""
        if quiet <= max(_LONG, _FARTHER * self.longest):
            return inf
        return self.times * self.share * exp(-(quiet - _LONG) / self.scale)


@dataclass(frozen=True, slots=True)
class Silence:
    """How quiet a source is. `chance`: of a stretch as quiet as that, in thirty days of a source as it was."""

    since: datetime
    expected: float  # articles since then
    chance: float


def usual(history: History) -> Usual | None:
    """How the source went on up to its newest article; None where too little is known of it."""
    known = [moment for moment in history.arrivals if moment <= history.now]
    if not known:
        return None
    start = max(history.watched_since, known[-1] - timedelta(days=MOST_DAYS))
    if (accepted := history.accepted.get("silence")) is not None:
        start = max(start, accepted)
    if known[-1] - start < timedelta(days=FEWEST_DAYS):
        return None
    rhythm = learn_rhythm(known, start, known[-1], history.is_free)
    if rhythm is None or len(rhythm.loud) < FEWEST_LOUD:
        return None
    unseen = [(hour_of(one), hour_of(other)) for one, other in blind(history.looks)]
    pairs = pairwise(rhythm.loud)
    seen = [(one, other) for one, other in pairs if not any(start < other and one < stop for start, stop in unseen)]
    days = max(1.0, (rhythm.last - rhythm.first) / DAY)
    by_hours, by_days = (
        Tail.of([measure(one, other) for one, other in seen], days) for measure in (rhythm.quiet, rhythm.quiet_days)
    )
    return Usual(rhythm, known[-1], (by_hours, by_days))


def silence(history: History) -> Silence | None:
    """How quiet the source is at the end of its newest run; None where too little is known of it."""
    known = usual(history)
    return known.after(history.now) if known else None


def expected_in(history: History, span: timedelta) -> float | None:
    """Articles that were to be expected in the last stretch of time, by what came before it; None if little is known.

    Told without judging: a source that brought fewer is not ill for it.
    """
    start = history.now - span
    before = [moment for moment in history.arrivals if moment <= start]
    known = usual(replace(history, arrivals=before, now=start))
    if known is None:
        return None
    quiet = known.rhythm.quiet(hour_of(start) - 1, hour_of(history.now))
    return round(quiet * _articles_by_hazard(known.rhythm), 2)


def _articles_by_hazard(rhythm: Rhythm) -> float:
    """Articles for each unit of hazard: the hours of the past, added up, brought what came."""
    total = rhythm.quiet(rhythm.first - 1, rhythm.last + 1)
    days = (rhythm.last - rhythm.first + 1) / DAY
    return rhythm.a_day * days / total if total else 0.0


def _is_quiet(history: History) -> bool:
    return not history.arrivals or history.now - history.arrivals[-1] > timedelta(hours=1)


def find_silence(history: History) -> tuple[Finding | None, bool, float | None]:
    """The alarm, if there is one; whether the source is known to be well; articles expected since its last one."""
    if not history.runs or not history.runs[-1].tally.lists:
        return None, False, None  # no list page was to be had: that is another alarm
    found = silence(history) if _is_quiet(history) else None
    raised = history.raised.get("silence")
    spoke = raised is not None and bisect_left(history.arrivals, raised) < len(history.arrivals)
    if found is None:
        return None, spoke, None
    if spoke:
        return None, True, found.expected
    if found.chance > (FALSE_ALARMS if found.expected >= MISSING else SURELY):
        return None, False, found.expected
    hours = (history.now - found.since) / timedelta(hours=1)
    span = f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
    sentence = f"Silent for {span}: expected {found.expected:.0f} articles by now, got 0."
    figures = {"expected": round(found.expected, 1), "got": 0}
    return Finding("silence", sentence, found.chance, figures), False, found.expected
