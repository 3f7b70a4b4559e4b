"""Silence is told from each source's own rhythm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from histories import MONDAY, at, history, office, runs, saw
from hypothesis import given
from hypothesis import strategies as st

from crawler.health.arrivals import arrivals_of, blind
from crawler.health.history import History
from crawler.health.judge import judge
from crawler.health.silence import expected_in, silence

LOOK = runs([saw(0)])


def alarmed(of: History) -> list[str]:
    """The kinds of alarm that a history comes to."""
    return [each.kind for each in judge(of).findings]


@pytest.mark.parametrize(
    ("day", "hour", "silent"),
    [
        (28, 9.9, False),  # Monday morning, after a weekend as ever
        (28, 12, False),  # a morning off
        (29, 18, True),  # two working days without anything
        (31, 12, True),
    ],
)
def test_a_source_that_works_on_weekdays_is_silent_when_working_days_pass(day: int, hour: float, silent: bool) -> None:
    """Weekends do not count; two silent working days after four regular weeks are an alarm."""
    assert ("silence" in alarmed(history(at(day, hour), office(28), LOOK))) is silent


def test_the_alarm_says_how_many_articles_were_expected() -> None:
    """ "expected N by now, got 0", with the figures beside it."""
    (finding,) = judge(history(at(30, 18), office(28), LOOK)).findings
    assert 8 <= finding.figures["expected"] <= 16
    assert f"expected {finding.figures['expected']:.0f} articles by now, got 0" in finding.sentence


def test_a_new_source_raises_no_alarm() -> None:
    """In its first week nothing is known of its weekends."""
    assert alarmed(history(at(9), office(5), LOOK)) == []


def test_a_paper_that_comes_once_a_day_is_silent_after_two_missed_days_and_not_before() -> None:
    """Forty articles at six are one sign of life, not forty."""
    paper = [at(day, 6.2) + timedelta(seconds=number) for day in range(28) for number in range(40)]
    assert alarmed(history(at(28, 5), paper, LOOK)) == []
    assert alarmed(history(at(28, 9), paper, LOOK)) == []
    assert alarmed(history(at(30, 9), paper, LOOK)) == ["silence"]


@pytest.mark.parametrize("size", [1, 6, 40])
def test_after_two_weeks_two_missed_editions_are_a_silence_and_one_is_none(size: int) -> None:
    """Six articles a day are twelve by then; how many come with an edition says little of whether it comes."""
    paper = [at(day, 5.4) + timedelta(seconds=number) for day in range(16) for number in range(size)]
    assert alarmed(history(at(16, 12), paper, LOOK)) == []
    assert alarmed(history(at(17, 12), paper, LOOK)) == (["silence"] if size > 1 else [])


def test_the_first_days_off_of_an_office_are_no_silence() -> None:
    """A source that is watched for eleven days has shown two days off: nothing is expected of the next three."""
    feast = (11, 12, 13)
    worked = [at(day, hour) for day in range(11) if day % 7 < 5 for hour in (9, 10, 11, 14, 15, 16)]
    seen = history(
        at(14, 9.5), worked, LOOK, is_free=lambda day: day.weekday() >= 5 or (day - MONDAY.date()).days in feast
    )
    assert alarmed(seen) == []


def test_a_pause_as_long_as_one_before_is_no_alarm() -> None:
    """A source that once was quiet for a week may be so again."""
    quiet = [moment for moment in office(42) if not at(14) <= moment < at(21)]
    assert alarmed(history(at(47), quiet, LOOK)) == []
    assert alarmed(history(at(47), office(42), LOOK)) == ["silence"]


def test_a_pause_while_nobody_looked_proves_nothing_and_hides_nothing() -> None:
    """After our own downtime a source is still alarmed for a shorter silence."""
    looks = [at(day, hour) for day in range(47) if not 14 <= day < 21 for hour in range(0, 24, 3)]
    quiet = [moment for moment in office(42) if not at(14) <= moment < at(21)]
    seen = History("made-up", at(46, 18), MONDAY, quiet, looks, LOOK)
    assert alarmed(seen) == ["silence"]


def test_holidays_are_no_silence() -> None:
    """Days that the calendar calls free expect what free days brought."""
    feast = range(28, 33)
    seen = history(
        at(33), office(28), LOOK, is_free=lambda day: day.weekday() >= 5 or (day - MONDAY.date()).days in feast
    )
    assert alarmed(seen) == []


def test_without_a_list_page_nothing_is_silent() -> None:
    """A run that got no list is another alarm's business."""
    failed = runs([saw(0), type(LOOK[0].tally)()])
    assert alarmed(history(at(31), office(28), failed)) == []


def test_an_accepted_silence_is_not_raised_again() -> None:
    """Who accepts it says that nothing is expected any more."""
    assert alarmed(history(at(35), office(28), LOOK, accepted={"silence": at(34)})) == []


def test_an_article_after_the_alarm_ends_it() -> None:
    """The cause is gone when something comes."""
    seen = history(at(32), [*office(28), at(31, 10)], LOOK, raised={"silence": at(30)})
    assert "silence" in judge(seen).well


def test_what_is_expected_follows_the_hour_and_the_day() -> None:
    """A Sunday expects next to nothing, a working day four articles."""
    work = expected_in(history(at(29, 23), office(28)), timedelta(days=1))
    free = expected_in(history(at(27, 23), office(27)), timedelta(days=1))
    assert work is not None
    assert free is not None
    assert 2.5 < work < 4.5
    assert free < 0.5


@given(st.lists(st.floats(0, 40), min_size=1, max_size=60), st.floats(40, 80))
def test_more_silence_is_never_less_of_a_surprise(days: list[float], now: float) -> None:
    """Whatever came before, waiting on makes an alarm no less likely."""
    arrivals = sorted(at(day) for day in days)
    chances = [silence(history(at(now + later), arrivals)) for later in (0, 1, 7)]
    known = [each.chance for each in chances if each is not None]
    assert known == sorted(known, reverse=True)


def test_an_article_s_own_time_counts_if_it_lies_between_two_looks() -> None:
    """What a list shows late came late; what is dated to the day came when it was found."""
    looks = [at(1, hour) for hour in (6, 12, 18)]
    found = at(1, 12.1)
    between, before = at(1, 9), at(1, 3)
    midnight = at(1, 0)
    assert arrivals_of([(between, found)], looks) == (between,)
    assert arrivals_of([(before, found)], looks) == (found,)
    assert arrivals_of([(midnight, at(1, 6.1))], [at(0, 18), at(1, 6)]) == (at(1, 6.1),)
    assert arrivals_of([(found + timedelta(days=400), found)], looks) == (found,)


def test_long_pauses_between_looks_are_blind() -> None:
    """Twelve hours, and four times the usual pause."""
    looks = [datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in range(8)] + [datetime(2026, 3, 2, 9, tzinfo=UTC)]
    assert blind(looks) == ((looks[-2], looks[-1]),)
    assert blind(looks[:2]) == ()
