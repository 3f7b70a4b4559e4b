"""Search: what a query asks for, newest first or by how well it is answered. Exact, for every string.

What is not indexed yet is read and compared one by one, so that an answer is always complete.
"""

from __future__ import annotations

import heapq
import json
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
from archive.store import matching, rows
from archive.store.damage import Dated, dated, dated_columns, sound, without_text
from archive.store.errors import DamagedRow
from archive.store.indexing import BATCH, FORM, PLACES, entries, form
from archive.store.tables import article, revision, searchable

Order = Literal["newest", "relevance"]

CANDIDATES = 300
"""Of so many newest hits, and as many that hold a word in the title, those that answer best come first."""

TRIED = (25, 200)
"""Of so many times the wanted number of articles, the newest, it is seen first whether they hold enough."""

LOOKED_AT = 10_000
"""Addresses at most that are looked at one by one (3 µs each), because they hold the pairs of what is looked for."""

STALE = (
    sa.select(searchable.c.doc)
    .join(article, article.c.id == searchable.c.article_id)
    .where(article.c.indexed != article.c.revision)
)
"""What the index still holds of articles that are to be indexed anew."""


STATE = sa.select(FORM.scalar_subquery(), sa.exists().where(article.c.indexed != article.c.revision))
"""By what the index was made, and whether an article waits for it."""

BEHIND_ALL = (1 << 63) - 1
ONE_OF_THE_NEWEST = (
    sa.select(searchable.c.doc)
    .where(searchable.c.doc < sa.bindparam("until"))
    .order_by(searchable.c.doc.desc())
    .limit(1)
    .offset(sa.bindparam("before"))
)
"""The number that so many of the newest come before."""

FEW = {"yield_per": 100}
IN_ORDER = {  # row numbers → their articles, newest first; the pluses have SQLite begin with the numbers
    "sqlite": """
        SELECT CAST(article.id AS BLOB), CAST(article.dated AS BLOB) FROM json_each(:docs) AS number
        JOIN searchable ON searchable.doc = +number.value JOIN article ON article.id = searchable.article_id
        ORDER BY +article.dated DESC, article.id LIMIT :limit""",
    "postgresql": """
        SELECT article.id, article.dated FROM searchable JOIN article ON article.id = searchable.article_id
        WHERE searchable.doc = ANY(CAST(:docs AS bigint[]))
        ORDER BY article.dated DESC, article.id LIMIT :limit""",
}
ORDERED: dict[str, sa.Executable] = {
    "sqlite": sa.text(IN_ORDER["sqlite"]),
    "postgresql": sa.text(IN_ORDER["postgresql"]).columns(article.c.id, article.c.dated),
}

