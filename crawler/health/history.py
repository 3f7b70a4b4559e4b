"""What a source is judged by, and what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from archive.tally import RunTally

Kind = Literal["silence", "template", "encoding", "challenge", "failing"]
KINDS: tuple[Kind, ...] = ("silence", "template", "encoding", "challenge", "failing")

MOST_DAYS = 56
"""Days of arrivals that are looked at: eight of each weekday."""

MOST_RUNS = 400
"""Runs that are looked at."""


def at_weekends(day: date) -> bool:
    """Whether it is a Saturday or Sunday."""
    return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class History:
    """What the archive holds of a source at the end of a run.

    `arrivals` are the moments at which its articles came, and `looks` those of the runs that ended well, both oldest
    first and of the last MOST_DAYS: see crawler.health.arrivals. `runs` are its newest ones with what they saw, oldest
    first; the last is the one that just ended. `raised` tells since when an alarm stands, `accepted` since when what
    was told is held for normal.
    """

    source_id: str
    now: datetime
    watched_since: datetime
    arrivals: Sequence[datetime] = ()
    looks: Sequence[datetime] = ()
    runs: Sequence[RunTally] = ()
    raised: Mapping[Kind, datetime] = field(default_factory=dict)
    accepted: Mapping[Kind, datetime] = field(default_factory=dict)
    template_change: str = ""  # what crawler.learn told of the newest readings, a sentence
    is_free: Callable[[date], bool] = at_weekends  # whether a day, in Shanghai, is no working day


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong with a source. `chance` is how often a source that is well would look like it, at one look."""

    kind: Kind
    sentence: str
    chance: float = 0.0
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one look at a source's history came to.

    `well` holds the kinds of which the run proves that all is well again. A run that tells nothing of a kind, such as
    one without new articles of the template, neither raises an alarm nor ends one.
    """

    findings: tuple[Finding, ...] = ()
    well: frozenset[Kind] = frozenset()
    expected: float | None = None  # articles since the last one, had the source gone on as ever
