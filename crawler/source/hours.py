"""Opening hours: when a source may be asked, by the clock of Shanghai. Pure."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache

from crawler.shanghai import SHANGHAI

_SPAN = re.compile(r"\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*")


@lru_cache(maxsize=256)
def parse_hours(text: str) -> tuple[tuple[time, time], ...]:
    """Spans of a day, "22:00-06:00" or "12:00-13:30, 22:00-06:00"; 24:00 is the day's end. Raises ValueError.

    >>> parse_hours("22:00-06:00")
    ((datetime.time(22, 0), datetime.time(6, 0)),)
    """
    spans = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part)
        if not match:
            raise ValueError('hours are written as spans of a day: "22:00-06:00", "12:00-13:30, 20:00-24:00"')
        begins, ends = _clock(match[1], match[2]), _clock(match[3], match[4])
        if begins == ends:
            raise ValueError(f'"{part.strip()}" begins when it ends; for the whole day leave the hours out')
        spans.append((begins, ends))
    return tuple(spans)


def _clock(hour: str, minute: str) -> time:
    if int(hour) > 24 or int(minute) > 59 or (int(hour) == 24 and int(minute)):
        raise ValueError(f"there is no {hour}:{minute} in a day")
    return time(int(hour) % 24, int(minute))


def opens(hours: str, now: datetime) -> datetime | None:
    """The next moment within the hours, in UTC as `now` may be; None if this is one. `now` has to be aware.

    >>> from datetime import UTC
    >>> opens("22:00-06:00", datetime(2026, 11, 22, 10, 0, tzinfo=UTC)).isoformat()
    '2026-11-22T22:00:00+08:00'
    """
    here = now.astimezone(SHANGHAI)
    clock = here.time()
    beginnings = []
    for begins, ends in parse_hours(hours):
        within = begins <= clock < ends if begins < ends else (clock >= begins or clock < ends)
        if within:
            return None
        today = datetime.combine(here.date(), begins, SHANGHAI)
        beginnings.append(today if today > here else today + timedelta(days=1))
    return min(beginnings)
