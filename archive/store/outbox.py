"""What people are to be told of and were not yet, by each messenger: written with the alarm, in one transaction.

A letter stands here from the moment its alarm is raised, told again or over until a messenger has taken it, whatever
happens to the process. Who raises an alarm need not know the messengers: the letter is addressed to EVERYBODY until
somebody who knows any hands it out. Letters to others, whom another process knows, are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import Alarm
from archive.store import alarms, rows
from archive.store.tables import outbox

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """An alarm that a messenger is to tell of, as the alarm stands now.

    `asked` is when it was last to be told, `since` when first, since a messenger has taken it last. It was tried
    `tries` times, the last time in vain for `why`, and is `due` again then. `given_up`: it is not tried any more.
    """

    alarm: Alarm
    messenger: str
    asked: datetime
    since: datetime
    due: datetime
    tries: int = 0
    why: str = ""
    given_up: datetime | None = None


def post(connection: Connection, told: Sequence[Alarm], at: datetime) -> None:
    """Have everybody told of the alarms. A letter that still waits keeps its place and its tries."""
    for each in told:
        _put(connection, each.id, EVERYBODY, at)


def _put(connection: Connection, alarm_id: int, messenger: str, at: datetime) -> None:
    fresh = {"since": at, "due": at, "tries": 0, "why": "", "given_up": None}
    statement = rows.insert(connection, outbox).values(alarm_id=alarm_id, messenger=messenger, asked=at, **fresh)
    waiting = outbox.c.given_up.is_(None)
    changed = {"asked": at} | {
        name: sa.case((waiting, outbox.c[name]), else_=sa.literal(value, outbox.c[name].type))
        for name, value in fresh.items()
    }
    connection.execute(statement.on_conflict_do_update(index_elements=["alarm_id", "messenger"], set_=changed))


def address(connection: Connection, messengers: Sequence[str]) -> None:
    """Letters to everybody become one for each messenger; where there is none they wait for who knows one."""
    if not messengers:
        return
    found = connection.execute(sa.select(outbox.c.alarm_id, outbox.c.asked).where(outbox.c.messenger == EVERYBODY))
    for row in found.all():
        for messenger in messengers:
            _put(connection, row.alarm_id, messenger, row.asked)
    connection.execute(outbox.delete().where(outbox.c.messenger == EVERYBODY))


def letters(connection: Connection) -> tuple[Letter, ...]:
    """Every letter that no messenger has taken, those that were given up too, the longest waiting first."""
    found = connection.execute(sa.select(outbox).order_by(outbox.c.since, outbox.c.alarm_id, outbox.c.messenger)).all()
    named = alarms.named(connection, sa.select(outbox.c.alarm_id))
    return tuple(
        Letter(named[row.alarm_id], **{name: value for name, value in row._mapping.items() if name != "alarm_id"})
        for row in found
    )


def taken(connection: Connection, done: Sequence[Letter]) -> None:
    """The letters were taken, or nobody will. One whose alarm is to be told of anew since then stays for that."""
    for each in done:
        connection.execute(outbox.delete().where(*_is(each), outbox.c.asked <= each.asked))
        connection.execute(
            outbox.update()
            .where(*_is(each))
            .values(tries=0, why="", given_up=None, since=outbox.c.asked, due=outbox.c.asked)
        )


def keep(connection: Connection, changed: Sequence[Letter]) -> None:
    """The letters were tried in vain. One whose alarm is to be told of anew since then is not given up."""
    for each in changed:
        values = {"tries": each.tries, "why": rows.column_text(each.why), "due": each.due}
        connection.execute(outbox.update().where(*_is(each)).values(values))
        given_up = outbox.update().where(*_is(each), outbox.c.asked <= each.asked).values(given_up=each.given_up)
        connection.execute(given_up)


def _is(letter: Letter) -> tuple[sa.ColumnElement[bool], ...]:
    return outbox.c.alarm_id == letter.alarm.id, outbox.c.messenger == letter.messenger
