"""One data folder and one database belong together: what both hold of it is compared before anything is touched.

The folder has it in the file `archive.id`, the database in the table `archive`:

- the id of the archive, the same in both, however often the two are moved or copied together;
- stamps: each opening for writing leaves a new one in the database, and in the folder behind those before it. A folder
  that does not know the database's stamp has missed an opening: it is a copy that was left behind, and the captures
  that it misses are not lost, they lie in the other folder;
- where the other one lies, for people: a path, or an address without user and password.

A file that holds an id and nothing else is the word of a person, who joins a folder to the database of that id.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from archive.captures import CaptureFolder
from archive.captures.disk import sync, sync_path
from archive.store import rows
from archive.store.errors import ArchiveForeign
from archive.store.tables import archive, warc_file

FILE = "archive.id"
LAYOUT = "0007"
"""The first layout whose databases hold an id."""

REMEMBERED = 32
"""Stamps that a folder keeps: a power cut may take the newest ones from a database that does not sync each commit."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a data folder holds: the archive's id, its stamps, the newest last, and where its database lies."""

    id: str
    stamps: tuple[str, ...] = ()
    database: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a database holds: the archive's id, the newest stamp, and the data folder that it was last written from."""

    id: str
    stamp: str
    folder: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A data folder and a database that are to be opened together."""

    data: Path
    url: URL

    @property
    def file(self) -> Path | None:
        """The database's file, whatever links lead to it; None where it is a server's."""
        return Path(self.url.database or "").resolve() if self.url.get_backend_name() == "sqlite" else None

    @property
    def inside(self) -> bool:
        """Whether the database is a file in the folder, so that both are moved and copied together."""
        return self.file is not None and self.file.parent == self.data.resolve()

    @property
    def address(self) -> str:
        """The database as it is told to people and kept in the folder: a name in it, a path, a URL without secrets."""
        if self.file is not None:
            return _words(self.file.name if self.inside else self.file)
        query = {name: value for name, value in self.url.query.items() if name in ("host", "port")}
        shown = URL.create("postgresql", host=self.url.host, port=self.url.port, database=self.url.database)
        return shown.set(query=query).render_as_string()


def compare(connection: Connection | None, pair: Pair, layout: str | None, *, write: bool) -> None:
    """See that the two belong together; writes nothing. `layout` is the database's, None for an empty or a missing one.

    For reading it is enough that they are not known to belong to two archives. Raises ArchiveForeign.
    """
    label, record = label_of(pair.data), _record(connection, layout)
    if not write and (label is None or record is None or label.id == record.id):
        return
    reason = _mismatch(pair, label, record, lambda: _names_other_files(connection, pair, layout))
    if reason:
        known = record.id if record else label.id if label else uuid.uuid4().hex
        raise ArchiveForeign(reason, known, pair.data / FILE)


def missing_elsewhere(pair: Pair) -> ArchiveForeign | None:
    """What to say of a database that is not there to be read, where the folder knows of another one."""
    label = label_of(pair.data)
    if label is None or label.database in ("", pair.address):
        return None
    return ArchiveForeign(_of_another(pair, label), label.id, pair.data / FILE)


def join(connection: Connection, pair: Pair) -> None:
    """Leave the next stamp in folder and database; both are given an id if they have none.

    The folder comes first: a kill in between, or a database that cannot be written, leaves a folder that knows more
    than its database. However often that happens, the stamp that the database holds stays in the folder.

    Raises OSError if the folder cannot be written to.
    """
    label, record = label_of(pair.data), _record(connection, LAYOUT)
    identity = record.id if record else label.id if label else uuid.uuid4().hex
    stamp = secrets.token_hex(6)
    write_label(pair.data, Label(identity, _remembered(label, record, stamp), pair.address))
    values = {"id": identity, "stamp": stamp, "folder": _words(pair.data.resolve())}
    connection.execute(archive.update().values(values) if record else archive.insert().values(values))
    connection.commit()


def _remembered(label: Label | None, record: Record | None, stamp: str) -> tuple[str, ...]:
    """The stamps that a folder keeps once `stamp` is new; the database's own is never pushed out of them."""
    own = (record.stamp,) if record else ()
    before = [each for each in (label.stamps if label else ()) if each not in own]
    return (*before[len(own) + 1 - REMEMBERED :], *own, stamp)


def label_of(data: Path) -> Label | None:
    """What a data folder holds; None if there is nothing. Raises OSError if that cannot be told."""
    try:
        lines = (data / FILE).read_text("utf-8", "replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    identity, stamps, database = (each.strip() for each in (*lines, "", "", "")[:3])
    return Label(identity, tuple(stamps.split()), database) if identity else None


def _mismatch(pair: Pair, label: Label | None, record: Record | None, other_files: Callable[[], bool]) -> str:
    """Why the two do not belong together, the first half of a sentence; "" if they do."""
    here, there = pair.data, pair.address
    if record is None:
        if label is not None:
            return _of_another(pair, label) if label.database not in ("", there) else ""
        strange = not pair.inside and other_files()
        return (
            f"The database {there} names capture files, none of which is in the data folder {here}" if strange else ""
        )
    if label is None:
        return "" if pair.inside else f"The database {there} belongs to the data folder {record.folder}, not to {here}"
    if label.id != record.id:
        return (
            f"The data folder {here} belongs to the database {label.database or label.id}, "
            f"and the database {there} to the data folder {record.folder}"
        )
    known = not label.stamps or record.stamp in label.stamps
    if known or (pair.inside and not _is_in_use(record, here)):  # inside: the database came back from a backup
        return ""
    if record.folder == _words(here.resolve()):
        return f"The data folder {here} and the database {there} are not of one time: one of them may be a backup"
    return f"The database {there} has been written from the data folder {record.folder} since {here} was left behind"


def _of_another(pair: Pair, label: Label) -> str:
    return f"The data folder {pair.data} belongs to the database {label.database}, not to {pair.address}"


def _is_in_use(record: Record, here: Path) -> bool:
    """Whether another folder of this machine holds the database's stamp."""
    if record.folder == _words(here.resolve()):
        return False
    label = None
    with suppress(OSError):  # not ours to read
        label = label_of(Path(record.folder))
    return label is not None and label.id == record.id and record.stamp in label.stamps


def _names_other_files(connection: Connection | None, pair: Pair, layout: str | None) -> bool:
    """Whether a database from before there were ids names capture files, and the folder has none of them."""
    if layout is None or connection is None:
        return False
    names = connection.execute(sa.select(warc_file.c.name).where(warc_file.c.size > 0)).scalars().all()
    connection.rollback()
    return bool(names) and not set(names) & set(CaptureFolder(pair.data / "captures").names())


def _record(connection: Connection | None, layout: str | None) -> Record | None:
    if connection is None or layout is None or layout < LAYOUT:
        return None
    row = connection.execute(sa.select(archive)).first()
    connection.rollback()
    return Record(row.id, row.stamp, row.folder) if row else None


def write_label(data: Path, label: Label) -> None:
    """Have a data folder hold it, or what it held before. Raises OSError."""
    path = data / FILE
    new = path.with_name(FILE + ".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(f"{label.id}\n{' '.join(label.stamps)}\n{label.database}\n")
        sync(file)
    new.replace(path)
    sync_path(data)


def _words(path: Path | str) -> str:
    """A path as it is told and kept: one line that can be encoded."""
    return " ".join(rows.column_text(str(path)).splitlines())
