"""The crawl worker: it holds the archive while something is due, and only then, and outlives every trouble it can.

What cannot be outlived by waiting (a fault of ours) ends it; its supervisor starts another one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

import msgspec

from archive.store import Archive, ArchiveBusy, ArchiveProblem
from crawler.fetch import FetchOptions
from crawler.health.alarms import REPEAT
from crawler.reader import Reader, ReaderBroken
from crawler.source import Source
from crawler.watch.beat import Beat, State
from crawler.watch.freed import give_back
from crawler.watch.orders import Orders
from crawler.watch.policy import Policy
from crawler.watch.round import Round
from crawler.watch.told import Ended, Report, Told

TURN = 1.0  # seconds between two beats of a worker that waits for the archive
POLITE = 0.5  # seconds that a worker leaves the archive to whoever was waiting for it
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0  # seconds after a trouble
LONGEST_LIFE = 24 * 3600.0  # seconds after which an idle worker makes way for a fresh one
SPREAD = timedelta(minutes=3)  # over which sources begin that were never watched, where there are more than FEW
FEW = 20

Prepare = Callable[[Archive, Reader], None]
"""Puts an archive in order that was just opened: tells what was repaired, reads what a killed process had kept."""


class ClosingReader(Reader, AbstractContextManager["ClosingReader"], Protocol):
    """A reader that ends its processes."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a worker stands on: the installation as it was when it started."""

    data: Path
    database: str | None
    sources: Mapping[str, Source]
    options: FetchOptions
    reader: Callable[[], ClosingReader]
    prepare: Prepare
    say: Callable[[str], None]
    ended: Callable[[Ended], None] = lambda ended: None
    leave: Callable[[Archive], None] = lambda archive: None  # before the archive is closed; has to be quick
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    policy: Policy = field(default_factory=Policy)
    repeat: timedelta | None = REPEAT  # after what time an alarm that still stands is told again; None: never
    pause: float = FIRST_PAUSE
    anchor: Path | None = None  # a file that stands in the data folder as long as it is the one that the daemon watches


class Worker:
    """Does what is due whenever it is told to look. `send` gives a beat to the supervisor."""

    def __init__(self, ground: Ground, orders: Orders, send: Callable[[Beat], None]) -> None:
        self.ground, self.orders = ground, orders
        self._send = send
        self._beat = Beat("starting")
        self._trouble = ""
        self._pause = ground.pause
        self._began = monotonic()

    def run(self) -> None:
        """Work until it is to end."""
        while not self.orders.to_end and monotonic() - self._began < LONGEST_LIFE:
            try:
                with self.ground.reader() as reader:
                    self._serve(reader)
            except (ArchiveProblem, ReaderBroken, OSError, MemoryError) as error:
                self._rest(error)
        self._tell("ended")

    def _serve(self, reader: Reader) -> None:
        """Do what is due, again and again, with one set of reading processes."""
        while monotonic() - self._began < LONGEST_LIFE:
            self._tell("idle")
            self.orders.wait(LONGEST_LIFE)
            if self.orders.to_end:
                return
            while self._once(reader).held_up and not self.orders.to_end:
                sleep(POLITE)  # so that who has waited is served before us
            self._trouble, self._pause = "", self.ground.pause

    def _once(self, reader: Reader) -> Report:
        """One opening of the archive."""
        archive = self._opened()
        if archive is None:
            return Report()
        with archive:
            self.ground.prepare(archive, reader)
            ground = self.ground
            terms = (archive, ground.sources, reader, ground.options, ground.clock, ground.policy)
            told = Told(say=ground.say, ended=self._ended, beat=self._crawling, repeat=ground.repeat)
            hold = self._hold(archive)
            spread = SPREAD if len(ground.sources) > FEW else timedelta(0)
            report = Round(*terms, spread=spread, hold=hold, told=told, command="daemon").run()
            ground.leave(archive)
        give_back()
        self.orders.stop = self.orders.stop or report.interrupted  # the fetcher took the signal
        return report

    def _opened(self) -> Archive | None:
        """The archive, once nobody else writes to it; None if the worker is to end before that."""
        said = False
        while not self.orders.to_end:
            self._tell("opening")
            if self.ground.anchor is not None and not self.ground.anchor.exists():  # opening would make a new archive
                raise FileNotFoundError(
                    f"The data folder {self.ground.data} was moved or removed under the daemon, which makes no new one "
                    "in its place: put it back, or stop the daemon."
                )
            try:
                return Archive.open(
                    self.ground.data,
                    self.ground.database,
                    write=True,
                    wait=TURN,
                    urgent=False,
                    waiting=lambda pid: self._tell("waiting"),
                )
            except ArchiveBusy as busy:
                if not said:
                    self.ground.say(f"{busy} The daemon goes on when it has.")
                said = True
        return None

    def _hold(self, archive: Archive) -> Callable[[], bool]:
        """Whether no more is to be begun: the worker is to end, or somebody waits for the archive."""
        return lambda: self.orders.to_end or archive.is_wanted

    def _rest(self, error: Exception) -> None:
        """Say what is wrong, once, and wait for longer each time it is found to be wrong still."""
        sentence = f"{error}"
        if sentence != self._trouble:
            self.ground.say(f"{sentence} Tried again in {self._pause:g} s, then ever more seldom.")
        self._trouble = sentence
        self._tell("trouble")
        self.orders.wait(self._pause, for_look=False)
        self._pause = min(LONGEST_PAUSE, self._pause * 2)

    def _ended(self, ended: Ended) -> None:
        self._beat = msgspec.structs.replace(self._beat, ended=self._beat.ended + 1)
        self.ground.ended(ended)

    def _crawling(self, under_way: Sequence[str]) -> None:
        self._tell("crawling", under_way)

    def _tell(self, state: State, under_way: Sequence[str] = ()) -> None:
        self._beat = Beat(state, tuple(under_way), self._beat.ended, self._trouble)
        self._send(self._beat)


def sender(descriptor: int) -> Callable[[Beat], None]:
    """Sends beats into a pipe. A supervisor that does not read, or is gone, holds up nobody: the beat is dropped."""
    os.set_blocking(descriptor, False)

    def send(beat: Beat) -> None:
        try:
            os.write(descriptor, beat.line())  # at most one page of memory, which a pipe takes whole or not at all
        except (BlockingIOError, BrokenPipeError):
            return

    return send
