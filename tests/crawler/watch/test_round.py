"""One round of watching: what is due is done, once, and given back."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import timedelta

import pytest
from watch_web import Scene, site, source

from archive.model import Watch
from archive.store import Archive
from archive.store.errors import ArchiveBroken
from archive.store.glance import glance
from crawler.health.standing import standings
from crawler.visit import Visit
from crawler.watch import Policy

pytest_plugins = ("watch_scene",)


def test_what_is_due_is_crawled_once_and_is_due_again_by_its_schedule(scene: Scene) -> None:
    """New sources are due at once; later only those whose time has come; between them nothing is asked."""
    scene.watch(source("a", "1h"), source("b", "6h"))
    report = scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    assert (report.ended, report.interrupted) == (2, False)
    visits = len(scene.web.visits)
    scene.run()
    assert (scene.names(), len(scene.web.visits)) == ([], visits)
    scene.wait(hours=1)
    scene.run()
    assert scene.names() == ["a"]
    with Archive.open(scene.data) as archive:
        there = archive.watches()
        assert there["b"].last_ended is not None
        assert there["b"].due - there["b"].last_ended == timedelta(hours=6)
        assert [run.state for run in archive.runs()] == ["finished"] * 3
        assert len(list(archive.articles())) == 4


def test_sources_are_crawled_side_by_side_and_each_is_given_back_when_it_is_finished(scene: Scene) -> None:
    """A long one keeps nobody waiting: the short ones are due again while it is still under way."""
    scene.watch(source("long"), articles=30)
    scene.watch(*(source(f"short{number}") for number in range(5)), articles=1)
    scene.at_once = 2
    scene.run()
    assert scene.names()[-1] == "long"
    assert scene.web.most_at_once == 2


def test_a_source_that_is_due_again_during_a_round_is_crawled_once_by_run_due(scene: Scene) -> None:
    """`run-due` ends even if a source is always due."""
    scene.watch(source("a", "1s"))
    scene.run()
    assert scene.names() == ["a"]


def test_a_disabled_source_keeps_its_row_and_is_left_alone_unless_it_is_named(scene: Scene) -> None:
    """Switching a source off forgets nothing of it."""
    scene.watch(source("a"), source("off", enabled=False))
    scene.run()
    assert scene.names() == ["a"]
    scene.run(only=("off",))
    assert scene.names() == ["off"]
    del scene.sources["off"]
    scene.wait(days=2)
    scene.run()
    assert scene.names() == ["a"]
    with Archive.open(scene.data) as archive:
        assert set(archive.watches()) == {"a", "off"}


def test_a_limit_bounds_how_many_sources_are_crawled(scene: Scene) -> None:
    """What has been due for longest goes first; the rest stays due."""
    scene.watch(*(source(name) for name in "abcd"))
    scene.run(limit=3)
    assert scene.names() == ["a", "b", "c"]
    scene.run()
    assert scene.names() == ["d"]


def test_missed_runs_are_caught_up_once_and_said(scene: Scene) -> None:
    """Two days of nobody at work are one crawl of each source, not forty-eight."""
    scene.watch(source("a", "1h"), source("b", "3h"), source("c", cron="0 */4 * * *"))
    scene.run()
    scene.names()
    scene.wait(days=2)
    scene.run()
    scene.run()
    assert sorted(scene.names()) == ["a", "b", "c"]
    assert [said for said in scene.said if "3 sources. Each is crawled once now." in said] == scene.said


def test_an_interruption_leaves_what_is_under_way_due_and_loses_nothing(scene: Scene) -> None:
    """The next round takes it up; the run is told as interrupted, and no strike is counted."""
    scene.watch(source("a"), source("b"), articles=6)
    scene.web.interrupt_after = 5
    report = scene.run()
    assert report.interrupted
    with Archive.open(scene.data) as archive:
        there = archive.watches()
        assert {(each.lease_owner, each.deaths, each.strikes, each.state) for each in there.values()} == {
            (None, 0, 0, "ok")
        }
        assert {run.state for run in archive.runs()} == {"interrupted"}
    scene.names()
    scene.web.interrupt_after = None
    scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    with Archive.open(scene.data) as archive:
        assert len(list(archive.articles())) == 12


def test_a_source_that_fails_backs_off_and_hurts_nobody(scene: Scene) -> None:
    """It is tried again after its kind's pause, longer each time; the others go on."""
    scene.watch(source("bad"), source("good"))
    scene.web.down = {f"{site('bad')}/news/"}
    waits = []
    for _ in range(3):
        scene.run(only=("bad",))
        with Archive.open(scene.data) as archive:
            bad = archive.watches()["bad"]
        assert bad.last_ended is not None
        waits.append(bad.due - bad.last_ended)
        scene.web.now = bad.due
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert (bad.state, bad.strikes, bad.failure_kind) == ("backing-off", 3, "connection")
    scene.web.down = set()
    scene.run()
    with Archive.open(scene.data) as archive:
        healed = archive.watches()["bad"]
        assert (healed.state, healed.strikes, healed.failure_kind) == ("ok", 0, None)


