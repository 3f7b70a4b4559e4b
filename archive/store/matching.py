"""A query → the rows of the index that answer it, as SQL.

SQLite: what stands side by side is parted by who answers it. Strings and tags are one question to the table of pairs,
single characters one to the table of characters, days a range of row numbers: the first is walked newest first, the
others are looked up beside it. Whatever is mixed within OR or NOT takes the long way. An answer from one row number on
asks all of them from there on, so that it costs what it reaches over. A string in an address is compared with those
that hold its pairs where they are few, else with all. PostgreSQL: LIKE and comparisons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any as Anything

import sqlalchemy as sa

from archive.query import tokens
from archive.query.tree import All, Any, Days, Not, Phrase, Query, Tag
from archive.store.indexing import first_number
from archive.store.tables import article, searchable

PAIRS, CHARACTERS, NUMBERS, ELSE = "bigram", "unigram", "days", "else"
MATCH = {table: sa.literal_column(table).op("MATCH", is_comparison=True) for table in (PAIRS, CHARACTERS)}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a query is answered, from a row number on if that is given.

    With `by_pairs` the addresses that it looks at are those that hold the pairs of what is looked for.
    """

    dialect: str
    query: Query
    least: int | None = None
    by_pairs: bool = False

    def numbers(self) -> sa.Select[Anything]:
        """The row numbers (`doc`) that answer the query."""
        if self.dialect != "sqlite":
            return self._from_here(sa.select(searchable.c.doc).where(_on_postgresql(self.query)), searchable.c.doc)
        of = _by_place(self.query)
        addresses = addresses_of(self.query) if self.by_pairs else ()
        of[CHARACTERS] += addresses
        of[ELSE] = tuple(part for part in of[ELSE] if part not in addresses)
        walked = next((place for place in (PAIRS, CHARACTERS) if of[place]), None)
        if walked is None:
            every = (self._on_sqlite(part) for part in parts(self.query))
            return self._from_here(sa.select(searchable.c.doc).where(*every), searchable.c.doc)
        number: sa.ColumnElement[int] = sa.literal_column(f"{walked}.rowid", sa.Integer)
        looked_up = sa.literal_column(f"+{walked}.rowid", sa.Integer)  # with the plus it is not what the walk goes by
        found = sa.select(number.label("doc")).select_from(sa.table(walked)).where(_asked(walked, of[walked]))
        found = found.where(*(_within(part, number) for part in of[NUMBERS] if isinstance(part, Days)))
        if walked == PAIRS and of[CHARACTERS]:
            found = found.where(looked_up.in_(self._rows(CHARACTERS, of[CHARACTERS])))
        for address in addresses:
            of_article = article.c.id == searchable.c.article_id
            found = found.where(sa.exists().where(searchable.c.doc == looked_up, of_article, _holds(address)))
        if of[ELSE]:
            others = self._from_here(sa.select(searchable.c.doc), searchable.c.doc)
            found = found.where(looked_up.in_(others.where(*(self._on_sqlite(part) for part in of[ELSE]))))
        return self._from_here(found, number)

    def _from_here(self, found: sa.Select[Anything], number: sa.ColumnElement[int]) -> sa.Select[Anything]:
        return found if self.least is None else found.where(number >= self.least)

    def _rows(self, table: str, parts: tuple[Query, ...]) -> sa.Select[Anything]:
        number: sa.ColumnElement[int] = sa.literal_column("rowid", sa.Integer)
        return self._from_here(sa.select(number).select_from(sa.table(table)).where(_asked(table, parts)), number)

    def _on_sqlite(self, query: Query) -> sa.ColumnElement[bool]:
        place = _place(query)
        if place in (PAIRS, CHARACTERS):
            return searchable.c.doc.in_(self._rows(place, (query,)))
        if isinstance(query, Phrase):
            return _of_url(query, one_by_one=self.least is not None)
        return _joined(query, self._on_sqlite)


def addresses_of(query: Query) -> tuple[Phrase, ...]:
    """The strings of two characters or more that an address must hold."""
    asked = (part for part in parts(query) if isinstance(part, Phrase) and part.field == "url")
    return tuple(part for part in asked if len(part.string) > 1)


