"""How each source was summed up as of its newest run, and whether that still holds.

A run that finds all as it was is added to how its source stood before it. That is true only where nobody else has
changed what was counted meanwhile. Captures that were kept outside of a run are seen by their number; whoever changes
other rows that were counted says so (`outdate`), in the transaction of the change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Run
from archive.store import rows
from archive.store.tables import capture, health, run

NO_RUN = 0
"""The run as of which a source stands whose rows were changed since: all is counted at the next one."""


@dataclass(frozen=True, slots=True)
class Since:
    """How a source was summed up as of the run before one, and what that one has kept since."""

    made: datetime
    summary: str
    captures: int  # that came with the run
    capture_bytes: int  # of those
    captures_in_all: int
    unread: int  # captures in all that nobody has read


def since(connection: Connection, after: Run) -> Since | None:
    """That; None where the source was not summed up as of the run before, or has been changed outside of one."""
    others = sa.select(run.c.id).where(run.c.source_id == after.source_id, run.c.id != after.id)
    newest = others.order_by(run.c.started.desc(), run.c.id.desc()).limit(1).scalar_subquery()
    theirs = (health.c.source_id == after.source_id, health.c.run_id == newest)
    row = connection.execute(sa.select(health.c.made, health.c.summary).where(*theirs)).first()
    if row is None:
        return None
    numbers = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(capture.c.length), 0))
    came = (capture.c.source_id == after.source_id, capture.c.fetched_at >= after.started)
    captures, length = connection.execute(numbers.where(*came)).one()
    in_all = sa.select(sa.func.count()).where(capture.c.source_id == after.source_id)  # of the index alone
    return Since(
        row.made,
        row.summary,
        captures,
        int(length),
        connection.execute(in_all).scalar_one(),
        _unread(connection, after.source_id),
    )


def _unread(connection: Connection, source_id: str) -> int:
    """The source stands beside the condition: in it, it would have SQLite walk through all captures of the source."""
    here = sa.func.count().filter(capture.c.source_id == source_id)
    query = sa.select(here).where(capture.c.verdict.is_(None), ~capture.c.lost)
    return connection.execute(query).scalar_one()


def summarise(connection: Connection, source_id: str, run_id: int, made: datetime, summary: str) -> None:
    """Remember how a source stands as of a run."""
    values = {"run_id": run_id, "made": made, "summary": rows.column_text(summary)}
    statement = rows.insert(connection, health).values(source_id=source_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id"], set_=values))


def outdate(connection: Connection, sources: Iterable[str] | None = None) -> None:
    """What these sources, or all, were summed up from is changed: their next run counts all of it anew."""
    statement = health.update().values(run_id=NO_RUN)
    connection.execute(statement if sources is None else statement.where(health.c.source_id.in_(sorted(set(sources)))))
