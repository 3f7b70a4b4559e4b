"""Runs: one row for each crawl of a source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Counts, Run
from archive.store import rows
from archive.store.tables import capture, run

REVISIT = "revisit"
"""The command of a run that only asks for known articles again: no look at a source's lists."""


def begin(connection: Connection, source_id: str, started: datetime, command: str) -> Run:
    """A new run."""
    values = {
        "source_id": source_id,
        "command": command,
        "started": started,
        "state": "running",
        "counts": msgspec.json.encode(Counts()).decode(),
        "failures": "{}",
    }
    number = connection.execute(run.insert().values(values).returning(run.c.id)).scalar_one()
    return Run(id=number, source_id=source_id, started=started)


def end(connection: Connection, ended: Run) -> None:
    """Record how a run ended."""
    connection.execute(
        run.update()
        .where(run.c.id == ended.id)
        .values(
            finished=ended.finished,
            state=ended.state,
            counts=msgspec.json.encode(ended.counts).decode(),
            failures=msgspec.json.encode(dict(ended.failures)).decode(),
        )
    )


def close_interrupted(connection: Connection) -> int:
    """Close the runs that a killed process left open, at the time of the last capture they kept."""
    last = sa.select(sa.func.max(capture.c.fetched_at)).where(capture.c.run_id == run.c.id).scalar_subquery()
    values = {"state": "interrupted", "finished": sa.func.coalesce(last, run.c.started)}
    return connection.execute(run.update().where(run.c.state == "running").values(values)).rowcount


def last_walked(connection: Connection, source_id: str) -> datetime | None:
    """When the newest crawl of a source ended that came to its end; one of known pages alone walks no list."""
    whole = (run.c.source_id == source_id, run.c.state == "finished", run.c.command.not_in(("recrawl", REVISIT)))
    return connection.execute(sa.select(sa.func.max(run.c.finished)).where(*whole)).scalar()


def newest(connection: Connection, source_id: str | None, limit: int) -> Iterator[Run]:
    """The newest runs, newest first."""
    query = sa.select(run).order_by(run.c.started.desc(), run.c.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(run.c.source_id == source_id)
    return (rows.run(row) for row in connection.execute(query).all())
