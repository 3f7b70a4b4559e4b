"""What a query asks for, as a tree, and whether an article is what it asks for. Pure.

The leaves are a phrase (a string that a field holds), a tag (what is so of an article or is not), and days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from archive.shanghai import SHANGHAI

FIELDS = ("title", "text", "origin", "author", "editor", "section", "url")
"""What a string may be looked for in; without a field it is title or text."""

TAGS = ("source", "language", "status", "has")
"""What is compared as a whole."""

STATUSES = ("live", "changed", "gone", "restored")
HAS = ("author", "date", "editor", "images", "lossy", "origin", "repairs", "revisions", "section")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A folded string, a blank in it being any white space, to be found in a field; None: in title or text."""

    string: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """What an article is: source:ts, status:gone."""

    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}:{self.value}"


@dataclass(frozen=True, slots=True)
class Days:
    """Articles from one day on (`since`, included) and before another (`until`, not included).

    Days are those on the wall in China, which has had no summer time since 1991.
    """

    since: date | None = None
    until: date | None = None

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """The first moment that belongs to it, and the first behind it."""
        return _begin(self.since), _begin(self.until)


@dataclass(frozen=True, slots=True)
class All:
    """All parts hold."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One part holds, or more."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Query


Query = Phrase | Tag | Days | All | Any | Not


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as search sees it: the folded text of each field, its tags, and the moment that orders it."""

    fields: Mapping[str, str]
    tags: frozenset[str]
    dated: datetime


def holds(query: Query, entry: Entry) -> bool:
    """Whether the article is what the query asks for."""
    match query:
        case Phrase(string, field):
            looked_in = ("title", "text") if field is None else (field,)
            return any(string in entry.fields[each] for each in looked_in)
        case Tag():
            return str(query) in entry.tags
        case Days():
            since, until = query.moments()
            return (since is None or entry.dated >= since) and (until is None or entry.dated < until)
        case All(parts):
            return all(holds(part, entry) for part in parts)
        case Any(parts):
            return any(holds(part, entry) for part in parts)
        case Not(part):
            return not holds(part, entry)


def wanted(query: Query) -> Iterator[Phrase]:
    """The phrases that an article is wanted for: not those that it must not hold."""
    match query:
        case Phrase():
            yield query
        case All(parts) | Any(parts):
            for part in parts:
                yield from wanted(part)
        case _:
            return


def tags(query: Query, name: str) -> Iterator[str]:
    """The values of the tags of a name, wherever they stand: what is asked for, and what must not be."""
    match query:
        case Tag(named, value) if named == name:
            yield value
        case All(parts) | Any(parts):
            for part in parts:
                yield from tags(part, name)
        case Not(part):
            yield from tags(part, name)


def both(first: Query, second: Query) -> Query:
    """What both queries ask for."""
    parts = [part for query in (first, second) for part in (query.parts if isinstance(query, All) else (query,))]
    return All(tuple(dict.fromkeys(parts)))


def explained(query: Query) -> str:
    """The query as it was understood, a line for each part.

    >>> print(explained(All((Phrase("西藏"), Not(Phrase("工业", "title"))))))
    all of:
      "西藏" in title or text
      not: "工业" in title
    """
    return "\n".join(_lines(query))


def _lines(query: Query) -> Iterator[str]:
    match query:
        case Phrase(string, field):
            yield f'"{string}" in {field or "title or text"}'
        case Tag(name, value):
            yield f"{name} is {value}" if name != "has" else f"has {value}"
        case Days(since, until):
            days = [f"from {since} on"] * (since is not None) + [f"before {until}"] * (until is not None)
            yield "dated " + " and ".join(days)
        case All(parts) | Any(parts):
            yield "all of:" if isinstance(query, All) else "any of:"
            yield from (f"  {line}" for part in parts for line in _lines(part))
        case Not(part):
            first, *others = _lines(part)
            yield f"not: {first}"
            yield from others


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) if day else None
