"""A query → the rows of PostgreSQL's index that answer it: LIKE on the folded fields, and comparisons."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.query.tree import All, Any, Days, Not, Phrase, Query, Tag
from archive.store.indexing import first_number
from archive.store.tables import article, searchable

FEW = {"yield_per": 100}

STALE = (
    sa.select(searchable.c.doc)
    .join(article, article.c.id == searchable.c.article_id)
    .where(article.c.indexed != article.c.revision)
)
"""What the index still holds of articles that are to be indexed anew."""


class OnPostgresql:
    """The row numbers that answer a query. See `matching.Numbers`."""

    def __init__(self, query: Query, *, stale: bool) -> None:
        """With `stale` the index holds something of articles that are to be indexed anew, which is left out."""
        found = sa.select(searchable.c.doc).where(_answers(query))
        self._found = found.where(searchable.c.doc.not_in(STALE)) if stale else found

    def total(self, connection: Connection) -> int:
        """See `matching.Numbers`."""
        counted = self._found.with_only_columns(sa.func.count(), maintain_column_froms=True)
        return int(connection.execute(counted).scalar_one())

    def newest_first(self, connection: Connection) -> Generator[Sequence[int], None, None]:
        """See `matching.Numbers`."""
        walk = self._found.order_by(searchable.c.doc.desc())
        with connection.execute(walk, execution_options=FEW).scalars() as numbers:
            yield from numbers.partitions()

    def table(self) -> sa.FromClause:
        """See `matching.Numbers`."""
        return self._found.subquery()


def _answers(query: Query) -> sa.ColumnElement[bool]:
    match query:
        case Phrase(string, "url"):  # a canonical address is ASCII: case is all that folding changes in it
            held = article.c.canonical_url.icontains(string, autoescape=True)
            return searchable.c.article_id.in_(sa.select(article.c.id).where(held))
        case Phrase(string, field):
            return _phrase(string, field)
        case Tag():
            return searchable.c.tags.contains(f"\n{query}\n", autoescape=True)
        case Days():
            return _within(query)
        case All(parts):
            return sa.and_(*map(_answers, parts))
        case Any(parts):
            return sa.or_(*map(_answers, parts))
        case Not(part):
            return sa.not_(_answers(part))
    raise TypeError(query)


def _within(days: Days) -> sa.ColumnElement[bool]:
    since, until = days.moments()
    bounds = [searchable.c.doc >= first_number(since)] if since else []
    return sa.and_(sa.true(), *bounds, *([searchable.c.doc < first_number(until)] if until else []))


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
