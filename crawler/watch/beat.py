"""What a worker tells its supervisor, and what the supervisor tells the world (`daemon.json`)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from select import PIPE_BUF
from typing import Literal

import msgspec

from crawler.whole_file import write_whole

FILE, LOCK = "daemon.json", "daemon.lock"
"""What a daemon keeps in the data folder while it runs."""

State = Literal["starting", "idle", "waiting", "opening", "crawling", "trouble", "ended"]


class Beat(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from a worker. `said` is the trouble it is in, a sentence; `ended` counts the looks it has finished."""

    state: State
    under_way: tuple[str, ...] = ()
    ended: int = 0
    said: str = ""

    def line(self) -> bytes:
        """As it goes over the pipe: so short that it is taken whole or not at all (pipe(7)), whatever it leaves out."""
        line = msgspec.json.encode(self) + b"\n"
        if len(line) <= PIPE_BUF:
            return line
        if self.under_way:
            return msgspec.structs.replace(self, under_way=self.under_way[: len(self.under_way) // 2]).line()
        return msgspec.structs.replace(self, said=self.said[: len(self.said) // 2]).line()


def beat_of(line: bytes) -> Beat | None:
    """The beat in a line; None for anything else that somebody printed."""
    try:
        return msgspec.json.decode(line, type=Beat)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class WorkerNow(msgspec.Struct, frozen=True):
    """The worker as its supervisor sees it."""

    pid: int
    started: datetime
    state: State
    under_way: tuple[str, ...]
    last_beat: datetime | None
    ended: int  # looks, since it started
    trouble: str  # "" if all is well


class DaemonNow(msgspec.Struct, frozen=True):
    """`daemon.json`: how the daemon stands. It is there while one runs, and what it says is as old as `last_tick`."""

    pid: int
    host: str
    started: datetime
    last_tick: datetime
    tick: float  # seconds between two
    restarts: int  # of workers that ended before their time
    next_due: datetime | None
    trouble: str  # of the supervisor's own, e.g. a configuration that cannot be read; "" if all is well
    worker: WorkerNow | None
    folder: str = ""  # device and inode of its data folder: a copy of the file, in a copied folder, tells of no daemon


def write(path: Path, now: DaemonNow) -> None:
    """Write the file so that no reader ever sees half of it. Raises OSError."""
    write_whole(path, msgspec.json.encode(msgspec.structs.replace(now, folder=_name(path.parent))) + b"\n")


def read(path: Path) -> DaemonNow | None:
    """How the daemon of a data folder stands; None where none runs, or none whose file can be read."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=DaemonNow)
        return told if told.folder in ("", _name(path.parent)) else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _name(folder: Path) -> str:
    """What a folder keeps when it is renamed, and no copy has. The root of every volume has the same inode."""
    found = folder.stat()
    return f"{found.st_dev}:{found.st_ino}"
