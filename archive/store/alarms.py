"""The alarms of sources: when each was raised, confirmed, told and cleared. None is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Alarm
from archive.store import rows
from archive.store.tables import alarm


def standing(connection: Connection, source_id: str | None = None) -> tuple[Alarm, ...]:
    """The alarms that stand, oldest first."""
    query = sa.select(alarm).where(alarm.c.cleared.is_(None))
    if source_id is not None:
        query = query.where(alarm.c.source_id == source_id)
    return tuple(_alarm(row) for row in connection.execute(query.order_by(alarm.c.raised, alarm.c.id)))


def newest(connection: Connection, source_id: str | None, limit: int) -> tuple[Alarm, ...]:
    """The newest alarms, cleared ones too, newest first."""
    query = sa.select(alarm).order_by(alarm.c.raised.desc(), alarm.c.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(alarm.c.source_id == source_id)
    return tuple(_alarm(row) for row in connection.execute(query))


def named(connection: Connection, numbers: sa.Select[tuple[int]]) -> dict[int, Alarm]:
    """The alarms with the ids that a query gives, however many these are."""
    return {row.id: _alarm(row) for row in connection.execute(sa.select(alarm).where(alarm.c.id.in_(numbers)))}


def accepted(connection: Connection, source_id: str) -> dict[str, datetime]:
    """By kind, when a person last said that what was told is normal now."""
    query = (
        sa.select(alarm.c.kind, sa.func.max(alarm.c.cleared).label("cleared"))
        .where(alarm.c.source_id == source_id, alarm.c.accepted)
        .group_by(alarm.c.kind)
    )
    return {row.kind: row.cleared for row in connection.execute(query)}


def write(connection: Connection, changed: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """Raise the alarms whose id is 0 and bring the others up to date; all as they stand then."""
    written = []
    for each in changed:
        values = {
            "source_id": each.source_id,
            "kind": each.kind,
            "raised": each.raised,
            "confirmed": each.confirmed,
            "told": each.told,
            "cleared": each.cleared,
            "accepted": each.accepted,
            "sentence": rows.column_text(each.sentence),
            "figures": msgspec.json.encode(each.figures).decode(),
        }
        if each.id:
            connection.execute(alarm.update().where(alarm.c.id == each.id).values(values))
            written.append(each)
        else:
            number = connection.execute(alarm.insert().values(values).returning(alarm.c.id)).scalar_one()
            written.append(replace(each, id=number))
    return tuple(written)


def _alarm(row: sa.Row[tuple[object, ...]]) -> Alarm:
    values = dict(row._mapping)
    return Alarm(**{**values, "figures": msgspec.json.decode(values["figures"])})
