"""Is anybody watching? Told from due times, leases and `daemon.json`, and never held against who crawls by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from histories import at
from msgspec import structs

from archive.model import Counts, Run, Watch
from archive.store.glance import Glance, SourceGlance
from crawler.health.attendance import FRESH, Attendance, attendance, daemon_of
from crawler.health.standing import standings
from crawler.watch import supervisor
from crawler.watch.beat import FILE, DaemonNow, WorkerNow
from crawler.watch.outage import excused

NOW = at(9, 12)
HOUR = timedelta(hours=1)
WELL = Run(1, "a", at(1), at(1, 1), "finished", Counts(requests=3, answered=3))
DUE = Watch("a", at(1, 2), "every hour", last_started=at(1), last_ended=at(1, 1))
DAEMON = DaemonNow(7, "here", at(1), NOW, 5.0, 0, None, "", WorkerNow(8, at(1), "idle", (), NOW, 0, ""))


def judged(
    *sources: SourceGlance,
    daemon: DaemonNow | None = None,
    configured: dict[str, bool] | None = None,
    exists: bool = True,
    now: datetime = NOW,
) -> Attendance:
    """What is made of these sources and that daemon."""
    seen = standings(Glance({each.source_id: each for each in sources}), configured)
    return attendance(seen, daemon_of(daemon, now, lambda process: exists), lambda process: exists, now)


def source(watch: Watch | None = DUE, run: Run | None = WELL) -> SourceGlance:
    """A source that was looked at."""
    name = watch.source_id if watch else "a"
    return SourceGlance(name, run and replace(run, source_id=name), watch, of_run=1)


def test_a_week_in_which_nobody_looked_is_said_in_one_sentence() -> None:
    """Since when, how many, and what to do; a source that is only just due is not among them."""
    found = judged(source(), source(replace(DUE, source_id="b", due=NOW - timedelta(minutes=5))))
    assert found.overdue == ("a",)
    assert len(found.ill) == 1
    assert found.ill[0].startswith("1 of 2 sources are overdue")
    (sentence,) = judged(source(), source(replace(DUE, source_id="b"))).ill
    assert sentence.startswith("Nobody has looked since 2026-03-03 01:00 (Shanghai); 2 sources are overdue")
    assert "jianbao daemon" in sentence
    assert "run-due" in sentence


@pytest.mark.parametrize(
    ("late", "interval", "is_late"),
    [(74, 60, False), (76, 60, True), (600, 60 * 24, False), (14, 0, False), (16, 0, True)],
)
def test_a_source_may_be_late_by_its_interval_and_a_quarter_of_an_hour(late: int, interval: int, is_late: bool) -> None:
    """Minutes; a source that was never looked at has no interval."""
    due = NOW - timedelta(minutes=late)
    ended = due - timedelta(minutes=interval) if interval else None
    found = judged(source(Watch("a", due, last_ended=ended), None))
    assert bool(found.overdue) is bool(found.ill) is is_late


def test_who_crawls_by_hand_alone_misses_nothing() -> None:
    """However long ago that was; nor is a scheduled source overdue that a person has crawled since."""
    assert judged(source(None)).ill == ()
    by_hand = replace(WELL, started=NOW - HOUR, finished=NOW - HOUR)
    assert judged(source(DUE, by_hand)).overdue == ()
    assert judged(source(DUE, by_hand), now=NOW + 2 * HOUR).overdue == ("a",)


@pytest.mark.parametrize("configured", [{"a": False, "b": True}, {"b": True}])
def test_a_source_that_is_not_watched_is_not_overdue(configured: dict[str, bool]) -> None:
    """Disabled, or without a file."""
    found = judged(source(), source(replace(DUE, source_id="b", due=NOW + HOUR)), configured=configured)
    assert (found.overdue, found.ill, found.scheduled) == ((), (), 1)


def test_somebody_at_work_is_no_reason_to_call_for_somebody() -> None:
    """A daemon that ticks, or a lease whose process exists; the lease of a dead one proves nothing."""
    assert judged(source(), daemon=DAEMON).ill == ()
    leased = replace(DUE, source_id="b", lease_owner="here:9:abc", lease_until=NOW + HOUR)
    assert judged(source(), source(leased)).at == ("b",)
    assert judged(source(replace(DUE, due=NOW)), source(leased)).next_due == NOW  # not of what is looked at just now
    assert judged(source(), source(leased)).ill == ()
    assert judged(source(), source(leased), exists=False).ill != ()
    assert judged(source(), source(replace(leased, lease_until=NOW - HOUR))).ill != ()


def test_a_daemon_that_was_killed_is_told_at_once_until_somebody_takes_over() -> None:
    """Its file stays behind; cron's run-due may have followed it."""
    well = source(replace(DUE, due=NOW + HOUR))
    killed = replace_tick(DAEMON, NOW - HOUR)
    (sentence,) = judged(well, daemon=killed, exists=False).ill
    assert "process 7) was killed" in sentence
    later = source(replace(DUE, due=NOW + HOUR, last_ended=NOW - HOUR / 2))
    assert judged(later, daemon=killed, exists=False).ill == ()


