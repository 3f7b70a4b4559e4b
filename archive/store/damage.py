"""What cannot be read back is left out and told, and the others of its batch are had."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from archive.store.errors import DamagedRow

Read = TypeVar("Read")

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damage(error: BaseException | None) -> bool:
    """Whether what stands in the database is what is wrong, and neither the disk nor somebody's lock."""
    while error is not None and not isinstance(error, DamagedRow):
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED:
            return True
        error = error.__cause__
    return error is not None


def sound(
    ids: Sequence[str], read: Callable[[Sequence[str]], Iterable[Read]], told: Callable[[DamagedRow], object]
) -> list[Read]:
    """What `read` gives of these articles, without those whose rows are damaged; `told` is told of each of them.

    They are read at once, and one by one only where that fails. A ValueError is SQLAlchemy's, of a time that is none.
    """
    try:
        return list(read(ids))
    except (DamagedRow, ValueError) as error:
        if len(ids) > 1:
            return [one for identity in ids for one in sound([identity], read, told)]
        damaged = error if isinstance(error, DamagedRow) else DamagedRow(str(error))
        told(damaged.of(f"The article {ids[0]}"))
        return []
