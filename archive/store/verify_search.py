"""Does the index of search hold what the articles say?

SQLite's index holds no texts, but their words: all of it is read through once and held against what it should hold of
each article (`archive.store.verify_tokens`). Where a sample is looked at, some of an article's words are asked for
instead. PostgreSQL's holds the folded texts, which are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.decide import text_digest
from archive.identity import article_id
from archive.query import Entry, tokens
from archive.store import indexing, rows
from archive.store.damage import sound
from archive.store.errors import DamagedRow
from archive.store.tables import article, searchable
from archive.store.tags import long, short
from archive.store.verify_tokens import HeldTokens

BATCH = 200
ASKED = 16
"""Pairs of characters that are asked for of an article's title, of its facts and of its text, in a sample."""

FEW = 3
REINDEX = "`jianbao verify --reindex` makes it known."

PAIRS = sa.text("SELECT 1 FROM bigram WHERE bigram MATCH :query AND rowid = :doc")
CHARACTERS = sa.text("SELECT 1 FROM unigram WHERE unigram MATCH :query AND rowid = :doc")
INDEXED = sa.and_(article.c.indexed > 0, article.c.indexed == article.c.revision)


def differences(connection: Connection, sample: int | None, watch: Callable[[int, int], None]) -> Iterator[str]:
    """A sentence for each article that search does not know as it is; of `sample` articles if that is given."""
    if not indexing.is_ours(connection):
        return  # it is made anew at the next opening for writing, and no answer comes from it until then
    with _one_state(connection):
        yield from _of_one_state(connection, sample, watch)


@contextmanager
def _one_state(connection: Connection) -> Iterator[None]:
    """See SQLite's index and the articles as they stand at one moment: whoever writes goes on, and its log grows."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver.in_transaction:
        yield
        return
    connection.exec_driver_sql("BEGIN")
    try:
        yield
    finally:
        connection.exec_driver_sql("ROLLBACK")


def _of_one_state(connection: Connection, sample: int | None, watch: Callable[[int, int], None]) -> Iterator[str]:
    yield from _strangers(connection)
    held = HeldTokens(connection) if sample is None and connection.dialect.name == "sqlite" else None
    if held is not None and held.strangers:
        some = ", ".join(map(str, sorted(held.strangers)[:FEW]))
        found = f"Search knows words of {len(held.strangers)} articles that are not there (numbers {some})"
        yield f"{found}. `jianbao verify --reindex` forgets them."
    count = connection.execute(sa.select(sa.func.count()).select_from(article).where(INDEXED)).scalar_one()
    total, done = min(count, sample or count), 0
    for ids in _chosen(connection, sample):
        damaged: list[DamagedRow] = []  # of a look at all rows they were told already
        for row, made in sound(ids, partial(indexing.entries, connection), damaged.append):
            if not _is_known(connection, row, made, held) and _waits_not(connection, row):
                advice = REINDEX if _is_sound(row) else "Its own row is damaged."
                yield f"Search does not know the article {row.id} as it is. {advice}"
        yield from map(str, damaged if sample is not None else ())
        done += len(ids)
        watch(done, total)


def _chosen(connection: Connection, sample: int | None) -> Iterator[Sequence[str]]:
    query = sa.select(article.c.id).where(INDEXED)
    if sample is not None:
        ids = connection.execute(query.order_by(sa.func.random()).limit(sample)).scalars().all()
        yield from (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
        return
    last = ""
    while (
        ids := connection.execute(query.where(article.c.id > last).order_by(article.c.id).limit(BATCH)).scalars().all()
    ):
        yield ids
        last = ids[-1]


def _strangers(connection: Connection) -> Iterator[str]:
    """What the index holds of articles that are not there, or that it should know anew."""
    query = sa.select(searchable.c.article_id).select_from(searchable.outerjoin(article))
    for identity in connection.execute(query.where(article.c.id.is_(None))).scalars():
        yield f"Search knows an article {identity}, which is not there."


def _is_sound(row: sa.Row[Any]) -> bool:
    """Whether the article is what was written: an index of one that is not would hide that."""
    read = rows.article_from_text(row.json)
    itself = (article_id(row.canonical_url, row.ordinal), text_digest(read), rows.column_text(read.title))
    return itself == (row.id, row.text_digest, row.title)


def _waits_not(connection: Connection, row: sa.Row[Any]) -> bool:
    """Whether the article still counts as indexed at that revision: it may have been changed meanwhile."""
    now = connection.execute(sa.select(article.c.indexed, article.c.revision).where(article.c.id == row.id)).first()
    return now is not None and now.indexed == now.revision == row.revision


def _is_known(connection: Connection, row: sa.Row[Any], made: Entry, tokens_held: HeldTokens | None) -> bool:
    held = connection.execute(sa.select(searchable).where(searchable.c.article_id == row.id)).first()
    if held is None or held.revision != row.revision:
        return False
    if connection.dialect.name == "sqlite":
        if held.tags != short(made.tags):
            return False
        return tokens_held.are_of(held.doc, made) if tokens_held else _has_tokens(connection, held.doc, made)
    title = made.fields["title"]
    values = {"folded": f"{title}\n{made.fields['text']}", "title_length": len(title), "tags": long(made.tags)}
    values |= {name: made.fields[name] for name in ("origin", "author", "editor", "section")}
    return all(held._mapping[name] == value for name, value in values.items())


def _has_tokens(connection: Connection, doc: int, made: Entry) -> bool:
    parts = [part.split() for part in tokens.pairs(made)]
    pairs = [word for part in parts for word in part[:: max(1, len(part) // ASKED)]]
    asked = ((PAIRS, _all(pairs)), (CHARACTERS, _all(tokens.characters(made).split())))
    return all(connection.execute(query, {"query": words, "doc": doc}).first() for query, words in asked)


def _all(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"' for word in words)
