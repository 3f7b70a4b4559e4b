"""Which articles are the newest, for feeds: a page can claim any day, and what it claims would stand first for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.store.damage import sound
from archive.store.errors import DamagedRow
from archive.store.tables import article

Names = npt.NDArray[np.bytes_]
Moments = npt.NDArray[np.int64]

AHEAD = timedelta(days=1)
"""A newspaper's pages of tomorrow are there tonight, and a site's clock may be wrong by its zone."""

AT_ONCE = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def believed(claimed: datetime, first_seen: datetime) -> datetime:
    """When an article was published, for whoever wants the newest: a claim that is more than `AHEAD` late is none.

    It follows from the archive alone and not from the clock, so that the same archive gives the same feed.

    >>> seen = datetime(2026, 11, 3, tzinfo=UTC)
    >>> believed(seen + timedelta(hours=20), seen).day, believed(datetime(2099, 1, 1, tzinfo=UTC), seen).year
    (3, 2026)
    """
    return first_seen if claimed - first_seen > AHEAD else claimed


def moment(when: datetime) -> int:
    """Microseconds since 1970."""
    return (when - EPOCH) // MICROSECOND


def newest(
    connection: Connection, names: Names, claimed: Moments, most: int, told: Callable[[DamagedRow], object]
) -> Names:
    """Of these ids that many, the newest first, each by the moment that is `believed`, then by id.

    Only what comes near the head is looked at, for a claim that is not believed makes an article older, never newer.
    `told` is told of each article whose first look cannot be read.
    """
    moments, looked_at, amount = claimed.copy(), np.zeros(len(names), bool), most
    while True:
        order = np.lexsort((names, -moments))
        if looked_at[order[:most]].all():
            return names[order[:most]]
        head = order[:amount]
        unsure = head[~looked_at[head]]
        for at, seen in zip(unsure.tolist(), _first_seen(connection, names[unsure], told), strict=True):
            if seen is not None and moments[at] - seen > AHEAD // MICROSECOND:
                moments[at] = seen
        looked_at[unsure] = True
        amount *= 4  # so that very many claims cost few rounds


def _first_seen(connection: Connection, names: Names, told: Callable[[DamagedRow], object]) -> Iterator[int | None]:
    """When each was first seen; None where that cannot be read."""

    def read(ids: Sequence[str]) -> Iterable[sa.Row[tuple[str, datetime]]]:
        return connection.execute(sa.select(article.c.id, article.c.first_seen).where(article.c.id.in_(ids)))

    for start in range(0, len(names), AT_ONCE):
        ids = [name.decode() for name in names[start : start + AT_ONCE].tolist()]
        found = {row.id: moment(row.first_seen) for row in sound(ids, read, told)}
        yield from map(found.get, ids)
