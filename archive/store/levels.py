"""The keys of all texts but the last, as rows: see `archive.store.postings`.

Keys are hashes, so that each of a text's sixty lies on another page of a table. Rows of many texts are therefore
written at once, in the order of the table, among as few others as may be: a *level* that has those of `FIRST` texts
hands them all to the next, which has room for `RATIO` times as many. A text's rows are written once in each level, many
on a page, and there are few levels: how much is written for a text hardly grows with the archive.

They are handed on in steps, the lowest keys first, each a short transaction of its caller's. What is found does not
depend on how far that is, for a row is in one level at any moment; who is killed between two steps goes on where the
level begins now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.hashing import Hashes
from archive.store import rows
from archive.store.tables import likeness_key, likeness_level

FIRST = 8_000
"""Texts of which the first level has rows before they move on."""
RATIO = 8
"""How many times as many each level has."""

AT_ONCE = 160_000
"""Rows of a step; three hand on the first level. A step takes some 0.4 s in SQLite."""

_MANY = 2000
"""Keys of one question."""
_BITS = (1 << 64) - 1

_LOWEST = {  # key → the texts of lowest rank that hold it, as one value; most keys are not held, and cost one look
    "sqlite": """
        SELECT wanted.value AS key,
            (SELECT group_concat(text) FROM
                (SELECT text FROM likeness_key WHERE level = :level AND key = wanted.value
                ORDER BY text LIMIT :most)) AS texts
        FROM json_each(:keys) AS wanted
        WHERE EXISTS (SELECT 1 FROM likeness_key WHERE level = :level AND key = wanted.value)""",
    "postgresql": """
        SELECT wanted.key AS key,
            (SELECT string_agg(CAST(lowest.text AS text), ',') FROM
                (SELECT text FROM likeness_key WHERE level = :level AND key = wanted.key
                ORDER BY text LIMIT :most) AS lowest) AS texts
        FROM unnest(CAST(:keys AS bigint[])) AS wanted(key)
        WHERE EXISTS (SELECT 1 FROM likeness_key WHERE level = :level AND key = wanted.key)""",
}
_HOLD = sa.text("""
    INSERT INTO likeness_key (level, key, text)
    SELECT 1, * FROM unnest(CAST(:keys AS bigint[]), CAST(:texts AS bigint[]))""")
_LEAVE = sa.text("""
    DELETE FROM likeness_key USING unnest(CAST(:keys AS bigint[]), CAST(:texts AS bigint[])) AS gone(key, text)
    WHERE likeness_key.level = :level AND likeness_key.key = gone.key AND likeness_key.text = gone.text""")
_columns = likeness_key.c
_place = sa.tuple_(_columns.key, _columns.text)
_here = _columns.level == sa.bindparam("at", type_=sa.Integer)
_below = _place < sa.tuple_(*(sa.bindparam(name, type_=sa.BigInteger) for name in ("key_behind", "text_behind")))
_BEHIND = (
    sa.select(_columns.key.label("key_behind"), _columns.text.label("text_behind"))
    .where(_here)
    .order_by(_columns.key, _columns.text)
    .limit(1)
)


def _moving(*which: sa.ColumnElement[bool]) -> tuple[sa.Insert, sa.Delete]:
    """What puts rows into the next level, in its order, and takes them out of theirs."""
    rows_ = sa.select(_columns.level + 1, _columns.key, _columns.text).where(*which)
    copy = likeness_key.insert().from_select(["level", "key", "text"], rows_.order_by(_columns.key, _columns.text))
    return copy, likeness_key.delete().where(*which)


_MOVE_REST, _MOVE_SOME = _moving(_here), _moving(_here, _below)


class Levels:
    """Keys with their texts as rows, in levels counted from 1. A text's rows are in one of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        kind = connection.dialect.name
        self._on_sqlite = kind == "sqlite"
        self._lowest = sa.text(_LOWEST[kind])
        self._texts = {row.level: row.texts for row in connection.execute(sa.select(likeness_level))}

    def lowest(self, keys: Sequence[int], most: int) -> Iterator[tuple[int, list[int]]]:
        """Keys that are held, each with those texts of lowest rank that hold it in one level, `most` of them or fewer.

        A key comes once for each level in which it is held.
        """
        signed = sorted(_signed(keys))  # as they lie in the table
        for start in range(0, len(signed), _MANY):
            given = self._given(signed[start : start + _MANY])
            for level in self._texts:
                found = self._connection.execute(self._lowest, {"keys": given, "most": most, "level": level})
                for key, texts in found:
                    yield key & _BITS, [int(text) for text in texts.split(",")]

    def everyone(self, keys: Sequence[int]) -> Iterator[tuple[int, int]]:
        """All texts that hold some keys: key and text."""
        here = sa.and_(likeness_key.c.level.in_(list(self._texts)), likeness_key.c.key.in_(_signed(keys)))
        for key, text in self._connection.execute(sa.select(likeness_key.c.key, likeness_key.c.text).where(here)):
            yield key & _BITS, text

    def leave(self, gone: Mapping[int, Hashes]) -> None:
        """Forget texts with their keys; they may not be here."""
        keys, texts = _ordered(
            np.concatenate(list(gone.values())),
            np.repeat(np.array(list(gone), np.uint64), [len(each) for each in gone.values()]),
        )
        for level in self._texts:
            if self._on_sqlite:
                delete = f"DELETE FROM likeness_key WHERE level = {level:d} AND key = ? AND text = ?"  # noqa: S608
                self._connection.exec_driver_sql(delete, list(zip(keys, texts, strict=True)))
            else:
                self._connection.execute(_LEAVE, {"keys": keys, "texts": texts, "level": level})

    def take_in(self, keys: Hashes, ranks: Hashes, texts: int) -> None:
        """Add rows, key beside text, of so many texts in all."""
        ordered = _ordered(keys, ranks)
        if self._on_sqlite:
            insert = "INSERT INTO likeness_key (level, key, text) VALUES (1, ?, ?)"
            self._connection.exec_driver_sql(insert, list(zip(*ordered, strict=True)))
        else:
            self._connection.execute(_HOLD, dict(zip(("keys", "texts"), ordered, strict=True)))
        self._remember(1, self._texts.get(1, 0) + texts)

    @property
    def full(self) -> int | None:
        """The first level that has as many as it is to have, and hands them on."""
        held = sorted(self._texts.items())
        return next((level for level, texts in held if texts >= FIRST * RATIO ** (level - 1)), None)

    def hand_on(self) -> None:
        """Hand the lowest `AT_ONCE` rows of a full level to the next; with the last of them it is empty."""
        level = self.full
        if level is None:
            return
        behind = self._connection.execute(_BEHIND.offset(AT_ONCE), {"at": level}).mappings().first()
        for statement in _MOVE_REST if behind is None else _MOVE_SOME:
            self._connection.execute(statement, {"at": level, **(behind or {})})
        above = self._texts.get(level + 1, 0)
        self._remember(level + 1, above if behind else above + self._texts[level])  # one to be looked into from now on
        if behind is None:
            self._remember(level, 0)

    def _remember(self, level: int, texts: int) -> None:
        """Note how many texts a level has been given since it was empty, without those that are on their way to it."""
        self._texts[level] = texts
        insert = rows.insert(self._connection, likeness_level)
        upsert = insert.on_conflict_do_update(index_elements=["level"], set_={"texts": insert.excluded.texts})
        self._connection.execute(upsert, {"level": level, "texts": texts})

    def _given(self, signed: list[int]) -> str | list[int]:
        """Keys as a parameter."""
        return json.dumps(signed) if self._on_sqlite else signed


def _ordered(keys: Hashes, texts: Hashes) -> tuple[list[int], list[int]]:
    """Keys beside their texts as they lie in the table."""
    signed = keys.view(np.int64)
    order = np.lexsort((texts, signed))
    return signed[order].tolist(), texts[order].tolist()


def _signed(keys: Sequence[int]) -> list[int]:
    """Keys as the database holds them: it takes the first of their 64 bits for a sign."""
    signed: list[int] = np.array(keys, np.uint64).view(np.int64).tolist()
    return signed
