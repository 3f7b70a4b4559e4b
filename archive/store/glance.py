"""How all sources stand, at a glance: a few rows of the database, without the modules that write it.

What takes counting was counted at the end of each source's newest run and stands in `health`, written in one
transaction with its alarms. Runs, due times and alarms are read as they are, so that nothing that happened since is
hidden: a run that goes on, one that was killed, an alarm that was cleared. Whoever shows the numbers says as of when
they are (`made`), and `is_behind` where a run has come to its end since.

The queries are written once, for both databases.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from archive.runs import Alarm, Counts, Run, Watch
from archive.store.errors import ArchiveUnreachable
from archive.store.layout import HEAD

Ask = Callable[[str, Mapping[str, object]], Sequence[Sequence[Any]]]

BUSY_TIMEOUT = 5.0  # seconds

# Each step looks up the next name in an index: a million runs of fifty sources cost fifty steps.
SOURCES = """
WITH RECURSIVE known (id) AS (
    SELECT min(source_id) FROM {table}
    UNION ALL
    SELECT (SELECT min(source_id) FROM {table} WHERE source_id > known.id) FROM known WHERE known.id IS NOT NULL
)
SELECT id FROM known WHERE id IS NOT NULL
"""
NAMED_IN = ("run", "page", "watch", "health")
RUN = """
SELECT id, source_id, started, finished, state, counts, failures FROM run
WHERE source_id = :source ORDER BY started DESC, id DESC LIMIT 1
"""
WATCH = (
    "source_id", "due", "reason", "lease_owner", "lease_until", "last_started", "last_ended", "state", "strikes",
    "failure_kind", "deaths", "lists_due",
)  # fmt: skip
WATCHES = f"SELECT {', '.join(WATCH)} FROM watch"  # noqa: S608 - names of columns
HEALTH = "SELECT source_id, run_id, made, summary FROM health"
ALARMS = """
SELECT source_id, kind, raised, confirmed, sentence, figures, told, cleared, accepted, id FROM alarm
WHERE cleared IS NULL ORDER BY raised, id
"""
ARTICLES = "SELECT status, count(*) FROM article WHERE source_id = :source GROUP BY status"
PAGES = "SELECT state, count(*) FROM page WHERE source_id = :source GROUP BY state"


class SourceGlance(msgspec.Struct, frozen=True):
    """One source. `summary` is JSON as it was counted at `made`, for the run `of_run`; "" where none ever was.

    `articles` and `pages` are counted now where the summary is behind or missing, else None.
    """

    source_id: str
    last_run: Run | None = None
    watch: Watch | None = None
    alarms: tuple[Alarm, ...] = ()
    summary: str = ""
    made: datetime | None = None
    of_run: int | None = None
    articles: Mapping[str, int] | None = None
    pages: Mapping[str, int] | None = None

    @property
    def is_behind(self) -> bool:
        """Whether a run has begun since its numbers were counted, or what it holds was changed otherwise."""
        return self.last_run is not None and self.last_run.id != self.of_run


class Glance(msgspec.Struct, frozen=True):
    """All sources, by id, at one moment of the database; `writer` is the process that writes, None if none does."""

    sources: Mapping[str, SourceGlance] = {}
    writer: int | None = None


def glance(data: Path, database: str | None = None) -> Glance:
    """Look at all sources.

    Raises ArchiveMissing, ArchiveUnreachable, ArchiveForeign, ArchiveOutdated or ArchiveNewer.
    """
    if not database:
        path = data / "archive.db"
        seen = _of_sqlite(path) if path.is_file() else None
        if seen is not None:
            return Glance(seen, writer(data))
    from archive.store.engine import connect_to_read  # another database, or one that is not well: this says what it is

    connection = connect_to_read(data, database)
    try:
        from sqlalchemy import text
        from sqlalchemy.exc import DBAPIError

        from archive.store.errors import DamagedRow

        found = _all(lambda query, values: connection.execute(text(query), dict(values)).all())
    except (DBAPIError, DamagedRow, ValueError, msgspec.MsgspecError) as error:
        reason = " ".join(str(getattr(error, "orig", error)).split())
        raise ArchiveUnreachable(
            f"The archive in {data} cannot be read ({reason}). `jianbao doctor` tells more."
        ) from error
    finally:
        connection.close()
    return Glance(found, writer(data))


def _of_sqlite(path: Path) -> dict[str, SourceGlance] | None:
    """None where the file cannot be read so: whoever opens it in earnest says why."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT)) as file:
            file.execute("BEGIN")  # all queries see one state
            if file.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
                return None
            return _all(lambda query, values: file.execute(query, values).fetchall())
    except (sqlite3.Error, ValueError, msgspec.MsgspecError):
        return None


def _all(ask: Ask) -> dict[str, SourceGlance]:
    names = sorted({row[0] for table in NAMED_IN for row in ask(SOURCES.format(table=table), {})})
    watches = {row[0]: _watch(row) for row in ask(WATCHES, {})}
    health = {row[0]: row for row in ask(HEALTH, {})}
    alarms: dict[str, list[Alarm]] = {}
    for row in ask(ALARMS, {}):
        alarms.setdefault(row[0], []).append(_alarm(row))
    return {name: _one(ask, name, watches.get(name), tuple(alarms.get(name, ())), health.get(name)) for name in names}


def _one(
    ask: Ask, name: str, watch: Watch | None, alarms: tuple[Alarm, ...], health: Sequence[Any] | None
) -> SourceGlance:
    last = next((_run(row) for row in ask(RUN, {"source": name})), None)
    of_run, made, summary = (health[1], _moment(health[2]), health[3]) if health else (None, None, "")
    found = SourceGlance(name, last, watch, alarms, summary, made, of_run)
    if health and not found.is_behind:
        return found
    articles, pages = (dict(map(tuple, ask(query, {"source": name}))) for query in (ARTICLES, PAGES))
    return SourceGlance(name, last, watch, alarms, summary, made, of_run, articles, pages)


def _run(row: Sequence[Any]) -> Run:
    number, source_id, started, finished, state, counts, failures = row
    begun = _moment(started)
    assert begun is not None
    return Run(
        number,
        source_id,
        begun,
        _moment(finished),
        state,
        msgspec.json.decode(counts, type=Counts),
        msgspec.json.decode(failures, type=dict[str, int]),
    )


def _watch(row: Sequence[Any]) -> Watch:
    values: dict[str, Any] = dict(zip(WATCH, row, strict=True))
    for name in ("due", "lease_until", "last_started", "last_ended", "lists_due"):
        values[name] = _moment(values[name])
    return Watch(**values)


def _alarm(row: Sequence[Any]) -> Alarm:
    source_id, kind, raised, confirmed, sentence, figures, told, cleared, accepted, number = row
    begun, seen = _moment(raised), _moment(confirmed)
    assert begun is not None
    assert seen is not None
    words = msgspec.json.decode(figures)
    return Alarm(source_id, kind, begun, seen, sentence, words, _moment(told), _moment(cleared), bool(accepted), number)


def _moment(value: Any) -> datetime | None:
    """SQLite holds UTC as text, without saying so; PostgreSQL gives aware datetimes."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(moment, datetime)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def writer(data: Path) -> int | None:
    """The process that writes to the data directory, as far as this machine knows; None if none is alive."""
    try:
        pid = int((data / "writer.pid").read_text("ascii"))
    except (OSError, ValueError):
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:  # it is somebody else's, and alive
        return pid
    return pid
