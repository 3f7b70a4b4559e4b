"""Search: what a query asks for, newest first or by how well it is answered. Exact, for every string.

What is not indexed yet is read and compared one by one, so that an answer is always complete.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any as Anything
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive import query as queries
from archive.fold import spaced
from archive.model import Article, Standing
from archive.query import Entry, Query
from archive.query.score import score
from archive.query.snippet import Place, Snippet, matches, merged, snippet
from archive.query.tree import Any, Days, Phrase
from archive.store import matching, rows, written
from archive.store.damage import Dated, dated, dated_columns, sound, without_text
from archive.store.errors import DamagedRow
from archive.store.indexed import Indexed
from archive.store.indexing import BATCH, FORM, entries, form
from archive.store.prepared import Prepared
from archive.store.tables import article, revision, searchable

Order = Literal["newest", "relevance"]

CANDIDATES = 300
"""Of so many newest hits, and as many that hold a word in the title, those that answer best come first."""

WAITS = sa.exists().where(article.c.indexed != article.c.revision)
STATE = Prepared(sa.select(FORM.scalar_subquery().label("form"), WAITS.label("waits")))
"""By what the index was made, and whether an article waits for it."""

NEWEST_REVISION = sa.and_(revision.c.article_id == article.c.id, revision.c.number == article.c.revision)
SHOWN = ("id", "canonical_url", "first_seen", "last_seen", "revision", "status", "story_id", "role")
NAMED = {
    "sqlite": article.c.id.in_(
        sa.select(sa.column("value")).select_from(sa.func.json_each(sa.bindparam("ids", type_=sa.JSON)))
    ),
    "postgresql": article.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Text))),
}
TEXTS = {
    kind: Prepared(
        sa.select(*(article.c[name] for name in SHOWN), *written.TEXT)
        .join_from(article, revision, NEWEST_REVISION)
        .where(named)
    )
    for kind, named in NAMED.items()
}


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
    """The first hits, how many there are in all (None if nobody asked), and how many articles were not indexed yet.

    Those were read and compared one by one, as far as they lie in the days that were asked for. `damaged` has a
    sentence for each article that could not be read back for that, or to be shown.
    """

    total: int | None
    hits: tuple[Hit, ...]
    unindexed: int = 0
    damaged: tuple[str, ...] = ()


def search(
    connection: Connection, query: Query, limit: int, offset: int, order: Order = "newest", *, count: bool = True
) -> Hits:
    """The articles that the query asks for, and how many there are. To be asked in one snapshot."""
    wanted = tuple(dict.fromkeys(queries.wanted(query)))
    asked = _Asked(connection, query, _in_title(wanted) if order == "relevance" else None)
    last = offset + limit
    by_date = order == "newest"
    chosen = [each.id for each in asked.newest(last)] if by_date else _best(asked, wanted, last)
    hits = tuple(_hits(connection, chosen[offset:last], wanted, asked.fault))
    return Hits(asked.total() if count else None, hits, asked.read, tuple(asked.faults.values()))


class _Asked:
    """A query put to the index and to what waits for it, which is read once; `preferred` is asked of what is found."""

    def __init__(self, connection: Connection, query: Query, preferred: Query | None = None) -> None:
        self.connection = connection
        state = _State.of(connection)
        self._fresh: list[Dated] = []
        self._fresh_preferred: list[Dated] = []
        self.faults: dict[str, str] = {}
        self.read = 0
        for row, known in state.unindexed(_of_days(query), self.fault):
            self.read += 1
            if queries.holds(query, known):
                self._fresh.append(Dated(row.id, row.dated))
                if preferred is not None and queries.holds(preferred, known):
                    self._fresh_preferred.append(Dated(row.id, row.dated))
        self._indexed = state.index(query, self.fault)
        both = queries.both(query, preferred) if preferred is not None else None
        self._indexed_preferred = state.index(both, self.fault) if both is not None else None

    def fault(self, damaged: DamagedRow) -> None:
        """An article cannot be read back."""
        self.faults.setdefault(damaged.what, str(damaged))

    def total(self) -> int:
        """How many articles are found."""
        return len(self._fresh) + (self._indexed.total() if self._indexed else 0)

    def newest(self, limit: int) -> list[Dated]:
        """The newest: by date, to the second, and id."""
        return _newest(self._fresh, self._indexed, limit)

    def newest_preferred(self, limit: int) -> list[Dated]:
        """Those of what is preferred."""
        return _newest(self._fresh_preferred, self._indexed_preferred, limit)


@dataclass(frozen=True, slots=True)
class _State:
    """How the index stands: whether this version made it, and whether articles wait for it."""

    connection: Connection
    ours: bool
    waits: bool

    @staticmethod
    def of(connection: Connection) -> _State:
        """As it is now."""
        made, waits = STATE.first(connection, {})
        return _State(connection, made == form(connection), bool(waits))

    def index(self, query: Query, told: Callable[[DamagedRow], object]) -> Indexed | None:
        """A query put to it; None if another version made it."""
        return Indexed(self.connection, query, told, stale=self.waits) if self.ours else None

    def unindexed(
        self, conditions: Iterable[sa.ColumnElement[bool]], told: Callable[[DamagedRow], object]
    ) -> Iterator[tuple[sa.Row[Anything], Entry]]:
        """What the index does not tell of: each is to be read and compared. `told` is told of what cannot be read."""
        if self.ours and not self.waits:
            return
        asked = sa.select(article.c.id).where(*conditions, *([article.c.indexed != article.c.revision] * self.ours))
        ids = self.connection.execute(asked).scalars().all()
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            read = sound(some, partial(entries, self.connection), told)
            if len(read) < len(some):
                without_text(self.connection, some, told)
            yield from read


def _newest(fresh: Sequence[Dated], indexed: Indexed | None, limit: int) -> list[Dated]:
    others = indexed.newest(limit) if indexed is not None and limit else []
    return heapq.nsmallest(limit, [*fresh, *others], key=_key) if fresh else others


def found(
    connection: Connection,
    query: Query,
    conditions: Sequence[sa.ColumnElement[bool]],
    told: Callable[[DamagedRow], object],
) -> Iterator[Dated]:
    """Every article that the query asks for and of which the conditions hold, in no order.

    To be asked in one snapshot.
    """
    state = _State.of(connection)
    unindexed = state.unindexed([*conditions, *_of_days(query)], told)
    yield from (Dated(row.id, row.dated) for row, known in unindexed if queries.holds(query, known))
    if indexed := state.index(query, told):
        numbers = indexed.numbers().table()
        asked = sa.select(*dated_columns(connection)).join_from(
            article, searchable, searchable.c.article_id == article.c.id
        )
        asked = asked.join(numbers, numbers.c.doc == searchable.c.doc).where(*conditions)
        yield from dated(connection.execute(asked, execution_options={"yield_per": 1000}), told)


def _of_days(query: Query) -> Iterator[sa.ColumnElement[bool]]:
    """What the query's own days ask of articles that are read one by one: the others need not be."""
    for part in matching.parts(query):
        if isinstance(part, Days):
            since, until = part.moments()
            if since is not None:
                yield article.c.dated >= since
            if until is not None:
                yield article.c.dated < until


