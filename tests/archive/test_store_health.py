"""What runs saw, alarms, and how sources stand: kept, bounded, and read at a glance."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_cases import SOURCE, START, Place, both_databases, make_article, make_capture, take_in
from sqlalchemy.engine import Connection

from archive.model import Alarm, Counts, Run, Watch
from archive.store import Archive, ArchiveMissing, ArchiveOutdated, ArchiveProblem, ArchiveUnreachable, days, kept
from archive.store.glance import glance, writer
from archive.store.status import Captures
from archive.store.summed import Since
from archive.tally import Tally

HOUR = timedelta(hours=1)


def a_run(archive: Archive, hours: float, tally: Tally | None = None, source: str = SOURCE) -> Run:
    """A run that begins then and ends half an hour later."""
    run = archive.begin_run(source, START + hours * HOUR, "crawl")
    ended = replace(run, finished=run.started + HOUR / 2, state="finished", counts=Counts(requests=2, answered=2))
    archive.end_run(ended, tally or Tally(counts=ended.counts, bytes=100, failures={"dns": 1}))
    return ended


@both_databases
def test_what_runs_saw_is_kept_by_run_and_by_day(kind: str, tmp_path: Path) -> None:
    """A day in Shanghai adds up its runs; each run is there on its own, oldest first."""
    with Place(tmp_path, kind).open(write=True) as archive:
        for hours in (0, 1, 9):  # START is 16:30 in Shanghai
            a_run(archive, hours)
        found = archive.records(SOURCE, START - timedelta(days=9))
        assert [each.run_id for each in found.runs] == [1, 2, 3]
        assert [(str(each.day), each.runs, each.tally.bytes) for each in found.days] == [
            ("2026-03-01", 2, 200),
            ("2026-03-02", 1, 100),
        ]
        assert found.days[0].tally.failures == {"dns": 2}
        assert found.watched_since == START
        assert len(found.looks) == 3


@both_databases
def test_a_run_that_is_recorded_twice_counts_once(kind: str, tmp_path: Path) -> None:
    """Whoever ends it again changes nothing of the day."""
    with Place(tmp_path, kind).open(write=True) as archive:
        run = a_run(archive, 0)
        archive.end_run(run, Tally(bytes=7))
        assert [each.tally.bytes for each in archive.records(SOURCE, START).days] == [100]


def test_a_killed_run_leaves_no_tally_and_is_counted(tmp_path: Path) -> None:
    """What it saw is not told, and that is said."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        archive.begin_run(SOURCE, START, "crawl")
    with place.open(write=True) as archive:
        found = archive.records(SOURCE, START - HOUR)
    assert (found.runs, found.cut_off) == ((), 1)


def test_the_rows_of_runs_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each new day the oldest runs beyond the limit go, and no other source's."""
    monkeypatch.setattr(days, "MOST_RUNS", 3)
    with Place(tmp_path).open(write=True) as archive:
        a_run(archive, 0, source="other")
        for number in range(8):
            a_run(archive, 24 * number)
        assert len(days.newest_runs(archive._connection, SOURCE, 99)) <= 4
        assert len(days.newest_runs(archive._connection, "other", 99)) == 1


@both_databases
def test_alarms_are_raised_confirmed_cleared_and_never_lost(kind: str, tmp_path: Path) -> None:
    """The standing ones, the past ones, and what a person accepted."""
    with Place(tmp_path, kind).open(write=True) as archive:
        silent = Alarm(SOURCE, "silence", START, START, "Silent for 9 hours.", {"expected": 12.5})
        (raised,) = archive.examined(SOURCE, 1, START, [silent], "{}")
        assert raised.id
        assert archive.alarms() == (raised,)
        later = replace(raised, confirmed=START + HOUR, told=START)
        archive.alarmed([later])
        assert archive.alarms(SOURCE) == (later,)
        archive.alarmed([replace(later, cleared=START + 2 * HOUR, accepted=True)])
        assert archive.alarms() == ()
        assert archive.past_alarms()[0].accepted
        assert archive.records(SOURCE, START).accepted == {"silence": START + 2 * HOUR}


@both_databases
def test_what_a_run_kept_is_known_until_others_change_what_was_counted(kind: str, tmp_path: Path) -> None:
    """Captures of before it are seen by their number, those that nobody has read too; a loss outdates the numbers."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
        archive.examined(SOURCE, a_run(archive, 1).id, START, [], '{"captures":1}')
        archive.examined("other", a_run(archive, 1, source="other").id, START, [], "{}")
        other = a_run(archive, 2, source="other")
        run = a_run(archive, 2)
        take_in(archive, make_capture(2, hours=2), make_article(2))
        length = sum(row.length for row in archive.captures() if row.fetched_at >= run.started)
        assert archive.since(run) == Since(START, '{"captures":1}', 1, length, captures_in_all=2, unread=0)
        archive.keep(make_capture(3))
        found = archive.since(run)
        assert found is not None
        assert (found.captures, found.captures_in_all, found.unread) == (1, 3, 1)
        kept.mark_lost(archive._connection, [make_capture(2, hours=2).id])
        assert archive.since(run) is None
        assert archive.since(other) is not None
        archive.examined(SOURCE, run.id, START, [], "{}")
        assert archive.since(a_run(archive, 3)) is not None


@both_databases
def test_a_capture_that_lies_elsewhere_outdates_the_numbers(kind: str, tmp_path: Path) -> None:
    """Its length may be another one: it was lost and came again, or its file was made anew."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
        archive.examined(SOURCE, a_run(archive, 1).id, START, [], "{}")
        run = a_run(archive, 2)
        (row,) = archive.captures()
        assert archive.since(run) is not None
        assert kept.moved(archive._connection, row.id, row.place, None)
        assert archive.since(run) is None
        assert not kept.moved(archive._connection, "sha256-none", row.place, None)


