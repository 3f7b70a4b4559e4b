"""Do the capture files and the database still agree, byte by byte? Reads everything and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder, KeptCapture, captures_among
from archive.captures.check import DamagedSpan, WholeRecord, check
from archive.store.tables import article, capture, revision, warc_file


def differences(connection: Connection, folder: CaptureFolder) -> Iterator[str]:
    """A sentence for each thing that is not as it should be; none if all is well.

    While another process writes, what it has not committed yet is told as captures without a row.
    """
    yield from _database(connection)
    named = {row.name for row in connection.execute(sa.select(warc_file).where(warc_file.c.size > 0))}
    there = list(folder.names())
    yield from (f"The capture file {name} is missing." for name in sorted(named - set(there)))
    for name in there:
        yield from _file(connection, folder, name)


def _file(connection: Connection, folder: CaptureFolder, name: str) -> Iterator[str]:
    path = folder.path(name)
    if path is None:  # renamed between the look and now
        return
    records: list[WholeRecord] = []
    for found in check(path):
        if isinstance(found, DamagedSpan):
            yield f"{name} is damaged from {found.offset} to {found.end}: {found.reason}"
        else:
            records.append(found)
    whole = {one.id: one for one in captures_among(records)}
    columns = (capture.c.id, capture.c.offset, capture.c.length)
    rows = connection.execute(sa.select(*columns).where(capture.c.file == name, ~capture.c.lost)).all()
    for row in rows:
        if whole.pop(row.id, None) != KeptCapture(row.id, row.offset, row.length):
            yield f"The capture {row.id} is not at {row.offset} of {name}."
    yield from (f"The capture {identity} in {name} has no row." for identity in whole)


def _database(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        found = connection.execute(sa.text("PRAGMA integrity_check")).scalars().all()
        yield from (f"The database says: {one}." for one in found if one != "ok")
    newest = sa.select(sa.func.max(revision.c.number)).where(revision.c.article_id == article.c.id).scalar_subquery()
    wrong = sa.select(article.c.id).where(sa.func.coalesce(newest, 0) != article.c.revision)
    for identity in connection.execute(wrong).scalars():
        yield f"The newest revision of the article {identity} is not the one that its row names."
