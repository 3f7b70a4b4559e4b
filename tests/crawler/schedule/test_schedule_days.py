"""Working days and days off."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule.days import day_of, start_of, usual, works

DAYS = [
    (date(2026, 2, 17), False, False, "Spring Festival, a Tuesday"),
    (date(2026, 2, 28), True, False, "a Saturday that is worked for it"),
    (date(2026, 3, 2), True, True, "a Monday"),
    (date(2026, 3, 7), False, True, "a Saturday"),
    (date(2031, 10, 1), True, True, "National Day of a year without a table, a Wednesday"),
    (date(1970, 1, 4), False, True, "a Sunday of a year without a table"),
]


@pytest.mark.parametrize(("day", "working", "as_usual", "what"), DAYS, ids=[case[3] for case in DAYS])
def test_a_day_is_a_working_day_or_not(day: date, working: bool, as_usual: bool, what: str) -> None:
    """Holidays rest, days worked in their stead work, and a year without a table has plain weeks."""
    assert (works(day), usual(day)) == (working, as_usual)


@given(st.datetimes(datetime(1970, 1, 3), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_moment_lies_in_its_day_of_shanghai(moment: datetime) -> None:
    """A day begins at 16:00 UTC of the day before, and has 86,400 seconds."""
    seconds = int(moment.timestamp())
    assert 0 <= seconds - start_of(day_of(seconds)) < 86_400
