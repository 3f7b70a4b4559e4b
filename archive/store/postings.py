"""Keys of texts as rows: see `archive.likeness.postings`.

A key is a row for each text that holds it, clustered by key and rank, so that the nine of lowest rank, which tell
whether it is common and whom it shows, lie side by side. No question reads more of a key than these, but one: a text
that is to be shown by a common key meets all that hold it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.crowd import SHOWN
from archive.likeness.hashing import Hashes
from archive.likeness.postings import Left, Met
from archive.likeness.sketch import FIGURES_WEIGH
from archive.store.tables import likeness_key

_LOOKED_AT = SHOWN + 2
"""Texts of a key: those that it shows, the one that tells that it is common, and the next when one of these leaves."""
_MANY = 2000
"""Keys of one question."""
_BITS = (1 << 64) - 1
_MOST_COMMON, _MOST_AT_HAND = 50_000, 200_000
"""Keys that are remembered from batch to batch, and at all: some 200 bytes each."""

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
_HOLD = sa.text("""
    INSERT INTO likeness_key (key, text) SELECT * FROM unnest(CAST(:keys AS bigint[]), CAST(:texts AS bigint[]))""")
_LEAVE = {
    "sqlite": "DELETE FROM likeness_key WHERE text = :text AND key IN (SELECT value FROM json_each(:keys))",
    "postgresql": "DELETE FROM likeness_key WHERE text = :text AND key = ANY(CAST(:keys AS bigint[]))",
}


class DatabasePostings:
    """Keys as rows. See `archive.likeness.postings.Postings`.

    New rows are written by `flush`, in the order in which they lie in the table: a page of it is then written once for
    many articles, and not once for each of their keys. Before that nobody but these postings knows of them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        kind = connection.dialect.name
        self._on_sqlite = kind == "sqlite"
        self._lowest, self._leave = (sa.text(each[kind]) for each in (_LOWEST, _LEAVE))
        self._at_hand: dict[int, tuple[int, ...]] = {}  # key → its texts of lowest rank, `_LOOKED_AT` at most
        self._new: list[tuple[int, int]] = []  # keys and texts that are not written yet

    def expect(self, keys: Hashes) -> None:
        """Look up at once, in rising order, keys that will be asked for; of others, only the common ones stay at hand.

        A common key is asked for again and again, others hardly ever.
        """
        self.flush()
        self._at_hand = {key: texts for key, texts in self._at_hand.items() if len(texts) > SHOWN}
        if len(self._at_hand) > _MOST_COMMON:
            self._at_hand.clear()
        room = _MOST_AT_HAND - len(self._at_hand)  # more would have all of it thrown away
        numbers = np.unique(keys[: max(0, room)])
        for start in range(0, len(numbers), _MANY):
            self._look_up([key for key in numbers[start : start + _MANY].tolist() if key not in self._at_hand])

    def flush(self) -> None:
        """Write what was gathered."""
        if not self._new:
            return
        pairs, self._new = sorted(self._new), []
        if self._on_sqlite:
            self._connection.exec_driver_sql("INSERT INTO likeness_key (key, text) VALUES (?, ?)", pairs)
        else:
            keys, texts = zip(*pairs, strict=True)
            self._connection.execute(_HOLD, {"keys": list(keys), "texts": list(texts)})

    def place(self, number: int, rank: int, keys: Hashes) -> Met:
        """See `Postings.place`."""
        held = self._texts_of(keys.tolist())
        touched: set[int] = set()
        for texts in held.values():
            if len(texts) == SHOWN:
                touched.update(texts, (number,))
            elif len(texts) > SHOWN and rank < texts[SHOWN - 1]:
                touched.add(texts[SHOWN - 1])
        met = self._meet(rank, held, SHOWN)
        numbers = keys.tolist()
        self._new += [(key, number) for key in _signed(numbers)]
        self._at_hand.update(dict.fromkeys(numbers, (number,)))
        self._at_hand.update((key, tuple(sorted((*texts, number))[:_LOOKED_AT])) for key, texts in held.items())
        return Met(met.weights, met.rare, frozenset(touched))

    def meet(self, rank: int, keys: Hashes) -> Met:
        """See `Postings.meet`."""
        return self._meet(rank, self._texts_of(keys.tolist()), SHOWN + 1)

    def leave(self, number: int, rank: int, keys: Hashes) -> Left:
        """See `Postings.leave`."""
        shown: set[int] = set()
        touched: set[int] = set()
        numbers = keys.tolist()
        for texts in self._texts_of(numbers).values():
            if len(texts) == SHOWN + 1:
                touched.update(texts)
            elif len(texts) > SHOWN + 1 and number in texts[:SHOWN]:
                shown.add(texts[SHOWN])
        self.flush()
        self._connection.execute(self._leave, {"text": number, "keys": self._given(numbers)})
        for key in numbers:
            del self._at_hand[key]
        return Left(frozenset(shown), frozenset(touched - {number}))

    def last_shown(self, keys: Set[int]) -> dict[int, int]:
        """See `Postings.last_shown`."""
        return {key: texts[SHOWN - 1] for key, texts in self._texts_of(keys).items() if len(texts) > SHOWN}

    def _meet(self, rank: int, held: Mapping[int, Sequence[int]], many: int) -> Met:
        """What keys with these texts of lowest rank show; those that so many hold are common."""
        common = [key for key, texts in held.items() if len(texts) > SHOWN and rank <= texts[SHOWN - 1]]
        everyone = self._everyone(common) if common else {}
        shown: list[int] = []
        rare: list[int] = []
        for key, lowest in held.items():
            texts = everyone.get(key, lowest[:SHOWN])
            shown += [*texts] * FIGURES_WEIGH if key & 1 else texts
            if len(lowest) < many:
                rare += texts
        return Met(Counter(shown), rare)

    def _texts_of(self, numbers: Collection[int]) -> dict[int, tuple[int, ...]]:
        """For each key that is held those texts of lowest rank that hold it."""
        if len(self._at_hand) > _MOST_AT_HAND:
            self.flush()
            self._at_hand.clear()
        at_hand = self._at_hand
        self._look_up([key for key in numbers if key not in at_hand])
        return {key: texts for key in numbers if (texts := at_hand[key])}

    def _look_up(self, keys: list[int]) -> None:
        """Have keys at hand, also those that no text holds."""
        if not keys:
            return
        found = self._connection.execute(self._lowest, {"keys": self._given(keys), "most": _LOOKED_AT})
        self._at_hand.update(dict.fromkeys(keys, ()))
        self._at_hand.update((key & _BITS, tuple(sorted(map(int, texts.split(","))))) for key, texts in found)

    def _everyone(self, keys: Sequence[int]) -> dict[int, list[int]]:
        self.flush()
        found: defaultdict[int, list[int]] = defaultdict(list)
        for key, text in self._connection.execute(sa.select(likeness_key).where(likeness_key.c.key.in_(_signed(keys)))):
            found[key & _BITS].append(text)
        return found

    def _given(self, keys: Sequence[int]) -> str | list[int]:
        """Keys as a parameter: 64 bits, of which the database takes the first for a sign."""
        signed = _signed(keys)
        return json.dumps(signed) if self._on_sqlite else signed


def _signed(keys: Sequence[int]) -> list[int]:
    """The same 64 bits as the database holds them."""
    signed: list[int] = np.array(keys, np.uint64).view(np.int64).tolist()
    return signed
