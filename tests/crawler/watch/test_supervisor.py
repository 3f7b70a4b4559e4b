"""The supervisor: it starts, wakes, replaces and ends the worker, and says what is wrong once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from archive.model import Alarm, Watch
from archive.store import Archive
from crawler.errors import ConfigError
from crawler.watch.beat import Beat, State, read
from crawler.watch.child import Child
from crawler.watch.orders import LOOK, RETIRE
from crawler.watch.supervisor import DaemonRuns, Plan, Setting, Supervisor

pytest_plugins = ("watch_scene",)

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


class Puppet(Child):
    """A worker that does what the test says."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.started = NOON
        self.beat = Beat("idle")
        self.heard = self.born = scene.seconds
        self.heard_at = NOON
        self.told: list[bytes] = []
        self.ended: int | None = None
        self.killed = False

    @property
    def pid(self) -> int:
        """Nobody's."""
        return 4_000_000 + self.scene.children.index(self)

    @property
    def code(self) -> int | None:
        """As the test says."""
        return self.ended

    def tell(self, order: bytes) -> None:
        """Take note."""
        self.told.append(order)

    def end(self) -> None:
        """End in order."""
        self.ended = 0

    def kill(self) -> None:
        """Die."""
        self.killed, self.ended = True, -9

    def wait(self, seconds: float) -> bool:
        """It ends at once or never."""
        return self.ended is not None

    def bury(self) -> None:
        """Nothing is left of it."""