NEWEST_REVISION = sa.and_(revision.c.article_id == article.c.id, revision.c.number == article.c.revision)
SHOWN = ("id", "canonical_url", "dated", "first_seen", "last_seen", "revision", "status", "story_id", "role")
TEXTS = (
    sa.select(*(article.c[name] for name in SHOWN), revision.c.article.label("json"))
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
    chosen = _best(asked, wanted, last) if order == "relevance" else asked.newest(last)
    hits = tuple(_hits(connection, chosen[offset:last], wanted, asked.fault))
    return Hits(asked.total() if count else None, hits, asked.read, tuple(asked.faults.values()))


class _Asked:
    """A query put to the index and to what waits for it, which is read once; `preferred` is asked of what is found."""

    def __init__(self, connection: Connection, query: Query, preferred: Query | None = None) -> None:
        self.connection = connection
        state = _State.of(connection)
        self._fresh: list[tuple[float, str]] = []
        self._fresh_preferred: list[tuple[float, str]] = []
        self.faults: dict[str, str] = {}
        self.read = 0
        for row, known in state.unindexed(_of_days(query), self.fault):
            self.read += 1
            if queries.holds(query, known):
                self._fresh.append(_key(row))
                if preferred is not None and queries.holds(preferred, known):
                    self._fresh_preferred.append(_key(row))
        self._indexed = _Indexed(connection, query, state, self.fault) if state.ours else None
        both = queries.both(query, preferred) if preferred is not None else None
        self._indexed_preferred = (
            _Indexed(connection, both, state, self.fault) if state.ours and both is not None else None
        )

    def fault(self, damaged: DamagedRow) -> None:
        """An article cannot be read back."""
        self.faults.setdefault(damaged.what, str(damaged))

    def total(self) -> int:
        """How many articles are found."""
        return len(self._fresh) + (self._indexed.total() if self._indexed else 0)

    def newest(self, limit: int) -> list[str]:
        """The ids of the newest: by date, to the second, and id."""
        return _newest(self._fresh, self._indexed, limit)

    def newest_preferred(self, limit: int) -> list[str]:
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
        made, waits = connection.execute(STATE).one()
        return _State(connection, made == form(connection), bool(waits))

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


class _Indexed:
    """A query put to the index, without what this holds of articles that wait to be indexed anew."""

    def __init__(
        self, connection: Connection, query: Query, state: _State, told: Callable[[DamagedRow], object]
    ) -> None:
        self.connection, self.query, self._stale, self._told = connection, query, state.waits, told
        self._by_pairs = _are_few(connection, matching.addresses_of(query))

    def numbers(self, least: int | None = None) -> sa.Select[Anything]:
        """The row numbers that answer, from one on if that is given."""
        answer = matching.Answer(self.connection.dialect.name, self.query, least, self._by_pairs).numbers()
        return answer.where(answer.selected_columns.doc.not_in(STALE)) if self._stale else answer

    def total(self) -> int:
        """How many there are."""
        counted = self.numbers().with_only_columns(sa.func.count(), maintain_column_froms=True)
        return int(self.connection.execute(counted).scalar_one())

    def newest(self, limit: int) -> list[Dated]:
        """The newest, so many at most."""
        docs: list[int] = []
        for least in self._reaches(limit):
            docs = self._walked(least, limit)
            if len(docs) >= limit:
                break
        kind = self.connection.dialect.name
        asked = {"docs": json.dumps(docs) if kind == "sqlite" else docs, "limit": limit}
        return list(dated(self.connection.execute(ORDERED[kind], asked), self._told)) if docs else []

    def _walked(self, least: int | None, limit: int) -> list[int]:
        """Numbers from the newest on: so many, and all else of the last one's day, for they tell the day alone."""
        numbers = self.numbers(least)
        walk = numbers.order_by(numbers.selected_columns.doc.desc())
        found: list[int] = []
        with self.connection.execute(walk, execution_options=FEW).scalars() as docs:
            for some in docs.partitions():
                found += some
                if len(found) >= limit and found[-1] < (day := found[limit - 1] // PLACES * PLACES):
                    return [doc for doc in found if doc >= day]
        return found

    def _reaches(self, limit: int) -> Iterator[int | None]:
        """From which numbers on so many are looked for; the last time among all.

        What takes the long way tries the newest articles first: mostly they are enough.
        """
        if not self._by_pairs and not matching.is_walk(self.connection.dialect.name, self.query):
            until = matching.ends(self.query)
            for many in TRIED:
                asked = {"until": BEHIND_ALL if until is None else until, "before": many * limit}
                least = self.connection.execute(ONE_OF_THE_NEWEST, asked).scalar()
                if least is not None:
                    yield least // PLACES * PLACES
        yield None


def _newest(fresh: Sequence[tuple[float, str]], indexed: _Indexed | None, limit: int) -> list[str]:
    others = indexed.newest(limit) if indexed is not None and limit else ()
    return [identity for _, identity in heapq.nsmallest(limit, [*fresh, *map(_key, others)])]


def _are_few(connection: Connection, addresses: tuple[Phrase, ...]) -> bool:
    """Whether few addresses hold the pairs of these strings; False if there are none or no pairs to ask."""
    if not addresses or connection.dialect.name != "sqlite":
        return False
    some = matching.holding_pairs(addresses).limit(LOOKED_AT + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() <= LOOKED_AT


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
    if state.ours:
        numbers = _Indexed(connection, query, state, told).numbers().subquery()
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


def _key(row: sa.Row[Anything] | Dated) -> tuple[float, str]:
    return -row.dated.timestamp(), row.id


def _in_title(wanted: Iterable[Phrase]) -> Query | None:
    """That one of the phrases stands in the title; None if none is looked for there."""
    titles = tuple(Phrase(each.string, "title") for each in wanted if each.field in (None, "title"))
    return Any(titles) if titles else None


def _best(asked: _Asked, wanted: Sequence[Phrase], limit: int) -> list[str]:
    """The ids of those that answer best; behind the candidates the others, newest first."""
    newest = asked.newest(max(limit, CANDIDATES))
    candidates = list(dict.fromkeys([*newest[:CANDIDATES], *asked.newest_preferred(CANDIDATES)]))
    texts = _texts(asked.connection, candidates, asked.fault)
    scores = {each: _score(read, wanted) for each, (_, read) in texts.items()}
    behind = [each for each in newest if each not in scores]
    return sorted(scores, key=lambda each: (-scores[each], *_key(texts[each][0]))) + behind


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
        for row in connection.execute(TEXTS, {"ids": list(ids)}).all():
            yield row, rows.article_from_text(row.json)

    batches = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    texts: dict[str, Text] = {}
    for batch in batches:
        found = sound(batch, read, told)
        if len(found) < len(batch):
            without_text(connection, batch, told)
        texts |= {row.id: (row, text) for row, text in found}
    return texts