def test_a_daemon_that_does_not_tick_is_ill_and_nobody_is_at_work() -> None:
    """Whether it hangs or its number is another process's now."""
    found = judged(source(), daemon=replace_tick(DAEMON, NOW - HOUR))
    assert not found.is_there
    assert [each for each in found.ill if "has not ticked" in each]
    assert [each for each in found.ill if "Nobody has looked" in each]
    assert FRESH == supervisor.FRESH


def test_what_a_daemon_has_trouble_with_is_passed_on_in_one_line() -> None:
    """Its own and its worker's."""
    worker = WorkerNow(8, at(1), "trouble", (), NOW, 0, "No space left on device.")
    told = DaemonNow(7, "here", at(1), NOW, 5.0, 0, None, "a.toml, line 3:\n wrong.", worker)
    assert judged(source(replace(DUE, due=NOW + HOUR)), daemon=told).ill == (
        "The daemon is in trouble: a.toml, line 3: wrong.",
        "The daemon is in trouble: No space left on device.",
    )


def test_a_network_that_is_gone_is_told_from_what_the_watch_notes() -> None:
    """The watch's own words, so that they cannot part."""
    dark = excused(DUE, "dns", NOW - HOUR / 60, NOW, NOW + HOUR / 30)
    (sentence,) = judged(source(dark), daemon=DAEMON).ill
    assert "the network seems to be gone" in sentence


def replace_tick(daemon: DaemonNow, tick: datetime) -> DaemonNow:
    """The daemon, when it ticked last."""
    from msgspec.structs import replace as other

    return other(daemon, last_tick=tick)


def test_a_source_cut_short_or_only_just_scheduled_is_well() -> None:
    """A person was let in, or the first look is still to come."""
    cut = replace(WELL, state="interrupted")
    seen = standings(Glance({"a": source(DUE, cut), "b": source(replace(DUE, source_id="b"), None)}))
    assert [(each.state, each.ill) for each in seen] == [("interrupted", ()), ("never run", ())]


@pytest.mark.parametrize(("configured", "state"), [({"a": False}, "disabled"), ({}, "not configured")])
def test_a_source_that_was_left_out_while_it_was_ill_is_not_ill(configured: dict[str, bool], state: str) -> None:
    """It is shown as what it is."""
    failed = replace(WELL, state="failed", counts=Counts(problems=1))
    (before,) = standings(Glance({"a": source(DUE, failed)}), {"a": True})
    (after,) = standings(Glance({"a": source(DUE, failed)}), configured)
    assert before.ill
    assert (after.ill, after.state, after.watched) == ((), state, False)


def test_files_are_where_the_daemon_has_them(tmp_path: Path) -> None:
    """What the overview reads is what the supervisor writes."""
    from archive.store import Archive
    from crawler.health.overview import overview
    from crawler.watch.beat import write

    Archive.open(tmp_path, write=True).close()
    write(tmp_path / FILE, DAEMON)
    found = overview(tmp_path, None, Path("config"), NOW)
    assert found.attendance.daemon is not None
    assert found.attendance.daemon.told == structs.replace(DAEMON, folder=found.attendance.daemon.told.folder)
