"""A query put to the index: how many articles answer it, and which of them are the newest.

Row numbers tell the day alone. So the newest are walked to until there are enough, with all else of the last one's day,
and then put in order by their moments.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.query import Query
from archive.store import matching
from archive.store.damage import Dated, dated
from archive.store.errors import DamagedRow
from archive.store.indexing import PLACES
from archive.store.matching_postgresql import OnPostgresql
from archive.store.matching_sqlite import OnSqlite
from archive.store.prepared import Prepared, batches, every_row
from archive.store.tables import article, searchable

TRIED = (25, 200)
"""Of so many times the wanted number of articles, the newest, it is seen first whether they hold enough."""

BEHIND_ALL = (1 << 63) - 1
ONE_OF_THE_NEWEST = Prepared(
    sa.select(searchable.c.doc)
    .where(searchable.c.doc < sa.bindparam("until"))
    .order_by(searchable.c.doc.desc())
    .limit(1)
    .offset(sa.bindparam("before"))
)
"""The number that so many of the newest come before."""

# Row numbers → their articles, newest first; the pluses have SQLite begin with the numbers.
ORDERED_ON_SQLITE = """
    SELECT CAST(article.id AS BLOB), CAST(article.dated AS BLOB) FROM json_each(:docs) AS number
    JOIN searchable ON searchable.doc = +number.value JOIN article ON article.id = searchable.article_id
    ORDER BY +article.dated DESC, article.id LIMIT :limit"""
ORDERED_ON_POSTGRESQL = sa.text("""
    SELECT article.id, article.dated FROM searchable JOIN article ON article.id = searchable.article_id
    WHERE searchable.doc = ANY(CAST(:docs AS bigint[]))
    ORDER BY article.dated DESC, article.id LIMIT :limit""").columns(article.c.id, article.c.dated)

MANY = 3
"""So many times as are wanted: among so many numbers it is quicker to look for the newest articles' own."""

# All articles, newest first, with their numbers: two indexes have it all, and CROSS keeps the order of the first.
BY_DATE = """
    SELECT CAST(article.id AS BLOB), CAST(article.dated AS BLOB), searchable.doc
    FROM article CROSS JOIN searchable ON searchable.article_id = article.id
    ORDER BY article.dated DESC, article.id"""
AT_ONCE = 25


class Indexed:
    """A query put to the index, without what this holds of articles that wait to be indexed anew."""

    def __init__(
        self, connection: Connection, query: Query, told: Callable[[DamagedRow], object], *, stale: bool
    ) -> None:
        """`told` is told of an article whose id or moment is none; with `stale` an article waits."""
        self.connection, self.query, self._told, self._stale = connection, query, told, stale
        self._on_sqlite = connection.dialect.name == "sqlite"

    def numbers(self, least: int | None = None) -> matching.Numbers:
        """The row numbers that answer, in SQLite from one on if that is given."""
        if self._on_sqlite:
            return OnSqlite(self.query, least, stale=self._stale)
        return OnPostgresql(self.query, stale=self._stale)

    def total(self) -> int:
        """How many there are."""
        return self.numbers().total(self.connection)

    def newest(self, limit: int) -> list[Dated]:
        """The newest, so many at most."""
        docs: list[int] = []
        for least in self._reaches(limit):
            docs = self._walked(least, limit)
            if len(docs) >= limit:
                break
        return list(dated(self._in_order(docs, limit), self._told)) if docs else []

    def _in_order(self, docs: Sequence[int], limit: int) -> Iterable[Sequence[Any]]:
        """Rows for `dated`: the newest of these numbers' articles."""
        if not self._on_sqlite:
            return self.connection.execute(ORDERED_ON_POSTGRESQL, {"docs": docs, "limit": limit})
        found = self._among(frozenset(docs), limit) if len(docs) >= MANY * limit else None
        if found is None:
            found = every_row(self.connection, ORDERED_ON_SQLITE, {"docs": json.dumps(docs), "limit": limit})
        return found

    def _among(self, docs: Set[int], limit: int) -> list[Sequence[Any]] | None:
        """The same, by going through all articles, newest first; None where that takes longer."""
        found: list[Sequence[Any]] = []
        looked_at = 0
        if matching.ends(self.query) is None:  # else they do not begin with the newest of all
            with closing(batches(self.connection, BY_DATE, AT_ONCE)) as every:
                for some in every:
                    found += [row for row in some if row[2] in docs]
                    if len(found) >= limit:
                        return [row[:2] for row in found[:limit]]
                    looked_at += len(some)
                    if looked_at >= len(docs) // 2:
                        break
        return None

    def _walked(self, least: int | None, limit: int) -> list[int]:
        """Numbers from the newest on: so many, and all else of the last one's day, for they tell the day alone."""
        found: list[int] = []
        with closing(self.numbers(least).newest_first(self.connection)) as walk:
            for some in walk:
                found += some
                if len(found) >= limit and found[-1] < (day := found[limit - 1] // PLACES * PLACES):
                    return [doc for doc in found if doc >= day]
        return found

    def _reaches(self, limit: int) -> Iterator[int | None]:
        """From which numbers on so many are looked for; the last time among all.

        What takes the long way tries the newest articles first: mostly they are enough.
        """
        if self._on_sqlite and not matching.is_walk(self.query):
            until = matching.ends(self.query)
            for many in TRIED:
                asked = {"until": BEHIND_ALL if until is None else until, "before": many * limit}
                if (least := ONE_OF_THE_NEWEST.first(self.connection, asked)) is not None:
                    yield least.doc // PLACES * PLACES
        yield None
