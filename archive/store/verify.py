"""Do the capture files, the database and the index of search still agree, byte by byte? Changes nothing.

Every record's gzip checksum, length and digests are looked at, every capture's bytes are held against the CRC-32 that
was kept of them (gzip does not mind some bits of its own header), and every row against the record that it names.
Files and rows are walked through side by side, in the order of their offsets: memory does not grow with either. What
the rows of the database say by themselves is looked at in archive.store.verify_rows.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import deflate
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder, DamagedCapture, KeptCapture, captures_among
from archive.captures.check import DamagedSpan, WholeRecord, check
from archive.captures.files import OPEN
from archive.store import kept, verify_rows, verify_search
from archive.store.damage import is_damage
from archive.store.errors import ArchiveUnreadable, DamagedRow, reason_of
from archive.store.tables import article, capture, revision, warc_file

BATCH = 500
FEW = 3  # captures that are named of those that a damage is in


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be; in a capture file also where."""

    sentence: str
    file: str | None = None
    offset: int | None = None

    def __str__(self) -> str:
        """The sentence."""
        return self.sentence


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check has come: rows of the database, bytes of the capture files, then articles of the index."""

    of: Literal["rows", "captures", "articles"]
    done: int
    total: int


Watcher = Callable[[Progress], None]


def differences(
    connection: Connection,
    folder: CaptureFolder,
    sample: int | None = None,
    watch: Watcher = lambda progress: None,
    whole: Collection[str] = (),
) -> Iterator[Difference]:
    """Each thing that is not as it should be; none if all is well. With `sample` so many captures and articles alone,
    and the capture files of these names.

    What another process writes meanwhile, or has not committed yet, is no difference.
    """
    of_rows = verify_rows.differences(connection, sample, lambda *far: watch(Progress("rows", *far)))
    of_search = verify_search.differences(connection, sample, lambda *far: watch(Progress("articles", *far)))
    yield from _to_its_end("The database", _database(connection, quick=sample is not None))
    yield from _to_its_end("The database", map(Difference, of_rows))
    if sample is None:
        yield from _to_its_end("What the database says of captures", _files(connection, folder, None, watch))
    else:
        if whole:
            yield from _to_its_end("What the database says of captures", _files(connection, folder, whole, watch))
        yield from _to_its_end("What the database says of captures", _sample(connection, folder, sample, watch))
    yield from _to_its_end("The index of search", map(Difference, of_search))


def _to_its_end(what: str, found: Iterator[Difference]) -> Iterator[Difference]:
    """A part of the check, and at its end that the database is too damaged for the rest of it."""
    try:
        yield from found
    except (sa.exc.DBAPIError, ArchiveUnreadable, DamagedRow) as error:
        if not is_damage(error):
            raise
        yield Difference(f"{what} cannot be looked at to its end: {reason_of(error.__cause__ or error)}.")


def _files(
    connection: Connection, folder: CaptureFolder, some: Collection[str] | None, watch: Watcher
) -> Iterator[Difference]:
    recorded = _recorded(connection)
    emptied = {name for name, row in recorded.items() if row.size < 0}  # by a compaction; they are about to go
    names = sorted({*folder.names(), *(name for name, row in recorded.items() if row.size)} - emptied)
    if some is not None:
        names = [name for name in names if name in some]
    total, done = sum(recorded[name].size for name in names if name in recorded), 0
    for name in names:
        yield from _file(connection, folder, name, partial(_tell, watch, done, total))
        done += recorded[name].size if name in recorded else 0
    if some is None:
        yield from _nowhere(connection, names)
    watch(Progress("captures", total, total))


def _nowhere(connection: Connection, walked: Collection[str]) -> Iterator[Difference]:
    """The captures whose rows name a file that nobody knows, or a place behind the end of theirs."""
    rows = sa.select(capture.c.id, capture.c.file, capture.c.offset).order_by(capture.c.file, capture.c.offset)
    known = sa.select(warc_file.c.name)
    for row in connection.execute(rows.where(~capture.c.lost, capture.c.file.not_in(known))):
        if row.file not in walked:  # else its record was looked for there
            yield Difference(f"The capture {row.id} is said to be in {row.file}, which is no capture file.", row.file)
    behind = rows.join(warc_file, warc_file.c.name == capture.c.file).where(capture.c.offset >= warc_file.c.size)
    for row in connection.execute(behind.where(~capture.c.lost)):
        yield Difference(f"The capture {row.id} is not at {row.offset} of {row.file}.", row.file, row.offset)


def _tell(watch: Watcher, before: int, total: int, here: int) -> None:
    watch(Progress("captures", before + here, total))


def _recorded(connection: Connection) -> dict[str, sa.Row[Any]]:
    return {row.name: row for row in connection.execute(sa.select(warc_file))}


def _file(
    connection: Connection, folder: CaptureFolder, name: str, watch: Callable[[int], None]
) -> Iterator[Difference]:
    row = connection.execute(sa.select(warc_file).where(warc_file.c.name == name)).first()
    committed = row.size if row else 0
    path = folder.path(name)
    if path is None:  # if it was taken away on purpose meanwhile, nothing is recorded of it
        if committed:
            yield Difference(f"The capture file {name} is missing.", name)
        return
    size = path.stat().st_size
    if size < committed or (size > committed and not path.name.endswith(OPEN)):
        yield Difference(f"The capture file {name} has {size} bytes, and {committed} are recorded.", name)
    end = min(size, committed) if path.name.endswith(OPEN) else size
    yield from _Comparison(connection, path, name, end, row.head_crc if row else None).differences(watch)


class _Comparison:
    """One file beside its rows."""

    def __init__(self, connection: Connection, path: Path, name: str, end: int, head_crc: int | None) -> None:
        self._connection, self._path, self._name, self._end = connection, path, name, end
        self._head_crc = head_crc
        self._damaged: list[DamagedSpan] = []  # not told yet
        self._torn: list[DamagedSpan] = []  # told, and not behind the rows yet

    def differences(self, watch: Callable[[int], None]) -> Iterator[Difference]:
        """What of records and rows is not as it should be, in the order of the file."""
        rows = self._rows()
        row = next(rows, None)
        yield from self._head(row)
        with self._path.open("rb") as file:
            for whole in captures_among(self._whole(watch)):
                within = any(whole.offset < span.offset < whole.offset + whole.length for span in self._damaged)
                yield from self._told()
                while row is not None and row.offset < whole.offset:
                    yield from self._absent(row)
                    row = next(rows, None)
                if row is None or row.offset > whole.offset:
                    yield from self._strange(whole)
                    continue
                file.seek(row.offset)
                data = None if within else file.read(whole.length)
                yield from self._compared(row, whole, data)
                row = next(rows, None)
        yield from self._told()
        while row is not None:
            yield from self._absent(row)
            row = next(rows, None)

    def _whole(self, watch: Callable[[int], None]) -> Iterator[WholeRecord]:
        for number, found in enumerate(check(self._path, end=self._end)):
            if isinstance(found, WholeRecord):
                yield found
            else:
                self._damaged.append(found)
            if number % BATCH == 0:
                watch(found.offset)

    def _told(self) -> Iterator[Difference]:
        """The damage, with the captures that it is in: that these are not at their places follows from it."""
        for span in self._damaged:
            where = f"from {span.offset} to {span.end}"
            sentence = f"{self._name} is damaged {where}: {span.reason}{self._struck(span)}"
            yield Difference(sentence, self._name, span.offset)
        self._torn += self._damaged
        self._damaged.clear()

    def _struck(self, span: DamagedSpan) -> str:
        behind = capture.c.offset + capture.c.length > span.offset
        here = (capture.c.file == self._name, ~capture.c.lost, capture.c.offset < span.end, behind)
        count = self._connection.execute(sa.select(sa.func.count()).where(*here)).scalar_one()
        first = sa.select(capture.c.id).where(*here).order_by(capture.c.offset).limit(FEW)
        names = ", ".join(self._connection.execute(first).scalars())
        more = f" and {count - FEW} more" if count > FEW else ""
        return f" It is of the capture{'s' if count > 1 else ''} {names}{more}." if count else ""

    def _rows(self) -> Iterator[sa.Row[Any]]:
        names = ("id", "offset", "length", "crc", "original_id", "payload_digest")
        query = sa.select(*(capture.c[name] for name in names)).order_by(capture.c.offset, capture.c.id)
        query = query.where(capture.c.file == self._name, ~capture.c.lost, capture.c.offset < self._end).limit(BATCH)
        batch = self._connection.execute(query).all()
        while batch:
            yield from batch
            last = batch[-1]
            behind = sa.or_(capture.c.offset > last.offset, capture.c.id > last.id)
            batch = self._connection.execute(query.where(capture.c.offset >= last.offset, behind)).all()

    def _head(self, first: sa.Row[Any] | None) -> Iterator[Difference]:
        if self._head_crc is None or first is None:
            return
        with self._path.open("rb") as file:
            if deflate.crc32(file.read(first.offset)) != self._head_crc and self._is_here(first):
                yield Difference(f"The head of {self._name} is not as it was written.", self._name, 0)

    def _compared(self, row: sa.Row[Any], whole: KeptCapture, data: bytes | None) -> Iterator[Difference]:
        """What of a row is not of its record. Without data its bytes are not looked at: told of as damaged already."""
        sentence = ""
        if (row.id, row.length) != (whole.id, whole.length):
            sentence = f"The capture {row.id} is not at {row.offset} of {self._name}."
        elif whole.payload_digest != _as_in_records(row.payload_digest) or (row.original_id or "") != whole.original:
            sentence = f"The row of the capture {row.id} is not of the record at {row.offset} of {self._name}."
        elif data is not None and row.crc is not None and deflate.crc32(data) != row.crc:
            sentence = f"{self._name} holds other bytes at {row.offset} than were written for the capture {row.id}."
        if sentence and self._is_here(row):
            yield Difference(sentence, self._name, row.offset)

    def _absent(self, row: sa.Row[Any]) -> Iterator[Difference]:
        self._torn = [span for span in self._torn if span.end > row.offset]
        told = any(span.offset < row.offset + row.length for span in self._torn)
        if not told and self._is_here(row):
            yield Difference(f"The capture {row.id} is not at {row.offset} of {self._name}.", self._name, row.offset)

    def _strange(self, whole: KeptCapture) -> Iterator[Difference]:
        now = kept.row_of(self._connection, whole.id)
        if now is None:
            yield Difference(f"The capture {whole.id} in {self._name} has no row.", self._name, whole.offset)
        elif now.file == self._name and now.lost and now.dropped is None:
            yield Difference(f"The capture {whole.id} in {self._name} counts as lost.", self._name, whole.offset)

    def _is_here(self, row: sa.Row[Any]) -> bool:
        """Whether the row still says so: it may have been moved meanwhile."""
        now = kept.row_of(self._connection, row.id)
        return now is not None and (now.file, now.offset, now.lost) == (self._name, row.offset, False)


def _as_in_records(digest: str) -> str:
    """A payload digest of a row as it stands in a record; what is no digest stands in none.

    >>> _as_in_records("da39a3ee5e6b4b0d3255bfef95601890afd80709")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    try:
        return "sha1:" + b32encode(bytes.fromhex(digest)).decode()
    except ValueError:
        return digest


