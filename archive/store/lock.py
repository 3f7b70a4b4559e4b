"""One writer for a data directory and its database, and a queue of one for whoever should be let in next."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from archive.store.errors import ArchiveBusy

POLL = 0.05
"""Seconds between two tries for a lock that somebody holds."""

Waiting = Callable[[int | None], None]
"""Called once, with the id of the process that writes, if it is known, before its end is waited for."""


class WriterLock:
    """Held by the process that writes; the operating system releases it when that process ends, however it ends.

    Who waits for it holds a second lock, `writer.next`, and so can be seen by the one that writes: a worker that goes
    on for hours lets people in between two sources (`is_wanted`). Workers wait for each other without it (`urgent`
    is False): between them nothing is gained by taking turns.

    A database in a file has a lock of its own beside it (`guard`), for whoever comes to it from another folder.
    """

    def __init__(
        self, data: Path, wait: float = 0.0, *, urgent: bool = True, waiting: Waiting = lambda pid: None
    ) -> None:
        """Take the lock, at the latest after `wait` seconds.

        Raises ArchiveBusy if another process, or another handle of this one, holds it for longer; OSError if the folder
        cannot be written to.
        """
        self._data, self._pid_file, self._mark = data, data / "writer.pid", data / "writer.at_work"
        self._lock = FileLock(data / "writer.lock", timeout=0, thread_local=False)
        self._next = FileLock(data / "writer.next", timeout=0, thread_local=False)
        self._database: FileLock | None = None
        if not _taken(self._lock, 0.0):
            self._wait_for_it(wait, urgent, waiting)
        try:
            self._pid_file.write_text(f"{os.getpid()}\n")
        except BaseException:
            self._pid_file.unlink(missing_ok=True)
            self._lock.release()
            raise

    def is_marked(self) -> bool:
        """Whether a worker that ended has left its mark."""
        return self._mark.exists()

    def begin_work(self) -> None:
        """Leave a mark that a worker is at work, for whoever comes after it and has buried those before.

        To take it away again needs no room on a disk: who is ended by a full one does so, who is killed does not.
        """
        self._mark.touch()

    def end_work(self) -> None:
        """Take the mark away: the worker ends in order, whatever it leaves undone.

        Where even that fails (a disk was mounted read-only), the next one takes it for a death.
        """
        with suppress(OSError):
            self._mark.unlink(missing_ok=True)

    def _wait_for_it(self, wait: float, urgent: bool, waiting: Waiting) -> None:
        pid = self._other_pid()
        if wait <= 0:
            raise ArchiveBusy(self._data, pid)
        waiting(pid)
        until = time.monotonic() + wait
        if urgent and not _taken(self._next, wait):
            raise ArchiveBusy(self._data, self._other_pid())
        try:
            if not _taken(self._lock, max(0.0, until - time.monotonic())):
                raise ArchiveBusy(self._data, self._other_pid())
        finally:
            self._next.release()

    def guard(self, database: Path, wait: float = 0.0) -> None:
        """Take the lock beside a database's file as well, at the latest after `wait` seconds.

        Raises ArchiveBusy, or OSError if there can be no lock.
        """
        lock = FileLock(database.with_name(database.name + ".lock"), timeout=0, thread_local=False)
        if not _taken(lock, wait):
            raise ArchiveBusy(database, None)
        self._database = lock

    def is_wanted(self) -> bool:
        """Whether somebody waits to be let in."""
        if not _taken(self._next, 0.0):
            return True
        self._next.release()
        return False

    def release(self) -> None:
        """Let others write."""
        if self._database is not None:
            self._database.release()
        self._pid_file.unlink(missing_ok=True)
        self._lock.release()

    def _other_pid(self) -> int | None:
        try:
            return int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None


def _taken(lock: FileLock, seconds: float) -> bool:
    """Whether the lock could be had within so many seconds."""
    try:
        lock.acquire(timeout=seconds, poll_interval=POLL)
    except Timeout:
        return False
    return True
