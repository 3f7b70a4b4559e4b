"""Days in Asia/Shanghai as newsrooms know them: working days and days off.

A public holiday is a day off, and the weekend day that is worked in its stead (调休) is a working day. The tables are
those of `chinesecalendar`, made from the State Council's notice of every November. A year that they do not hold has
weekends and no holidays.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from crawler.shanghai import SHANGHAI

SATURDAY = 5


@lru_cache(maxsize=4096)
def works(day: date) -> bool:
    """Whether people work on that day.

    >>> works(date(2026, 9, 20)), works(date(2026, 10, 1)), works(date(2026, 11, 22)), works(date(2099, 10, 1))
    (True, False, False, True)
    """
    import chinese_calendar  # takes a hundredth of a second, and only what learns a rhythm asks

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # a year without a table
        return day.weekday() < SATURDAY


@lru_cache(maxsize=4096)
def usual(day: date) -> bool:
    """Whether the day is what its weekday says: no holiday, and no weekend day that is worked."""
    return works(day) == (day.weekday() < SATURDAY)


def day_of(seconds: float) -> date:
    """The day in Asia/Shanghai of a moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, SHANGHAI).date()


def start_of(day: date) -> int:
    """The first second of a day in Asia/Shanghai, since 1970."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400 - 8 * 3600
