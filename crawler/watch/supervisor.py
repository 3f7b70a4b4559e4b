"""The daemon's first process: it ticks, looks what is due, and sees to it that a worker is there and alive.

It never writes to the archive and never reads a page, so that nothing a site sends can harm it. What it knows of the
worker is its beats; what it knows of the sources is their due times.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from filelock import FileLock, Timeout

from archive.model import Watch
from archive.store import Archive, ArchiveMissing, ArchiveOutdated, ArchiveProblem
from archive.store.outbox import Letter
from crawler.errors import ConfigError
from crawler.health.letters import due as to_send
from crawler.watch.beat import FILE, LOCK, DaemonNow, State, WorkerNow, read, write
from crawler.watch.child import Child
from crawler.watch.orders import LOOK, RETIRE

SILENT: Mapping[State, float] = {  # seconds without a beat after which a worker is taken to hang, by its state
    "starting": 300.0,
    "idle": 300.0,  # once it has been told to look
    "trouble": 900.0,  # it waits for 300 at most, then tries again
    "waiting": 120.0,
    "opening": 3600.0,  # an archive that was not closed in order is read through
    "crawling": 180.0,  # a beat comes every second; learning and indexing take some
    "ended": 60.0,
}
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a worker that ended before its time is replaced
LONG_LIFE = 300.0  # seconds; a worker that lived longer did not end for want of being able to start
FAREWELL = 90.0  # seconds that a worker may take to end in order
LETTERS = 60.0  # seconds between two looks that are for letters alone: what became of the last ones is known by then
FRESH = 60.0  # seconds after its last tick for which a daemon is taken to be at work
CORRECTED = timedelta(minutes=1)  # by which a clock may be put back and nothing is due too late for it


class DaemonRuns(Exception):  # noqa: N818 - a state
    """Another daemon watches this data folder."""

    def __init__(self, data: Path, pid: int | None) -> None:
        who = f"The process {pid}" if pid else "Another process"
        super().__init__(f"{who} is the daemon of {data} already.")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a supervisor needs to know of the installation, as it is now. `mark` changes whenever a file of it does."""

    data: Path
    database: str | None
    watched: frozenset[str]  # the ids of the enabled sources
    mark: object
    messengers: frozenset[str] = frozenset()  # the names of those that tell of alarms


@dataclass(slots=True)
class Plan:
    """How the daemon is run."""

    load: Callable[[], Setting]  # raises ConfigError
    mark: Callable[[], object]  # cheap: has anything changed?
    start: Callable[[], Child]
    say: Callable[[str], None]
    tick: float = 5.0
    until_idle: bool = False  # whether to end when nothing is due any more
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    silent: Mapping[State, float] = field(default_factory=lambda: SILENT)


