"""Reading again: what there is to be read, how far it is, what it gave, and recording or undoing that."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Answer, Decision
from archive.model import IMPORTED, Article, Change
from archive.reread import Copy, Found, HeldArticle, ReadAgain
from archive.store import addresses, articles, kept, pages, rows, summed
from archive.store.tables import application, applied, article, capture, page, reading, revision

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
    sa.select(*HELD, revision.c.article.label("json"), capture.c.content_digest)
    .select_from(articles.CURRENT)
    .where(article.c.canonical_url == sa.bindparam("key"))
    .order_by(article.c.ordinal)
)


def texts(connection: Connection, address: str) -> list[tuple[HeldArticle, Article, str]]:
    """The articles of an address with their texts and the digests of the contents that these were read from."""
    found = connection.execute(TEXTS, {"key": address}).all()
    return [(HeldArticle(*row[:8]), rows.article_from_text(row.json), row.content_digest) for row in found]


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
    return zlib.compress(rows._json(found), 1)


def _unpacked(packed: bytes) -> Found:
    return msgspec.json.decode(zlib.decompress(packed), type=Found)


# --- recording it


def begin(connection: Connection, at: datetime) -> int:
    """The application that goes on: the one that was cut off, else a new one."""
    open_one = sa.select(sa.func.max(application.c.id)).where(application.c.ended.is_(None))
    number = connection.execute(open_one).scalar()
    if number is None:
        number = connection.execute(application.insert().values(begun=at).returning(application.c.id)).scalar_one()
    return int(number)


def unfinished(connection: Connection) -> int | None:
    """The application that was cut off; None if none was."""
    return connection.execute(sa.select(sa.func.max(application.c.id)).where(application.c.ended.is_(None))).scalar()


def end(connection: Connection, number: int, at: datetime) -> None:
    """The application came to its end; one that changed nothing is forgotten."""
    used = sa.exists().where(applied.c.application_id == number)
    connection.execute(application.delete().where(application.c.id == number, ~used))
    connection.execute(application.update().where(application.c.id == number).values(ended=at))


def apply(
    connection: Connection, number: int, source_id: str, read: ReadAgain, expected: Mapping[int, int]
) -> tuple[Change, ...] | None:
    """Record what reading a page again gave: revisions whose reason is `re-read`.

    `expected` are the revisions of its articles that it was compared with, by ordinal. None, and nothing is recorded,
    where they are not what stands there any more.
    """
    found = read.found
    assert found is not None
    standing = {each.ordinal: (each, text) for each, text, _ in texts(connection, read.address)}
    if {ordinal: each.revision for ordinal, (each, _) in standing.items()} != dict(expected):
        return None
    row = kept.row_of(connection, found.capture_id)
    if row is None:
        return None
    before = connection.execute(sa.select(capture.c.verdict, capture.c.evidence).where(capture.c.id == row.id)).one()
    answer = Answer(row.id, row.fetched_at, row.status, found.verdict, row.content_digest, read_before=True)
    changes = []
    plan = read.detail["articles"]
    by_ordinal = {each.ordinal: each for each in found.articles}
    for told in plan:
        ordinal, what = told["ordinal"], told["what"]
        if what not in ("gained", "changed", "restored"):
            continue
        decision = _decision(what, by_ordinal[ordinal], told)
        change = articles.carry_out(connection, decision, read.address, source_id, answer)
        assert change.article_id is not None
        if what == "gained":
            first = (revision.c.article_id == change.article_id, revision.c.number == 1)
            connection.execute(revision.update().where(*first).values(reason="re-read"))
            if found.gone:
                gone = Decision("gone", ordinal, status="gone")
                articles.carry_out(connection, gone, read.address, source_id, answer)
        was = standing[ordinal][0] if ordinal in standing else None
        values = {
            "application_id": number,
            "article_id": change.article_id,
            "revision": change.revision,
            "before": was.revision if was else 0,
            "status": was.status if was else "",
            "capture_id": row.id,
            "verdict": before.verdict,
            "evidence": before.evidence,
        }
        connection.execute(applied.insert(), values)
        changes.append(change)
    _of_capture(connection, row, found, answer, read.address, gained=any(told["what"] == "gained" for told in plan))
    here = (reading.c.source_id == source_id, reading.c.address == read.address)
    connection.execute(reading.update().where(*here).values(key=read.key, found=None, applied=number))
    summed.outdate(connection, (source_id, *(each.source_id for each, _ in standing.values())))
    return tuple(changes)


def _decision(what: str, read: Article, told: Mapping[str, Any]) -> Decision:
    if what == "gained":
        return Decision("new", read.ordinal, read, "re-read", "live")
    if what == "restored":
        text = read if told["fields"] else None
        return Decision("restored", read.ordinal, text, "re-read" if text else None, "restored")
    return Decision("changed", read.ordinal, read, "re-read")


def _of_capture(
    connection: Connection, row: rows.CaptureRow, found: Found, answer: Answer, address: str, *, gained: bool
) -> None:
    """What the capture is taken for now, and how the page stands that holds an article for the first time."""
    page_id = connection.execute(sa.select(capture.c.page_id).where(capture.c.id == row.id)).scalar()
    evidence = rows.evidence_to_bytes(found.evidence)
    if gained or page_id is None:
        page_id = _page(connection, row, found, answer)
        addresses.lead(connection, (found.asked,), address)
    kept.read(connection, answer, int(page_id), None, evidence)


def _page(connection: Connection, row: rows.CaptureRow, found: Found, answer: Answer) -> int:
    """The page takes the capture for its copy if it is the newest one; no validators, for they were not looked at."""
    here = (page.c.source_id == row.source_id, page.c.canonical_url == rows.column_text(found.asked))
    there = connection.execute(sa.select(page).where(*here)).first()
    if there is None:
        values = {
            "source_id": row.source_id,
            "canonical_url": rows.column_text(found.asked),
            "url": rows.column_text(row.url),
            "kind": "article",
            "state": "pending",
            "first_seen": row.fetched_at,
        }
        connection.execute(page.insert(), values)
        there = connection.execute(sa.select(page).where(*here)).one()
    if there.last_fetched is None or there.last_fetched <= row.fetched_at:
        good = {"state": "fetched", "verdict": answer.verdict, "content_digest": row.content_digest}
        moments = {
            "last_fetched": row.fetched_at,
            "last_checked": pages.later(there.last_checked, row.fetched_at),
            "last_full": pages.later(there.last_full, row.fetched_at),
        }
        connection.execute(page.update().where(page.c.id == there.id).values(**good, **moments, **pages.FINE))
    return int(there.id)


# --- undoing it


def newest(connection: Connection) -> tuple[int, datetime] | None:
    """The newest application that stands, and when it was begun; None if there is none."""
    query = sa.select(application.c.id, application.c.begun).where(application.c.undone.is_(None))
    row = connection.execute(query.order_by(application.c.id.desc()).limit(1)).first()
    return (row.id, row.begun) if row else None


def to_undo(connection: Connection, number: int) -> Sequence[str]:
    """The articles that an application changed and that were not looked at yet."""
    query = sa.select(applied.c.article_id).where(applied.c.application_id == number, ~applied.c.undone)
    return connection.execute(query.order_by(applied.c.article_id)).scalars().all()


def undo(connection: Connection, number: int, article_id: str) -> str:
    """Give an article its former text as a new revision: "back", "gone" where it had none, "left" if it was changed
    since.
    """
    here = (applied.c.application_id == number, applied.c.article_id == article_id)
    row = connection.execute(sa.select(applied).where(*here)).one()
    connection.execute(applied.update().where(*here).values(undone=True))
    now = connection.execute(articles.ONE, {"key": article_id}).one()
    if now.revision != row.revision:
        return "left"
    source = (now.canonical_url, now.source_id)
    connection.execute(reading.delete().where(reading.c.source_id == now.source_id, reading.c.address == source[0]))
    text = row.before or row.revision
    former = connection.execute(
        sa.select(revision.c.capture_id, revision.c.read_at, revision.c.article).where(
            revision.c.article_id == article_id, revision.c.number == text
        )
    ).one()
    capture_row = kept.row_of(connection, former.capture_id)
    digest = capture_row.content_digest if capture_row else ""
    answer = Answer(former.capture_id, former.read_at, 200, "article", digest, read_before=True)
    if row.before == 0:
        decision = Decision("gone", now.ordinal, status="gone")
    elif row.before == row.revision:  # it was only restored
        decision = Decision("gone", now.ordinal, status=row.status)
    else:
        decision = Decision("changed", now.ordinal, rows.article_from_text(former.article), "re-read", row.status)
    articles.carry_out(connection, decision, *source, answer)
    before = {"verdict": row.verdict, "evidence": row.evidence}
    connection.execute(capture.update().where(capture.c.id == row.capture_id).values(**before))
    summed.outdate(connection, (now.source_id,))
    return "gone" if row.before == 0 else "back"


def undone(connection: Connection, number: int, at: datetime) -> None:
    """The application is undone."""
    connection.execute(application.update().where(application.c.id == number).values(undone=at, ended=at))
