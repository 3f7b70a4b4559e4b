"""What each run of a source saw, and each of its days: what its health is judged by.

The rows of a run are written with its end, in one transaction; a run that was killed has none. They are bounded: the
newest runs of each source and the newest days. What runs saw that only asked for known articles again is added to the
next run that looks at the lists and comes to its end, and judged with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Alarm, Run
from archive.shanghai import SHANGHAI
from archive.store import alarms, learnt, rows
from archive.store.learnt import TemplateChange
from archive.store.prepared import Prepared
from archive.store.runs import REVISIT
from archive.store.tables import Moment, article, day_tally, run, run_tally
from archive.tally import RunTally, Tally, added

MOST_RUNS = 400
"""Tallies of runs that are kept of a source."""

MOST_DAYS = 800
"""Tallies of days that are kept of a source."""


_decoder = msgspec.json.Decoder(Tally)

CAME = Prepared(
    sa.select(article.c.dated, article.c.first_seen)
    .where(article.c.source_id == sa.bindparam("source"))
    .where(article.c.first_seen >= sa.bindparam("since", type_=Moment))
    .where(article.c.dated >= sa.bindparam("before", type_=Moment))
)


@dataclass(frozen=True, slots=True)
class DayTally:
    """What the runs of one day, in Shanghai, saw together."""

    day: date
    runs: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of how a source went on, since some moment."""

    watched_since: datetime | None  # its first run
    came: tuple[tuple[datetime, datetime], ...]  # of its articles: when published, else found; and when found
    looks: tuple[datetime, ...]  # the starts of the looks at its lists that ended well, oldest first
    runs: tuple[RunTally, ...]  # the newest looks at its lists, with what was seen, oldest first
    days: tuple[DayTally, ...]  # oldest first
    cut_off: int  # runs that were killed: what they saw is not told
    alarms: tuple[Alarm, ...]  # that stand, oldest first
    accepted: Mapping[str, datetime]  # by kind of alarm, when a person last said that it is normal
    template_change: TemplateChange | None  # the newest


def records(connection: Connection, source_id: str, since: datetime) -> Records:
    """What is known of a source."""
    changes = learnt.changes(connection, source_id)
    return Records(
        _first_look(connection, source_id),
        tuple(_came(connection, source_id, since)),
        _looks(connection, source_id, since),
        newest_runs(connection, source_id),
        of_days(connection, source_id, since.astimezone(SHANGHAI).date()),
        _cut_off(connection, source_id, since),
        alarms.standing(connection, source_id),
        alarms.accepted(connection, source_id),
        changes[0] if changes else None,
    )


def keep(connection: Connection, ended: Run, tally: Tally) -> None:
    """Remember what a run saw, and add it to its day. The same run kept twice counts once."""
    statement = rows.insert(connection, run_tally).values(
        run_id=ended.id, source_id=ended.source_id, tally=_text(tally)
    )
    anew = statement.on_conflict_do_nothing(index_elements=["run_id"]).returning(run_tally.c.run_id)
    if connection.execute(anew).first() is None:
        return
    if ended.state == "finished":
        _take_over(connection, ended, tally)
    day = (ended.finished or ended.started).astimezone(SHANGHAI).date()
    where = sa.and_(day_tally.c.source_id == ended.source_id, day_tally.c.day == day)
    row = connection.execute(sa.select(day_tally.c.runs, day_tally.c.tally).where(where)).first()
    if row is None:
        first = {"source_id": ended.source_id, "day": day, "runs": 1, "tally": _text(tally)}
        connection.execute(day_tally.insert().values(first))
        _forget(connection, ended.source_id, day)
    else:
        more = {"runs": row.runs + 1, "tally": _text(added(_decoder.decode(row.tally), tally))}
        connection.execute(day_tally.update().where(where).values(more))


