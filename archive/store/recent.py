"""The keys of the texts that came last, a packed row for each text: see `archive.store.postings`.

A run brings fifty texts, and each of their sixty keys would be written to another page of a table of keys. So they wait
here, side by side, until there are enough of them to be put into their places together. They are few enough to be read
as a whole by whoever asks for any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.hashing import Hashes
from archive.store.tables import likeness_recent

ENOUGH = 1_000
"""Texts that are put into their places together. Every run reads so many; of fewer each key is a page to be written."""

_NONE: Hashes = np.zeros(0, np.uint64)
_LEAVE = likeness_recent.delete().where(likeness_recent.c.text == sa.bindparam("gone"))


class Recent:
    """Texts with their keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        found = connection.execute(sa.select(likeness_recent.c.text, likeness_recent.c.packed))
        self._keys: dict[int, Hashes] = {text: np.frombuffer(keys, "<u8").astype(np.uint64) for text, keys in found}
        self._rows: tuple[Hashes, Hashes] | None = None
        self._gone: set[int] = set()  # rows that are still to be deleted

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, texts: Mapping[int, Hashes]) -> None:
        """Take in new texts, and write down which have left."""
        if self._gone:
            self._connection.execute(_LEAVE, [{"gone": text} for text in sorted(self._gone)])
            self._gone.clear()
        if texts:
            packed = [{"text": text, "packed": keys.astype("<u8").tobytes()} for text, keys in sorted(texts.items())]
            self._connection.execute(likeness_recent.insert(), packed)
            self._keys.update(texts)
            self._rows = None

    def leave(self, text: int) -> bool:
        """Forget a text; whether it was here. Its row goes with the next `add`."""
        if self._keys.pop(text, None) is None:
            return False
        self._gone.add(text)
        self._rows = None
        return True

    def holders(self, keys: Hashes) -> Iterator[tuple[int, int]]:
        """All texts that hold some keys: key and text."""
        held, texts = self.rows()
        first, behind = held.searchsorted(keys), held.searchsorted(keys, "right")
        for at in (behind > first).nonzero()[0]:
            for text in texts[first[at] : behind[at]].tolist():
                yield int(keys[at]), text

    def rows(self) -> tuple[Hashes, Hashes]:
        """All keys in rising order, with the text of each beside it."""
        if self._rows is None:
            keys = np.concatenate([_NONE, *self._keys.values()])
            texts = np.repeat(
                np.array(list(self._keys), np.uint64), np.array([len(each) for each in self._keys.values()], np.intp)
            )
            order = keys.argsort()
            self._rows = keys[order], texts[order]
        return self._rows

    def clear(self) -> None:
        """Forget them all."""
        self._connection.execute(likeness_recent.delete())
        self._keys.clear()
        self._rows = None
