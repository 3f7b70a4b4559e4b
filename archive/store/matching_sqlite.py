"""A query → the rows of SQLite's index that answer it.

One full-text table is walked newest first, the others are looked up beside it; the long way goes over the table of
numbers. An answer from one row number on asks all of them from there on, so that it costs what it reaches over. A
string in an address is looked for in those that hold its pairs (2 to 3 µs each), a single character in all.

The statements are written as text and given to the driver: made by SQLAlchemy they cost 0.4 ms each, a fifth of an
answer. Nothing of a query stands in the text; its strings and days are values.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.query import tokens
from archive.query.tree import All, Any, Days, Not, Phrase, Query
from archive.store.indexing import first_number
from archive.store.matching import CHARACTERS, ELSE, NUMBERS, PAIRS, addresses_of, by_place, parts, place_of
from archive.store.prepared import batches, one_value

AT_ONCE = 50
"""Numbers that are taken from a walk at a time."""

NOT_STALE = """NOT IN (
    SELECT searchable.doc FROM searchable JOIN article ON article.id = searchable.article_id
    WHERE article."indexed" != article.revision)"""
"""Not what the index still holds of an article that is to be indexed anew."""

OF_ARTICLE = "article.id = searchable.article_id"
IS_HELD = "instr(lower(article.canonical_url), {}) > 0"
"""A canonical address is ASCII: case is all that folding changes in it."""


class OnSqlite:
    """The row numbers that answer a query. See `matching.Numbers`."""

    def __init__(self, query: Query, least: int | None, *, stale: bool) -> None:
        """From the number `least` on, if that is given.

        With `stale` the index holds something of articles that are to be indexed anew, which is left out.
        """
        self._values: dict[str, str | int] = {}
        self._least = None if least is None else self._value(least)
        of = by_place(query)
        walked = next((place for place in (PAIRS, CHARACTERS) if of[place]), None)
        if walked is None:
            self._from, self._number = "searchable", "searchable.doc"
            conditions = [self._long_way(part) for part in parts(query)]
        else:
            self._from, self._number = walked, f"{walked}.rowid"
            conditions = list(self._walk(walked, of, addresses_of(query)))
        conditions += [f"{self._number} >= {self._least}"] if self._least else []
        conditions += [f"{self._number} {NOT_STALE}"] if stale else []
        self._conditions = conditions

    def total(self, connection: Connection) -> int:
        """See `matching.Numbers`."""
        return int(one_value(connection, _select("count(*)", self._from, self._conditions), self._values))

    def newest_first(self, connection: Connection) -> Generator[Sequence[int], None, None]:
        """See `matching.Numbers`."""
        walk = f"{_select(self._number, self._from, self._conditions)} ORDER BY {self._number} DESC"
        with closing(batches(connection, walk, AT_ONCE, self._values)) as every:
            for some in every:
                yield [number for (number,) in some]

    def table(self) -> sa.FromClause:
        """See `matching.Numbers`."""
        text = sa.text(_select(f"{self._number} AS doc", self._from, self._conditions))
        return text.bindparams(**self._values).columns(sa.column("doc", sa.Integer)).subquery()

    def _walk(self, walked: str, of: dict[str, tuple[Query, ...]], addresses: tuple[Phrase, ...]) -> Iterator[str]:
        looked_up = f"+{self._number}"  # with the plus it is not what the walk goes by
        yield self._asked(walked, of[walked])
        for part in of[NUMBERS]:
            if isinstance(part, Days):
                yield self._within(part)
        if walked == PAIRS and of[CHARACTERS]:
            yield f"{looked_up} IN ({self._rows(CHARACTERS, of[CHARACTERS])})"
        for address in addresses:
            here = (f"searchable.doc = {looked_up}", OF_ARTICLE, self._held(address))
            yield f"EXISTS ({_select('1', 'searchable, article', here)})"
        if of[ELSE]:
            others = [self._long_way(part) for part in of[ELSE]]
            others += [f"searchable.doc >= {self._least}"] if self._least else []
            yield f"{looked_up} IN ({_select('searchable.doc', 'searchable', others)})"

    def _long_way(self, query: Query) -> str:
        """Of a row of `searchable`."""
        place = place_of(query)
        if place in (PAIRS, CHARACTERS):
            return f"searchable.doc IN ({self._rows(place, (query,))})"
        match query:
            case Phrase(string) if len(string) > 1:
                pairs = self._rows(CHARACTERS, (query,))
                return f"searchable.doc IN ({pairs}) AND EXISTS ({self._of_article(query)})"
            case Phrase() if self._least:
                return f"EXISTS ({self._of_article(query)})"
            case Phrase():  # the plus has it compared with each number, and not each of them with each address
                return f"+searchable.article_id IN ({_select('article.id', 'article', (self._held(query),))})"
            case Days():
                return self._within(query, "searchable.doc")
            case All(parts):
                return " AND ".join(map(self._long_way, parts))
            case Any(parts):
                return f"({' OR '.join(map(self._long_way, parts))})"
            case Not(part):
                return f"NOT ({self._long_way(part)})"
        raise TypeError(query)

    def _of_article(self, address: Phrase) -> str:
        return _select("1", "article", (OF_ARTICLE, self._held(address)))

    def _rows(self, table: str, parts: tuple[Query, ...]) -> str:
        from_here = [f"rowid >= {self._least}"] if self._least else []
        return _select("rowid", table, [self._asked(table, parts), *from_here])

    def _asked(self, table: str, parts: tuple[Query, ...]) -> str:
        """The parts as one question to a full-text table."""
        return f"{table} MATCH {self._value(tokens.matching(All(parts) if len(parts) > 1 else parts[0]))}"

    def _within(self, days: Days, number: str = "") -> str:
        since, until = days.moments()
        number = number or self._number
        bounds = [f"{number} >= {self._value(first_number(since))}"] if since else []
        bounds += [f"{number} < {self._value(first_number(until))}"] if until else []
        return " AND ".join(bounds) or "1"

    def _held(self, address: Phrase) -> str:
        return IS_HELD.format(self._value(address.string))

    def _value(self, value: str | int) -> str:
        name = f"v{len(self._values)}"
        self._values[name] = value
        return f":{name}"


def _select(what: str, source: str, conditions: Iterable[str]) -> str:
    return f"SELECT {what} FROM {source} WHERE {' AND '.join(conditions)}"  # noqa: S608 - names of ours and of values
