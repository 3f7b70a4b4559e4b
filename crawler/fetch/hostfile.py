"""The hosts' budgets in a file that all processes share, so that a host has one budget, whoever asks and whenever.

A small SQLite database in the data folder: what is known of each host (`hosts.Host`) and the robots.txt files that are
still good. It is written without waiting for the disk: a process may be killed at any instant, and if the power fails
the file may be lost, with the pace of some hosts and nothing else. A file that is broken is put aside. One that cannot
be used (a full or read-only disk, a lock that is not given back) is done without for a while: this process then keeps
to its own budget. Both are told.

All moments in it are of one steady clock: the time of day as it was when the file was first opened since the machine
was started, and what has passed since by a clock that nobody sets. So a time of day that is put forward or back neither
cuts a pause short nor makes it longer. Over a restart, and on systems that do not tell since when they run, the time of
day counts, and no pause is longer than it was to be.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import msgspec
from filelock import FileLock

from crawler.fetch.hosts import Host
from crawler.fetch.steady import uptime

T = TypeVar("T")

VERSION = 1
MOST_HOSTS = 10_000
MOST_ROBOTS = 2_000
LARGEST_RULES = 16 * 1024  # bytes of a robots.txt, packed; a larger one is asked for by every process
PATIENCE = 1.0  # seconds to wait for another process's write, which takes some 0.05 ms
LOOK_AGAIN = 60.0  # seconds after which a file that could not be used is tried again
STILL_THERE = 1.0  # seconds after which it is made sure that the file is still the one that was opened
TIDY_EVERY = 2_000  # changes

TABLES = """
CREATE TABLE IF NOT EXISTS host (name TEXT PRIMARY KEY, seen REAL NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS host_seen ON host (seen);
CREATE TABLE IF NOT EXISTS clock (boot TEXT PRIMARY KEY, ahead REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS robots (origin TEXT PRIMARY KEY, at REAL NOT NULL, rules BLOB) WITHOUT ROWID;
"""
BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_SCHEMA})

_decoded = msgspec.json.Decoder(Host).decode
_encoded = msgspec.json.Encoder().encode


class HostFile:
    """The hosts as all processes know them; without a path, as this one does. Not for several threads."""

    def __init__(
        self,
        path: Path | None,
        tell: Callable[[str], None] = lambda sentence: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path, self._tell, self._clock = path, tell, clock
        up = uptime()
        self._ahead = None if up is None else clock() - up[1]  # of the machine's own clock; as the file has it, if any
        self._own: dict[str, Host] = {}  # as this process last knew them: what it keeps to without a file
        self._file: sqlite3.Connection | None = None
        self._inode = 0
        self._looked = 0.0
        self._tried: float | None = None
        self._changes = 0
        self._told: set[str] = set()

    def now(self) -> float:
        """The moment by the steady clock, in seconds since 1970 if the time of day was right when it was begun."""
        if self._file is None:
            self._with_file(lambda file: True)
        up = uptime()
        return self._clock() if up is None or self._ahead is None else up[1] + self._ahead

    def last_known(self, name: str) -> Host:
        """The host as this process last knew it: enough to know that it must wait."""
        return self._own.get(name) or Host()

    def change(self, name: str, step: Callable[[Host], tuple[Host, T]]) -> T:
        """Take one step with what is known of a host, with no other process in between; gives what the step gives."""
        answer = self._with_file(lambda file: self._changed(file, name, step))
        if answer is None:
            host, result = step(self.last_known(name))
            self._keep(name, host)
            return result
        return answer[0]

    def _changed(self, file: sqlite3.Connection, name: str, step: Callable[[Host], tuple[Host, T]]) -> tuple[T]:
        file.execute("BEGIN IMMEDIATE")
        try:
            row = file.execute("SELECT state FROM host WHERE name = ?", (name,)).fetchone()
            known = _host(row[0]) if row else Host()
            host, result = step(known)
            if host != known:
                file.execute("REPLACE INTO host VALUES (?, ?, ?)", (name, self.now(), _encoded(host)))
            file.execute("COMMIT")
        except BaseException:
            if file.in_transaction:
                file.execute("ROLLBACK")
            raise
        self._keep(name, host)
        return (result,)

    def _keep(self, name: str, host: Host) -> None:
        if name not in self._own and len(self._own) >= MOST_HOSTS:
            del self._own[next(iter(self._own))]
        self._own[name] = host

    # --- robots.txt

    def rules(self, origin: str) -> tuple[float, bytes | None] | None:
        """When an origin's robots.txt was asked for and what it holds (None: there is none); None: it is not known."""
        row = self._with_file(
            lambda file: file.execute("SELECT at, rules FROM robots WHERE origin = ?", (origin,)).fetchall()
        )
        if not row:
            return None
        at, packed = row[0]
        try:
            return at, zlib.decompress(packed) if packed is not None else None
        except zlib.error:
            return None

    def keep_rules(self, origin: str, at: float, rules: bytes | None) -> None:
        """Keep what an origin's robots.txt holds, so that other processes need not ask for it."""
        packed = zlib.compress(rules) if rules is not None else None
        if packed is None or len(packed) <= LARGEST_RULES:
            self._with_file(
                lambda file: file.execute("REPLACE INTO robots VALUES (?, ?, ?)", (origin, at, packed)).fetchall()
            )

    # --- the file

    def _with_file(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What the work gives, or None where there is no file to be used."""
        for _ in range(2):
            try:
                file = self._opened()
                if file is None:
                    return None
                result = work(file)
                self._tidied(file)
                return result
            except sqlite3.DatabaseError as error:
                if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in BROKEN:
                    self._do_without(error)
                    return None
                try:
                    self._put_aside(error)
                except OSError as second:  # no lock or no new name is to be had
                    self._do_without(second)
                    return None
            except OSError as error:
                self._do_without(error)
                return None
        return None

    def _opened(self) -> sqlite3.Connection | None:
        """The connection; None while there is no file to be used. A file that was removed or replaced is left."""
        now = time.monotonic()
        if self._path is None or (self._tried is not None and now - self._tried < LOOK_AGAIN):
            return None
        if self._file is not None and now - self._looked > STILL_THERE:
            self._looked = now
            if _inode(self._path) != self._inode:
                self.close()
        if self._file is None:
            self._inode = _inode(self._path)  # before it is opened: what turns out to be broken is this one at most
            file = self._file = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = OFF")  # a kill loses nothing; see above for the power
            if file.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
                file.executescript("DROP TABLE IF EXISTS host; DROP TABLE IF EXISTS robots;")
            file.executescript(TABLES + f"PRAGMA user_version = {VERSION};")
            self._inode, self._looked, self._tried = _inode(self._path), now, None
            self._ahead = _steady(file, self._ahead)
            self._changes = 0
        return self._file

    def _tidied(self, file: sqlite3.Connection) -> None:
        """Once in a while, and when the file has just been opened: forget the hosts that were not asked for longest."""
        if self._changes % TIDY_EVERY == 0:
            file.execute(
                "DELETE FROM host WHERE name IN (SELECT name FROM host ORDER BY seen DESC LIMIT -1 OFFSET ?)",
                (MOST_HOSTS,),
            )
            file.execute(
                "DELETE FROM robots WHERE origin IN (SELECT origin FROM robots ORDER BY at DESC LIMIT -1 OFFSET ?)",
                (MOST_ROBOTS,),
            )
        self._changes += 1

    def _put_aside(self, error: Exception) -> None:
        """A broken file is renamed and a new one begun. Its companions go first: they must not meet the new one.

        Of several processes that find it broken one does so; the others find that there is another file now.
        """
        assert self._path is not None
        self.close()
        aside = self._path.with_name(self._path.name + ".broken")
        with FileLock(self._path.with_name(self._path.name + ".lock"), timeout=PATIENCE):
            if _inode(self._path) != self._inode:
                return
            for companion in ("-wal", "-shm"):
                self._path.with_name(self._path.name + companion).unlink(missing_ok=True)
            self._path.replace(aside)
        self._say(
            f"{self._path} is broken ({error}) and was put aside as {aside.name}; the hosts' pace is learnt anew."
        )

    def _do_without(self, error: Exception) -> None:
        self.close()
        self._tried = time.monotonic()
        self._say(f"{self._path} cannot be used ({error}): other processes' requests to a host are not known for now.")

    def _say(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def hosts_in(path: Path) -> Mapping[str, Host]:
    """What a file knows of the hosts, by name, those last asked first; nothing where there is none, or a broken one."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as file:
            rows = file.execute("SELECT name, state FROM host ORDER BY seen DESC").fetchall()
    except sqlite3.Error:
        return {}
    return {name: _host(state) for name, state in rows}


def steady_in(path: Path, now: float) -> float:
    """The moment `now` of the time of day by the clock of a file's moments; `now` where that is not told."""
    up = uptime()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as file:
            row = up and file.execute("SELECT ahead FROM clock WHERE boot = ?", (up[0],)).fetchone()
    except sqlite3.Error:
        return now
    return up[1] + row[0] if up and row and isinstance(row[0], float) else now


def _host(state: bytes) -> Host:
    """A host as it was written; one that nobody understands is not known."""
    try:
        return _decoded(state)
    except msgspec.DecodeError:
        return Host()


def _steady(file: sqlite3.Connection, own: float | None) -> float | None:
    """By how much the steady clock is ahead of the machine's own, for all processes of this start of the machine."""
    up = uptime()
    if up is None or own is None:
        return own
    row = file.execute("SELECT ahead FROM clock WHERE boot = ?", (up[0],)).fetchone()
    if row is None:
        file.execute("DELETE FROM clock")
        file.execute("INSERT OR IGNORE INTO clock VALUES (?, ?)", (up[0], own))
        row = file.execute("SELECT ahead FROM clock WHERE boot = ?", (up[0],)).fetchone()
    return row[0] if row is not None and isinstance(row[0], float) else own


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def this_process() -> str:
    """A name for this process that others on the machine can tell the life of."""
    return f"{socket.gethostname()}:{os.getpid()}"


def alive(process: str) -> bool:
    """Whether a process is still there, as far as can be told: one of another machine or container may be."""
    machine, _, number = process.rpartition(":")
    if machine != socket.gethostname() or not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