class Supervisor:
    """Runs until it is told to stop. `tick` is called by the scheduler, one at a time."""

    def __init__(self, plan: Plan) -> None:
        """Raises ConfigError, DaemonRuns, OSError."""
        self.plan = plan
        self.setting = plan.load()
        self.setting.data.mkdir(parents=True, exist_ok=True)
        self._file = self.setting.data / FILE
        self._lock = FileLock(self.setting.data / LOCK, timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout as error:
            there = read(self._file)
            raise DaemonRuns(self.setting.data, there.pid if there else None) from error
        self._started = plan.clock()
        self._stop = Event()
        self._reload = False
        self._refused: object = None  # the mark of a configuration that could not be taken
        self._child: Child | None = None
        self._restarts = 0
        self._pause = FIRST_PAUSE
        self._not_before = 0.0  # by the monotonic clock: when the next worker may start
        self._troubles: dict[str, str] = {}  # what is wrong, by what it is about; each is said once
        self._next_due: datetime | None = None
        self._ticked: float | None = None  # by the monotonic clock: when the last tick came to its end
        self._called: float | None = None  # by the monotonic clock: since when an idle worker is told to look
        self._posted: float | None = None  # by the monotonic clock: when it was last told to for letters alone
        self._latest = self._started  # the latest moment that the clock has shown

    def run(self) -> None:
        """Tick until `stop` is called, then end the worker in order."""
        scheduler = BackgroundScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL + 1)  # what of it matters is told by `_tick_failed`
        scheduler.add_listener(self._tick_failed, EVENT_JOB_ERROR)
        trigger = IntervalTrigger(seconds=self.plan.tick, timezone=UTC)
        job = scheduler.add_job(self.tick, trigger, next_run_time=datetime.now(UTC))
        scheduler.start()
        try:
            while not self._stop.wait(FRESH):
                self._keep_ticking(job)
        finally:
            scheduler.shutdown(wait=True)
            self._end_worker()
            self._file.unlink(missing_ok=True)
            self._lock.release()

    @property
    def next_due(self) -> datetime | None:
        """When the next source is due, as of the last tick."""
        return self._next_due

    def checks(self) -> Mapping[str, bool]:
        """What has to hold for the daemon to be ready, by name. To be called by any thread."""
        child, ticked = self._child, self._ticked
        return {
            "archive": "archive" not in self._troubles,
            "worker": child is not None and child.code is None,
            "tick": ticked is not None and self._is_fresh(ticked),
        }

    def stop(self) -> None:
        """End in order. To be called by a signal's handler."""
        self._stop.set()

    def kill(self) -> None:
        """End the worker now; nothing that it kept is lost. To be called by a signal's handler."""
        if self._child is not None:
            self._child.kill()

    def reload(self) -> None:
        """Read the configuration again with the next tick. To be called by a signal's handler."""
        self._reload = True

    def _is_fresh(self, ticked: float) -> bool:
        return monotonic() - ticked < max(FRESH, 3 * self.plan.tick)

    def _keep_ticking(self, job: Job) -> None:
        """The scheduler goes by the world's clock: where that was put back, it would wait until it is as late again."""
        if self._ticked is not None and not self._is_fresh(self._ticked):
            job.modify(next_run_time=datetime.now(UTC))

    # --- a tick

    def tick(self) -> None:
        """Look after the worker, the configuration and what is due, and say how things are."""
        self._see_to_configuration()
        self._see_to_worker()
        self._see_what_is_due()
        self._write()
        self._ticked = monotonic()
        self._well("tick")

    def _tick_failed(self, event: JobExecutionEvent) -> None:
        self._trouble("tick", f"A tick of the daemon failed, which is our fault: {event.exception!r}")

    def _see_to_configuration(self) -> None:
        try:
            mark = self.plan.mark()
        except OSError:
            mark = None
        if not self._reload and mark == self.setting.mark:
            self._well("configuration")  # if it was changed to something wrong, it was changed back
            self._refused = None
            return
        if not self._reload and mark is not None and mark == self._refused:
            return
        self._refused = mark
        try:
            setting = self.plan.load()
        except (ConfigError, OSError) as error:
            self._trouble("configuration", f"{error}\nThe daemon goes on with the configuration that it has.")
            return
        finally:
            self._reload = False
        if setting.data != self.setting.data:
            self._trouble("configuration", "The data folder is another one now; start the daemon anew for that.")
            return
        self._well("configuration")
        self._refused = None
        self.setting = setting
        self.plan.say("The configuration has changed and was read again.")
        if self._child is not None:
            self._child.tell(RETIRE)

    def _see_to_worker(self) -> None:
        child = self._child
        if child is not None and child.code is None:
            limit = self.plan.silent.get(child.beat.state)
            if limit is not None and monotonic() - self._spoken_to(child) > limit:
                self.plan.say(
                    f"The worker {child.pid} has been silent for {limit:g} s while {child.beat.state}: killed."
                )
                child.kill()
                child.wait(FAREWELL)
        if child is not None and child.code is not None:
            self._lost(child)
        if self._child is None and monotonic() >= self._not_before and "configuration" not in self._troubles:
            try:
                self._child = self.plan.start()
            except OSError as error:
                self._trouble("worker", f"No worker can be started: {error}.")
                self._back_off()
            else:
                self._well("worker")

    def _spoken_to(self, child: Child) -> float:
        """Since when something of the worker is waited for. One that has nothing to do may be silent for ever."""
        if child.beat.state != "idle":
            return child.heard
        return max(child.heard, monotonic() if self._called is None else self._called)

    def _lost(self, child: Child) -> None:
        """The worker has ended: in order, because its time had come, or not."""
        child.bury()
        self._child = self._called = None
        if child.code == 0:
            return
        self._restarts += 1
        how = f"was ended by signal {-child.code}" if child.code and child.code < 0 else f"ended with code {child.code}"
        at = f" while it was at {', '.join(child.beat.under_way)}" if child.beat.under_way else ""
        if monotonic() - child.born > LONG_LIFE or child.beat.ended:
            self._pause = FIRST_PAUSE
        self.plan.say(f"The worker {child.pid} {how}{at}. Another one begins in {self._pause:g} s.")
        self._back_off()

    def _back_off(self) -> None:
        self._not_before = monotonic() + self._pause
        self._pause = min(LONGEST_PAUSE, self._pause * 2)

    def _see_what_is_due(self) -> None:
        try:
            with Archive.open(self.setting.data, self.setting.database) as archive:
                watches, letters = archive.watches(), archive.letters()
        except (ArchiveMissing, ArchiveOutdated):
            watches, letters = {}, ()  # the worker sees to it
        except ArchiveProblem as error:
            self._trouble("archive", f"{error}")
            return
        self._well("archive")
        idle = self._child is not None and self._child.beat.state == "idle"
        due = self._due(watches)
        if not (due and idle):
            self._called = None
        if due:
            if self._child is not None and idle:
                self._called = monotonic() if self._called is None else self._called
                self._child.tell(LOOK)
                self._latest = self.plan.clock()
        elif idle and self.plan.until_idle:
            self.stop()
        elif idle and self._child is not None and self._is_to_send(letters):
            self._child.tell(LOOK)

    def _due(self, watches: Mapping[str, Watch]) -> bool:
        """Whether any source is due or not watched yet, or due times may lie too late as the clock was put back."""
        now = self.plan.clock()
        self._latest = max(self._latest, now)
        dues = [watches[name].due for name in self.setting.watched if name in watches]
        self._next_due = min(dues, default=None)
        unknown = len(dues) < len(self.setting.watched)
        due = self._next_due is not None and self._next_due <= now
        return unknown or due or now < self._latest - CORRECTED

    def _is_to_send(self, letters: Sequence[Letter]) -> bool:
        """Whether it is time for another look at what people are to be told of; sources may be due in days only."""
        if self._posted is not None and monotonic() - self._posted < LETTERS:
            return False
        if not to_send(letters, self.plan.clock(), self.setting.messengers):
            return False
        self._posted = monotonic()
        return True

    # --- what is told

    def _trouble(self, about: str, sentence: str) -> None:
        if self._troubles.get(about) != sentence:
            self.plan.say(sentence)
        self._troubles[about] = sentence

    def _well(self, about: str) -> None:
        self._troubles.pop(about, None)

    def _write(self) -> None:
        child = self._child
        worker = None
        if child is not None:
            beat = child.beat
            worker = WorkerNow(
                child.pid, child.started, beat.state, beat.under_way, child.heard_at, beat.ended, beat.said
            )
        now = DaemonNow(
            pid=os.getpid(),
            host=socket.gethostname(),
            started=self._started,
            last_tick=self.plan.clock(),
            tick=self.plan.tick,
            restarts=self._restarts,
            next_due=self._next_due,
            trouble=" ".join(self._troubles.values()),
            worker=worker,
        )
        try:
            write(self._file, now)
        except OSError as error:
            self._trouble("file", f"{self._file} cannot be written: {error}.")
        else:
            self._well("file")

    def _end_worker(self) -> None:
        child = self._child
        if child is None:
            return
        child.end()
        if not child.wait(FAREWELL):
            child.kill()
        child.bury()
