"""Made-up histories for the tests of alarms; every moment is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from archive.model import Counts
from archive.tally import RunTally, Tally, bin_of
from crawler.health.history import History
from crawler.shanghai import SHANGHAI

MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)


def at(day: float, hour: float = 0.0) -> datetime:
    """A moment, in days and hours since a Monday's first minute."""
    return MONDAY + timedelta(days=day, hours=hour)


def office(days: int, hours: Sequence[int] = (9, 11, 14, 16)) -> list[datetime]:
    """Articles on working days at those hours, a few minutes later each day."""
    return [at(day, hour + day % 7 / 20) for day in range(days) if day % 7 < 5 for hour in hours]


def saw(
    articles: int = 3, pattern: str = "poaes-", length: int = 800, other: int = 0, strange: int = 0, **more: Any
) -> Tally:
    """What a run saw that brought so many new articles alike, and `other` new pages without one."""
    pages = articles + other
    return Tally(
        counts=Counts(requests=1 + pages, answered=1 + pages, new=articles),
        lists=1,
        links=20,
        read=pages,
        verdicts={name: count for name, count in (("article", articles), ("other", other)) if count},
        patterns={pattern: articles} if articles else {},
        lengths={str(bin_of(length)): articles} if articles else {},
        characters=length * articles,
        strange=strange,
        recognised=pages - strange,
        **more,
    )


def runs(tallies: Sequence[Tally], pause: timedelta = timedelta(hours=6)) -> tuple[RunTally, ...]:
    """Runs that saw that, one after the other."""
    return tuple(
        RunTally(number + 1, MONDAY + number * pause, MONDAY + number * pause, "finished", tally)
        for number, tally in enumerate(tallies)
    )


def history(now: datetime, arrivals: Sequence[datetime] = (), seen: Sequence[RunTally] = (), **more: object) -> History:
    """A history of a source that is watched since that Monday."""
    return History("made-up", now, MONDAY, arrivals, (), seen, **more)  # type: ignore[arg-type]
