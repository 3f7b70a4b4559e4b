"""When sources are due, and who is at them: rows that are claimed, kept alive and given back.

Every change of a lease is one statement, so that two owners never hold one source, whatever else runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Watch
from archive.store import rows
from archive.store.tables import article, capture, watch

_AT_A_TIME = 500  # values in one statement

GIVEN_BACK = (
    "due",
    "reason",
    "last_started",
    "last_ended",
    "state",
    "strikes",
    "failure_kind",
    "deaths",
    "memory",
    "lists_due",
)
"""What a worker knows better when it gives a source back."""


def all_of(connection: Connection) -> dict[str, Watch]:
    """Every source that was ever watched, by its id."""
    found = connection.execute(sa.select(watch).order_by(watch.c.due, watch.c.source_id)).all()
    return {row.source_id: _watch(row) for row in found}


def enrol(connection: Connection, watches: Sequence[Watch]) -> int:
    """Add the sources that are not known yet; what is known stays as it is. How many were new."""
    added = 0
    for each in watches:
        statement = rows.insert(connection, watch).values(_values(each, ("source_id", *GIVEN_BACK)))
        anew = statement.on_conflict_do_nothing(index_elements=["source_id"]).returning(watch.c.source_id)
        added += connection.execute(anew).first() is not None
    return added


def claim(
    connection: Connection,
    owner: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    only: Sequence[str] | None = None,
) -> tuple[Watch, ...]:
    """Take the sources that have been due for longest and that nobody is at; they are the owner's until now + lease."""
    free = sa.or_(watch.c.lease_owner.is_(None), watch.c.lease_until <= now)
    wanted = sa.select(watch.c.source_id).where(free, watch.c.due <= now).order_by(watch.c.due, watch.c.source_id)
    if only is not None:
        wanted = wanted.where(watch.c.source_id.in_(only))
    # SQLite has one writer and knows no such clause; PostgreSQL passes over what another is just about to take.
    wanted = wanted.limit(limit).with_for_update(skip_locked=True)
    taken = (
        watch.update()
        .where(watch.c.source_id.in_(wanted), free)
        .values(lease_owner=owner, lease_until=now + lease, last_started=now)
        .returning(*watch.c)
    )
    return tuple(
        sorted((_watch(row) for row in connection.execute(taken)), key=lambda each: (each.due, each.source_id))
    )


def renew(connection: Connection, owner: str, until: datetime) -> frozenset[str]:
    """Keep all leases of the owner alive; the sources that are still the owner's."""
    kept = watch.update().where(watch.c.lease_owner == owner).values(lease_until=until).returning(watch.c.source_id)
    return frozenset(connection.execute(kept).scalars())


def release(connection: Connection, owner: str, ended: Watch) -> bool:
    """Give a source back, with what is known of it now; False, and nothing is written, if it is not the owner's."""
    values = _values(ended, GIVEN_BACK) | {"lease_owner": None, "lease_until": None}
    held = (watch.c.source_id == ended.source_id, watch.c.lease_owner == owner)
    return connection.execute(watch.update().where(*held).values(values)).rowcount == 1


def void(connection: Connection, owner: str, in_order: Sequence[str] = ()) -> tuple[Watch, ...]:
    """End every lease of anybody but the owner and count a death for each; the sources, as they stand now.

    For whoever knows that no other worker is alive: the one that holds the archive for writing. A death after which
    there are pages that were not there when the worker began is counted as the first: the source does not stop workers.
    At the sources `in_order` nobody died: their worker could not give them back.
    """
    others = sa.and_(watch.c.lease_owner.is_not(None), watch.c.lease_owner != owner)
    came = sa.exists().where(capture.c.source_id == watch.c.source_id, capture.c.fetched_at >= watch.c.last_started)
    deaths = sa.case((watch.c.source_id.in_(in_order), watch.c.deaths), (came, 1), else_=watch.c.deaths + 1)
    ended = watch.update().where(others).values(lease_owner=None, lease_until=None, deaths=deaths)
    return tuple(_watch(row) for row in connection.execute(ended.returning(*watch.c)))


def amend(connection: Connection, amended: Watch) -> bool:
    """Change what is known of a source that nobody is at; False, and nothing is written, if somebody is."""
    free = (watch.c.source_id == amended.source_id, watch.c.lease_owner.is_(None))
    return connection.execute(watch.update().where(*free).values(_values(amended, GIVEN_BACK))).rowcount == 1


def dated(connection: Connection, article_ids: Sequence[str]) -> tuple[datetime, ...]:
    """The dates of articles, oldest first."""
    moments: list[datetime] = []
    for start in range(0, len(article_ids), _AT_A_TIME):
        some = article_ids[start : start + _AT_A_TIME]
        moments += connection.execute(sa.select(article.c.dated).where(article.c.id.in_(some))).scalars()
    return tuple(sorted(moments))


def _values(of: Watch, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(of, name) for name in names}
    return {name: rows.column_text(value) if isinstance(value, str) else value for name, value in values.items()}


def _watch(row: sa.Row[Any]) -> Watch:
    return Watch(**row._mapping)
