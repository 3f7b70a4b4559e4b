"""The rows of captures: which are there, where they lie, which nobody has read.

A capture whose body is that of another one lies in its file as a revisit; its row names that other one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder, DamagedCapture, Original, Place
from archive.decide import Answer
from archive.model import IMPORTED, Capture, Verdict
from archive.store import rows, sealed, summed
from archive.store.prepared import Prepared
from archive.store.rows import CaptureRow
from archive.store.tables import article, capture, page, revision

BATCH = 500
LEAST = 512
"""Bytes of a body: a shorter one is not worth the words that refer to another."""
JOINED = ("canonical_url", "original_file", "original_offset", "original_length")
original = capture.alias("original")
COLUMNS = (
    *(capture.c[name] for name in CaptureRow.__dataclass_fields__ if name not in JOINED),
    page.c.canonical_url,
    *(original.c[name].label(f"original_{name}") for name in ("file", "offset", "length")),
)
OF_ORIGINAL = original.c.id == capture.c.original_id
CAPTURES = capture.outerjoin(page).outerjoin(original, OF_ORIGINAL)
OF_PAGES = capture.join(page).outerjoin(original, OF_ORIGINAL)

ONE = Prepared(sa.select(*COLUMNS).select_from(CAPTURES).where(capture.c.id == sa.bindparam("key")))
SAME_BODY = Prepared(
    sa.select(capture.c.id, capture.c.url, capture.c.fetched_at, capture.c.file, capture.c.offset, capture.c.length)
    .where(capture.c.payload_digest == sa.bindparam("digest"), ~capture.c.lost, capture.c.original_id.is_(None))
    .order_by(capture.c.fetched_at.desc())
    .limit(3)
)
ADD = Prepared(capture.insert())
READ = Prepared(capture.update().where(capture.c.id == sa.bindparam("key")))
EVIDENCE = sa.select(capture.c.evidence).where(capture.c.id == sa.bindparam("key"))
INDEX_ANEW = (  # search can be asked for repairs
    article.update()
    .where(article.c.id.in_(sa.select(revision.c.article_id).where(revision.c.capture_id == sa.bindparam("key"))))
    .values(indexed=0)
)


def row_of(connection: Connection, capture_id: str) -> CaptureRow | None:
    """What is known of a capture; None if it is not there. Raises DamagedRow, which names it."""
    with rows.damage_told(f"The row of the capture {capture_id}"):
        row = ONE.first(connection, {"key": capture_id})
    return CaptureRow(**row._asdict()) if row else None


def read_whole(connection: Connection, folder: CaptureFolder, row: CaptureRow) -> Capture:
    """A capture, read back from its file. Raises DamagedCapture."""
    try:
        return folder.read(row.id, row.place)
    except DamagedCapture:
        now = row_of(connection, row.id)
        if now is None or now.place == row.place:
            raise
        return read_whole(connection, folder, now)  # it, or what it refers to, was moved meanwhile


def original_of(connection: Connection, folder: CaptureFolder, kept: Capture) -> Original | None:
    """A capture that holds the very same body, to be referred to; None if there is none that can be read.

    The bytes are compared: a digest of SHA-1 can be forged, and what is referred to must be sound.
    """
    if len(kept.body) < LEAST:
        return None
    for row in SAME_BODY.all(connection, {"digest": kept.payload_digest}):
        try:
            body = folder.body(Place(row.file, row.offset, row.length))
        except DamagedCapture:
            continue
        if body == kept.body:
            return Original(row.id, row.url, row.fetched_at)
    return None


def add(connection: Connection, kept: Capture, place: Place, original_id: str | None = None) -> None:
    """Remember a capture that lies in a file; of a revisit, also which capture holds its body."""
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
        "original_id": original_id,
        "crc": place.crc,
    }
    values["row_crc"] = sealed.crc_of(capture, values)
    ADD.run(connection, values)


def moved(connection: Connection, capture_id: str, place: Place, original_id: str | None = None) -> bool:
    """Correct where and how a capture lies, which may have been lost; False if it has no row."""
    where: dict[str, Any] = {"file": place.file, "offset": place.offset, "length": place.length}
    where |= {"lost": False, "dropped": None, "original_id": original_id, "crc": place.crc}
    this = capture.c.id == capture_id
    source = connection.execute(capture.update().where(this).values(where).returning(capture.c.source_id)).scalar()
    if source is not None:
        summed.outdate(connection, (source,))
    return source is not None


def read(connection: Connection, answer: Answer, page_id: int, run_id: int | None, evidence: bytes | None) -> None:
    """Remember what the reading of a capture gave."""
    values: dict[str, Any] = {"page_id": page_id, "verdict": answer.verdict, "evidence": evidence}
    if not answer.read_before:
        values["run_id"] = run_id
    elif not rows.same_evidence(connection.execute(EVIDENCE, {"key": answer.capture_id}).scalar(), evidence):
        connection.execute(INDEX_ANEW, {"key": answer.capture_id})
    READ.run(connection, {"key": answer.capture_id, **values})


def set_aside(connection: Connection, capture_id: str, run_id: int | None, evidence: bytes | None) -> None:
    """Count a capture as read, without a page."""
    values = {"verdict": "unreadable", "evidence": evidence, "run_id": run_id}
    READ.run(connection, {"key": capture_id, **values})


def unread(connection: Connection) -> list[CaptureRow]:
    """The captures that nobody has read, oldest first."""
    query = sa.select(*COLUMNS).select_from(CAPTURES).where(capture.c.verdict.is_(None), ~capture.c.lost)
    found = connection.execute(query.order_by(capture.c.fetched_at, capture.c.id)).all()
    return [CaptureRow(**row._mapping) for row in found]


def in_file(connection: Connection, name: str, start: int) -> list[sa.Row[Any]]:
    """What should lie in a file at or behind an offset."""
    query = sa.select(capture.c.id, capture.c.page_id, capture.c.fetched_at)
    return list(connection.execute(query.where(capture.c.file == name, capture.c.offset >= start, ~capture.c.lost)))


def mark_lost(connection: Connection, ids: list[str]) -> list[int]:
    """Mark captures whose records are gone, and the revisits whose bodies were theirs.

    Handed back are the pages of which they were the newest copy.
    """
    pages: set[int] = set()
    ids = list(dict.fromkeys([*ids, *revisits_of(connection, ids)]))
    for start in range(0, len(ids), BATCH):
        some = capture.c.id.in_(ids[start : start + BATCH])
        connection.execute(capture.update().where(some).values(lost=True))
        summed.outdate(connection, connection.execute(sa.select(capture.c.source_id).where(some)).scalars())
        newest = (some, page.c.last_fetched <= capture.c.fetched_at)
        pages.update(
            connection.execute(
                sa.select(page.c.id).join(capture, capture.c.page_id == page.c.id).where(*newest)
            ).scalars()
        )
    return sorted(pages)


def revisits_of(connection: Connection, ids: list[str]) -> list[str]:
    """The captures whose bodies are those of the named ones."""
    found: list[str] = []
    for start in range(0, len(ids), BATCH):
        some = capture.c.original_id.in_(ids[start : start + BATCH])
        found += connection.execute(sa.select(capture.c.id).where(some, ~capture.c.lost)).scalars()
    return found


def bereft(connection: Connection) -> list[str]:
    """The revisits whose original is gone."""
    gone = sa.or_(original.c.id.is_(None), original.c.lost)
    query = sa.select(capture.c.id).select_from(capture.outerjoin(original, OF_ORIGINAL))
    return list(connection.execute(query.where(capture.c.original_id.is_not(None), ~capture.c.lost, gone)).scalars())


def heal(connection: Connection, folder: CaptureFolder) -> None:
    """Revisits that were lost with their original, which is there again, are there again as well."""
    query = sa.select(*COLUMNS).select_from(CAPTURES).where(capture.c.original_id.is_not(None))
    for row in connection.execute(query.where(capture.c.lost, ~original.c.lost)).all():
        with suppress(DamagedCapture):
            folder.read(row.id, CaptureRow(**row._mapping).place)
            connection.execute(capture.update().where(capture.c.id == row.id).values(lost=False, dropped=None))


def at(connection: Connection, url: str, moment: datetime) -> CaptureRow | None:
    """The capture of an address that was fetched nearest to a moment, the earlier one of two; None if there is none."""
    here = sa.select(*COLUMNS).select_from(CAPTURES).where(capture.c.url == url, ~capture.c.lost)
    moments = capture.c.fetched_at
    before = connection.execute(here.where(moments <= moment).order_by(moments.desc(), capture.c.id).limit(1)).first()
    after = connection.execute(here.where(moments > moment).order_by(moments, capture.c.id).limit(1)).first()
    found = [CaptureRow(**row._mapping) for row in (before, after) if row is not None]
    return min(found, key=lambda row: abs(row.fetched_at - moment), default=None)


def select(
    connection: Connection,
    source: str | None,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Iterator[CaptureRow]:
    """Captures, oldest first; any number of them, in constant memory. `since` is included, `until` is not."""
    query = sa.select(*COLUMNS).select_from(CAPTURES).order_by(capture.c.fetched_at, capture.c.id)
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
        .select_from(OF_PAGES)
        .where(page.c.source_id == source_id, page.c.canonical_url == canonical_url)
        .where(capture.c.status == 200, ~capture.c.lost, capture.c.content_type != IMPORTED)
        .order_by(capture.c.fetched_at.desc())
    )
    if verdict is not None:
        query = query.where(capture.c.verdict == verdict)
    row = connection.execute(query.limit(1)).first()
    return CaptureRow(**row._mapping) if row else None
