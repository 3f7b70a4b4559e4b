"""Scoring alarms of sites that break."""

from __future__ import annotations

from datetime import datetime, timedelta

from archive.model import Alarm, Run, Watch
from crawler.health.alarms import Alarms
from crawler.health.examine import Examined
from crawler.lab import OPENS, Month
from crawler.lab.breaks import EXPECTED, Case, alarmed, cases
from crawler.watch import Ended

MONTH = Month(OPENS, 40.0)


def look(case: Case, at: datetime, *kinds: str) -> Ended:
    """A look at a site that raised alarms of these kinds."""
    name = case.site.id
    alarms = tuple(Alarm(name, kind, at, at, "") for kind in kinds)
    run = Run(1, name, at, at + timedelta(minutes=1), "finished")
    return Ended(name, Watch(name, at, ""), run, examined=Examined(Alarms(raised=alarms)))


def test_a_third_of_the_sites_each_breaks_falls_silent_and_goes_on() -> None:
    """What happens, happens within the span; a silence can be known once twelve articles are missing."""
    found = cases(1, 4, MONTH)
    assert [case.fate for case in found] == ["redesigned", "silent", "unchanged"] * 4
    for case in found:
        if case.fate == "silent":
            begins = case.site.rhythm.silent[0][0]
            assert case.noticeable is not None
            assert case.noticeable > begins
            assert not any(begins <= piece.published for piece in case.site.pieces)
            assert EXPECTED > 1
        if case.fate == "redesigned":
            assert case.site.look_at(MONTH.ends) != case.site.look


def test_an_alarm_counts_at_the_next_look_and_not_at_a_later_one() -> None:
    """Two redesigned sites: one alarmed at once, one a look later."""
    first, second = [case for case in cases(1, 2, MONTH) if case.fate == "redesigned"]
    assert first.noticeable
    assert second.noticeable
    later = timedelta(hours=2)
    looks = [
        look(first, first.noticeable + later / 2, "template"), look(second, second.noticeable + later / 2),
        look(second, second.noticeable + later, "template"),
    ]  # fmt: skip
    came = alarmed([first, second], looks)
    assert (came.redesigned.good, came.redesigned.of) == (1, 2)


def test_an_alarm_of_a_site_that_goes_on_as_ever_is_a_false_one() -> None:
    """One of two unchanged sites was alarmed at, once in three looks."""
    one, other = [case for case in cases(1, 2, MONTH) if case.fate == "unchanged"]
    looks = [look(one, OPENS, "silence"), look(one, OPENS + timedelta(days=1)), look(other, OPENS)]
    came = alarmed([one, other], looks)
    assert (came.quiet.good, came.quiet.of, came.false, came.looks) == (1, 2, 1, 3)


def test_an_alarm_before_anything_broke_is_false_too() -> None:
    """It does not count for the redesign that came later."""
    (case, *_) = cases(1, 1, MONTH)
    assert case.noticeable
    looks = [look(case, case.noticeable - timedelta(days=1), "template"), look(case, case.noticeable)]
    came = alarmed([case], looks)
    assert (came.false, came.redesigned.good, came.redesigned.of) == (1, 0, 1)
