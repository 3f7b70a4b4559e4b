"""Can every row of the database be read back, and is it what was written, as far as anything tells? Changes nothing.

A table at a time in one pass, as the database's own bytes, so that what is no text any more stops nothing. Looked at:
- each column is of its kind: a text in UTF-8, a time, a number; what is one of a few words is one of them;
- what is packed or JSON can be taken apart (zlib has a checksum of its own);
- a revision's article gives the digest that was kept of its title, facts and blocks;
- an article's row has the title, the digest and the capture of its newest revision;
- a capture's id follows from its address, its time and its digest, and an article's from its address and place;
- each row of what follows from nothing else has the checksum that it was given (archive.store.sealed).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Reason, text_digest
from archive.identity import article_id
from archive.model import PageKind, PageState, Role, Status, Verdict, capture_id
from archive.runs import WatchState
from archive.store import copies, rows, sealed, tables
from archive.store.damage import is_damage
from archive.store.errors import ArchiveUnreadable, DamagedRow, reason_of
from archive.store.undecoded import as_they_stand

BATCH = 500

WORDS: Mapping[sa.Column[Any], tuple[str, ...]] = {
    tables.page.c.kind: get_args(PageKind),
    tables.page.c.state: get_args(PageState),
    tables.page.c.verdict: get_args(Verdict),
    tables.capture.c.kind: get_args(PageKind),
    tables.capture.c.verdict: get_args(Verdict),
    tables.article.c.status: get_args(Status),
    tables.article.c.role: get_args(Role),
    tables.revision.c.reason: get_args(Reason),
    tables.watch.c.state: get_args(WatchState),
}
"""Columns that hold one of a few words."""

JSON = msgspec.json.Decoder(msgspec.Raw)  # looked through, and nothing made of it
TAKEN_APART: Mapping[sa.Column[Any], Callable[[Any], object]] = {
    **dict.fromkeys(
        (
            tables.capture.c.evidence,
            tables.applied.c.evidence,
            tables.learnt.c.profile,
            tables.likeness_text.c.units,
            tables.reading.c.found,
        ),
        zlib.decompress,
    ),
    **dict.fromkeys(
        (
            tables.run.c.counts,
            tables.run.c.failures,
            tables.reading.c.detail,
            tables.story.c.evidence,
            tables.outlet.c.names,
            tables.run_tally.c.tally,
            tables.day_tally.c.tally,
            tables.alarm.c.figures,
            tables.health.c.summary,
        ),
        JSON.decode,
    ),
    tables.likeness_holder.c.page: copies.told_from,
}

Watcher = Callable[[int, int], None]
Row = Mapping[str, Any]


def differences(connection: Connection, sample: int | None, watch: Watcher) -> Iterator[str]:
    """A sentence for each row that cannot be read back or is not what was written. `watch` is told of rows.

    With `sample` the revisions of so many articles are looked at, chosen by chance, and nothing else.
    """
    if sample is not None:
        chosen = sa.select(tables.article.c.id).order_by(sa.func.random()).limit(sample)
        ids = connection.execute(chosen).scalars().all()
        for start in range(0, len(ids), BATCH):
            yield from _revisions(connection, ids[start : start + BATCH])
        return
    every = [each for each in tables.metadata.sorted_tables if each is not tables.revision]
    counts = [connection.execute(sa.select(sa.func.count()).select_from(each)).scalar_one() for each in every]
    for number, table in enumerate(every):
        yield from _of_table(connection, table, partial(_tell, watch, sum(counts[:number]), sum(counts)))
    watch(sum(counts), sum(counts))
    yield from _revisions(connection)


def _tell(watch: Watcher, before: int, total: int, here: int) -> None:
    watch(before + here, total)


def _of_table(connection: Connection, table: sa.Table, watch: Callable[[int], None]) -> Iterator[str]:
    names = [column.name for column in table.columns]
    quote = connection.dialect.identifier_preparer.quote
    query = f"SELECT {', '.join(map(quote, names))} FROM {quote(table.name)}"  # noqa: S608 - our own names
    for number, row in enumerate(_rows(connection, query, names)):
        if isinstance(row, str):
            yield f"The table {table.name} cannot be read to its end: {row}."
        elif wrong := _wrong(table, row) or _not_as_written(table, row):
            yield f"The row {_key(table, row)} of the table {table.name} is damaged: {wrong}."
        if number % BATCH == 0:
            watch(number)


REVISIONS = """
    SELECT revision.article_id, revision.number, revision.capture_id, revision.read_at, revision.reason,
        revision.text_digest, revision.article, revision.row_crc, article.title, article.text_digest, article.capture_id
    FROM revision LEFT JOIN article ON article.id = revision.article_id AND article.revision = revision.number"""
NAMES = [*tables.revision.c.keys(), "newest_title", "newest_digest", "newest_capture"]


def _revisions(connection: Connection, article_ids: Sequence[str] | None = None) -> Iterator[str]:
    """Of all articles, or of some."""
    where, chosen = "", {}
    if article_ids is not None:
        chosen = {f"id{number}": each for number, each in enumerate(article_ids)}
        where = f" WHERE revision.article_id IN ({', '.join(f':{name}' for name in chosen)})"
    for row in _rows(connection, REVISIONS + where, NAMES, chosen) if chosen or not where else ():
        if isinstance(row, str):
            yield f"The table revision cannot be read to its end: {row}."
        elif wrong := _wrong(tables.revision, row) or _wrong_text(row) or _not_as_written(tables.revision, row):
            yield f"Revision {row['number']} of the article {row['article_id']} is damaged: {wrong}."


def _rows(
    connection: Connection, query: str, names: Sequence[str], values: Mapping[str, Any] | None = None
) -> Iterator[Row | str]:
    """The rows as they stand there, without SQLAlchemy's reading of them; where that ends early, at last why."""
    try:
        with as_they_stand(connection):
            for row in connection.execute(sa.text(query), values or {}, execution_options={"yield_per": BATCH}):
                yield dict(zip(names, row, strict=True))
    except (sa.exc.DBAPIError, ArchiveUnreadable) as error:
        if not is_damage(error):
            raise
        yield reason_of(error.__cause__ or error)


