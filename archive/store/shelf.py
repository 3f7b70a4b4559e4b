"""The index of likeness in a database, SQLite or PostgreSQL: what `archive.likeness.shelf` asks for, as rows.

A text's number is its digest, which is its rank as well. `Index(DatabaseShelf(connection))` gives the stories that
`Index()` does; the transaction is the caller's.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.pair import Relation
from archive.likeness.shelf import Holder, Tie, tie_of
from archive.store import rows
from archive.store.postings import DatabasePostings
from archive.store.tables import likeness_holder, likeness_text, likeness_tie

if TYPE_CHECKING:
    from archive.likeness.fold import Units
    from archive.likeness.postings import Postings
    from archive.likeness.sketch import Sketch

MANY = 500
"""Values of one IN (…): SQLite takes 32,766."""

_SIGN = 1 << 63

_number = sa.bindparam("number", type_=sa.BigInteger)
_LENGTH = sa.select(likeness_text.c.length).where(likeness_text.c.text == _number)
_UNITS = sa.select(likeness_text.c.units).where(likeness_text.c.text == _number)
_HOLDERS = (
    sa.select(likeness_holder.c.article_id, likeness_holder.c.printed)
    .where(likeness_holder.c.text == _number)
    .order_by(likeness_holder.c.article_id)
)
_HELD_BY = sa.select(likeness_holder.c.text).where(likeness_holder.c.article_id == sa.bindparam("article"))
_TIES = sa.select(likeness_tie.c.other, likeness_tie.c.relation, likeness_tie.c.share, likeness_tie.c.holds).where(
    likeness_tie.c.text == _number
)
_one, _another = (sa.bindparam(name, type_=sa.BigInteger) for name in ("one", "another"))
_UNTIE = likeness_tie.delete().where(
    sa.or_(
        sa.and_(likeness_tie.c.text == _one, likeness_tie.c.other == _another),
        sa.and_(likeness_tie.c.text == _another, likeness_tie.c.other == _one),
    )
)


class DatabaseShelf:
    """Texts, their articles and their ties as rows. See `archive.likeness.shelf.Shelf`.

    `changed` gathers the texts whose articles or ties have changed; whoever has looked at their stories empties it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.postings: Postings = DatabasePostings(connection)
        self.changed: set[int] = set()

    def number_of(self, digest: int) -> int | None:
        """See `Shelf`."""
        known = self._connection.execute(_LENGTH, {"number": digest}).first()
        return digest if known else None

    def take(self, sketch: Sketch) -> int:
        """See `Shelf`."""
        packed = zlib.compress(sketch.units.astype("<u2").tobytes(), 1)
        values = {"text": sketch.digest, "length": len(sketch.units), "units": packed}
        self._connection.execute(likeness_text.insert(), values)
        return sketch.digest

    def drop(self, number: int) -> None:
        """See `Shelf`."""
        self._connection.execute(likeness_text.delete().where(likeness_text.c.text == number))
        self.changed.discard(number)

    def units(self, number: int) -> Units:
        """See `Shelf`."""
        packed = self._connection.execute(_UNITS, {"number": number}).scalar_one()
        return np.frombuffer(zlib.decompress(packed), "<u2").astype(np.uint16)

    def length(self, number: int) -> int:
        """See `Shelf`."""
        return int(self._connection.execute(_LENGTH, {"number": number}).scalar_one())

    def rank(self, number: int) -> int:
        """See `Shelf`."""
        return number

    def hold(self, number: int, holder: Holder) -> None:
        """See `Shelf`."""
        values = {"text": number, "printed": holder.printed - _SIGN}
        insert = rows.insert(self._connection, likeness_holder).values(article_id=holder.id, **values)
        self._connection.execute(insert.on_conflict_do_update(index_elements=["article_id"], set_=values))
        self.changed.add(number)

    def release(self, article: str) -> None:
        """See `Shelf`."""
        held = self.held_by(article)
        if held is not None:
            self.changed.add(held)
            self._connection.execute(likeness_holder.delete().where(likeness_holder.c.article_id == article))

    def holders(self, number: int) -> Iterable[Holder]:
        """See `Shelf`."""
        found = self._connection.execute(_HOLDERS, {"number": number})
        return [Holder(article, printed + _SIGN) for article, printed in found]

    def held_by(self, article: str) -> int | None:
        """See `Shelf`."""
        found: int | None = self._connection.execute(_HELD_BY, {"article": article}).scalar()
        return found

    def tie(self, one: int, other: int, tie: Tie) -> None:
        """See `Shelf`."""
        self.untie(one, other)
        values = {"relation": tie.relation.value, "share": tie.share, "holds": tie.holds}
        both = [{"text": one, "other": other, **values}, {"text": other, "other": one, **values}]
        self._connection.execute(likeness_tie.insert(), both)

    def untie(self, one: int, other: int) -> None:
        """See `Shelf`."""
        self.changed |= {one, other}
        self._connection.execute(_UNTIE, {"one": one, "another": other})

    def ties(self, number: int) -> Mapping[int, Tie]:
        """See `Shelf`."""
        return {
            other: tie_of(Relation(relation), share, holds=holds)
            for other, relation, share, holds in self._connection.execute(_TIES, {"number": number})
        }

    def tied(self, numbers: Iterable[int]) -> set[int]:
        """See `Shelf`."""
        ordered, column = sorted(numbers), likeness_tie.c.text
        found: set[int] = set()
        for start in range(0, len(ordered), MANY):
            query = sa.select(column).where(column.in_(ordered[start : start + MANY])).distinct()
            found.update(self._connection.execute(query).scalars())
        return found
