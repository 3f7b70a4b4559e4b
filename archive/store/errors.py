"""What can be wrong with an archive as a whole.

ArchiveProblem
├── ArchiveBusy         another process writes
├── ArchiveMissing      there is no archive to read
├── ArchiveUnreachable  the data folder or the database cannot be opened at all
│   └── ArchiveUnreadable   a disk or database failed while it was read
├── ArchiveForeign      the data folder and the database belong to two archives
├── ArchiveOutdated     the database was made by an older version and has to be opened for writing once
├── ArchiveNewer        the database was made by a newer version
├── ArchiveBroken       a disk or database failed while it was written to; the handle is of no more use
├── BackupRefused       a folder is not fit to be saved into, or what is to be saved cannot be had
└── NotWritable         a handle that was opened for reading was asked to write

DamagedRow              a row of the database is not what was written into it; everything else can be had
"""

# ruff: noqa: N818 - the names say what is the matter: "except ArchiveBusy" needs no "Error"

from __future__ import annotations

import shutil
from pathlib import Path

SCARCE = 16 << 20
"""Bytes: with less left on its disk a database may fail in words that say nothing of it (SQLite: disk I/O error)."""


def scarce(folder: Path) -> str:
    """A sentence where the disk of a folder is nearly full, for whoever tells of a failure; "" if it is not."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""
    return f" Only {free / 1e6:.1f} MB are free on the disk of {folder}." if free < SCARCE else ""


def reason_of(cause: BaseException) -> str:
    """What the disk or the database says itself, in one line."""
    return " ".join(str(getattr(cause, "orig", None) or cause).split()) or type(cause).__name__


class ArchiveProblem(Exception):
    """The archive cannot be used as asked; the message says what to do."""


class ArchiveBusy(ArchiveProblem):
    """Another process has the archive open for writing. `pid` is None where it is not known."""

    def __init__(self, data: Path, pid: int | None) -> None:
        self.pid = pid
        who = f"The process {pid}" if pid else "Another process"
        super().__init__(f"{who} is writing to the archive in {data}. Wait until it has ended, or stop it.")


class ArchiveMissing(ArchiveProblem):
    """There is nothing to read yet."""


class ArchiveUnreachable(ArchiveProblem):
    """The address is none, the server does not answer, the file is no database, or a driver or folder is missing."""


class ArchiveUnreadable(ArchiveUnreachable):
    """Reading failed: the disk, a lock that somebody else holds, a damaged file, a server that is gone."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(
            f"The archive cannot be read ({reason_of(cause)}). See to its disk and to who else uses the database; "
            "`jianbao doctor` tells more."
        )


class ArchiveForeign(ArchiveProblem):
    """The data folder and the database are not of one archive; nothing was touched."""

    def __init__(self, reason: str, identity: str, file: Path) -> None:
        super().__init__(
            f"{reason}: use what belongs together, or, to join the two on purpose, write the line {identity} "
            f"and nothing else into {file}."
        )


class ArchiveOutdated(ArchiveProblem):
    """The database has an older layout; opening it for writing brings it up to date."""


class ArchiveNewer(ArchiveProblem):
    """The database has a layout that this version does not know."""


class ArchiveBroken(ArchiveProblem):
    """Writing failed, and with it everything since the last commit. What was kept is found at the next opening."""

    def __init__(self, cause: BaseException, folder: Path | None = None) -> None:
        super().__init__(
            f"The archive could not be written ({reason_of(cause)}).{scarce(folder) if folder else ''} See to it, "
            "then run the same command again: no kept page is lost."
        )


class BackupRefused(ArchiveProblem):
    """Nothing was saved, and what was in the folder is there still."""


class NotWritable(ArchiveProblem):
    """The archive was opened for reading."""


class DamagedRow(Exception):
    """What stands in a row cannot be read back. It is the matter of that row alone, and no ArchiveProblem."""

    def __init__(self, why: str, what: str = "A row of the database") -> None:
        self.why, self.what = why, what
        super().__init__(f"{what} cannot be read back: {why}. `jianbao verify` names all that is damaged.")

    def of(self, what: str) -> DamagedRow:
        """The same, told of the thing whose row it is."""
        return DamagedRow(self.why, what)
