"""Articles and their revisions: carry out decisions, read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import Answer, Decision, Held, text_digest
from archive.identity import article_id
from archive.model import Article, Change, Revision, Standing
from archive.store import rows, sealed, written
from archive.store.pages import later
from archive.store.prepared import Prepared
from archive.store.tables import article, capture, page, revision

BATCH = 100

CURRENT = article.join(
    revision, sa.and_(revision.c.article_id == article.c.id, revision.c.number == article.c.revision)
).join(capture, capture.c.id == revision.c.capture_id)
"""Each article with its newest revision and the capture that this was read from."""


HELD = Prepared(
    sa.select(
        article.c.text_digest,
        article.c.status,
        article.c.checked,
        article.c.last_seen,
        article.c.capture_id,
        revision.c.article.label("json"),
        capture.c.content_digest,
    )
    .select_from(CURRENT)
    .where(article.c.canonical_url == sa.bindparam("address"))
    .order_by(article.c.ordinal)
)
NEWEST_TEXT = (article, *written.TEXT)
REVISION = [revision.c[name] for name in ("article_id", "number", "capture_id", "read_at", "reason")]
WITH_EVIDENCE = sa.select(*NEWEST_TEXT, capture.c.evidence).select_from(CURRENT)
WITHOUT_EVIDENCE = sa.select(*NEWEST_TEXT, sa.null().label("evidence")).select_from(CURRENT)

KEY: sa.BindParameter[str] = sa.bindparam("key")
_STANDS = sa.func.coalesce(page.c.leads_to, page.c.canonical_url)
_BY_PAGE = sa.union(
    sa.select(_STANDS).join(capture).where(capture.c.url == KEY),
    sa.select(_STANDS).where(sa.or_(page.c.url == KEY, page.c.canonical_url == KEY)),
)
_BY_ADDRESS = sa.or_(article.c.id == KEY, article.c.canonical_url == KEY)
FIRST = Prepared(WITH_EVIDENCE.where(_BY_ADDRESS).order_by(article.c.ordinal).limit(1))
FIRST_BY_PAGE = Prepared(
    WITH_EVIDENCE.where(article.c.canonical_url.in_(_BY_PAGE)).order_by(article.c.ordinal).limit(1)
)
"""The first article known by an address."""

INSERT, INSERT_REVISION = Prepared(article.insert()), Prepared(revision.insert())
ONE = Prepared(sa.select(article).where(article.c.id == KEY))
CHANGE = Prepared(article.update().where(article.c.id == sa.bindparam("key")))


def held_on(connection: Connection, canonical_url: str) -> list[Held]:
    """The articles that the archive holds of a page."""
    return [
        Held(
            rows.article_from_text(row.json),
            row.text_digest,
            row.status,
            row.capture_id,
            row.content_digest,
            row.checked,
            row.last_seen,
        )
        for row in HELD.all(connection, {"address": canonical_url})
    ]


def carry_out(connection: Connection, decision: Decision, canonical_url: str, source_id: str, answer: Answer) -> Change:
    """Write what was decided about one article. It stays with the source that brought it, whoever reads it again."""
    if decision.ordinal is None:
        return Change(decision.kind, canonical_url, reason=decision.why)
    identity = article_id(canonical_url, decision.ordinal)
    if decision.kind == "new":
        assert decision.article is not None
        number = _begin(connection, identity, decision, decision.article, canonical_url, source_id, answer)
    else:
        number = _go_on(connection, identity, decision, answer)
    return Change(decision.kind, canonical_url, identity, number, decision.why)


def _begin(
    connection: Connection,
    identity: str,
    decision: Decision,
    read: Article,
    canonical_url: str,
    source_id: str,
    answer: Answer,
) -> int:
    values = {
        "id": identity,
        "canonical_url": canonical_url,
        "ordinal": read.ordinal,
        "source_id": read.source_id or source_id,
        "first_seen": answer.fetched_at,
        "last_seen": answer.fetched_at,
        "checked": answer.fetched_at,
        "revision": 1,
        "status": "live",
        "role": "only",
        **_of_text(read, answer.fetched_at, answer),
    }
    INSERT.run(connection, values)
    owned, digest = replace(read, source_id=values["source_id"]), values["text_digest"]
    _add_revision(connection, identity, 1, owned, digest, decision.revise or "new", answer)
    return 1


def _go_on(connection: Connection, identity: str, decision: Decision, answer: Answer) -> int:
    row = ONE.first(connection, {"key": identity})
    at = answer.fetched_at
    values: dict[str, Any] = {"checked": later(row.checked, at)}
    number = int(row.revision)
    if decision.kind != "gone":
        values |= {"last_seen": later(row.last_seen, at), "first_seen": min(row.first_seen, at)}
    if decision.status:
        values["status"] = decision.status
    if decision.article is not None and decision.revise is not None:
        number += 1
        values |= {"revision": number, **_of_text(decision.article, values["first_seen"], answer)}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if "status" in changed:
        changed["indexed"] = 0  # search can be asked for it
    if changed:
        CHANGE.run(connection, {"key": identity, **changed})
    if decision.article is not None and decision.revise is not None:
        owned = replace(decision.article, source_id=row.source_id)
        _add_revision(connection, identity, number, owned, values["text_digest"], decision.revise, answer)
    return number


def _of_text(read: Article, first_seen: datetime, answer: Answer) -> dict[str, Any]:
    """The columns that follow from the newest revision's text."""
    return {
        "title": rows.column_text(read.title),
        "dated": rows.dated(read, first_seen),
        "text_digest": text_digest(read),
        "capture_id": answer.capture_id,
    }


