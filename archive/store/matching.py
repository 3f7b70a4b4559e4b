"""A query → who answers which part of it, and the rows of the index that answer it all.

What stands side by side is parted by who answers it in SQLite. Strings and tags are one question to the table of pairs,
single characters one to the table of characters, days a range of row numbers; whatever is mixed within OR or NOT takes
the long way. `matching_sqlite` and `matching_postgresql` ask their databases.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.query.tree import All, Any, Days, Not, Phrase, Query, Tag
from archive.store.indexing import first_number

PAIRS, CHARACTERS, NUMBERS, ELSE = "bigram", "unigram", "days", "else"


class Numbers(Protocol):
    """The row numbers that answer a query."""

    def total(self, connection: Connection) -> int:
        """How many they are."""

    def newest_first(self, connection: Connection) -> Generator[Sequence[int], None, None]:
        """The numbers, the newest first, some at a time; no more is asked of the database than is taken."""

    def table(self) -> sa.FromClause:
        """The numbers as a table with the column `doc`, for a statement that joins them."""


def is_walk(query: Query) -> bool:
    """Whether one table of SQLite's answers it all alone, newest first, and no other is asked in full before that."""
    of = by_place(query)
    return not (of[ELSE] or (of[PAIRS] and of[CHARACTERS]))


def addresses_of(query: Query) -> tuple[Phrase, ...]:
    """The strings of two characters or more that an address must hold."""
    asked = (part for part in parts(query) if isinstance(part, Phrase) and part.field == "url")
    return tuple(part for part in asked if len(part.string) > 1)


def ends(query: Query) -> int | None:
    """The number behind all that the query's own days allow; None if they have no end."""
    untils = [part.moments()[1] for part in parts(query) if isinstance(part, Days)]
    return min((first_number(until) for until in untils if until), default=None)


def parts(query: Query) -> tuple[Query, ...]:
    """What all must hold, side by side."""
    return query.parts if isinstance(query, All) else (query,)


def by_place(query: Query) -> dict[str, tuple[Query, ...]]:
    """What stands side by side, by who answers it.

    Of a string in an address the table of characters is asked for the pairs; each that has them is then looked at.
    """
    placed: dict[str, tuple[Query, ...]] = dict.fromkeys((PAIRS, CHARACTERS, NUMBERS, ELSE), ())
    addresses = addresses_of(query)
    for part in parts(query):
        placed[CHARACTERS if part in addresses else place_of(part)] += (part,)
    return placed


def place_of(query: Query) -> str:
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
            place = place_of(part)
            return ELSE if place == NUMBERS else place
        case All(parts) | Any(parts):
            places = {place_of(part) for part in parts}
            return places.pop() if len(places) == 1 and NUMBERS not in places else ELSE