def test_numbers_of_captures_that_are_known_are_not_counted(tmp_path: Path) -> None:
    """The rest is."""
    with Place(tmp_path).open(write=True) as archive:
        take_in(archive, make_capture(1), make_article(1))
        state = archive.status_with(SOURCE, Captures(7, 700, unread=2, lost=1))
        assert (state.captures, state.capture_bytes, state.unread, state.lost) == (7, 700, 2, 1)
        assert state.articles == archive.status_of(SOURCE).articles != {}


def test_unread_captures_are_counted_by_their_own_index(tmp_path: Path) -> None:
    """And all of a source's by one that holds nothing else: no walk through its captures."""
    plans = []
    with Place(tmp_path).open(write=True) as archive:
        archive.examined(SOURCE, a_run(archive, 1).id, START, [], "{}")
        run = a_run(archive, 2)
        connection = archive._connection
        for statement in _asked(connection, lambda: archive.since(run)):
            if statement.startswith("SELECT") and "capture" in statement:
                text = statement.replace("?", "''")
                plans.append(" ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")))
    assert any("COVERING INDEX ix_capture_source_id_fetched_at" in plan for plan in plans)
    assert any("ix_capture_unread" in plan for plan in plans)
    assert len(plans) == 3


def _asked(connection: Connection, what: Callable[[], object]) -> list[str]:
    """The statements that are executed meanwhile."""
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(connection, "before_cursor_execute", hear)
    what()
    sa.event.remove(connection, "before_cursor_execute", hear)
    return statements


@both_databases
def test_a_glance_sees_runs_due_times_alarms_and_the_summary(kind: str, tmp_path: Path) -> None:
    """Both databases answer the same few queries."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        run = a_run(archive, 0)
        archive.examined(SOURCE, run.id, START, [Alarm(SOURCE, "silence", START, START, "Silent.")], '{"captures":3}')
        archive.enrol([Watch(SOURCE, START + HOUR, "every hour")])
        here = glance(place.data, place.database)
        assert here.writer is not None
    seen = glance(place.data, place.database)
    assert seen.writer is None
    source = seen.sources[SOURCE]
    assert source.last_run == run
    assert source.watch == Watch(SOURCE, START + HOUR, "every hour")
    assert [alarm.sentence for alarm in source.alarms] == ["Silent."]
    assert (source.summary, source.made, source.is_behind, source.articles) == ('{"captures":3}', START, False, None)


@both_databases
def test_numbers_that_are_behind_are_counted_on_the_spot(kind: str, tmp_path: Path) -> None:
    """After a kill the articles are those that are there, and the summary says as of when it is."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        run = a_run(archive, 0)
        archive.examined(SOURCE, run.id, START, [], '{"articles":{"live":0}}')
        archive.begin_run(SOURCE, START + HOUR, "crawl")
        take_in(archive, make_capture(), make_article())
    source = glance(place.data, place.database).sources[SOURCE]
    assert source.is_behind
    assert source.last_run is not None
    assert source.last_run.state == "running"
    assert source.articles == {"live": 1}
    assert source.pages == {"fetched": 1}


def test_a_glance_loads_no_database_library(tmp_path: Path) -> None:
    """It is what `status` can afford."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        a_run(archive, 0)
    code = (
        "import sys, pathlib\n"
        "from archive.store.glance import glance\n"
        f"assert glance(pathlib.Path({str(place.data)!r})).sources\n"
        "assert not {'sqlalchemy', 'alembic', 'scrapy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_cannot_be_glanced_at_is_said(tmp_path: Path) -> None:
    """No archive, and one of another layout."""
    with pytest.raises(ArchiveMissing):
        glance(tmp_path)
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        archive._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(ArchiveOutdated):
        glance(place.data)


@pytest.mark.parametrize("damage", ["counts = '{'", "started = 'yesterday'", "counts = CAST(x'ff' AS TEXT)"])
def test_a_row_that_nobody_can_read_is_said_in_a_sentence(tmp_path: Path, damage: str) -> None:
    """No traceback, whichever way leads to it."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        a_run(archive, 0)
        archive._connection.exec_driver_sql(f"UPDATE run SET {damage}")
        archive.commit()
    with pytest.raises(ArchiveUnreachable, match="cannot be read"):
        glance(place.data)


def test_a_damaged_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Of which the first pages are sound, so that it opens."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        a_run(archive, 0)
    file = place.data / "archive.db"
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\x55" * (len(content) - 8192))
    with pytest.raises(ArchiveProblem):
        glance(place.data)


@pytest.mark.parametrize("pid", ["", "none", "999999999"])
def test_a_writer_that_is_gone_is_none(tmp_path: Path, pid: str) -> None:
    """A killed process leaves its number behind."""
    (tmp_path / "writer.pid").write_text(pid)
    assert writer(tmp_path) is None
