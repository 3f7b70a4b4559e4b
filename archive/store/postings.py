"""Keys of texts as rows: see `archive.likeness.postings`.

A key is a row for each text that holds it, clustered by key and rank, so that the nine of lowest rank, which tell
whether it is common and whom it shows, lie side by side. No question reads more of a key than these, but one: a text
that is to be shown by a common key meets all that hold it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.crowd import SHOWN
from archive.likeness.hashing import Hashes
from archive.likeness.postings import EVERYONE, Left, Met
from archive.store.tables import likeness_key

_LOWEST = {  # key → the texts of lowest rank that hold it, as one value; only for keys that are held
    "sqlite": """
        SELECT key, texts FROM (
            SELECT wanted.value AS key,
                (SELECT group_concat(text) FROM
                    (SELECT text FROM likeness_key WHERE key = wanted.value ORDER BY text LIMIT :most)) AS texts
            FROM json_each(:keys) AS wanted
        ) WHERE texts IS NOT NULL""",
    "postgresql": """
        SELECT key, texts FROM (
            SELECT wanted.key AS key,
                (SELECT string_agg(CAST(lowest.text AS text), ',') FROM
                    (SELECT text FROM likeness_key WHERE key = wanted.key ORDER BY text LIMIT :most) AS lowest) AS texts
            FROM unnest(CAST(:keys AS bigint[])) AS wanted(key)
        ) AS found WHERE texts IS NOT NULL""",
}
_HOLD = {
    "sqlite": "INSERT INTO likeness_key (key, text) SELECT value, :text FROM json_each(:keys)",
    "postgresql": "INSERT INTO likeness_key (key, text) SELECT unnest(CAST(:keys AS bigint[])), :text",
}
_LEAVE = {
    "sqlite": "DELETE FROM likeness_key WHERE text = :text AND key IN (SELECT value FROM json_each(:keys))",
    "postgresql": "DELETE FROM likeness_key WHERE text = :text AND key = ANY(CAST(:keys AS bigint[]))",
}


class DatabasePostings:
    """Keys as rows. See `archive.likeness.postings.Postings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        kind = connection.dialect.name
        self._on_sqlite = kind == "sqlite"
        self._lowest, self._hold, self._leave = (sa.text(each[kind]) for each in (_LOWEST, _HOLD, _LEAVE))

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """See `Postings.place`."""
        held = self._texts_of(keys, SHOWN + 1)
        met = self._meet(rank, held)
        touched: set[int] = set()
        for texts in held.values():
            if len(texts) == SHOWN:
                touched.update(texts, (number,))
            elif len(texts) > SHOWN and rank < texts[SHOWN - 1]:
                touched.add(texts[SHOWN - 1])
        self._connection.execute(self._hold, {"text": number, "keys": self._given(keys)})
        return Met(met.texts, met.keys, frozenset(touched))

    def meet(self, rank: int, keys: Hashes) -> Met:
        """See `Postings.meet`."""
        return self._meet(rank, self._texts_of(keys, SHOWN + 1))

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """See `Postings.leave`."""
        shown: set[int] = set()
        touched: set[int] = set()
        for texts in self._texts_of(keys, SHOWN + 2).values():
            if len(texts) == SHOWN + 1:
                touched.update(texts)
            elif len(texts) > SHOWN + 1 and number in texts[:SHOWN]:
                shown.add(texts[SHOWN])
        self._connection.execute(self._leave, {"text": number, "keys": self._given(keys)})
        return Left(frozenset(shown), frozenset(touched - {number}))

    def last_shown(self, keys: Hashes) -> Hashes:
        """See `Postings.last_shown`."""
        held = self._texts_of(keys, SHOWN + 1)
        last = {key: texts[SHOWN - 1] for key, texts in held.items() if len(texts) > SHOWN}
        return np.array([last.get(key, int(EVERYONE)) for key in keys.view(np.int64).tolist()], np.uint64)

    def _meet(self, rank: int, held: Mapping[int, list[int]]) -> Met:
        common = [key for key, texts in held.items() if len(texts) > SHOWN and rank <= texts[SHOWN - 1]]
        everyone = self._everyone(common) if common else {}
        texts: list[int] = []
        keys: list[int] = []
        for key, lowest in held.items():
            here = everyone.get(key, lowest[:SHOWN])
            texts += here
            keys += [key] * len(here)
        return Met(np.array(texts, np.int64), np.array(keys, np.int64).view(np.uint64))

    def _texts_of(self, keys: Hashes, most: int) -> dict[int, list[int]]:
        """For each key, as a database's whole number, those texts of lowest rank that hold it."""
        found = self._connection.execute(self._lowest, {"keys": self._given(keys), "most": most})
        return {key: sorted(map(int, texts.split(","))) for key, texts in found}

    def _everyone(self, keys: Sequence[int]) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for key, text in self._connection.execute(sa.select(likeness_key).where(likeness_key.c.key.in_(keys))):
            found[key].append(text)
        return found

    def _given(self, keys: Hashes) -> str | list[int]:
        """Keys as a parameter: 64 bits, of which the database takes the first for a sign."""
        numbers: list[int] = keys.view(np.int64).tolist()
        return json.dumps(numbers) if self._on_sqlite else numbers
