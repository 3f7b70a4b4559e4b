"""The one time zone of China: published times and days are of it wherever nothing else is said."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))


def end_of_day(moment: datetime) -> datetime:
    """When the day in Shanghai is over that a moment lies in; OverflowError on the last day that there is.

    >>> from datetime import UTC
    >>> str(end_of_day(datetime(2026, 11, 3, 18, 30, tzinfo=UTC)))
    '2026-11-05 00:00:00+08:00'
    """
    day = moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)
