"""An archive that is open: its lock, its transactions, its end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from archive.captures import CaptureFolder, CaptureWriter
from archive.store import indexing
from archive.store.engine import connect_to_read, connect_to_write, is_trouble, tell_of_troubles
from archive.store.errors import ArchiveBroken, ArchiveUnreachable, NotWritable, reason_of, scarce
from archive.store.lock import Waiting, WriterLock
from archive.store.prepared import directly
from archive.store.recovery import Recovery, record_size, recover

Written = TypeVar("Written")

BATCH = 50
"""Records in a transaction (measured: 7,153 rows/s against 3,030 one by one)."""

BATCH_SECONDS = 2.0
"""A transaction is not held open for longer."""

SAVEPOINT = "change"
"""Of several of one name the innermost is meant, in both databases."""


class Handle:
    """What every ability of an archive rests on. Who opens one opens an `Archive` (archive.store.archive)."""

    def __init__(
        self,
        connection: Connection,
        folder: CaptureFolder,
        writer: CaptureWriter | None,
        lock: WriterLock | None,
        clock: Callable[[], datetime],
    ) -> None:
        """Not to be called by others: see `open`."""
        self._connection, self._folder, self._writer, self._lock = connection, folder, writer, lock
        self._clock = clock
        self._uncommitted = 0
        self._since = 0.0
        self._broken: ArchiveBroken | None = None
        self._writing = 0  # how many changes are under way: what fails in them is told there
        self.recovery = Recovery() if writer is None else recover(connection, folder)
        if writer is not None:
            tell_of_troubles(connection, lambda error: None if self._writing else self._give_up(error))

    @classmethod
    def open(
        cls,
        data: Path,
        database: str | None = None,
        *,
        write: bool = False,
        wait: float = 0.0,
        urgent: bool = True,
        waiting: Waiting = lambda pid: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Open the archive in a data directory; opening it for writing makes it if need be.

        `database` is a URL (postgresql://…); without it the database is `archive.db` in the directory. The clock
        names new capture files after the day.

        Where another process writes, its end is waited for, `wait` seconds at most, once `waiting` has been told of it;
        with `urgent` a worker that writes notices (`is_wanted`) and lets this one in before it goes on.

        Raises ArchiveBusy, ArchiveMissing, ArchiveUnreachable, ArchiveForeign, ArchiveOutdated or ArchiveNewer.
        """
        folder = CaptureFolder(data / "captures")
        if not write:
            return cls(connect_to_read(data, database), folder, None, None, clock)
        with ExitStack() as undo:
            try:
                folder.folder.mkdir(parents=True, exist_ok=True)
                lock = WriterLock(data, wait, urgent=urgent, waiting=waiting)
                undo.callback(lock.release)
                connection = connect_to_write(data, database, lock, wait)
                undo.callback(connection.close)
                opened = cls(connection, folder, CaptureWriter(folder.folder), lock, clock)
            except OSError as error:
                told = f"The data folder {data} cannot be written to: {error}.{scarce(data)}"
                raise ArchiveUnreachable(told) from error
            except SQLAlchemyError as error:
                if not is_trouble(error):
                    raise
                raise ArchiveUnreachable(
                    f"The archive in {data} could not be put in order: {reason_of(error)}.{scarce(data)}"
                ) from error
            undo.pop_all()
            return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except ArchiveBroken as second:
            if error is None:
                raise
            error.add_note(f"The archive could not be closed in order either: {second}")

    def close(self) -> None:
        """Commit what was recorded and close the capture file; once writing has failed, only let go of everything."""
        try:
            if self._writer is not None and self._broken is None:
                self.commit()
                self._writer.close()
        except OSError as error:
            raise self._give_up(error) from error
        finally:
            if self._writer is not None and self._broken is not None:
                self._writer.let_go()
                self._connection.invalidate()
            self._connection.close()
            if self._lock is not None:
                self._lock.release()

    @property
    def is_wanted(self) -> bool:
        """Whether another process waits to write to this data directory, and this one does."""
        return self._lock is not None and self._lock.is_wanted()

    def commit(self) -> None:
        """Make everything so far last: first the captures, then the rows that point to them.

        Raises ArchiveBroken, from the disk's or the database's own error; nothing can be written after that.
        """
        writer = self._writable()
        self._writing += 1
        try:
            writer.sync()
            if writer.name is not None:
                record_size(self._connection, writer.name, writer.size, writer.head_crc)
            self._connection.commit()
        except (OSError, SQLAlchemyError) as error:
            raise self._give_up(error) from error
        finally:
            self._writing -= 1
        self._uncommitted = 0

    @contextmanager
    def _change(self) -> Iterator[None]:
        """All of a change or nothing of it.

        Raises ArchiveBroken where the whole transaction is lost with it, or the database cannot write now: it is locked
        by somebody who is no jianbao, its disk is full.
        """
        self._writing += 1
        try:
            with self._savepoint():
                yield
        finally:
            self._writing -= 1

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        try:
            directly(self._connection, f"SAVEPOINT {SAVEPOINT}")
        except SQLAlchemyError as error:
            raise self._give_up(error) from error
        try:
            yield
            directly(self._connection, f"RELEASE SAVEPOINT {SAVEPOINT}")
        except BaseException as error:
            lost = False
            try:
                directly(self._connection, f"ROLLBACK TO SAVEPOINT {SAVEPOINT}")
                directly(self._connection, f"RELEASE SAVEPOINT {SAVEPOINT}")
            except SQLAlchemyError:  # SQLite gives up the transaction by itself when the disk is full
                lost = True
            if lost or self._connection.invalidated or is_trouble(error):  # the server is gone; a lock
                broken = self._give_up(error)
                if isinstance(error, Exception):
                    raise broken from error
            raise  # whoever stops us, perhaps within the commit, is told as that

    def _give_up(self, error: BaseException) -> ArchiveBroken:
        """What was not committed is lost in the database; the capture files still hold what was kept."""
        self._broken = ArchiveBroken(error, self._folder.folder)
        return self._broken

    def _writable(self) -> CaptureWriter:
        if self._writer is None:
            raise NotWritable("The archive was opened for reading; open it with write=True.")
        if self._broken is not None:
            raise self._broken
        return self._writer

    def _recorded(self) -> None:
        if self._uncommitted == 0:
            self._since = time.monotonic()
        self._uncommitted += 1
        if self._uncommitted >= BATCH or time.monotonic() - self._since >= BATCH_SECONDS:
            self.commit()

    def _at_once(self, write: Callable[[], Written]) -> Written:
        self._writable()
        with self._change():
            result = write()
        self.commit()
        return result

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Let several questions see one state, whatever the writer does meanwhile. The writer itself sees only that."""
        if self._writer is not None:
            yield
            return
        on_sqlite = self._connection.dialect.name == "sqlite"
        directly(self._connection, "BEGIN" if on_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            directly(self._connection, "ROLLBACK")

    def index(self, seconds: float = math.inf, *, anew: bool = False) -> int:
        """Let search know every article that it does not know yet, or `anew` every one; how many there were.

        What is not done after so many seconds waits: until then it is found by a look at its text.
        """
        self._writable()
        if anew:
            with self._change():
                indexing.begin_anew(self._connection)
        return indexing.catch_up(self._connection, self._change, self.commit, time.monotonic() + seconds)