def _sample(connection: Connection, folder: CaptureFolder, amount: int, watch: Watcher) -> Iterator[Difference]:
    chosen = sa.select(capture.c.id).where(~capture.c.lost).order_by(sa.func.random()).limit(amount)
    ids = connection.execute(chosen).scalars().all()
    for number, identity in enumerate(ids, 1):
        row = kept.row_of(connection, identity)
        if row is not None and not row.lost:
            try:
                kept.read_whole(connection, folder, row)
            except DamagedCapture as error:
                yield Difference(str(error), row.file, row.offset)
        watch(Progress("captures", number, len(ids)))


def _database(connection: Connection, *, quick: bool) -> Iterator[Difference]:
    if connection.dialect.name == "sqlite":
        pragma = "quick_check" if quick else "integrity_check"
        found = connection.execute(sa.text(f"PRAGMA {pragma}")).scalars().all()
        yield from (Difference(f"The database says: {one}.") for one in found if one != "ok")
        try:
            strays = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
        except sa.exc.OperationalError as error:  # a damaged schema: the tables do not fit together
            strays = []
            yield Difference(f"The database says: {reason_of(error)}.")
        for row in strays:
            yield Difference(f"The database says: row {row[1]} of {row[0]} names a {row[2]} that is not there.")
    newest = sa.select(sa.func.max(revision.c.number)).where(revision.c.article_id == article.c.id).scalar_subquery()
    wrong = sa.select(article.c.id).where(sa.func.coalesce(newest, 0) != article.c.revision)
    for identity in connection.execute(wrong).scalars():
        yield Difference(f"The newest revision of the article {identity} is not the one that its row names.")
    whole = kept.original
    other = sa.or_(
        whole.c.id.is_(None),
        whole.c.lost,
        whole.c.original_id.is_not(None),
        whole.c.payload_digest != capture.c.payload_digest,
    )
    query = sa.select(capture.c.id, capture.c.file, capture.c.offset, capture.c.original_id)
    query = query.select_from(capture.outerjoin(whole, kept.OF_ORIGINAL))
    for row in connection.execute(query.where(capture.c.original_id.is_not(None), ~capture.c.lost, other)):
        sentence = f"The capture {row.id} refers to {row.original_id}, which does not hold its body."
        yield Difference(sentence, row.file, row.offset)