def test_a_pause_that_a_host_asks_for_is_no_failure_of_the_source(scene: Scene) -> None:
    """It is put off until then, however often its schedule would have it looked at; what it was, it stays."""
    scene.watch(source("a", "1h"), source("ill", "1h"))
    scene.run()
    scene.web.down = {url for url in scene.web.pages if url.startswith(site("ill"))}
    scene.wait(hours=1)
    scene.run()
    scene.web.left_alone = {name: scene.web.now + timedelta(hours=20) for name in ("a", "ill")}
    scene.wait(hours=1)
    scene.names()
    for _ in range(3):
        scene.run()
        scene.wait(hours=2)
    assert sorted(scene.names()) == ["a", "ill"]
    with Archive.open(scene.data) as archive:
        there = archive.watches()
    assert {each.due for each in there.values()} == set(scene.web.left_alone.values())
    assert [(each.state, each.strikes, each.failure_kind) for _, each in sorted(there.items())] == [
        ("ok", 0, None),
        ("backing-off", 1, "connection"),
    ]
    assert not scene.said


def test_looks_that_a_host_put_off_prove_nothing_and_are_no_illness(scene: Scene) -> None:
    """They were cut short: no failed run, no walk that came to its end, no alarm; `status` finds the source well."""
    scene.watch(source("a", "1h", revisit=None))
    scene.run()
    with Archive.open(scene.data) as archive:
        walked = archive.last_walked("a")
    for _ in range(3):
        scene.wait(hours=2)
        scene.web.left_alone = {"a": scene.web.now + timedelta(hours=1)}
        scene.run()
    assert [ended.failed for ended in scene.ended] == [None, *["paused"] * 3]
    with Archive.open(scene.data) as archive:
        assert [run.state for run in archive.runs()] == [*["interrupted"] * 3, "finished"]
        assert archive.runs()[0].failures == {"paused": 3}
        assert archive.last_walked("a") == walked
        assert archive.alarms() == ()
    (standing,) = standings(glance(scene.data, None))
    assert (standing.state, standing.ill) == ("interrupted", ())


def test_after_so_many_failures_a_source_is_quarantined_and_tried_ever_more_seldom(scene: Scene) -> None:
    """It is looked at after a day, then after two …, and the first look that succeeds lifts it."""
    scene.policy = Policy(quarantine_after=3, longest_quarantine=timedelta(days=4))
    scene.watch(source("bad"))
    scene.web.down = {f"{site('bad')}/news/"}
    states, waits = [], []
    for _ in range(6):
        scene.run()
        (ended,) = scene.ended
        scene.ended.clear()
        assert ended.watch.last_ended is not None
        states.append(ended.watch.state)
        waits.append(ended.watch.due - ended.watch.last_ended)
        scene.web.now = ended.watch.due
    assert states == ["backing-off", "backing-off", *["quarantined"] * 4]
    assert [wait.days for wait in waits[2:]] == [1, 2, 4, 4]
    scene.web.down = set()
    scene.run()
    assert scene.ended[0].watch.state == "ok"


def test_a_source_of_which_nothing_comes_is_ended_and_the_others_are_not_held_up(scene: Scene) -> None:
    """The limit is on progress: a crawl that goes on for hours is not ended, one that stands still is."""
    scene.stalled = 60
    scene.watch(source("stuck"), source("a"), source("b"), articles=5)
    scene.web.stuck = {"stuck"}
    scene.run()
    assert set(scene.names()) == {"a", "b", "stuck"}
    with Archive.open(scene.data) as archive:
        there = archive.watches()
        assert (there["stuck"].failure_kind, there["stuck"].strikes) == ("stalled", 1)
        assert {there[name].state for name in "ab"} == {"ok"}
        assert archive.runs("stuck")[0].state == "failed"


