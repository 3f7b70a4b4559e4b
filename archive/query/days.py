"""The days that a date in a query means: 2023, 2023-01, 2023-01-05, or so long ago (7d, 4w, 6m, 1y). Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})([dwmy])", re.ASCII)
YEARS = range(1900, 9000)


def period(written: str, today: date) -> tuple[date, date]:
    """The first day, and the first one behind. Raises ValueError for what is no date that can be.

    >>> period("2023-01", date(2026, 3, 31))
    (datetime.date(2023, 1, 1), datetime.date(2023, 2, 1))
    >>> period("1m", date(2026, 3, 31))[0]
    datetime.date(2026, 2, 28)
    """
    if ago := _AGO.fullmatch(written.lower()):
        day = _before(today, int(ago[1]), ago[2])
        return day, day + timedelta(days=1)
    given = _DATE.fullmatch(written)
    if not given or int(given[1]) not in YEARS:
        raise ValueError(written)
    year = int(given[1])
    if given[2] is None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    month = int(given[2])
    if given[3] is None:
        return date(year, month, 1), _months_later(date(year, month, 1), 1)
    day = date(year, month, int(given[3]))
    return day, day + timedelta(days=1)


def _before(today: date, many: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=many * (7 if unit == "w" else 1))
    day = _months_later(today, -many * (12 if unit == "y" else 1))
    if day.year not in YEARS:
        raise ValueError(day)
    return day


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
