"""What cannot be read back is left out and told, and the others of its batch are had.

Ids and times by which articles are ordered are read as they stand there: one that is none costs its own article alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.store.errors import DamagedRow
from archive.store.tables import article, capture, revision

Read = TypeVar("Read")

ID = 16
"""Characters of an article's id, which are ASCII."""

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damage(error: BaseException | None) -> bool:
    """Whether what stands in the database is what is wrong, and neither the disk nor somebody's lock."""
    while error is not None and not isinstance(error, DamagedRow):
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
            return True
        error = error.__cause__
    return error is not None


def sound(
    ids: Sequence[str], read: Callable[[Sequence[str]], Iterable[Read]], told: Callable[[DamagedRow], object]
) -> list[Read]:
    """What `read` gives of these articles, without those whose rows are damaged; `told` is told of each of them.

    They are read at once, and one by one only where that fails. Any other error is a fault of ours and is raised.
    """
    try:
        return list(read(ids))
    except DamagedRow as error:
        if len(ids) > 1:
            return [one for identity in ids for one in sound([identity], read, told)]
        told(error.of(f"The article {ids[0]}"))
        return []


class Dated(NamedTuple):
    """An article, and the moment by which it is ordered."""

    id: str
    dated: datetime


def dated_columns(connection: Connection) -> list[sa.ColumnElement[Any]]:
    """An article's id and moment, as `dated` reads them."""
    return [as_stored(connection, column).label(column.name) for column in (article.c.id, article.c.dated)]


def dated(found: Iterable[Sequence[Any]], told: Callable[[DamagedRow], object]) -> Iterator[Dated]:
    """What such rows say, without those whose id or moment is none; `told` is told of each of them."""
    for identity, moment in found:
        try:
            read = _read(identity, moment)
        except ValueError as error:
            name = identity.decode("utf-8", "backslashreplace") if isinstance(identity, bytes) else str(identity)
            told(DamagedRow(str(error), f"The article {ascii(name)[1:-1]}"))
        else:
            yield read


def _read(identity: bytes | str, moment: bytes | datetime) -> Dated:
    name = identity.decode("ascii") if isinstance(identity, bytes) else identity
    if len(name) != ID or not name.isascii():
        raise ValueError("its id is none")
    return Dated(name, moment_of(moment))


def as_stored(connection: Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A column as `moment_of` reads it: SQLite has no times, and whatever bytes in its texts."""
    return sa.cast(column, sa.LargeBinary) if connection.dialect.name == "sqlite" else column


def moment_of(stored: bytes | datetime) -> datetime:
    """The moment that stands there; raises ValueError."""
    if isinstance(stored, datetime):
        return stored
    return datetime.fromisoformat(stored.decode("ascii")).replace(tzinfo=UTC)


def without_text(connection: Connection, ids: Sequence[str], told: Callable[[DamagedRow], object]) -> None:
    """`told` is told of each of these articles whose newest revision, or the capture of that, is not there."""
    newest = sa.and_(revision.c.article_id == article.c.id, revision.c.number == article.c.revision)
    whole = sa.exists().where(newest, capture.c.id == revision.c.capture_id)
    for identity in connection.execute(sa.select(article.c.id).where(article.c.id.in_(ids), ~whole)).scalars():
        told(DamagedRow("its newest revision is not there", f"The article {identity}"))
