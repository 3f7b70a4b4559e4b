"""The index of likeness in a database, SQLite or PostgreSQL: what `archive.likeness.shelf` asks for, as rows.

A text's number is its digest, which is its rank as well. `Index(DatabaseShelf(connection))` gives the stories that
`Index()` does; the transaction is the caller's.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import deflate
import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.figures import Figures
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

MOST_UNITS = 5_000
"""Texts that are at hand, packed."""

MOST_TIED = 20_000
"""Texts of which the ties are remembered from batch to batch."""

_SIGN = 1 << 63

Packed = tuple[bytes, bytes | None]
"""A text, and its figures."""

_number = sa.bindparam("number", type_=sa.BigInteger)
_LENGTH = sa.select(likeness_text.c.length).where(likeness_text.c.text == _number)
_wanted: sa.BindParameter[Any] = sa.bindparam("wanted", expanding=True)
_LENGTHS = sa.select(likeness_text.c.text, likeness_text.c.length).where(likeness_text.c.text.in_(_wanted))
_TEXTS = _LENGTHS.add_columns(likeness_text.c.units, likeness_text.c.figures)
_HOLDERS = (
    sa.select(likeness_holder.c.article_id, likeness_holder.c.printed)
    .where(likeness_holder.c.text == _number)
    .order_by(likeness_holder.c.article_id)
)
_COUNTS = (
    sa.select(likeness_holder.c.text, sa.func.count())
    .where(likeness_holder.c.text.in_(_wanted))
    .group_by(likeness_holder.c.text)
)
_RELEASE = likeness_holder.delete().where(likeness_holder.c.article_id == sa.bindparam("gone"))
_DROP = likeness_text.delete().where(likeness_text.c.text == sa.bindparam("gone", type_=sa.BigInteger))
_HELD_BY = sa.select(likeness_holder.c.text).where(likeness_holder.c.article_id == sa.bindparam("article"))
_TIES = sa.select(
    likeness_tie.c.text, likeness_tie.c.other, likeness_tie.c.relation, likeness_tie.c.share, likeness_tie.c.holds
).where(likeness_tie.c.text.in_(_wanted))
_one, _another = (sa.bindparam(name, type_=sa.BigInteger) for name in ("one", "another"))
_UNTIE = likeness_tie.delete().where(likeness_tie.c.text == _one, likeness_tie.c.other == _another)


class DatabaseShelf:
    """Texts, their articles and their ties as rows. See `archive.likeness.shelf.Shelf`.

    `changed` gathers the texts whose articles or ties have changed; whoever has looked at their stories empties it.
    Texts, articles and ties that come or go are written by `flush`, before which nobody but this shelf knows of them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.postings = DatabasePostings(connection)
        self.changed: set[int] = set()
        self._known: set[int] = set()  # texts that are there, and those that are not, as far as they were looked up
        self._unknown: set[int] = set()
        self._held: dict[str, int | None] = {}  # articles of the batch
        self._counts: dict[int, int] = {}  # how many articles have the texts that these had
        self._lengths: dict[int, int] = {}
        self._units: dict[int, Packed] = {}  # of texts that were foreseen
        self._ties: dict[int, dict[int, Tie]] = {}  # all ties of a text, with those that are not written yet
        self._new_texts: dict[int, Packed] = {}  # not written yet: see `flush`
        self._new_ties: dict[tuple[int, int], Tie | None] = {}  # lower and higher text; None for a tie that goes
        self._new_holders: dict[str, dict[str, object]] = {}
        self._gone_texts: set[int] = set()
        self._gone_holders: set[str] = set()

    def expect(self, articles: Sequence[str], sketches: Sequence[Sketch]) -> set[int]:
        """Look up a batch of articles and texts at once that will be asked for one by one.

        The texts that articles of the batch leave for these.
        """
        self.flush()
        self._units.clear()
        if len(self._ties) > MOST_TIED:
            self._ties.clear()
        texts, digests = likeness_text.c.text, [sketch.digest for sketch in sketches]
        self._known = self._each(sa.select(texts), texts, digests)
        self._unknown = set(digests) - self._known
        query = sa.select(likeness_holder.c.article_id, likeness_holder.c.text)
        found = self._connection.execute(query.where(likeness_holder.c.article_id.in_(articles)))
        self._held = dict.fromkeys(articles) | {row.article_id: row.text for row in found}
        if unknown := [sketch.keys for sketch in sketches if sketch.digest in self._unknown]:
            self.postings.expect(np.concatenate(unknown))
        pairs = zip(articles, digests, strict=True)
        left = {text for each, digest in pairs if (text := self._held[each]) not in (None, digest)}
        self._counts = dict.fromkeys(left, 0)
        for wanted in _some(left):
            self._counts.update((text, many) for text, many in self._connection.execute(_COUNTS, {"wanted": wanted}))
        return left

    def flush(self) -> None:
        """Write what was gathered: many rows at once are cheaper. To be called before the transaction's end."""
        self.postings.flush()
        if self._gone_texts:
            self._connection.execute(_DROP, [{"gone": text} for text in sorted(self._gone_texts)])
            self._gone_texts.clear()
        if self._gone_holders:
            self._connection.execute(_RELEASE, [{"gone": article} for article in sorted(self._gone_holders)])
            self._gone_holders.clear()
        if self._new_texts:
            rows_ = [
                {"text": text, "length": self._lengths[text], "units": units, "figures": figures}
                for text, (units, figures) in sorted(self._new_texts.items())
            ]
            self._connection.execute(likeness_text.insert(), rows_)
            self._new_texts.clear()
        if self._new_holders:
            insert = rows.insert(self._connection, likeness_holder)
            values = {name: insert.excluded[name] for name in ("text", "printed")}
            statement = insert.on_conflict_do_update(index_elements=["article_id"], set_=values)
            self._connection.execute(statement, list(self._new_holders.values()))
            self._new_holders.clear()
        if self._new_ties:
            self._write_ties()

    def _write_ties(self) -> None:
        both = [(pair, tie) for one, tie in sorted(self._new_ties.items()) for pair in (one, one[::-1])]
        self._connection.execute(_UNTIE, [{"one": one, "another": other} for (one, other), _ in both])
        held = [
            {"text": one, "other": other, "relation": tie.relation.value, "share": tie.share, "holds": tie.holds}
            for (one, other), tie in both
            if tie is not None
        ]
        if held:
            self._connection.execute(likeness_tie.insert(), held)
        self._new_ties.clear()

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
        packed = bytes(deflate.zlib_compress(sketch.units.astype("<u2").tobytes(), 1))
        self._new_texts[sketch.digest] = packed, sketch.figures.packed()
        self._ties[sketch.digest] = {}
        return sketch.digest

    def drop(self, number: int) -> None:
        """See `Shelf`."""
        if self._new_texts.pop(number, None) is None:
            self._gone_texts.add(number)
        self._known.discard(number)
        self._unknown.add(number)
        self.changed.discard(number)

    def foresee(self, numbers: Collection[int], *, whole: bool) -> None:
        """See `Shelf`."""
        if len(self._units) > MOST_UNITS:
            self._units.clear()
        if len(self._lengths) > MOST_LENGTHS:
            self._lengths = {text: self._lengths[text] for text in self._new_texts}
        have: Collection[int] = self._units if whole else self._lengths
        wanted = [text for text in numbers if text not in have and text not in self._new_texts]
        query = _TEXTS if whole else _LENGTHS
        for some in _some(wanted):
            for text, length, *packed in self._connection.execute(query, {"wanted": some}):
                self._lengths[text] = length
                if whole:
                    self._units[text] = packed[0], packed[1]

    def units(self, number: int) -> Units:
        """See `Shelf`."""
        packed = self._text(number)[0]
        return np.frombuffer(zlib.decompress(packed), "<u2").astype(np.uint16)

    def _text(self, number: int) -> Packed:
        """A text and its figures, both packed."""
        found = self._new_texts.get(number) or self._units.get(number)
        if found is None:
            self.foresee([number], whole=True)
            found = self._units[number]
        return found

    def figures(self, number: int) -> Figures | None:
        """See `Shelf`."""
        packed = self._text(number)[1]
        return None if packed is None else Figures.unpacked(packed)

    def keys(self, number: int) -> None:
        """See `Shelf`. Kept by key only."""

    def length(self, number: int) -> int:
        """See `Shelf`."""
        if number not in self._lengths:
            self.foresee([number], whole=False)
        return self._lengths[number]

    def rank(self, number: int) -> int:
        """See `Shelf`."""
        return number

    def hold(self, number: int, holder: Holder) -> None:
        """See `Shelf`."""
        self._new_holders[holder.id] = {"article_id": holder.id, "text": number, "printed": holder.printed - _SIGN}
        self._gone_holders.discard(holder.id)
        if number in self._counts and self.held_by(holder.id) != number:
            self._counts[number] += 1
        self._held[holder.id] = number
        self.changed.add(number)

    def release(self, article: str) -> None:
        """See `Shelf`."""
        held = self.held_by(article)
        if held is not None:
            self.changed.add(held)
            self._new_holders.pop(article, None)
            self._gone_holders.add(article)
            if held in self._counts:
                self._counts[held] -= 1
            self._held[article] = None

    def holders(self, number: int) -> Iterable[Holder]:
        """See `Shelf`."""
        self.flush()
        found = self._connection.execute(_HOLDERS, {"number": number})
        return [Holder(article, printed + _SIGN) for article, printed in found]

    def is_held(self, number: int) -> bool:
        """See `Shelf`."""
        count = self._counts.get(number)
        return any(True for _ in self.holders(number)) if count is None else count > 0

    def held_by(self, article: str) -> int | None:
        """See `Shelf`."""
        if article in self._held:
            return self._held[article]
        found: int | None = self._connection.execute(_HELD_BY, {"article": article}).scalar()
        return found

    def tie(self, one: int, other: int, tie: Tie) -> None:
        """See `Shelf`."""
        self._note(one, other, tie)

    def untie(self, one: int, other: int) -> None:
        """See `Shelf`."""
        self._note(one, other, None)

    def _note(self, one: int, other: int, tie: Tie | None) -> None:
        self.changed |= {one, other}
        self._load_ties((one, other))
        for text, another in ((one, other), (other, one)):
            if tie is None:
                self._ties[text].pop(another, None)
            else:
                self._ties[text][another] = tie
        self._new_ties[min(one, other), max(one, other)] = tie

    def ties(self, number: int) -> Mapping[int, Tie]:
        """See `Shelf`."""
        self._load_ties((number,))
        return self._ties[number]

    def tied(self, numbers: Iterable[int]) -> set[int]:
        """See `Shelf`."""
        asked = set(numbers)
        self._load_ties(asked)
        return {number for number in asked if self._ties[number]}

    def _load_ties(self, numbers: Collection[int]) -> None:
        """Have all ties of some texts at hand. What is not written yet is of texts whose ties are."""
        for here in _some(number for number in numbers if number not in self._ties):
            found: defaultdict[int, dict[int, Tie]] = defaultdict(dict)
            for text, other, relation, share, holds in self._connection.execute(_TIES, {"wanted": here}):
                found[text][other] = tie_of(Relation(relation), share, holds=holds)
            self._ties.update((text, found.get(text, {})) for text in here)

    def _each(self, query: sa.Select[Any], column: sa.Column[int], numbers: Iterable[int]) -> set[int]:
        """What a query finds for some numbers."""
        found: set[int] = set()
        for here in _some(numbers):
            found.update(self._connection.execute(query.where(column.in_(here))).scalars())
        return found


def _some(numbers: Iterable[int]) -> Iterator[list[int]]:
    """As many of them as one question has, in order."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), MANY):
        yield ordered[start : start + MANY]
