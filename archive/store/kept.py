"""The rows of captures: which are there, where they lie, which nobody has read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import Place
from archive.decide import Answer
from archive.model import Capture, Verdict
from archive.store import rows
from archive.store.rows import CaptureRow
from archive.store.tables import article, capture, page, revision

BATCH = 500
FIELDS = tuple(name for name in CaptureRow.__dataclass_fields__ if name != "canonical_url")
COLUMNS = (*(capture.c[name] for name in FIELDS), page.c.canonical_url)


ONE = sa.select(*COLUMNS).select_from(capture.outerjoin(page)).where(capture.c.id == sa.bindparam("key"))
READ = capture.update().where(capture.c.id == sa.bindparam("key"))
EVIDENCE = sa.select(capture.c.evidence).where(capture.c.id == sa.bindparam("key"))
INDEX_ANEW = (  # search can be asked for repairs
    article.update()
    .where(article.c.id.in_(sa.select(revision.c.article_id).where(revision.c.capture_id == sa.bindparam("key"))))
    .values(indexed=0)
)


def row_of(connection: Connection, capture_id: str) -> CaptureRow | None:
    """What is known of a capture; None if it is not there."""
    row = connection.execute(ONE, {"key": capture_id}).first()
    return CaptureRow(**row._mapping) if row else None


def add(connection: Connection, kept: Capture, place: Place) -> None:
    """Remember a capture that lies in a file."""
    values = {
        "id": kept.id,
        "source_id": kept.source_id,
        "url": kept.url,
        "kind": kept.kind,
        "fetched_at": kept.fetched_at,
        "status": kept.status,
        "content_type": rows.column_text(kept.content_type),
        "payload_digest": kept.payload_digest,
        "content_digest": kept.content_digest,
        "file": place.file,
        "offset": place.offset,
        "length": place.length,
        "lost": False,
    }
    connection.execute(capture.insert(), values)


def moved(connection: Connection, capture_id: str, place: Place) -> bool:
    """Correct where a capture lies, which may have been lost; False if it has no row."""
    where = {"file": place.file, "offset": place.offset, "length": place.length, "lost": False}
    return connection.execute(capture.update().where(capture.c.id == capture_id).values(where)).rowcount > 0


def read(connection: Connection, answer: Answer, page_id: int, run_id: int | None, evidence: bytes | None) -> None:
    """Remember what the reading of a capture gave."""
    values: dict[str, Any] = {"page_id": page_id, "verdict": answer.verdict, "evidence": evidence}
    if not answer.read_before:
        values["run_id"] = run_id
    elif connection.execute(EVIDENCE, {"key": answer.capture_id}).scalar() != evidence:
        connection.execute(INDEX_ANEW, {"key": answer.capture_id})
    connection.execute(READ, {"key": answer.capture_id, **values})


def set_aside(connection: Connection, capture_id: str, run_id: int | None, evidence: bytes | None) -> None:
    """Count a capture as read, without a page."""
    values = {"verdict": "unreadable", "evidence": evidence, "run_id": run_id}
    connection.execute(READ, {"key": capture_id, **values})


def unread(connection: Connection) -> list[CaptureRow]:
    """The captures that nobody has read, oldest first."""
    query = sa.select(*COLUMNS).select_from(capture.outerjoin(page)).where(capture.c.verdict.is_(None), ~capture.c.lost)
    found = connection.execute(query.order_by(capture.c.fetched_at, capture.c.id)).all()
    return [CaptureRow(**row._mapping) for row in found]


def in_file(connection: Connection, name: str, start: int) -> list[sa.Row[Any]]:
    """What should lie in a file at or behind an offset."""
    query = sa.select(capture.c.id, capture.c.page_id, capture.c.fetched_at)
    return list(connection.execute(query.where(capture.c.file == name, capture.c.offset >= start, ~capture.c.lost)))


def mark_lost(connection: Connection, ids: list[str]) -> list[int]:
    """Mark captures whose records are gone; handed back are the pages of which they were the newest copy."""
    pages: set[int] = set()
    for start in range(0, len(ids), BATCH):
        some = capture.c.id.in_(ids[start : start + BATCH])
        connection.execute(capture.update().where(some).values(lost=True))
        newest = (some, page.c.last_fetched <= capture.c.fetched_at)
        pages.update(
            connection.execute(
                sa.select(page.c.id).join(capture, capture.c.page_id == page.c.id).where(*newest)
            ).scalars()
        )
    return sorted(pages)


def select(
    connection: Connection,
    source: str | None,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Iterator[CaptureRow]:
    """Captures, oldest first; any number of them, in constant memory. `since` is included, `until` is not."""
    query = sa.select(*COLUMNS).select_from(capture.outerjoin(page)).order_by(capture.c.fetched_at, capture.c.id)
    if source is not None:
        query = query.where(capture.c.source_id == source)
    if url is not None:
        of_page = sa.select(page.c.id).where(page.c.canonical_url == url)
        query = query.where(sa.or_(capture.c.url == url, capture.c.page_id.in_(of_page)))
    if since is not None:
        query = query.where(capture.c.fetched_at >= since)
    if until is not None:
        query = query.where(capture.c.fetched_at < until)
    batch = connection.execute(query.limit(BATCH)).all()
    while batch:
        yield from (CaptureRow(**row._mapping) for row in batch)
        last = batch[-1]
        at_least = capture.c.fetched_at >= last.fetched_at  # what the index is entered by
        behind = sa.or_(capture.c.fetched_at > last.fetched_at, capture.c.id > last.id)
        batch = connection.execute(query.where(at_least, behind).limit(BATCH)).all() if len(batch) == BATCH else []


def newest_of_page(
    connection: Connection, source_id: str, canonical_url: str, verdict: Verdict | None = None
) -> CaptureRow | None:
    """The newest capture of a page that answered 200, of those that were read as `verdict`; None if there is none."""
    query = (
        sa.select(*COLUMNS)
        .select_from(capture.join(page))
        .where(page.c.source_id == source_id, page.c.canonical_url == canonical_url)
        .where(capture.c.status == 200, ~capture.c.lost)
        .order_by(capture.c.fetched_at.desc())
    )
    if verdict is not None:
        query = query.where(capture.c.verdict == verdict)
    row = connection.execute(query.limit(1)).first()
    return CaptureRow(**row._mapping) if row else None
