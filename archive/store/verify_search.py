"""Does the index of search hold what the articles say?

SQLite's index holds no texts. Of each article some pairs of characters, one from each part, and each character are
asked for: one that is not under the article's number is told. PostgreSQL's holds the folded texts, which are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

BATCH = 200
ASKED = 16
"""Pairs of characters that are asked for of an article's title, of its facts and of its text."""

PAIRS = sa.text("SELECT 1 FROM bigram WHERE bigram MATCH :query AND rowid = :doc")
CHARACTERS = sa.text("SELECT 1 FROM unigram WHERE unigram MATCH :query AND rowid = :doc")
INDEXED = sa.and_(article.c.indexed > 0, article.c.indexed == article.c.revision)


def differences(connection: Connection, sample: int | None, watch: Callable[[int, int], None]) -> Iterator[str]:
    """A sentence for each article that search does not know as it is; of `sample` articles if that is given."""
    if not indexing.is_ours(connection):
        return  # it is made anew at the next opening for writing, and no answer comes from it until then
    yield from _strangers(connection)
    count = connection.execute(sa.select(sa.func.count()).select_from(article).where(INDEXED)).scalar_one()
    total, done = min(count, sample or count), 0
    for ids in _chosen(connection, sample):
        damaged: list[DamagedRow] = []  # of a look at all rows they were told already
        for row, made in sound(ids, partial(indexing.entries, connection), damaged.append):
            if not _is_known(connection, row, made) and _waits_not(connection, row):
                advice = "`jianbao verify --reindex` makes it known." if _is_sound(row) else "Its own row is damaged."
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


def _is_known(connection: Connection, row: sa.Row[Any], made: Entry) -> bool:
    held = connection.execute(sa.select(searchable).where(searchable.c.article_id == row.id)).first()
    if held is None or held.revision != row.revision:
        return False
    if connection.dialect.name == "sqlite":
        return _has_tokens(connection, held.doc, made)
    names = ("origin", "author", "editor", "section")
    title = made.fields["title"]
    return held.folded == f"{title}\n{made.fields['text']}" and all(held._mapping[n] == made.fields[n] for n in names)


def _has_tokens(connection: Connection, doc: int, made: Entry) -> bool:
    parts = [part.split() for part in tokens.pairs(made)]
    pairs = [word for part in parts for word in part[:: max(1, len(part) // ASKED)]]
    asked = ((PAIRS, _all(pairs)), (CHARACTERS, _all(tokens.characters(made).split())))
    return all(connection.execute(query, {"query": words, "doc": doc}).first() for query, words in asked)


def _all(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}"' for word in words)
