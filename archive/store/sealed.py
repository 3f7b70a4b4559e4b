"""A checksum beside what a row says, in the row: whatever bit of it changes without anybody writing it, `verify` finds.

Only of what follows from nothing else: the index of search and that of stories can be held against the articles.

`row_crc` is a CRC-32, which no single flipped bit gets past. What is written once and never changed brings it along (a
revision, what a capture's answer was); the others get it at the end of a run, many at once: a page is changed three
times while its answer is recorded. A trigger takes it away from every row that says something else now, whoever changes
it: a row without one waits, for it is new, was changed, or is from before there were any. An index of nothing else
tells which.

When a page was last asked for and an article last seen is not sealed: each look writes it, and whatever stood in the
row would be sealed anew with it, damaged or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import cache
from operator import methodcaller
from time import monotonic
from typing import Any

import deflate
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.store import tables
from archive.store.prepared import directly
from archive.store.undecoded import as_they_stand

BATCH = 500
"""Rows of a transaction."""

MOST_OLDER = 10_000
"""Rows of those that bring their checksum along and have none that are given one in a call: from before there were any.
They hold whole texts; the next call goes on with the others."""

BROUGHT = (tables.capture, tables.revision)


def _all_but(table: sa.Table, *names: str) -> Sequence[str]:
    return [column.name for column in table.columns if column.name not in ("row_crc", *names)]


SEALED: Mapping[sa.Table, Sequence[str]] = {
    tables.run: _all_but(tables.run),
    tables.page: _all_but(tables.page, "last_checked", "last_fetched", "last_full"),
    tables.capture: (  # where it lies is told by its record, what it was read as has zlib's checksum
        *("id", "source_id", "url", "kind", "fetched_at", "status"),
        *("content_type", "payload_digest", "content_digest"),
    ),
    tables.article: _all_but(tables.article, "last_seen", "checked", "indexed", "grouped"),
    tables.revision: _all_but(tables.revision),
    tables.story: _all_but(tables.story),
    tables.outlet: _all_but(tables.outlet),
    tables.day_tally: _all_but(tables.day_tally),
}
"""The tables whose rows have a checksum, and the columns that it is made of. They stand in migration 0023 as well."""


def crc_of(table: sa.Table, row: Mapping[str, Any]) -> int:
    """The checksum of a row, of values as they are written or as either database's driver gives them.

    >>> crc_of(tables.outlet, {"source_id": "a", "names": '["甲"]', "trust": -1})
    967301173
    """
    return _crc([row[name] for name in SEALED[table]])


def _crc(values: Sequence[Any]) -> int:
    return deflate.crc32(b"\x1f".join([AS_BYTES[each.__class__](each) for each in values]))


def _moment(value: datetime) -> bytes:
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return in_utc.replace(tzinfo=None).isoformat(" ", "microseconds").encode()


AS_BYTES: Mapping[type, Callable[[Any], bytes]] = {
    bytes: bytes,
    str: methodcaller("encode", "utf-8", "surrogateescape"),
    type(None): lambda value: b"\x00",  # which stands in no text
    int: b"%d".__mod__,
    bool: b"%d".__mod__,
    float: lambda value: repr(value).encode(),
    datetime: _moment,
    date: lambda value: value.isoformat().encode(),
}
"""A value as bytes, the same for both databases: SQLite holds moments as texts in UTC, yes and no as numbers."""


def is_as_written(table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Whether a row is the one that its checksum was made of; one that waits for it is."""
    return table not in SEALED or row["row_crc"] is None or crc_of(table, row) == row["row_crc"]


def seal(
    connection: Connection, change: Callable[[], AbstractContextManager[None]], commit: Callable[[], None], until: float
) -> int:
    """Give every row that waits its checksum, until a moment of the steady clock; how many there were.

    What is not done waits for the next call, after a kill as well.
    """
    done = 0
    for table in SEALED:
        most = MOST_OLDER if table in BROUGHT else None
        of_table = 0
        while monotonic() < until and (most is None or of_table < most):
            with change():
                given = _give(connection, table)
            if given:
                commit()
            of_table += given
            if not given:
                break
        done += of_table
    return done


def _give(connection: Connection, table: sa.Table) -> int:
    """A batch of a table's rows that wait; how many were given theirs."""
    query, update = _statements(table, connection.dialect.name)
    with as_they_stand(connection):  # of a text that is none the bytes count
        found = directly(connection, query).fetchall()
    given = [(_crc(each[: len(SEALED[table])]), *each[len(SEALED[table]) :]) for each in found]
    return directly(connection, update, given, each=True).rowcount if given else 0


@cache
def _statements(table: sa.Table, dialect: str) -> tuple[str, str]:
    """What reads a table's columns that count and its key, and what writes the checksum. SQLite's own number of a row
    is a key that no damage makes unfit to be asked for.

    `+row_crc` is the row's own: a database takes the index's word for the other, so that one which is damaged and names
    rows that have theirs would give the same batch for ever.
    """
    key = ["rowid"] if dialect == "sqlite" else [column.name for column in table.primary_key]
    columns = ", ".join(f'"{name}"' for name in (*SEALED[table], *key))
    mark = "?" if dialect == "sqlite" else "%s"
    waits = "row_crc IS NULL AND +row_crc IS NULL"
    query = f'SELECT {columns} FROM "{table.name}" WHERE {waits} LIMIT {BATCH}'  # noqa: S608 - our own names
    here = " AND ".join(f'"{name}" = {mark}' for name in key)
    return query, f'UPDATE "{table.name}" SET row_crc = {mark} WHERE {here}'  # noqa: S608
