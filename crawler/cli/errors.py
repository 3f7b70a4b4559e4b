"""Which errors are explained to a person in one sentence instead of a traceback."""

from __future__ import annotations

import click

from archive.captures.errors import CaptureProblem
from archive.store.errors import ArchiveBroken, ArchiveProblem, ArchiveUnreadable, DamagedRow
from crawler.blame import is_the_machine_s
from crawler.errors import ConfigError
from crawler.reader import ReaderBroken

_IOERR, _FULL = 10, 13
"""SQLite's codes (sqlite.org/rescode.html). Importing sqlite3 for them would cost each start."""


class Refused(click.ClickException):
    """A wrong configuration, an archive that is in use: exit code 2."""

    exit_code = 2


class Failed(click.ClickException):
    """A disk that is full, a file that cannot be written: exit code 1."""


def explained(error: Exception) -> click.ClickException | None:
    """What to tell a person of an error that one can act on; None for a fault of ours, which keeps its traceback."""
    if isinstance(error, ArchiveBroken | ArchiveUnreadable | DamagedRow) or (
        isinstance(error, ArchiveProblem) and error.__cause__ is not None and is_of_the_disk(error.__cause__)
    ):
        return Failed(str(error))
    if isinstance(error, ArchiveProblem | CaptureProblem | ConfigError):
        return Refused(str(error))
    if isinstance(error, ReaderBroken):
        return Failed(str(error))
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return Failed(f"{place}{error.strerror or error}.")
    return None


def is_of_the_disk(cause: BaseException) -> bool:
    """Whether the machine is what could not do it: nothing is wrong with what was asked."""
    code: int = getattr(getattr(cause, "orig", None), "sqlite_errorcode", 0) & 0xFF  # the rest tells kinds apart
    return is_the_machine_s(cause) or code in (_IOERR, _FULL)