def _add_revision(
    connection: Connection, identity: str, number: int, read: Article, digest: str, reason: str, answer: Answer
) -> None:
    text = rows.article_to_bytes(read)
    values = {
        "article_id": identity,
        "number": number,
        "capture_id": answer.capture_id,
        "read_at": answer.fetched_at,
        "reason": reason,
        "text_digest": digest,
        "article": text.decode(),
    }
    values["row_crc"] = sealed.crc_of(revision, {**values, "article": text})  # to encode a text is dear
    INSERT_REVISION.run(connection, values)


def still_there(connection: Connection, canonical_url: str, at: datetime) -> tuple[Change, ...]:
    """The page was asked for and is unchanged: its articles were seen again."""
    query = sa.select(article.c.id, article.c.revision, article.c.last_seen, article.c.checked)
    live = (article.c.canonical_url == canonical_url, article.c.status != "gone")
    found = connection.execute(query.where(*live).order_by(article.c.ordinal)).all()
    for row in found:
        values = {"last_seen": later(row.last_seen, at), "checked": later(row.checked, at)}
        CHANGE.run(connection, {"key": row.id, **values})
    return tuple(Change("known", canonical_url, row.id, row.revision) for row in found)


def still_gone(connection: Connection, canonical_url: str, at: datetime) -> None:
    """The page was asked for and is gone still: a copy from before that brings nothing back."""
    gone = (article.c.canonical_url == canonical_url, article.c.status == "gone", article.c.checked < at)
    connection.execute(article.update().where(*gone).values(checked=at))


# --- reading


def find(connection: Connection, id_or_url: str) -> tuple[Article, Standing] | None:
    """An article by its id, its canonical address, or an address under which its page was found or answered.

    What no column can hold (NUL, bytes that are no text) names none. Raises DamagedRow, which names the article.
    """
    if rows.column_text(id_or_url) != id_or_url:
        return None
    for query in (FIRST, FIRST_BY_PAGE):
        with rows.damage_told(f"The article {id_or_url}"):
            row = query.first(connection, {"key": id_or_url})
            if row is not None:
                return _article(row)
    return None


def select(
    connection: Connection,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    *,
    evidence: bool,
) -> Iterator[tuple[Article, Standing]]:
    """Articles by date (published, else first seen) and id; any number of them, in constant memory.

    `since` is included, `until` is not.
    """
    query = (WITH_EVIDENCE if evidence else WITHOUT_EVIDENCE).order_by(article.c.dated, article.c.id)
    if source is not None:
        query = query.where(article.c.source_id == source)
    if since is not None:
        query = query.where(article.c.dated >= since)
    if until is not None:
        query = query.where(article.c.dated < until)
    batch = connection.execute(query.limit(BATCH)).all()
    while batch:
        yield from (_article(row) for row in batch)
        last = batch[-1]
        at_least = article.c.dated >= last.dated  # what the index is entered by
        behind = sa.or_(article.c.dated > last.dated, article.c.id > last.id)
        batch = connection.execute(query.where(at_least, behind).limit(BATCH)).all() if len(batch) == BATCH else []


def revisions(connection: Connection, identity: str) -> tuple[Revision, ...]:
    """All revisions of an article, oldest first. Raises DamagedRow, which names the one."""
    query = sa.select(*REVISION, *written.TEXT).where(revision.c.article_id == identity).order_by(revision.c.number)
    with rows.damage_told(f"A revision of the article {identity}"):
        found = connection.execute(query).all()
    return tuple(_revision(row) for row in found)


def _revision(row: Any) -> Revision:
    with rows.damage_told(f"Revision {row.number} of the article {row.article_id}"):
        read = written.article_of(row)
    return Revision(row.article_id, row.number, row.capture_id, row.read_at, row.reason, read)


def _article(row: sa.Row[Any]) -> tuple[Article, Standing]:
    with rows.damage_told(f"The article {row.id}"):
        read = written.article_of(row, rows.evidence_from_bytes(row.evidence))
    return replace(read, source_id=row.source_id), rows.standing(row)