def test_a_fault_of_ours_on_one_source_ends_that_source_alone(scene: Scene) -> None:
    """It counts as a failure, with its reason; the others are crawled."""
    scene.watch(source("a"), source("b"), articles=3)

    def broken(visit: Visit) -> None:
        if visit.url == f"{site('a')}/t1.html":
            raise RuntimeError("a slip of ours")

    scene.web.meanwhile = broken
    scene.run()
    ended = {each.source_id: each for each in scene.ended}
    assert ended["a"].failed == "fault"
    assert any("a slip of ours" in sentence for sentence in ended["a"].told)
    assert ended["b"].failed is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        PermissionError(errno.EACCES, "Permission denied", "captures/one.warc.gz"),
        MemoryError(),
        ArchiveBroken(RuntimeError("one row")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_the_system_that_one_source_raises_at_each_look_is_that_source_s_alone(
    scene: Scene, error: Exception
) -> None:
    """It backs off and is quarantined in the end; the others are crawled in the same round, each time."""
    scene.policy = Policy(quarantine_after=3)
    scene.watch(source("bad", "1h"), source("good", "1h"), articles=3)

    def broken(visit: Visit) -> None:
        if visit.url.startswith(site("bad")):
            raise error

    scene.web.meanwhile = broken
    for _ in range(3):
        scene.run()
        assert set(scene.names()) == {"bad", "good"}
        with Archive.open(scene.data) as archive:
            scene.web.now = max(each.due for each in archive.watches().values())
    with Archive.open(scene.data) as archive:
        bad, good = archive.watches()["bad"], archive.watches()["good"]
        assert (bad.state, bad.failure_kind, bad.strikes, bad.deaths) == ("quarantined", "fault", 3, 0)
        assert (good.state, good.strikes, good.deaths) == ("ok", 0, 0)
        assert {run.state for run in archive.runs("bad")} == {"failed"}


def test_an_error_that_cannot_be_recorded_either_is_the_machine_s(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails for everybody: the round ends with the first error, and no source is blamed."""
    scene.watch(source("a"), source("b"), articles=3)

    def failing(visit: Visit) -> None:
        if visit.url == f"{site('a')}/t1.html":
            monkeypatch.setattr("archive.captures.CaptureWriter.sync", refuse)
            raise OSError(errno.EIO, "the first error")

    def refuse(writer: object) -> None:
        raise OSError(errno.EIO, "the second error")

    scene.web.meanwhile = failing
    with pytest.raises(OSError, match="the first error"):
        scene.run()
    monkeypatch.undo()
    with Archive.open(scene.data) as archive:
        assert {each.strikes for each in archive.watches().values()} == {0}


@pytest.mark.parametrize("error", [OSError("no memory for its history"), MemoryError()])
def test_a_source_whose_health_cannot_be_judged_holds_up_nobody(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """It is said; the look stands as it was recorded."""
    scene.watch(source("a"), source("b"))

    def fail(*args: object, **more: object) -> None:
        raise error

    monkeypatch.setattr("crawler.watch.round.examine", fail)
    scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    assert sum("looking at its health failed" in said for said in scene.said) == 2


def test_what_cannot_be_put_into_stories_holds_up_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said for each source that was looked at; all are crawled, and judged."""
    scene.watch(source("a"), source("b"))

    def fail(archive: Archive, seconds: float) -> None:
        raise ValueError("no story")

    monkeypatch.setattr(Archive, "keep_up", fail)
    scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    assert sum("index or stories failed" in said for said in scene.said) == 2
    with Archive.open(scene.data) as archive:
        assert all(each.last_ended for each in archive.watches().values())


def test_a_lost_database_ends_the_round_and_the_sources_stay_due(scene: Scene) -> None:
    """What could not be given back is void for the next worker, and no death is counted for our own earlier round."""
    scene.watch(source("a"), source("b"), articles=3)

    def full(visit: Visit) -> None:
        if visit.url == f"{site('a')}/t1.html":
            raise OSError(28, "No space left on device")

    scene.web.meanwhile = full
    with pytest.raises(OSError, match="No space left"):
        scene.run()
    scene.web.meanwhile = lambda visit: None
    scene.names()
    scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    with Archive.open(scene.data) as archive:
        assert {(each.deaths, each.state) for each in archive.watches().values()} == {(0, "ok")}
        assert len(list(archive.articles())) == 6


def test_a_due_time_that_a_wrong_clock_wrote_is_put_right_and_said(scene: Scene) -> None:
    """Years ahead or a day: a source is not left alone for longer than its schedule can mean."""
    scene.watch(source("a", "1h"), source("b", "1h"), source("c", cron="30 4 * * *"))
    scene.run()
    scene.names()
    with Archive.open(scene.data, write=True) as archive:
        for name, days in (("a", 4000), ("b", 2), ("c", 300)):
            there = archive.watches()[name]
            archive.amend(replace(there, due=there.due + timedelta(days=days)))
    scene.wait(days=1, hours=1)
    scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    scene.wait(days=1)
    scene.run()
    assert sorted(scene.names()) == ["a", "b", "c"]
    assert {said.split(":")[0] for said in scene.said if "later than its schedule can mean" in said} == {"a", "b", "c"}


def test_a_shorter_schedule_in_the_file_holds_at_once(scene: Scene) -> None:
    """Who writes every = "1h" instead of "1d" does not wait until tomorrow."""
    scene.watch(source("a", "1d"))
    scene.run()
    scene.names()
    scene.sources["a"] = source("a", "1h")
    scene.wait(hours=2)
    scene.run()
    assert scene.names() == ["a"]


def die(scene: Scene, *names: str) -> None:
    """Let a worker die while it is at these sources."""
    with Archive.open(scene.data, write=True) as archive:
        now = scene.clock()
        archive.void("living")  # the one who died before
        archive.enrol([Watch(name, now) for name in scene.sources])
        for watch in archive.watches().values():
            if watch.source_id in names:
                archive.amend(replace(watch, due=min(watch.due, now)))
        assert {each.source_id for each in archive.claim("dead:1:x", now, timedelta(hours=1), 9, names)} == set(names)


def test_what_a_dead_worker_was_at_is_taken_up_at_once(scene: Scene) -> None:
    """Its lease is void although it has not run out: who writes to the archive knows that nobody else is alive."""
    scene.watch(source("a"), source("b"))
    die(scene, "a")
    scene.run()
    assert sorted(scene.names()) == ["a", "b"]
    assert "A worker ended without a word while it was at a: begun anew." in scene.said
    with Archive.open(scene.data) as archive:
        assert archive.watches()["a"].deaths == 0


def test_a_source_at_which_workers_die_is_tried_alone_and_then_quarantined(scene: Scene) -> None:
    """Its neighbours of one death are not suspected for long: a look that succeeds clears them."""
    scene.watch(source("bad"), *(source(f"s{number}") for number in range(4)), articles=3)
    die(scene, "bad", "s0")
    die(scene, "bad", "s0")
    alone: list[int] = []
    with Archive.open(scene.data, write=True) as archive:
        round_ = scene.round(archive)

        def look(visit: Visit) -> None:
            if visit.url.startswith((site("bad"), site("s0"))):
                alone.append(len(round_.under_way))

        scene.web.meanwhile = look
        round_.run()
    assert set(alone) == {1}
    assert set(scene.names()[-2:]) == {"bad", "s0"}
    for _ in range(5):
        die(scene, "bad")
        with Archive.open(scene.data, write=True) as archive:
            scene.round(archive)
    with Archive.open(scene.data) as archive:
        bad = archive.watches()["bad"]
    assert (bad.state, bad.failure_kind, bad.deaths) == ("quarantined", "poisoned", 5)
    assert bad.due > scene.clock() + timedelta(minutes=9)
    assert any(said.startswith("bad: quarantined") for said in scene.said)


def test_many_new_sources_of_a_daemon_begin_one_after_the_other(scene: Scene) -> None:
    """A first start is spread over some minutes, in the order of their names."""
    scene.watch(*(source(f"s{number}") for number in range(6)), articles=0)
    with Archive.open(scene.data, write=True) as archive:
        spread = timedelta(minutes=3)
        scene.round(archive, spread=spread)
        dues = [each.due - scene.web.now for each in archive.watches().values()]
    assert dues == [timedelta(seconds=30 * number) for number in range(6)]