def holding_pairs(addresses: tuple[Phrase, ...]) -> sa.Select[Anything]:
    """The rows of the table of characters that hold all pairs of these strings."""
    return sa.select(sa.literal_column("rowid")).select_from(sa.table(CHARACTERS)).where(_asked(CHARACTERS, addresses))


def is_walk(dialect: str, query: Query) -> bool:
    """Whether one table answers it all alone, newest first, and no other is asked in full before the first answer."""
    of = _by_place(query)
    return dialect != "sqlite" or not (of[ELSE] or (of[PAIRS] and of[CHARACTERS]))


def ends(query: Query) -> int | None:
    """The number behind all that the query's own days allow; None if they have no end."""
    untils = [part.moments()[1] for part in parts(query) if isinstance(part, Days)]
    return min((first_number(until) for until in untils if until), default=None)


def parts(query: Query) -> tuple[Query, ...]:
    """What all must hold, side by side."""
    return query.parts if isinstance(query, All) else (query,)


def _by_place(query: Query) -> dict[str, tuple[Query, ...]]:
    """What stands side by side, by who answers it."""
    places = (PAIRS, CHARACTERS, NUMBERS, ELSE)
    return {place: tuple(part for part in parts(query) if _place(part) == place) for place in places}


def _place(query: Query) -> str:
    """Which table answers it all alone."""
    match query:
        case Phrase(string, field):
            if field == "url":
                return ELSE
            return CHARACTERS if len(string) == 1 and field in (None, "title", "text") else PAIRS
        case Tag():
            return PAIRS
        case Days():
            return NUMBERS
        case Not(part):
            place = _place(part)
            return ELSE if place == NUMBERS else place
        case All(parts) | Any(parts):
            places = {_place(part) for part in parts}
            return places.pop() if len(places) == 1 and NUMBERS not in places else ELSE


def _asked(table: str, parts: tuple[Query, ...]) -> sa.ColumnElement[bool]:
    """The parts as one question to a full-text table."""
    asked = tokens.matching(All(parts) if len(parts) > 1 else parts[0])
    return MATCH[table](sa.literal(asked))


def _within(days: Days, number: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    since, until = days.moments()
    conditions = [number >= first_number(since)] if since else []
    return sa.and_(sa.true(), *conditions, *([number < first_number(until)] if until else []))


def _on_postgresql(query: Query) -> sa.ColumnElement[bool]:
    match query:
        case Phrase(_, "url"):
            return _of_url(query, one_by_one=False)
        case Phrase(string, field):
            return _phrase(string, field)
        case Tag():
            return searchable.c.tags.contains(f"\n{query}\n", autoescape=True)
        case _:
            return _joined(query, _on_postgresql)


def _phrase(string: str, field: str | None) -> sa.ColumnElement[bool]:
    if field not in (None, "title", "text"):
        return searchable.c[field].contains(string, autoescape=True)
    anywhere = searchable.c.folded.contains(string, autoescape=True)  # what the index of trigrams is asked
    if field is None:
        return anywhere
    length = searchable.c.title_length
    if field == "title":
        part = sa.func.left(searchable.c.folded, length)
    else:
        part = sa.func.substr(searchable.c.folded, length + 2)
    return sa.and_(anywhere, part.contains(string, autoescape=True))


def _of_url(query: Phrase, *, one_by_one: bool) -> sa.ColumnElement[bool]:
    """A canonical address is ASCII: case is all that folding changes in it.

    Where few articles are looked at, each is looked up by itself; where all are, their addresses are read in one go.
    """
    if one_by_one:
        return sa.exists().where(article.c.id == searchable.c.article_id, _holds(query))
    return searchable.c.article_id.in_(sa.select(article.c.id).where(_holds(query)))


def _holds(query: Phrase) -> sa.ColumnElement[bool]:
    return article.c.canonical_url.icontains(query.string, autoescape=True)


def _joined(query: Query, each: Callable[[Query], sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    match query:
        case All(parts):
            return sa.and_(*(each(part) for part in parts))
        case Any(parts):
            return sa.or_(*(each(part) for part in parts))
        case Not(part):
            return sa.not_(each(part))
        case Days():
            return _within(query, searchable.c.doc)
    raise TypeError(query)
