"""An alarm is raised once, told no more often than asked, and cleared when its cause is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from histories import at
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Alarm
from crawler.health.alarms import Alarms, to_tell, weigh
from crawler.health.history import Finding, Judgement

SILENT = Judgement((Finding("silence", "Silent for 9 hours."),))
WELL = Judgement(well=frozenset({"silence"}))
MUTE = Judgement()


def test_an_alarm_is_raised_once_and_confirmed_as_long_as_it_is_seen() -> None:
    """The second look makes no second alarm, and brings its sentence up to date."""
    first = weigh("a", SILENT, (), at(1))
    assert [each.kind for each in first.raised] == ["silence"]
    later = weigh("a", Judgement((Finding("silence", "Silent for 19 hours."),)), first.raised, at(2))
    assert later.raised == ()
    assert later.confirmed == (replace(first.raised[0], confirmed=at(2), sentence="Silent for 19 hours."),)


def test_a_look_that_tells_nothing_leaves_an_alarm_as_it_is() -> None:
    """Only what proves that all is well ends it."""
    standing = weigh("a", SILENT, (), at(1)).raised
    assert weigh("a", MUTE, standing, at(2)).confirmed == standing
    over = weigh("a", WELL, standing, at(3))
    assert over.standing == ()
    assert over.cleared[0].cleared == at(3)


def test_a_cause_that_comes_back_is_a_new_alarm() -> None:
    """The old one keeps its end."""
    assert len(weigh("a", SILENT, (), at(5)).raised) == 1


@pytest.mark.parametrize(
    ("repeat", "times"), [(timedelta(days=1), 4), (timedelta(hours=1), 8), (None, 1), (timedelta(days=9), 1)]
)
def test_it_is_told_no_more_often_than_asked(repeat: timedelta | None, times: int) -> None:
    """Looks every twelve hours for four days."""
    standing: tuple[Alarm, ...] = ()
    told = 0
    for number in range(8):
        alarms = weigh("a", SILENT, standing, at(number / 2))
        now = to_tell(alarms, at(number / 2), repeat)
        told += len(now)
        standing = tuple(replace(each, told=at(number / 2)) if each in now else each for each in alarms.standing)
    assert told == times


def test_people_hear_of_the_end_of_what_they_heard_of() -> None:
    """And of nothing else."""
    alarm = Alarm("a", "silence", at(1), at(1), "Silent.", told=at(1))
    assert to_tell(Alarms(cleared=(alarm,)), at(2)) == (alarm,)
    assert to_tell(Alarms(cleared=(replace(alarm, told=None),)), at(2)) == ()


@given(st.lists(st.sampled_from([SILENT, WELL, MUTE]), max_size=30))
def test_there_is_never_more_than_one_alarm_of_a_kind(looks: list[Judgement]) -> None:
    """Whatever the looks come to, in any order."""
    standing: tuple[Alarm, ...] = ()
    for number, judgement in enumerate(looks):
        alarms = weigh("a", judgement, standing, at(number))
        standing = alarms.standing
        assert len(standing) <= 1
        assert bool(standing) >= (judgement is SILENT)
        assert not (judgement is WELL and standing)