def _take_over(connection: Connection, ended: Run, tally: Tally) -> None:
    """Add to what a run saw what runs saw before it that only asked for known articles again."""
    theirs = (run_tally.c.source_id == ended.source_id, run_tally.c.run_id < ended.id, run.c.command == REVISIT)
    query = sa.select(run_tally.c.run_id, run_tally.c.tally).select_from(run_tally.join(run)).where(*theirs)
    before = connection.execute(query).all()
    if before:
        whole = reduce(added, (_decoder.decode(row.tally) for row in before), tally)
        connection.execute(run_tally.update().where(run_tally.c.run_id == ended.id).values(tally=_text(whole)))
        connection.execute(run_tally.delete().where(run_tally.c.run_id.in_([row.run_id for row in before])))


def _forget(connection: Connection, source_id: str, today: date) -> None:
    """Once a day: what is too old to be looked at."""
    old_days = sa.and_(day_tally.c.source_id == source_id, day_tally.c.day < today - timedelta(days=MOST_DAYS))
    connection.execute(day_tally.delete().where(old_days))
    newest = sa.select(run_tally.c.run_id).where(run_tally.c.source_id == source_id)
    oldest_kept = newest.order_by(run_tally.c.run_id.desc()).offset(MOST_RUNS - 1).limit(1).scalar_subquery()
    connection.execute(run_tally.delete().where(run_tally.c.source_id == source_id, run_tally.c.run_id < oldest_kept))


def newest_runs(connection: Connection, source_id: str, limit: int = MOST_RUNS) -> tuple[RunTally, ...]:
    """The newest looks at a source's lists that came to their end, with what was seen by then, oldest first."""
    query = (
        sa.select(run.c.id, run.c.started, run.c.finished, run.c.state, run_tally.c.tally)
        .select_from(run_tally.join(run))
        .where(run_tally.c.source_id == source_id, run.c.command != REVISIT)
        .order_by(run_tally.c.run_id.desc())
        .limit(limit)
    )
    found = connection.execute(query).all()
    return tuple(
        RunTally(row.id, row.started, row.finished or row.started, row.state, _decoder.decode(row.tally))
        for row in reversed(found)
    )


def of_days(connection: Connection, source_id: str, since: date) -> tuple[DayTally, ...]:
    """The days of a source from then on, oldest first; days without a run are left out."""
    query = sa.select(day_tally).where(day_tally.c.source_id == source_id, day_tally.c.day >= since)
    found = connection.execute(query.order_by(day_tally.c.day))
    return tuple(DayTally(row.day, row.runs, _decoder.decode(row.tally)) for row in found)


def _came(connection: Connection, source_id: str, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Of a source's articles that were first seen since then: when each was published, else found, and when found."""
    theirs = {"source": rows.column_text(source_id), "since": since, "before": since - timedelta(days=1)}
    return ((row.dated, row.first_seen) for row in CAME.all(connection, theirs))


def _looks(connection: Connection, source_id: str, since: datetime) -> tuple[datetime, ...]:
    """When its lists were looked at since then, oldest first: the starts of the runs in which servers answered."""
    looks = (run.c.source_id == source_id, run.c.state == "finished", run.c.command != REVISIT)
    query = sa.select(run.c.started).where(*looks, run.c.started >= since)
    return tuple(connection.execute(query.order_by(run.c.started)).scalars())


def _first_look(connection: Connection, source_id: str) -> datetime | None:
    """Since when the source is watched; None if it never was."""
    return connection.execute(sa.select(sa.func.min(run.c.started)).where(run.c.source_id == source_id)).scalar()


def _cut_off(connection: Connection, source_id: str, since: datetime) -> int:
    """How many runs since then left no tally, because they were killed."""
    query = (
        sa.select(sa.func.count())
        .select_from(run.outerjoin(run_tally))
        .where(run.c.source_id == source_id, run.c.started >= since, run.c.state == "interrupted")
        .where(run_tally.c.run_id.is_(None))
    )
    return connection.execute(query).scalar_one()


def _text(tally: Tally) -> str:
    return msgspec.json.encode(tally).decode()
