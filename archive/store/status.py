"""How each source stands, in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Run
from archive.store import learnt, rows, work
from archive.store.learnt import TemplateChange
from archive.store.tables import article, capture, page, run


@dataclass(frozen=True, slots=True)
class Captures:
    """The numbers of a source's captures, as `SourceStatus` has them."""

    captures: int
    capture_bytes: int
    unread: int
    lost: int


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source in numbers. Mappings leave out what is zero."""

    source_id: str
    last_run: Run | None = None
    last_success: datetime | None = None  # the newest answer of a page that was read
    articles: Mapping[str, int] = field(default_factory=dict)  # by status
    newest_article: datetime | None = None
    pages: Mapping[str, int] = field(default_factory=dict)  # by state
    captures: int = 0
    capture_bytes: int = 0  # in the WARC files
    unread: int = 0  # captures that nobody has read
    lost: int = 0  # captures whose record is gone
    failures: Mapping[str, int] = field(default_factory=dict)  # pages whose last answer was a failure, by kind
    template_change: TemplateChange | None = None  # the newest that was noticed


def of_all(connection: Connection) -> tuple[SourceStatus, ...]:
    """Every source that the archive knows, by id."""
    newest = sa.select(sa.func.max(run.c.id)).group_by(run.c.source_id)
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(sa.select(run).where(run.c.id.in_(newest))):
        found[row.source_id]["last_run"] = rows.run(row)
    _count_all(connection, found, None)
    _numbers(connection, found, article.c.source_id, sa.true(), newest_article=sa.func.max(article.c.dated))
    success = sa.and_(page.c.error_kind.is_(None), page.c.state == "fetched")
    last_success = sa.func.max(sa.case((success, page.c.last_checked)))
    _numbers(connection, found, page.c.source_id, sa.true(), last_success=last_success)
    _count_captures(connection, found, sa.true())
    for change in reversed(learnt.changes(connection)):
        found[change.source_id]["template_change"] = change
    return tuple(SourceStatus(source_id, **found[source_id]) for source_id in sorted(found))


def of_source(connection: Connection, source_id: str, *, captures: Captures | None = None) -> SourceStatus:
    """One source; all zero if the archive knows nothing of it.

    Counting its captures reads most of the database: they are counted unless their numbers are given. Of pages and
    articles no row is read: they are counted, and the newest is found, in indexes.
    """
    newest = sa.select(run).where(run.c.source_id == source_id).order_by(run.c.id.desc()).limit(1)
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in connection.execute(newest):
        found[source_id]["last_run"] = rows.run(row)
    _count_all(connection, found, source_id)
    newest_article = sa.select(sa.func.max(article.c.dated)).where(article.c.source_id == source_id)
    found[source_id]["newest_article"] = connection.execute(newest_article).scalar()
    found[source_id]["last_success"] = work.newest_success(connection, source_id)
    if captures is not None:
        found[source_id].update(asdict(captures))
    else:
        _count_captures(connection, found, capture.c.source_id == source_id)
    changes = learnt.changes(connection, source_id)
    return SourceStatus(source_id, **found[source_id], template_change=changes[0] if changes else None)


def _count_all(connection: Connection, found: dict[str, dict[str, Any]], source_id: str | None) -> None:
    """Articles and pages by how they stand; of one source, or of all."""
    one = (lambda column: column == source_id) if source_id is not None else (lambda column: sa.true())
    _count(connection, found, "articles", article.c.source_id, article.c.status, one(article.c.source_id))
    _count(connection, found, "pages", page.c.source_id, page.c.state, one(page.c.source_id))
    failing = sa.and_(sa.text("error_kind IS NOT NULL"), one(page.c.source_id))
    _count(connection, found, "failures", page.c.source_id, page.c.error_kind, failing)


def _count_captures(connection: Connection, found: dict[str, dict[str, Any]], those: sa.ColumnElement[bool]) -> None:
    _numbers(
        connection,
        found,
        capture.c.source_id,
        those,
        captures=sa.func.count(),
        capture_bytes=sa.cast(sa.func.sum(capture.c.length), sa.BigInteger),
        unread=_how_many(sa.and_(capture.c.verdict.is_(None), ~capture.c.lost)),
        lost=_how_many(sa.and_(capture.c.lost, capture.c.dropped.is_(None))),
    )


def _count(
    connection: Connection,
    found: dict[str, dict[str, Any]],
    name: str,
    source: sa.Column[str],
    by: sa.Column[str],
    condition: sa.ColumnElement[bool],
) -> None:
    query = sa.select(source, by, sa.func.count()).where(condition).group_by(source, by).order_by(source, by)
    for source_id, key, count in connection.execute(query):
        found[source_id].setdefault(name, {})[key] = count


def _numbers(
    connection: Connection,
    found: dict[str, dict[str, Any]],
    source: sa.Column[str],
    condition: sa.ColumnElement[bool],
    **numbers: sa.ColumnElement[Any],
) -> None:
    query = sa.select(source, *(number.label(name) for name, number in numbers.items()))
    for row in connection.execute(query.where(condition).group_by(source)):
        found[row[0]].update({name: getattr(row, name) for name in numbers})


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.sum(sa.case((condition, 1), else_=0)), sa.BigInteger)
