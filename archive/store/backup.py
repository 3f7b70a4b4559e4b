"""Save an archive into another folder while it is written to, so that the folder is an archive itself.

The database comes first, as it stands at one moment (SQLite's online backup; pg_dump); then every capture file that it
names, up to the size that it names (`archive.store.backup_files`). What is saved is read back and held against itself
before it is given its names, and `backup.json` is written last: what is killed on the way leaves the backup that was
there before, or none. A copy that has rotted since is made once more.

Files are copied and never linked: a link would share every later damage. What the folder has already is not copied
again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.engine import URL, Connection

from archive.captures import CaptureFolder
from archive.captures.disk import sync_path
from archive.store import verify
from archive.store.backup_files import PART, BackupFiles
from archive.store.belonging import FILE as LABEL
from archive.store.belonging import REMEMBERED, Label, label_of, write_label
from archive.store.errors import ArchiveBusy, BackupRefused
from archive.store.tables import archive, warc_file
from archive.store.verify import Difference

NOTE = "backup.json"
DATABASE = "archive.db"
DUMP = "archive.dump"
LOCK = "files.lock"
"""Held in the data folder by who copies capture files and by who takes any away."""

Watcher = Callable[[str, int, int], None]
"""Told what is done, and how many of how many bytes."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds, and how much of it was copied now."""

    files: int
    bytes: int
    copied_files: int
    copied_bytes: int
    differences: tuple[Difference, ...] = ()
    aside: tuple[str, ...] = ()  # what was taken out of the backup and holds what the archive has no more


