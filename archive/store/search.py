"""Search: exact for every string, newest first.

SQLite: a contentless FTS5 table over bigrams (`archive.query.bigrams`); the rows' order is by date, so that the newest
hits are the first that the index gives. PostgreSQL: LIKE on the folded text, with a trigram index where the server has
one. Articles are indexed after they are stored, in batches; what is not indexed yet is read and compared one by one,
so that an answer is always complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Article, Standing
from archive.query import bigrams, holds, phrase, runs, snippet, words
from archive.store import rows
from archive.store.articles import CURRENT
from archive.store.tables import article, revision, searchable

BATCH = 200
SLOTS = 1 << 14
"""Places in a minute. Row numbers grow with the date: minute × SLOTS + a slot that follows from the article's id."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds all words that were searched for; `snippet` marks the first match as [match]."""

    article: Article
    standing: Standing
    snippet: str


@dataclass(frozen=True, slots=True)
class Hits:
    """The newest hits and how many there are in all."""

    total: int
    hits: tuple[Hit, ...]


def searched_text(read: Article) -> str:
    """The text of an article that is searched."""
    return f"{read.title}\n{read.text}"


# --- keeping the index


def catch_up(connection: Connection, commit: Callable[[], None]) -> int:
    """Index every article whose newest revision is not indexed, a batch a transaction; how many there were."""
    done = 0
    while batch := _waiting(connection, BATCH):
        for row in batch:
            _index(connection, row)
        commit()
        done += len(batch)
    return done


def _waiting(connection: Connection, limit: int | None = None) -> Sequence[sa.Row[Any]]:
    query = sa.select(article, revision.c.article.label("json")).select_from(CURRENT)
    return connection.execute(query.where(article.c.indexed != article.c.revision).limit(limit)).all()


def _index(connection: Connection, row: sa.Row[Any]) -> None:
    old = connection.execute(sa.select(searchable).where(searchable.c.article_id == row.id)).first()
    if old is not None:
        _forget(connection, old)
    text_runs = runs(searched_text(rows.article_from_text(row.json)))
    on_sqlite = connection.dialect.name == "sqlite"
    number = _free_number(connection, row.id, row.dated)
    values = {"doc": number, "article_id": row.id, "source_id": row.source_id, "revision": row.revision}
    values["folded"] = None if on_sqlite else "\n".join(text_runs)
    connection.execute(searchable.insert(), values)
    if on_sqlite:
        statement = sa.text("INSERT INTO bigram (rowid, tokens) VALUES (:doc, :tokens)")
        connection.execute(statement, {"doc": number, "tokens": _tokens(text_runs)})
    connection.execute(article.update().where(article.c.id == row.id).values(indexed=row.revision))


def _forget(connection: Connection, old: sa.Row[Any]) -> None:
    """Take an article out of the index. FTS5 must be told the very tokens: those of the revision that it knows."""
    if connection.dialect.name == "sqlite":
        here = (revision.c.article_id == old.article_id, revision.c.number == old.revision)
        text = connection.execute(sa.select(revision.c.article).where(*here)).scalar_one()
        tokens = _tokens(runs(searched_text(rows.article_from_text(text))))
        statement = sa.text("INSERT INTO bigram (bigram, rowid, tokens) VALUES ('delete', :doc, :tokens)")
        connection.execute(statement, {"doc": old.doc, "tokens": tokens})
    connection.execute(searchable.delete().where(searchable.c.doc == old.doc))


def _tokens(text_runs: Sequence[str]) -> str:
    return " ".join(token for run in text_runs for token in bigrams(run))


def _free_number(connection: Connection, identity: str, dated: datetime) -> int:
    minute = int((dated - EPOCH).total_seconds() // 60)
    number = minute * SLOTS + int.from_bytes(sha256(identity.encode()).digest()[:2]) % SLOTS
    while connection.execute(sa.select(searchable.c.doc).where(searchable.c.doc == number)).first():
        number += 1
    return number


# --- asking it


def search(connection: Connection, query: str, source: str | None, limit: int, offset: int) -> Hits:
    """The newest articles that hold all words of the query, and how many there are. To be asked in one snapshot."""
    searched = words(query)
    if not searched:
        return Hits(0, ())
    not_indexed = _waiting(connection)
    fresh = list(_among(not_indexed, searched, source))
    waiting = {row.id for row in not_indexed}
    matching = _matching(connection, searched, source)
    total = int(connection.execute(sa.select(sa.func.count()).select_from(matching)).scalar_one())
    stale: set[str] = set()
    if waiting:
        stale = set(_ids_among(connection, matching, waiting))
    newest = list(_newest(connection, matching, searched, stale, offset + limit))
    found = sorted([*fresh, *newest], key=lambda hit: (-_moment(hit), hit.standing.id)) if fresh else newest
    return Hits(total - len(stale) + len(fresh), tuple(found[offset : offset + limit]))


def _moment(hit: Hit) -> float:
    return rows.dated(hit.article, hit.standing.first_seen).timestamp()


def _matching(connection: Connection, searched: Sequence[str], source: str | None) -> sa.Subquery:
    """The indexed articles that match: their row number and, where a source is asked for, only its own."""
    if connection.dialect.name == "sqlite":
        bigram = sa.table("bigram", sa.column("rowid", sa.Integer))
        phrases = " ".join(phrase(word) for word in searched)
        query = sa.select(bigram.c.rowid.label("doc")).where(
            sa.text("bigram MATCH :phrases").bindparams(phrases=phrases)
        )
        if source is not None:
            query = query.join(searchable, searchable.c.doc == bigram.c.rowid)
    else:
        query = sa.select(searchable.c.doc)
        for word in searched:
            query = query.where(searchable.c.folded.contains(word, autoescape=True))
    if source is not None:
        query = query.where(searchable.c.source_id == source)
    return query.subquery("matching")


def _ids_among(connection: Connection, matching: sa.Subquery, waiting: set[str]) -> Iterator[str]:
    query = sa.select(searchable.c.article_id).join(matching, matching.c.doc == searchable.c.doc)
    wanted = sorted(waiting)
    for start in range(0, len(wanted), BATCH):
        yield from connection.execute(query.where(searchable.c.article_id.in_(wanted[start : start + BATCH]))).scalars()


def _newest(
    connection: Connection, matching: sa.Subquery, searched: Sequence[str], stale: set[str], wanted: int
) -> Iterator[Hit]:
    numbers = sa.select(matching.c.doc).order_by(matching.c.doc.desc()).limit(wanted + len(stale)).subquery()
    query = (
        sa.select(article, revision.c.article.label("json"))
        .select_from(CURRENT.join(searchable, searchable.c.article_id == article.c.id))
        .join(numbers, numbers.c.doc == searchable.c.doc)
        .order_by(searchable.c.doc.desc())
    )
    for row in connection.execute(query).all():
        if row.id not in stale:
            yield _hit(row, searched)


def _among(not_indexed: Sequence[sa.Row[Any]], searched: Sequence[str], source: str | None) -> Iterator[Hit]:
    for row in not_indexed:
        text = searched_text(rows.article_from_text(row.json))
        if (source is None or row.source_id == source) and holds(runs(text), searched):
            yield _hit(row, searched)


def _hit(row: sa.Row[Any], searched: Sequence[str]) -> Hit:
    read = rows.article_from_text(row.json)
    text = read.text if holds(runs(read.text), searched[:1]) else searched_text(read)
    return Hit(read, rows.standing(row), snippet(text, searched))