@dataclass
class Scene:
    """A data folder, a clock, and the workers that were started."""

    data: Path
    seconds: float = 1000.0  # of the monotonic clock
    now: datetime = NOON
    children: list[Puppet] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    watched: frozenset[str] = frozenset({"a"})
    messengers: frozenset[str] = frozenset({"webhook"})
    mark: int = 0
    wrong: str = ""  # what is wrong with the configuration
    loads: int = 0

    def load(self) -> Setting:
        """The setting as it is now."""
        self.loads += 1
        if self.wrong:
            raise ConfigError(self.wrong)
        return Setting(self.data, None, self.watched, self.mark, self.messengers)

    def start(self) -> Child:
        """Another worker."""
        self.children.append(Puppet(self))
        return self.children[-1]

    def supervisor(self) -> Supervisor:
        """The supervisor."""
        return Supervisor(Plan(self.load, lambda: self.mark, self.start, self.said.append, clock=lambda: self.now))

    def due(self, **dues: timedelta) -> None:
        """Say when sources are due, from now."""
        with Archive.open(self.data, write=True) as archive:
            archive.enrol([Watch(name, self.now + span) for name, span in dues.items()])

    @property
    def worker(self) -> Puppet:
        """The worker that was started last."""
        return self.children[-1]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scene by its own clocks."""
    made = Scene(tmp_path)
    monkeypatch.setattr("crawler.watch.supervisor.monotonic", lambda: made.seconds)
    return made


def test_the_worker_is_woken_when_something_is_due_and_only_then(scene: Scene) -> None:
    """What is due, or was never watched, wakes an idle worker; one that is at work finds it by itself."""
    scene.due(a=timedelta(minutes=5))
    supervisor = scene.supervisor()
    supervisor.tick()
    assert scene.worker.told == []
    scene.now += timedelta(minutes=5)
    scene.worker.beat = Beat("crawling", ("a",))
    supervisor.tick()
    assert scene.worker.told == []
    scene.worker.beat = Beat("idle")
    supervisor.tick()
    assert scene.worker.told == [LOOK]
    scene.worker.told.clear()
    scene.now -= timedelta(minutes=5)
    scene.watched = frozenset({"a", "new"})
    scene.mark += 1
    supervisor.tick()
    assert scene.worker.told == [RETIRE, LOOK]


def test_a_letter_that_is_due_wakes_the_worker_once_a_minute_though_no_source_is(scene: Scene) -> None:
    """Sources may be due in a day only; one whose messenger is not known here wakes nobody."""
    scene.due(a=timedelta(days=1))
    alarm = Alarm("a", "silence", scene.now, scene.now, "Silent for 9 hours.", told=scene.now)
    with Archive.open(scene.data, write=True) as archive:
        archive.examined("a", 1, scene.now, [alarm], "{}")
    supervisor = scene.supervisor()
    supervisor.tick()
    supervisor.tick()
    assert scene.worker.told == [LOOK]
    with Archive.open(scene.data, write=True) as archive:
        (letter,) = archive.letters(("webhook",))
        archive.sent([], [replace(letter, tries=1, why="x", due=scene.now + timedelta(minutes=2))])
    scene.now, scene.seconds = scene.now + timedelta(seconds=61), scene.seconds + 61
    supervisor.tick()
    assert scene.worker.told == [LOOK]
    scene.now, scene.seconds = scene.now + timedelta(seconds=61), scene.seconds + 61
    supervisor.tick()
    assert scene.worker.told == [LOOK, LOOK]
    scene.messengers, scene.mark = frozenset({"mail"}), 1
    scene.seconds += 61
    supervisor.tick()
    assert scene.worker.told == [LOOK, LOOK, RETIRE]


def test_a_clock_that_is_put_back_stops_neither_ticks_nor_looks(scene: Scene) -> None:
    """What is due lies far ahead then: the worker is woken once, to put it right; the scheduler ticks at once."""
    scene.due(a=timedelta(minutes=5))
    supervisor = scene.supervisor()
    supervisor.tick()
    scene.now -= timedelta(days=400)
    supervisor.tick()
    supervisor.tick()
    assert scene.worker.told == [LOOK]
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.start(paused=True)
    later = datetime.now(UTC) + timedelta(days=400)
    job = scheduler.add_job(supervisor.tick, IntervalTrigger(seconds=5, timezone=UTC), next_run_time=later)
    supervisor._keep_ticking(job)
    assert job.next_run_time == later
    scene.seconds += 61
    supervisor._keep_ticking(job)
    assert job.next_run_time < later
    scheduler.shutdown()


def test_a_tick_that_failed_is_trouble_until_one_succeeds(scene: Scene) -> None:
    """`daemon.json` does not say for ever what is over."""
    supervisor = scene.supervisor()
    supervisor._tick_failed(JobExecutionEvent(EVENT_JOB_ERROR, "tick", "default", NOON, exception=ValueError("no")))
    supervisor.tick()
    supervisor.tick()
    told = read(scene.data / "daemon.json")
    assert told is not None
    assert (told.trouble, len(scene.said)) == ("", 1)


def test_a_worker_that_dies_is_replaced_later_each_time_and_what_it_was_at_is_said(scene: Scene) -> None:
    """The pause grows while workers die without having finished anything, and begins anew once one has."""
    supervisor = scene.supervisor()
    waits = []
    for _ in range(4):
        supervisor.tick()
        count = len(scene.children)
        scene.worker.beat = Beat("crawling", ("a", "b"))
        scene.worker.ended = -9
        supervisor.tick()
        began = scene.seconds
        while len(scene.children) == count:
            scene.seconds += 0.5
            supervisor.tick()
        waits.append(scene.seconds - began)
    assert waits == [1.0, 2.0, 4.0, 8.0]
    assert "was ended by signal 9 while it was at a, b." in scene.said[0]
    scene.worker.beat = Beat("crawling", ("a",), ended=1)
    scene.worker.ended = 1
    supervisor.tick()
    assert "ended with code 1 while it was at a. Another one begins in 1 s." in scene.said[-1]


def test_a_worker_that_ends_in_order_is_replaced_at_once(scene: Scene) -> None:
    """Its time had come: nothing is said."""
    supervisor = scene.supervisor()
    supervisor.tick()
    scene.worker.ended = 0
    supervisor.tick()
    assert (len(scene.children), scene.said) == (2, [])


@pytest.mark.parametrize(("state", "hangs"), [("crawling", True), ("opening", False), ("idle", False)])
def test_a_worker_that_is_silent_while_it_should_not_be_is_killed(scene: Scene, state: State, hangs: bool) -> None:
    """At work it has to say something every few seconds; reading through an archive may take long; idle is silent."""
    supervisor = scene.supervisor()
    supervisor.tick()
    first = scene.worker
    first.beat = Beat(state, ("a",))
    scene.seconds += 200
    supervisor.tick()
    assert first.killed is hangs
    assert any("silent" in said for said in scene.said) is hangs


def test_an_idle_worker_that_does_not_look_when_it_is_told_to_is_killed(scene: Scene) -> None:
    """With nothing due it may be silent for days; what it is told it has to take up."""
    scene.due(a=timedelta(days=1))
    supervisor = scene.supervisor()
    supervisor.tick()
    scene.seconds += 86_400
    supervisor.tick()
    assert not scene.worker.killed
    scene.now += timedelta(days=1)
    supervisor.tick()
    scene.seconds += 299
    supervisor.tick()
    assert not scene.worker.killed
    scene.seconds += 2
    first = scene.worker
    supervisor.tick()
    assert first.killed
    scene.seconds += 1
    supervisor.tick()
    assert not scene.worker.killed


def test_a_changed_configuration_is_read_again_and_a_broken_one_is_said_once(scene: Scene) -> None:
    """The worker finishes what it is at and makes way for one that knows the new configuration."""
    supervisor = scene.supervisor()
    supervisor.tick()
    scene.mark, scene.wrong = 1, "sources/a.toml, line 3: unknown key"
    loads = scene.loads
    for _ in range(3):
        supervisor.tick()
    assert scene.loads == loads + 1
    assert sum("unknown key" in said for said in scene.said) == 1
    assert RETIRE not in scene.worker.told
    told = read(scene.data / "daemon.json")
    assert told is not None
    assert "unknown key" in told.trouble
    scene.mark = 0
    supervisor.tick()
    told = read(scene.data / "daemon.json")
    assert told is not None
    assert told.trouble == ""
    assert RETIRE not in scene.worker.told
    scene.mark, scene.wrong = 2, ""
    supervisor.tick()
    assert RETIRE in scene.worker.told
    supervisor.tick()
    assert scene.said[-1] == "The configuration has changed and was read again."
    count = len(scene.said)
    supervisor.reload()
    supervisor.tick()
    assert len(scene.said) == count + 1


def test_the_world_can_see_how_the_daemon_stands(scene: Scene) -> None:
    """`daemon.json` names both processes, what is under way and when the next source is due."""
    scene.due(a=timedelta(minutes=5))
    supervisor = scene.supervisor()
    supervisor.tick()
    scene.worker.beat = Beat("crawling", ("a",), 3, "")
    supervisor.tick()
    told = read(scene.data / "daemon.json")
    assert told is not None
    assert told.worker is not None
    assert (told.worker.pid, told.worker.state, told.worker.under_way, told.worker.ended) == (
        scene.worker.pid,
        "crawling",
        ("a",),
        3,
    )
    assert (told.last_tick, told.next_due, told.trouble) == (NOON, NOON + timedelta(minutes=5), "")


def test_one_data_folder_has_one_daemon(scene: Scene) -> None:
    """The second is told the first one's process; when the first has gone, there may be another."""
    supervisor = scene.supervisor()
    supervisor.tick()
    with pytest.raises(DaemonRuns, match="is the daemon of"):
        scene.supervisor()
    supervisor.stop()
    supervisor.run()
    assert scene.children[0].ended == 0
    assert read(scene.data / "daemon.json") is None
    scene.supervisor()


def test_an_archive_that_cannot_be_read_is_said_once_and_stops_nothing(scene: Scene) -> None:
    """The supervisor goes on ticking, and says so in its file."""
    supervisor = scene.supervisor()
    (scene.data / "archive.db").write_bytes(b"this is no database, and it is long enough to be looked at" * 100)
    for _ in range(3):
        supervisor.tick()
    assert len(scene.said) == 1
    told = read(scene.data / "daemon.json")
    assert told is not None
    assert told.trouble == scene.said[0]
    (scene.data / "archive.db").unlink()
    supervisor.tick()
    told = read(scene.data / "daemon.json")
    assert told is not None
    assert told.trouble == ""