@contextmanager
def files_held(data: Path) -> Iterator[None]:
    """See that no capture file is taken away meanwhile. Raises ArchiveBusy."""
    lock = FileLock(data / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ArchiveBusy(data, None) from error
    try:
        yield
    finally:
        lock.release()


def save(connection: Connection, data: Path, to: Path, sample: int | None, watch: Watcher) -> Saved:
    """Save the archive of the data folder into the folder `to`, which is made, or brought up to date.

    All of it is checked at the end, or with `sample` so much of what an earlier backup has checked. If anything
    differs, also in a second copy, the backup is not given its names, and what was there stays. Raises
    BackupRefused, ArchiveBusy, or OSError if it cannot be written.
    """
    label = _fitting(connection, data, to)
    (to / "captures").mkdir(parents=True, exist_ok=True)
    with files_held(data), files_held(to):
        _take_away_unnamed(to)  # of one that was killed
        try:
            if connection.dialect.name == "sqlite":
                _copy_database(connection, to / (DATABASE + PART))
                with closing(_read(to / (DATABASE + PART))) as copy:
                    return _save_captures(copy, data, to, label, DATABASE, sample, watch)
            _dump(connection, to / (DUMP + PART))
            return _save_captures(connection, data, to, label, DUMP, sample, watch)
        finally:
            _take_away_unnamed(to)


def _save_captures(
    named: Connection, data: Path, to: Path, label: Label, database: str, sample: int | None, watch: Watcher
) -> Saved:
    sizes = {row.name: row.size for row in named.execute(sa.select(warc_file).where(warc_file.c.size > 0))}
    files = BackupFiles(CaptureFolder(data / "captures"), to / "captures", sizes)
    files.bring(lambda done, total: watch("copying", done, total))
    proved = _proved(to)
    unproved = {name for name, size in sizes.items() if name in files.copied or proved.get(name) != size}
    found = _differences(named, files, sample, unproved, watch)
    while rotten := {each.file for each in found if each.file in sizes} - files.copied:
        for name in sorted(filter(None, rotten)):
            files.copy(name)
        found = _differences(named, files, None, unproved, watch)
    aside: tuple[str, ...] = ()
    if found:
        files.let_go({each.file for each in found if each.file})
    else:
        aside = _give_names(named, to, label, database, files)
    copied = sum(sizes[name] for name in files.copied)
    return Saved(len(sizes), sum(sizes.values()), len(files.copied), copied, found, aside)


def _take_away_unnamed(to: Path) -> None:
    """What was not given its name, where something differed or could not be done."""
    for name in (DATABASE, DUMP, NOTE):
        (to / (name + PART)).unlink(missing_ok=True)
    (to / (DATABASE + PART + "-journal")).unlink(missing_ok=True)
    for part in (to / "captures").glob(f"*{PART}"):
        part.unlink()


def _fitting(connection: Connection, data: Path, to: Path) -> Label:
    """The label of the backup to be. Raises BackupRefused for a folder that holds something else."""
    row = connection.execute(sa.select(archive)).first()
    if row is None:
        raise BackupRefused(f"The archive in {data} has no id yet; the next crawl gives it one.")
    inside, here = to.resolve(), data.resolve()
    if inside == here or here in inside.parents or inside in here.parents:
        raise BackupRefused(f"The folder {to} lies in the data folder {data} or around it. Name one beside it.")
    if to.exists() and not to.is_dir():
        raise BackupRefused(f"{to} is no folder.")
    if to.is_dir() and any(each.name not in BEGUN for each in to.iterdir()):
        note, there = _note(to), label_of(to)
        begun = there is not None and {each.name for each in to.iterdir()} <= {*BEGUN, *NAMED}
        if note is None and not begun:
            raise BackupRefused(f"The folder {to} holds something that is no backup. Name an empty or a new one.")
        if (note or {}).get("archive", there and there.id) != row.id:
            raise BackupRefused(f"The folder {to} holds a backup of another archive.")
        if there is not None and _lives(to, there):
            raise BackupRefused(f"The backup in {to} has become an archive of its own. Name another folder.")
    known = () if (there := label_of(to)) is None else there.stamps  # of the database that stays until all is there
    stamps = tuple(dict.fromkeys((*known[1 - REMEMBERED :], row.stamp)))
    return Label(row.id, stamps, DATABASE if connection.dialect.name == "sqlite" else "")


def _lives(to: Path, there: Label) -> bool:
    """Whether the folder of a backup has been opened for writing as the data folder that it can be."""
    if not (to / DATABASE).exists():
        return there.database not in ("", DATABASE)  # that elsewhere; one of its own has not been given its name yet
    with closing(_read(to / DATABASE)) as connection:
        row = connection.execute(sa.select(archive.c.folder)).first()
    return row is not None and bool(row.folder == str(to.resolve()))


BEGUN = ("captures", DATABASE + PART, DATABASE + PART + "-journal", DUMP + PART, LOCK, LABEL + ".new")
"""What a first backup that was killed leaves."""

NAMED = (LABEL, DATABASE, DUMP, NOTE + PART)
"""And what beside that, if it was killed while it gave its names."""


def _note(to: Path) -> dict[str, object] | None:
    try:
        read = json.loads((to / NOTE).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _copy_database(connection: Connection, to: Path) -> None:
    """The database as it stands at this moment, in one file; whoever writes to it is not held up. Raises OSError."""
    to.unlink(missing_ok=True)
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    try:
        with closing(sqlite3.connect(to)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        number = errno.ENOSPC if error.sqlite_errorcode == sqlite3.SQLITE_FULL else errno.EIO
        raise OSError(number, f"The database could not be copied ({error})", str(to)) from error
    sync_path(to)


def _read(database: Path) -> Connection:
    url = URL.create("sqlite", database=database.absolute().as_uri(), query={"uri": "true", "mode": "ro"})
    return sa.create_engine(url, poolclass=sa.pool.NullPool).connect()


def _dump(connection: Connection, to: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupRefused(
            "The database is a PostgreSQL, and pg_dump is not on the PATH. Install PostgreSQL's client programs."
        )
    url = connection.engine.url.set(drivername="postgresql")
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    address = url.set(password=None).render_as_string(hide_password=False)
    command = [program, "--format=custom", f"--file={to}", f"--dbname={address}"]
    ended = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if ended.returncode:
        raise BackupRefused(f"pg_dump could not save the database: {' '.join(ended.stderr.split())}")
    sync_path(to)


def _proved(to: Path) -> dict[str, object]:
    """The files of the backup that is there, which were read whole when they were copied; and how long they were."""
    files = (_note(to) or {}).get("files")
    return files if isinstance(files, dict) else {}


def _differences(
    named: Connection, files: BackupFiles, sample: int | None, unproved: set[str], watch: Watcher
) -> tuple[Difference, ...]:
    """What of the copies is not as the database says."""
    return tuple(
        verify.differences(named, files, sample, lambda far: watch("checking " + far.of, far.done, far.total), unproved)
    )


def _give_names(named: Connection, to: Path, label: Label, database: str, files: BackupFiles) -> tuple[str, ...]:
    """Nothing of it differs; what was put aside is handed back."""
    bereft = files.bereft(named)
    if database == DATABASE:  # the copy, which gets its name; of a PostgreSQL it is the archive's own connection
        named.close()
    aside = [*files.give_names(bereft)]
    write_label(to, label)
    (to / (database + PART)).replace(to / database)
    sync_path(to)
    aside += files.take_away(bereft)  # of an earlier backup; it was merged into others since, or lost
    made = datetime.now(UTC).isoformat(timespec="seconds")
    told = {"archive": label.id, "made": made, "database": database, "files": files.sizes}
    part = to / (NOTE + PART)
    part.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    sync_path(part)
    part.replace(to / NOTE)
    sync_path(to)
    return tuple(aside)