@cache
def _checks(table: sa.Table) -> Sequence[tuple[str, Callable[[Any], str]]]:
    return [(column.name, partial(_wrong_value, column, _kind(column))) for column in table.columns]


def _kind(column: sa.Column[Any]) -> tuple[type, ...]:
    """What the drivers give for a column. SQLite has no times; they are texts there."""
    return {
        tables.Moment: (str, datetime),
        sa.Date: (str, date),
        sa.Boolean: (int,),
        sa.Float: (float, int),
        sa.LargeBinary: (bytes,),
        sa.Text: (str,),
    }.get(type(column.type), (int,))


def _wrong(table: sa.Table, row: Row) -> str:
    """What of a row is not of its kind; "" if nothing is."""
    for name, check in _checks(table):
        if wrong := check(row[name]):
            return f"{name} {wrong}"
    if table is tables.capture:
        at = _moment(row["fetched_at"])
        if capture_id(row["url"], at, row["payload_digest"]) != row["id"]:
            return "its id does not follow from its address, its time and its digest"
    if table is tables.article and article_id(row["canonical_url"], row["ordinal"]) != row["id"]:
        return "its id does not follow from its address and its place there"
    return ""


def _not_as_written(table: sa.Table, row: Row) -> str:
    """What is told of a row that is not the one that was written, where nothing else is wrong with it."""
    return "" if sealed.is_as_written(table, row) else "it is not what was written (its checksum differs)"


def _wrong_value(column: sa.Column[Any], kind: tuple[type, ...], value: Any) -> str:
    if value is None:
        return "" if column.nullable else "is empty"
    if not isinstance(value, kind):
        return "is of another kind"
    if column in WORDS and value not in WORDS[column]:
        return f"is {value!a}, which it cannot be"
    try:
        if isinstance(value, str):
            value.encode()
            if isinstance(column.type, tables.Moment | sa.Date):
                datetime.fromisoformat(value)
        if column in TAKEN_APART:
            TAKEN_APART[column](value)
    except (ValueError, zlib.error, msgspec.MsgspecError) as error:
        return f"cannot be read back ({error})"
    return ""


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(f"{value}+00:00") if isinstance(value, str) else value


def _wrong_text(row: Row) -> str:
    try:
        read = rows.article_from_text(row["article"])
    except DamagedRow as error:
        return f"its text cannot be read back ({error.why})"
    if text_digest(read) != row["text_digest"]:
        return "its text is not the one that its digest was made of"
    if row["newest_digest"] is None:  # it is not the newest
        return ""
    newest = (row["newest_title"], row["newest_digest"], row["newest_capture"])
    if newest != (rows.column_text(read.title), row["text_digest"], row["capture_id"]):
        return "the article's row has another title, digest or capture"
    return ""


def _key(table: sa.Table, row: Row) -> str:
    """A row's key, as it is told."""
    return " ".join(ascii(row[column.name]) for column in table.primary_key)
