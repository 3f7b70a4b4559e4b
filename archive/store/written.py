"""A revision's article read back, and held against the checksum that was made when it was written.

A text whose bit has changed may be JSON still, and would be shown as sound. What stands before the text in the row's
checksum (archive.store.sealed) comes as one value, put together by the database, and in SQLite as bytes: its driver's
string of a text of 2,500 characters takes 9 µs, to work the checksum out of the bytes 0.3 (CPython 3.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import deflate
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from archive.decide import text_digest
from archive.model import Article
from archive.store import rows
from archive.store.errors import DamagedRow
from archive.store.sealed import SEALED
from archive.store.tables import Moment, revision


class _Json(FunctionElement[Any]):
    """The text: in SQLite its bytes."""

    inherit_cache = True


class _Head(FunctionElement[Any]):
    """What stands before the text in what the checksum is made of; in SQLite bytes."""

    inherit_cache = True


_COLUMNS = [revision.c[name] for name in SEALED[revision][:-1]]
JSON, HEAD = _Json(revision.c.article), _Head(*_COLUMNS)
TEXT = (
    JSON.label("json"),
    HEAD.label("json_head"),
    revision.c.row_crc.label("json_crc"),
    revision.c.text_digest.label("json_digest"),
)
"""Columns of a revision that `article_of` and `json_of` read."""


@compiles(_Json, "sqlite")
def _json_of_sqlite(element: _Json, compiler: SQLCompiler, **given: Any) -> str:
    (column,) = element.clauses
    return f"CAST({compiler.process(column, **given)} AS BLOB)"


@compiles(_Json, "postgresql")
def _json_of_postgresql(element: _Json, compiler: SQLCompiler, **given: Any) -> str:
    (column,) = element.clauses
    return compiler.process(column, **given)


@compiles(_Head, "sqlite")
def _head_of_sqlite(element: _Head, compiler: SQLCompiler, **given: Any) -> str:
    joined = " || char(31) || ".join(compiler.process(column, **given) for column in element.clauses)
    return f"CAST({joined} || char(31) AS BLOB)"


@compiles(_Head, "postgresql")
def _head_of_postgresql(element: _Head, compiler: SQLCompiler, **given: Any) -> str:
    def shown(column: Any) -> str:
        name = compiler.process(column, **given)
        in_utc = f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return in_utc if isinstance(column.type, Moment) else f"{name}::text"

    return " || chr(31) || ".join(map(shown, element.clauses)) + " || chr(31)"


def json_of(row: Any) -> str | bytes:
    """The JSON of a row with the columns `TEXT`. Raises DamagedRow where it is not what was written."""
    json: str | bytes = row.json
    if row.json_crc is None:
        article_of(row)
    elif row.json_head is None or row.json_crc != deflate.crc32(_bytes(json), deflate.crc32(_bytes(row.json_head))):
        raise DamagedRow("it is not what was written (its checksum differs)")
    return json


def article_of(row: Any, evidence: Mapping[str, Any] | None = None) -> Article:
    """The article of such a row; the evidence of its page's reading is joined to its own. Raises DamagedRow.

    A row that waits for its checksum, because it is from before there were any or somebody has changed it, is held
    against the digest of its text: 10 µs for 1,500 characters.
    """
    if row.json_crc is not None:
        return rows.article_from_text(json_of(row), evidence)
    read = rows.article_from_text(row.json, evidence)
    if text_digest(read) != row.json_digest:
        raise DamagedRow("its text is not the one that its digest was made of")
    return read


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
