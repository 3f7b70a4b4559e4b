"""All that SQLite's index of search holds, as one number for each article, to be held against what it should be.

Both tables of FTS5 are read through once, in the order of their words: a word, the article's number, its place there.
To ask for an article's words instead takes the longer the more articles there are, for the list of each word is walked
to the article. Summed is `hash(word) × (place + 1)` without the carry, which is another sum where any word, number or
place is another. Sixteen bytes an article are held.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.query import Entry, tokens
from archive.store.prepared import batches, directly
from archive.store.tables import searchable

AT_ONCE = 500
"""Words that are read at once: of more Python looks for garbage in between, which takes half as long again."""

TABLES = {"bigram": '"offset"', "unigram": "0"}
"""The tables, and where a word stands there: of single characters the index knows that they are there, once each."""

FIRST = {"bigram": 1, "unigram": 1 << 32}
"""What the first place counts; the words of an entry are far fewer than lie between."""

Numbers = npt.NDArray[np.int64]
Sums = npt.NDArray[np.uint64]


class HeldTokens:
    """What the index holds of each article, by the article's number in it.

    Read at once, in the caller's transaction: that the numbers are of one state is the caller's concern. Raises what
    the driver raises of a table that is too damaged to be read.
    """

    def __init__(self, connection: Connection) -> None:
        docs = connection.execute(sa.select(searchable.c.doc).order_by(searchable.c.doc)).scalars()
        self._docs: Numbers = np.fromiter(docs, np.int64)
        self._sums: Sums = np.zeros(len(self._docs) + 1, np.uint64)  # at last what is no article's
        self.strangers: set[int] = set()
        """Numbers that words stand under, and that are no article's."""
        for table in TABLES:
            self._read(connection, table)

    def are_of(self, doc: int, made: Entry) -> bool:
        """Whether exactly the words of an entry stand under a number."""
        at = int(self._docs.searchsorted(doc))
        return at < len(self._docs) and self._docs[at] == doc and int(self._sums[at]) == sum_of(made)

    def _read(self, connection: Connection, table: str) -> None:
        view = f"held_{table}"
        directly(connection, f"CREATE VIRTUAL TABLE temp.{view} USING fts5vocab('main', '{table}', 'instance')")
        try:
            query = f"SELECT CAST(term AS BLOB), doc, {TABLES[table]} FROM temp.{view}"  # noqa: S608 - our own names
            for batch in batches(connection, query, AT_ONCE):
                words, docs, places = zip(*batch, strict=True)
                self._add(_hashes(words), np.array(docs, np.int64), _weights(table, np.array(places, np.uint64)))
        finally:
            directly(connection, f"DROP TABLE temp.{view}")

    def _add(self, hashes: Sums, docs: Numbers, weights: Sums) -> None:
        at = self._docs.searchsorted(docs)
        known = self._docs[np.minimum(at, len(self._docs) - 1)] == docs if len(self._docs) else np.zeros(len(at), bool)
        if not known.all():
            self.strangers.update(docs[~known].tolist())
            at[~known] = len(self._docs)
        np.add.at(self._sums, at, hashes * weights)


def sum_of(entry: Entry) -> int:
    """What an entry's words come to, each at its place."""
    pairs, characters = _words(" ".join(tokens.pairs(entry))), set(_words(tokens.characters(entry)))
    in_pairs = np.add.reduce(_hashes(pairs) * _weights("bigram", np.arange(len(pairs), dtype=np.uint64)))
    return int(np.add.reduce(_hashes(characters) * np.uint64(FIRST["unigram"]), initial=in_pairs))


def _words(written: str) -> list[bytes]:
    """Tokens as FTS5 parts them: at blanks, which may stand side by side. Other blanks than that are no ASCII."""
    return [word for word in written.encode().split(b" ") if word]


def _hashes(words: Collection[bytes]) -> Sums:
    """Python's own, which are others in each process: they are kept nowhere."""
    return np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)


def _weights(table: str, places: Sums) -> Sums:
    return places + np.uint64(FIRST[table])
