"""Hosts of a source that cannot be reached, remembered from one look to the next. Pure: values in, values out.

A source may have a second host that died: its articles are due for ever. Nobody is asked for them while their host
rests, for half an hour, then for twice as long each time, and they make no look due meanwhile. A host is remembered
where another one of its source answered: else it may be the source, or our own network, which looks at the lists judge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from crawler.schedule import Memory

FIRST, LONGEST, _MOST_DOUBLINGS = timedelta(minutes=30), timedelta(hours=12), 5
FORGOTTEN = timedelta(days=1)
"""So long after its rest nobody has asked for anything of a host: there is nothing of it."""

MOST, LONGEST_NAME = 4, 100
"""So many hosts are remembered, of so many letters: a source's memory has 4 KB. Further ones are asked at each look."""

NO_TROUBLE = "paused"
"""A host that asks to be left alone is left alone by whoever fetches."""


def resting(memory: Memory, now: datetime) -> dict[str, datetime]:
    """The hosts that are not asked for known articles now, each with when it may be."""
    moment, latest = now.timestamp(), _latest(now)
    return {host: datetime.fromtimestamp(until, UTC) for host, _, until in memory.resting if moment < until <= latest}


def is_of_resting(memory: Memory, in_trouble: Collection[str]) -> bool:
    """Whether all that failed lies on hosts that could not be reached before: that is no failure of the source."""
    return bool(in_trouble) and set(in_trouble) <= {host for host, _, _ in memory.resting}


def after_look(memory: Memory, in_trouble: Mapping[str, str], answered: Collection[str], now: datetime) -> Memory:
    """The memory after a look: who answered is forgotten, who did not (by how it failed) rests.

    One that rests already, and was asked all the same for a page that is new, does not rest the longer for that. Of a
    look that reached none of the others only those are counted that were known.
    """
    oldest, latest = (now - FORGOTTEN).timestamp(), _latest(now)
    kept = {
        host: (times, until)
        for host, times, until in memory.resting
        if host not in answered and oldest < until <= latest
    }
    for host, kind in in_trouble.items():
        times, until = kept.get(host, (0, 0))
        known = times or set(answered) - {host}
        if kind == NO_TROUBLE or until > now.timestamp() or not known or len(host) > LONGEST_NAME:
            continue
        rest = min(LONGEST, FIRST * (1 << min(times, _MOST_DOUBLINGS)))
        kept[host] = (times + 1, int((now + rest).timestamp()))
    found = tuple((host, times, until) for host, (times, until) in list(kept.items())[:MOST])
    return memory if found == memory.resting else msgspec.structs.replace(memory, resting=found)


def _latest(now: datetime) -> float:
    """What is to rest for longer than that was written by a clock that was ahead, and is void."""
    return (now + LONGEST).timestamp()


def asked_next(every: datetime | None, others: datetime | None, rest: Mapping[str, datetime]) -> datetime | None:
    """When the ladder asks next, given when it would ask of all hosts, and when of those that do not rest.

    >>> from datetime import timedelta
    >>> noon, hour = datetime(2026, 3, 2, 12, tzinfo=UTC), timedelta(hours=1)
    >>> [asked_next(noon, others, {"old.a.cn": noon + hour}) - noon for others in (None, noon + hour / 2)]
    [datetime.timedelta(seconds=3600), datetime.timedelta(seconds=1800)]
    """
    of_resting = max(every, min(rest.values())) if every else None
    return min((moment for moment in (others, of_resting) if moment), default=None)
