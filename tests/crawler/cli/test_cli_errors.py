"""Which errors end a command with which code."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from archive.store.errors import ArchiveBroken, ArchiveBusy, ArchiveMissing, ArchiveProblem, ArchiveUnreachable
from crawler.cli.errors import explained


def of_sqlite(code: int) -> sa.exc.OperationalError:
    """An error as SQLAlchemy hands it on."""
    raw = sqlite3.OperationalError("disk I/O error")
    raw.sqlite_errorcode = code
    return sa.exc.OperationalError("PRAGMA", {}, raw)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), 1),
        (of_sqlite(sqlite3.SQLITE_FULL), 1),
        (of_sqlite(sqlite3.SQLITE_NOTADB), 2),
        (OSError(28, "No space left on device"), 1),
        (OSError(13, "Permission denied"), 2),
    ],
)
def test_a_full_disk_is_no_wrong_usage(cause: Exception, code: int) -> None:
    """Also where it is met before anything is open; a file that is no database is a wrong word."""
    error = ArchiveUnreachable("It cannot be opened.")
    error.__cause__ = cause
    told = explained(error)
    assert told is not None
    assert told.exit_code == code


@pytest.mark.parametrize(
    ("error", "code"), [(ArchiveBroken(OSError(5, "I/O")), 1), (ArchiveMissing("none"), 2), (ArchiveProblem("x"), 2)]
)
def test_what_breaks_on_the_way_needs_attention(error: ArchiveProblem, code: int) -> None:
    """And what was asked wrongly is wrong usage."""
    told = explained(error)
    assert told is not None
    assert told.exit_code == code


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    """It is to be reported, and needs no sentence; an archive in use is told as that."""
    assert explained(ValueError("ours")) is None
    assert explained(ArchiveBusy.__new__(ArchiveBusy)) is not None
