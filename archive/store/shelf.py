"""The index of likeness in a database, SQLite or PostgreSQL: what `archive.likeness.shelf` asks for, as rows.

A text's number is its digest, which is its rank as well. `Index(DatabaseShelf(connection))` gives the stories that
`Index()` does; the transaction is the caller's.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
    from archive.likeness.sketch import Sketch

MANY = 500
"""Values of one IN (…): SQLite takes 32,766."""

MOST_LENGTHS = 100_000
"""Lengths of texts that are remembered."""

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
    New texts and articles are written by `flush`, before which nobody but this shelf knows of them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.postings = DatabasePostings(connection)
        self.changed: set[int] = set()
        self._known: set[int] = set()  # texts that are there, and those that are not, as far as they were looked up
        self._unknown: set[int] = set()
        self._held: dict[str, int | None] = {}  # articles of the batch
        self._lengths: dict[int, int] = {}
        self._new_texts: dict[int, bytes] = {}  # not written yet: see `flush`
        self._new_holders: dict[str, dict[str, object]] = {}

    def expect(self, articles: Sequence[str], sketches: Sequence[Sketch]) -> None:
        """Look up a batch of articles and texts at once that will be asked for one by one."""
        self.flush()
        texts, digests = likeness_text.c.text, [sketch.digest for sketch in sketches]
        self._known = self._each(sa.select(texts), texts, digests)
        self._unknown = set(digests) - self._known
        query = sa.select(likeness_holder.c.article_id, likeness_holder.c.text)
        found = self._connection.execute(query.where(likeness_holder.c.article_id.in_(articles)))
        self._held = dict.fromkeys(articles) | {row.article_id: row.text for row in found}
        if unknown := [sketch.keys for sketch in sketches if sketch.digest in self._unknown]:
            self.postings.expect(np.concatenate(unknown))

    def flush(self) -> None:
        """Write what was gathered: many rows at once are cheaper. To be called before the transaction's end."""
        self.postings.flush()
        if self._new_texts:
            rows_ = [
                {"text": text, "length": self._lengths[text], "units": packed}
                for text, packed in sorted(self._new_texts.items())
            ]
            self._connection.execute(likeness_text.insert(), rows_)
            self._new_texts.clear()
        if self._new_holders:
            insert = rows.insert(self._connection, likeness_holder)
            values = {name: insert.excluded[name] for name in ("text", "printed")}
            statement = insert.on_conflict_do_update(index_elements=["article_id"], set_=values)
            self._connection.execute(statement, list(self._new_holders.values()))
            self._new_holders.clear()

    def number_of(self, digest: int) -> int | None:
        """See `Shelf`."""
        if digest in self._known:
            return digest
        if digest in self._unknown:
            return None
        return digest if self._connection.execute(_LENGTH, {"number": digest}).first() else None

    def take(self, sketch: Sketch) -> int:
        """See `Shelf`."""
        self._known.add(sketch.digest)
        self._unknown.discard(sketch.digest)
        self._lengths[sketch.digest] = len(sketch.units)
        self._new_texts[sketch.digest] = zlib.compress(sketch.units.astype("<u2").tobytes(), 1)
        return sketch.digest

    def drop(self, number: int) -> None:
        """See `Shelf`."""
        if self._new_texts.pop(number, None) is None:
            self._connection.execute(likeness_text.delete().where(likeness_text.c.text == number))
        self._known.discard(number)
        self._unknown.add(number)
        self.changed.discard(number)

    def units(self, number: int) -> Units:
        """See `Shelf`."""
        packed = self._new_texts.get(number)
        if packed is None:
            packed = self._connection.execute(_UNITS, {"number": number}).scalar_one()
        return np.frombuffer(zlib.decompress(packed), "<u2").astype(np.uint16)

    def figures(self, number: int) -> None:
        """See `Shelf`. Not kept."""

    def keys(self, number: int) -> None:
        """See `Shelf`. Kept by key only."""

    def length(self, number: int) -> int:
        """See `Shelf`."""
        if number not in self._lengths:
            if len(self._lengths) >= MOST_LENGTHS and not self._new_texts:
                self._lengths.clear()
            self._lengths[number] = int(self._connection.execute(_LENGTH, {"number": number}).scalar_one())
        return self._lengths[number]

    def rank(self, number: int) -> int:
        """See `Shelf`."""
        return number

    def hold(self, number: int, holder: Holder) -> None:
        """See `Shelf`."""
        self._new_holders[holder.id] = {"article_id": holder.id, "text": number, "printed": holder.printed - _SIGN}
        self._held[holder.id] = number
        self.changed.add(number)

    def release(self, article: str) -> None:
        """See `Shelf`."""
        held = self.held_by(article)
        if held is not None:
            self.changed.add(held)
            self._new_holders.pop(article, None)
            self._connection.execute(likeness_holder.delete().where(likeness_holder.c.article_id == article))
            self._held[article] = None

    def holders(self, number: int) -> Iterable[Holder]:
        """See `Shelf`."""
        self.flush()
        found = self._connection.execute(_HOLDERS, {"number": number})
        return [Holder(article, printed + _SIGN) for article, printed in found]

    def held_by(self, article: str) -> int | None:
        """See `Shelf`."""
        if article in self._held:
            return self._held[article]
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
        column = likeness_tie.c.text
        return self._each(sa.select(column).distinct(), column, numbers)

    def _each(self, query: sa.Select[Any], column: sa.Column[int], numbers: Iterable[int]) -> set[int]:
        """What a query finds for some numbers."""
        ordered = sorted(numbers)
        found: set[int] = set()
        for start in range(0, len(ordered), MANY):
            here = query.where(column.in_(ordered[start : start + MANY]))
            found.update(self._connection.execute(here).scalars())
        return found
