"""Articles that come from another archive, as they stood there, without their captures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import text_digest
from archive.model import Article, Capture, Standing
from archive.store import ages, kept, rows
from archive.store.tables import article, capture, page, revision


def held(connection: Connection, identity: str) -> bool:
    """Whether the article is there already."""
    return connection.execute(sa.select(article.c.id).where(article.c.id == identity)).first() is not None


def write(connection: Connection, brought: Article, standing: Standing, line: Capture, now: datetime) -> None:
    """Write an article with its newest revision, under the number that it had. `line` is kept already.

    When one that is gone was found so the line does not tell: by now it was, and no older page brings it back.

    Its page is known from then on, without a copy: the next look at it asks for all of it.
    """
    brought = rows.as_stored(brought)
    parts = {name: value for name, value in brought.evidence.items() if name == "parts"}
    evidence = {name: value for name, value in brought.evidence.items() if name != "parts"}
    address = rows.column_text(standing.canonical_url)
    checked = max(standing.last_seen, now) if standing.status == "gone" else standing.last_seen
    values = {
        "id": standing.id,
        "canonical_url": address,
        "ordinal": brought.ordinal,
        "source_id": brought.source_id,
        "title": rows.column_text(brought.title),
        "dated": rows.dated(brought, standing.first_seen),
        "first_seen": standing.first_seen,
        "last_seen": standing.last_seen,
        "checked": checked,
        "revision": standing.revision,
        "status": standing.status,
        "role": "only",
        "text_digest": text_digest(brought),
        "capture_id": line.id,
    }
    connection.execute(article.insert(), values)
    text = {
        "article_id": standing.id,
        "number": standing.revision,
        "capture_id": line.id,
        "read_at": standing.last_seen,
        "reason": "new",
        "text_digest": values["text_digest"],
        "article": rows.article_to_text(replace(brought, evidence=parts)),
    }
    connection.execute(revision.insert(), text)
    known = {
        "source_id": brought.source_id,
        "canonical_url": address,
        "url": rows.column_text(brought.url),
        "kind": "article",
        "state": "gone" if standing.status == "gone" else "fetched",
        "title": "",
        "first_seen": standing.first_seen,
        "last_checked": checked,
        "verdict": "article",
    }
    connection.execute(rows.insert(connection, page).on_conflict_do_nothing(), known)
    ages.follow(connection, address)
    here = (page.c.source_id == brought.source_id, page.c.canonical_url == address)
    page_id = connection.execute(sa.select(page.c.id).where(*here)).scalar_one()
    read = {"page_id": page_id, "verdict": "article", "evidence": rows.evidence_to_bytes(evidence)}
    connection.execute(capture.update().where(capture.c.id == line.id).values(**read))


def is_kept(connection: Connection, capture_id: str) -> bool:
    """Whether a capture is there and not lost."""
    row = kept.row_of(connection, capture_id)
    return row is not None and not row.lost


def pending_parts(connection: Connection, source_id: str) -> tuple[str, ...]:
    """The articles of a source, by the addresses that their first pages were asked for under, that wait for pages."""
    waiting = (page.c.source_id == source_id, page.c.kind == "part", page.c.state == "pending")
    query = (
        sa.select(page.c.leads_to).where(*waiting, page.c.leads_to.is_not(None)).distinct().order_by(page.c.leads_to)
    )
    return tuple(connection.execute(query).scalars())
