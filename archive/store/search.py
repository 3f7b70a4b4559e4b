"""Search: what a query asks for, newest first or by how well it is answered. Exact, for every string.

What is not indexed yet is read and compared one by one, so that an answer is always complete.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive import query as queries
from archive.fold import spaced
from archive.model import Article, Standing
from archive.query import Query
from archive.query.score import score
from archive.query.snippet import Place, Snippet, matches, merged, snippet
from archive.query.tree import Any, Phrase
from archive.store import rows
from archive.store.indexing import BATCH, HELD, PLACES, WAITING, entry, is_ours
from archive.store.matching import matching
from archive.store.tables import article, revision, searchable

Order = Literal["newest", "relevance"]

CANDIDATES = 300
"""Of so many newest hits, and as many that hold a word in the title, those that answer best come first."""

STALE = (
    sa.select(searchable.c.doc)
    .join(article, article.c.id == searchable.c.article_id)
    .where(article.c.indexed != article.c.revision)
)
"""What the index still holds of articles that are to be indexed anew."""


ANY_STALE = STALE.limit(1)
NEWEST_REVISION = sa.and_(revision.c.article_id == article.c.id, revision.c.number == article.c.revision)
TEXTS = (
    sa.select(article, revision.c.article.label("json"))
    .join_from(article, revision, NEWEST_REVISION)
    .where(article.c.id.in_(sa.bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, the piece of its text that shows why, and where its matches stand in both."""

    article: Article
    standing: Standing
    snippet: Snippet
    in_title: tuple[Place, ...] = ()
    in_text: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """The first hits and how many there are in all; None if nobody asked for that."""

    total: int | None
    hits: tuple[Hit, ...]


def search(
    connection: Connection, query: Query, limit: int, offset: int, order: Order = "newest", *, count: bool = True
) -> Hits:
    """The articles that the query asks for, and how many there are. To be asked in one snapshot."""
    wanted = tuple(dict.fromkeys(queries.wanted(query)))
    asked = _Asked(connection, query)
    last = offset + limit
    chosen = _best(asked, wanted, last) if order == "relevance" else asked.newest(last)
    return Hits(asked.total() if count else None, tuple(_hits(connection, chosen[offset:last], wanted)))


class _Asked:
    """A query put to the index and to what waits for it."""

    def __init__(self, connection: Connection, query: Query) -> None:
        self.connection, self.query = connection, query
        ours = is_ours(connection)  # an index of another folding holds nothing that could be asked for
        held = connection.execute((WAITING if ours else HELD), execution_options={"yield_per": BATCH})
        self._fresh = [_key(row) for row in held if queries.holds(query, entry(row))]
        self._indexed = _indexed(connection, query) if ours else None

    def total(self) -> int:
        """How many articles are found."""
        if self._indexed is None:
            return len(self._fresh)
        counted = self._indexed.with_only_columns(sa.func.count(), maintain_column_froms=True)
        return len(self._fresh) + int(self.connection.execute(counted).scalar_one())

    def newest(self, limit: int) -> list[str]:
        """The ids of the newest: by date, to the second, and id."""
        found = self._fresh
        if self._indexed is not None and limit:
            found = [*found, *map(_key, self._newest_indexed(self._indexed, limit))]
        return [identity for _, identity in heapq.nsmallest(limit, found)]

    def _newest_indexed(self, indexed: sa.Select[Anything], limit: int) -> Sequence[Anything]:
        """So many of the newest, and what else is dated on the day of the last: numbers tell the day alone."""
        doc = indexed.selected_columns.doc
        last = self.connection.execute(indexed.order_by(sa.desc("doc")).limit(1).offset(limit - 1)).scalar()
        if last is not None:
            indexed = indexed.where(doc >= last // PLACES * PLACES)
        numbers = indexed.subquery()
        query = sa.select(article.c.dated, article.c.id).join(searchable, searchable.c.article_id == article.c.id)
        dated = sa.func.coalesce(article.c.dated, article.c.dated)  # not the column: its index would be walked instead
        query = query.join(numbers, numbers.c.doc == searchable.c.doc).order_by(dated.desc(), article.c.id)
        return self.connection.execute(query.limit(limit)).all()


def found(connection: Connection, query: Query, conditions: Sequence[sa.ColumnElement[bool]]) -> Iterator[Anything]:
    """Every article that the query asks for and of which the conditions hold, in no order: rows with `id`, `dated`.

    To be asked in one snapshot.
    """
    ours = is_ours(connection)
    held = (WAITING if ours else HELD).where(*conditions)
    rows_of = connection.execute(held, execution_options={"yield_per": BATCH})
    yield from (row for row in rows_of if queries.holds(query, entry(row)))
    if ours:
        numbers = _indexed(connection, query).subquery()
        asked = sa.select(article.c.id, article.c.dated).join(searchable, searchable.c.article_id == article.c.id)
        asked = asked.join(numbers, numbers.c.doc == searchable.c.doc).where(*conditions)
        yield from connection.execute(asked, execution_options={"yield_per": 1000})


def _indexed(connection: Connection, query: Query) -> sa.Select[Anything]:
    """What the index answers, without what it holds of articles that wait to be indexed anew."""
    answer = matching(connection.dialect.name, query)
    stale = connection.execute(ANY_STALE).first() is not None
    return answer.where(answer.selected_columns.doc.not_in(STALE)) if stale else answer


def _key(row: sa.Row[Anything]) -> tuple[float, str]:
    return -row.dated.timestamp(), row.id


def _best(asked: _Asked, wanted: Sequence[Phrase], limit: int) -> list[str]:
    """The ids of those that answer best; behind the candidates the others, newest first."""
    newest = asked.newest(max(limit, CANDIDATES))
    titles = Any(tuple(Phrase(each.string, "title") for each in wanted if each.field in (None, "title")))
    in_title = _Asked(asked.connection, queries.both(asked.query, titles)).newest(CANDIDATES) if titles.parts else []
    candidates = list(dict.fromkeys([*newest[:CANDIDATES], *in_title]))
    texts = _texts(asked.connection, candidates)
    scores = {each: _score(texts[each], wanted) for each in candidates}
    behind = [each for each in newest if each not in scores]
    return sorted(candidates, key=lambda each: (-scores[each], *_key(texts[each]))) + behind


def _score(row: sa.Row[Anything], wanted: Sequence[Phrase]) -> float:
    read = rows.article_from_text(row.json)
    return score(wanted, spaced(read.title), spaced(read.text))


def _hits(connection: Connection, chosen: Sequence[str], wanted: Sequence[Phrase]) -> Iterator[Hit]:
    texts = _texts(connection, chosen)
    of_title = [each.string for each in wanted if each.field in (None, "title")]
    of_text = [each.string for each in wanted if each.field in (None, "text")]
    for identity in chosen:
        read = rows.article_from_text(texts[identity].json)
        text = read.text
        in_text = matches(text, of_text)
        in_title = merged(matches(read.title, of_title))
        standing = rows.standing(texts[identity])
        yield Hit(read, standing, snippet(text, in_text), tuple(in_title), tuple(merged(in_text)))


def _texts(connection: Connection, wanted: Sequence[str]) -> dict[str, sa.Row[Anything]]:
    """The rows of these articles, with their newest texts."""
    found: dict[str, sa.Row[Anything]] = {}
    for start in range(0, len(wanted), BATCH):
        here = connection.execute(TEXTS, {"ids": list(wanted[start : start + BATCH])})
        found |= {row.id: row for row in here}
    return found
