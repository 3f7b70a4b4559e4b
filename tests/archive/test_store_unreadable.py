"""What fails while an archive is read or made is one of its own errors, with a sentence: no traceback of a driver."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from archive_cases import SOURCE, START, Place, make_article, make_capture, take_in

from archive.store import Archive, ArchiveBroken, ArchiveProblem, ArchiveUnreachable, ArchiveUnreadable

READINGS: list[Callable[[Archive], object]] = [
    lambda archive: archive.pages(SOURCE),
    lambda archive: archive.article("x"),
    lambda archive: list(archive.articles()),
    lambda archive: list(archive.captures()),
    lambda archive: archive.status(),
    lambda archive: archive.runs(),
    lambda archive: archive.alarms(),
    lambda archive: archive.check(),
    lambda archive: archive.search("牧场"),
    lambda archive: archive.work(SOURCE, START, (), 5),
]
ERRORS = [
    sqlite3.OperationalError("database is locked"),
    sqlite3.OperationalError("disk I/O error"),
    sqlite3.DatabaseError("database disk image is malformed"),
    sqlite3.OperationalError("attempt to write a readonly database"),
]


def filled(folder: Path) -> Place:
    """An archive with an article."""
    place = Place(folder)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
    return place


class Failing:
    """A connection of SQLite's driver each of whose statements ends with an error."""

    def __init__(self, real: object, error: sqlite3.Error) -> None:
        self._real, self._error = real, error

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def cursor(self) -> Failing:
        """Its cursors fail."""
        return self

    def close(self) -> None:
        """Of such a cursor."""

    def execute(self, *_: object) -> None:
        """No statement succeeds."""
        raise self._error


@contextmanager
def failing(archive: Archive, error: sqlite3.Error) -> Iterator[None]:
    """Each statement ends with this error meanwhile, as if SQLite had given it."""
    shared = archive._connection.connection
    real = shared.dbapi_connection
    shared.dbapi_connection = Failing(real, error)  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        shared.dbapi_connection = real  # type: ignore[misc]


@pytest.mark.parametrize("error", ERRORS, ids=str)
@pytest.mark.parametrize("reading", READINGS)
def test_what_fails_while_reading_is_the_archives_own_error(
    reading: Callable[[Archive], object], error: sqlite3.Error, tmp_path: Path
) -> None:
    """Of a handle that only reads."""
    archive = filled(tmp_path).open()
    with failing(archive, error), pytest.raises(ArchiveUnreadable, match=str(error)):
        reading(archive)
    archive.close()


def test_a_writer_that_cannot_read_writes_no_more(tmp_path: Path) -> None:
    """Nothing that it decides then could be right."""
    archive = filled(tmp_path).open(write=True)
    with failing(archive, ERRORS[1]), pytest.raises(ArchiveBroken, match="disk I/O error"):
        archive.pages(SOURCE)
    with pytest.raises(ArchiveBroken, match="disk I/O error"):
        archive.keep(make_capture(2))
    archive.close()


def test_a_damaged_file_is_told_to_readers_and_writers(tmp_path: Path) -> None:
    """Whether its beginning is damaged or its middle."""
    place = filled(tmp_path)
    file = place.data / "archive.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    for write in (True, False):
        with pytest.raises(ArchiveProblem, match=r"malformed|not a database"):
            place.open(write=write)
    file.write_bytes(b"no database" * 1000)
    for write in (True, False):
        with pytest.raises(ArchiveUnreachable, match="not a database"):
            place.open(write=write)


COMMAND = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); from crawler.cli import main; main()"


@pytest.mark.parametrize("most", [0, 20, 5_000, 50_000])
def test_a_disk_that_is_full_while_an_archive_is_made_is_told_in_a_sentence(most: int, tmp_path: Path) -> None:
    """By the command, with an exit code, wherever the disk ends; and the archive can be made afterwards."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    arguments = ["-c", COMMAND.format(most), "learn", "tibet-cn", "--data", str(tmp_path / "data")]
    ended = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    assert ended.returncode in (1, 2)
    assert "data" in ended.stderr
    Archive.open(tmp_path / "data", write=True).close()
