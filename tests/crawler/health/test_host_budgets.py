"""Hosts that are paused or slowed down, as `status` tells of them."""

from __future__ import annotations

from datetime import timedelta

from histories import at

from crawler.fetch.hosts import Host, Terms, UnderWay, asked, good, paused, slowed
from crawler.health.budgets import host_now, in_trouble

NOW = at(3)
MOMENT = NOW.timestamp()


def test_hosts_that_are_well_are_left_out_and_the_longest_paused_comes_first() -> None:
    """Of what the fetcher's own steps leave behind."""
    mine = UnderWay("here:7", MOMENT, MOMENT + 60)
    well, _ = asked(Host(), Terms(2.0, 1), MOMENT, 60.0, mine, lambda process: True)
    busy = paused(slowed(slowed(well, MOMENT, MOMENT), MOMENT + 1, MOMENT + 1), MOMENT, 90.0)
    away = paused(well, MOMENT, 600.0)
    slow = good(slowed(well, MOMENT, MOMENT))
    over = paused(well, MOMENT - 900, 600.0)
    found = in_trouble({"well": well, "busy": busy, "away": away, "slow": slow, "over": over}, NOW, MOMENT)
    assert [each.host for each in found] == ["away", "busy", "slow"]
    assert [each.why[:22] for each in found] == [
        "it could not be reache",
        "it said 2 times in a r",
        "it was busy before, an",
    ]
    assert [each.pace_ratio for each in found] == [1.0, 0.25, 0.5312]
    assert found[1].delay_seconds == 8.0
    assert found[0].under_way == 1
    assert found[0].told(str).startswith("left alone until 2026-03-04 16:10:00+00:00")
    assert host_now("well", well, NOW, MOMENT).told(str) == "every 2 s, 1 under way"


def test_a_clock_that_was_ahead_makes_no_pause_longer() -> None:
    """As the fetcher takes it."""
    ahead = paused(Host(), MOMENT + 9000, 60.0)
    (found,) = in_trouble({"a": ahead}, NOW, MOMENT)
    assert found.paused_until is not None
    assert (found.paused_until - NOW).total_seconds() <= 60


def test_a_pause_is_told_as_the_fetcher_keeps_it_whatever_became_of_the_time_of_day() -> None:
    """The hosts' moments are of a clock that nobody sets; what a person reads is the time of day."""
    for put_forward in (7200.0, -7200.0):
        steady = MOMENT - put_forward
        away = paused(Host(last=steady - 60), steady, 3600.0)
        (found,) = in_trouble({"a": away}, NOW, steady)
        assert found.paused_until == NOW + timedelta(hours=1)
        assert found.asked_last == NOW - timedelta(minutes=1)