def _key(row: Dated) -> tuple[float, str]:
    return -row.dated.timestamp(), row.id


def _in_title(wanted: Iterable[Phrase]) -> Query | None:
    """That one of the phrases stands in the title; None if none is looked for there."""
    titles = tuple(Phrase(each.string, "title") for each in wanted if each.field in (None, "title"))
    return Any(titles) if titles else None


def _best(asked: _Asked, wanted: Sequence[Phrase], limit: int) -> list[str]:
    """The ids of those that answer best; behind the candidates the others, newest first."""
    newest = asked.newest(max(limit, CANDIDATES))
    candidates = {each.id: each for each in (*newest[:CANDIDATES], *asked.newest_preferred(CANDIDATES))}
    texts = _texts(asked.connection, list(candidates), asked.fault)
    scores = {identity: _score(read, wanted) for identity, (_, read) in texts.items()}
    behind = [each.id for each in newest if each.id not in scores]
    return sorted(scores, key=lambda each: (-scores[each], *_key(candidates[each]))) + behind


def _score(read: Article, wanted: Sequence[Phrase]) -> float:
    return score(wanted, spaced(read.title), spaced(read.text))


def _hits(
    connection: Connection, chosen: Sequence[str], wanted: Sequence[Phrase], told: Callable[[DamagedRow], object]
) -> Iterator[Hit]:
    texts = _texts(connection, chosen, told)
    of_title = [each.string for each in wanted if each.field in (None, "title")]
    of_text = [each.string for each in wanted if each.field in (None, "text")]
    for row, read in (texts[identity] for identity in chosen if identity in texts):
        text = read.text
        in_text = matches(text, of_text)
        in_title = merged(matches(read.title, of_title))
        standing = rows.standing(row)
        yield Hit(read, standing, snippet(text, in_text), tuple(in_title), tuple(merged(in_text)))


Text = tuple[Anything, Article]


def _texts(connection: Connection, wanted: Sequence[str], told: Callable[[DamagedRow], object]) -> dict[str, Text]:
    """The rows of these articles, with their newest texts."""

    def read(ids: Sequence[str]) -> Iterator[Text]:
        for row in TEXTS[connection.dialect.name].all(connection, {"ids": list(ids)}):
            yield row, written.article_of(row)

    batches = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    texts: dict[str, Text] = {}
    for batch in batches:
        found = sound(batch, read, told)
        if len(found) < len(batch):
            without_text(connection, batch, told)
        texts |= {row.id: (row, text) for row, text in found}
    return texts
