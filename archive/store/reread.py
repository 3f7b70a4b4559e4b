"""Reading again: what there is to be read, how far it is, and what it gave. For recording that see `application`."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import deflate
import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import IMPORTED, Article
from archive.reread import Copy, Found, HeldArticle, ReadAgain
from archive.store import articles, rows, written
from archive.store.tables import article, capture, page, reading

BATCH = 500
HELD = (
    *(article.c.id, article.c.canonical_url.label("address"), article.c.ordinal, article.c.source_id),
    *(article.c.revision, article.c.status, article.c.capture_id, article.c.dated),
)


def copies(connection: Connection, source_id: str) -> Iterator[Copy]:
    """The captures of a source's article pages that answered with success and were read, newest first."""
    query = (
        sa.select(
            capture.c.id,
            capture.c.url,
            capture.c.fetched_at,
            capture.c.content_digest,
            page.c.canonical_url,
            page.c.state,
            page.c.leads_to,
            capture.c.lost,
        )
        .select_from(capture.outerjoin(page))
        .where(capture.c.source_id == source_id, capture.c.kind == "article", capture.c.content_type != IMPORTED)
        .where(capture.c.status.between(200, 299), capture.c.verdict.is_not(None))
        .where(sa.or_(page.c.id.is_(None), page.c.kind == "article"))
        .order_by(capture.c.fetched_at.desc(), capture.c.id.desc())
    )
    for row in connection.execute(query):
        yield Copy(*row[:4], row.canonical_url, row.state == "gone", row.leads_to, row.lost)


def leads(connection: Connection, source_id: str) -> dict[str, str]:
    """The pages of a source whose articles stand under another address, and which."""
    query = sa.select(page.c.canonical_url, page.c.leads_to)
    query = query.where(page.c.source_id == source_id, page.c.leads_to.is_not(None), page.c.kind != "part")
    return {row.canonical_url: row.leads_to for row in connection.execute(query)}


def held(connection: Connection, source_id: str) -> list[HeldArticle]:
    """The articles of a source, without their texts."""
    query = (
        sa.select(*HELD).where(article.c.source_id == source_id).order_by(article.c.canonical_url, article.c.ordinal)
    )
    return [HeldArticle(*row) for row in connection.execute(query)]


TEXTS = (
    sa.select(*HELD, *written.TEXT, capture.c.content_digest)
    .select_from(articles.CURRENT)
    .where(article.c.canonical_url == sa.bindparam("key"))
    .order_by(article.c.ordinal)
)


def texts(connection: Connection, address: str) -> list[tuple[HeldArticle, Article, str]]:
    """The articles of an address with their texts and the digests of the contents that these were read from."""
    found = connection.execute(TEXTS, {"key": address}).all()
    return [(HeldArticle(*row[:8]), written.article_of(row), row.content_digest) for row in found]


# --- how far it is


UNREAD = ("stopped", "fault", "damaged")
"""Outcomes of pages that are tried again whenever they are asked for."""


def known(connection: Connection, source_id: str) -> dict[str, str]:
    """By address, the keys that a source's pages were read by."""
    query = sa.select(reading.c.address, reading.c.key).where(reading.c.source_id == source_id)
    return {row.address: row.key for row in connection.execute(query.where(reading.c.outcome.not_in(UNREAD)))}


def keep(connection: Connection, source_id: str, read: Sequence[ReadAgain]) -> None:
    """Remember what reading pages again gave."""
    values = [
        {
            "source_id": source_id,
            "address": each.address,
            "key": each.key,
            "outcome": each.outcome,
            "detail": msgspec.json.encode(each.detail).decode(),
            "found": _packed(each.found) if each.found else None,
            "applied": None,
        }
        for each in read
    ]
    statement = rows.insert(connection, reading)
    anew = {name: statement.excluded[name] for name in ("key", "outcome", "detail", "found", "applied")}
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id", "address"], set_=anew), values)


def results(connection: Connection, source_id: str, *, whole: bool = False) -> Iterator[ReadAgain]:
    """What was read of a source's pages, by address, in constant memory; with `whole` also what is to be recorded.

    With `whole` only those of which anything is to be recorded still.
    """
    query = sa.select(reading).where(reading.c.source_id == source_id).order_by(reading.c.address).limit(BATCH)
    if whole:
        query = query.where(reading.c.found.is_not(None))
    batch = connection.execute(query).all()
    while batch:
        for row in batch:
            found = _unpacked(row.found) if whole and row.found else None
            detail = msgspec.json.decode(row.detail)
            yield ReadAgain(row.address, row.key, row.outcome, detail, found, row.applied)
        behind = reading.c.address > batch[-1].address
        batch = connection.execute(query.where(behind)).all() if len(batch) == BATCH else []


def _packed(found: Found) -> bytes:
    return bytes(deflate.zlib_compress(rows._json(found), 1))


def _unpacked(packed: bytes) -> Found:
    return msgspec.json.decode(zlib.decompress(packed), type=Found)
