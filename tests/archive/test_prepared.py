"""Statements that are handed to the driver as they are give what SQLAlchemy would give, and fail as it would."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_cases import SOURCE, START, Place, both_databases, make_article, make_capture, take_in, url_of

from archive.store import Archive, ArchiveBroken, kept, pages
from archive.store.articles import FIRST, HELD
from archive.store.errors import DamagedRow
from archive.store.prepared import Prepared, batches, directly, every_row, one_value
from archive.store.tables import article, capture, page

PAGE = {
    "source_id": SOURCE,
    "canonical_url": "site.example/1",
    "url": "http://site.example/1",
    "kind": "article",
    "state": "pending",
    "first_seen": datetime(2026, 11, 3, 8, 0, 0, 250_000, timezone(timedelta(hours=8))),
}


@both_databases
def test_rows_are_those_of_sqlalchemy(kind: str, tmp_path: Path) -> None:
    """Moments with their zone, truth values, bytes and what is not there."""
    with Place(tmp_path, kind).open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        take_in(archive, make_capture(2, hours=1, status=404), verdict="other")
        connection = archive._connection
        for table in (page, capture):
            everything = sa.select(table).order_by(table.c.id)
            expected = [tuple(row) for row in connection.execute(everything)]
            assert len(expected) == 2
            assert [tuple(row) for row in Prepared(everything).all(connection, {})] == expected
            assert tuple(Prepared(everything).first(connection, {})) == expected[0]
            assert Prepared(everything.where(table.c.url == "")).first(connection, {}) is None
        row = pages.ONE.first(connection, {"source": SOURCE, "address": url_of(1)})
        assert (row.last_checked, row.asked_again, row.error) == (make_capture().fetched_at, False, None)
        assert kept.row_of(connection, make_capture().id) is not None


@both_databases
def test_what_is_written_is_read_as_it_was(kind: str, tmp_path: Path) -> None:
    """Each choice of columns is a statement of its own, whatever the order in which they are named."""
    add, change = Prepared(page.insert()), Prepared(page.update().where(page.c.id == sa.bindparam("key")))
    with Place(tmp_path, kind).open(write=True) as archive:
        connection = archive._connection
        add.run(connection, PAGE)
        add.run(connection, {"title": "题", **dict(reversed(PAGE.items())), "canonical_url": "site.example/2"})
        one, two = connection.execute(sa.select(page).order_by(page.c.id)).all()
        assert (one.canonical_url, two.canonical_url) == ("site.example/1", "site.example/2")
        assert (one.title, two.title) == ("", "题")
        assert one.first_seen == two.first_seen == datetime(2026, 11, 3, 0, 0, 0, 250_000, UTC)
        change.run(connection, {"key": one.id, "state": "gone", "asked_again": True, "last_checked": START})
        change.run(connection, {"key": two.id, "state": "fetched"})
        one, two = connection.execute(sa.select(page).order_by(page.c.id)).all()
        assert (one.state, one.asked_again, one.last_checked) == ("gone", True, START)
        assert (two.state, two.asked_again, two.last_checked) == ("fetched", False, None)
        change.run_each(connection, [{"key": each.id, "failures": each.id} for each in (one, two)])
        assert connection.execute(sa.select(page.c.failures).order_by(page.c.id)).scalars().all() == [one.id, two.id]
        with pytest.raises(ValueError, match="has no time zone"):
            change.run(connection, {"key": one.id, "last_checked": START.replace(tzinfo=None)})


@both_databases
def test_a_statement_begins_the_transaction_that_it_is_part_of(kind: str, tmp_path: Path) -> None:
    """What is rolled back leaves nothing behind, also where no other statement went before it."""
    with Place(tmp_path, kind).open(write=True) as archive:
        connection = archive._connection
        archive.commit()
        assert not connection.in_transaction()
        Prepared(page.insert()).run(connection, PAGE)
        connection.rollback()
        assert archive.pages(SOURCE) == {}


def two_of_which_one_is_there(archive: Archive) -> None:
    """A change that fails half-way."""
    with archive._change():
        Prepared(page.insert()).run(archive._connection, {**PAGE, "canonical_url": "site.example/2"})
        Prepared(page.insert()).run(archive._connection, PAGE)


@both_databases
def test_an_error_is_sqlalchemy_s_and_undoes_its_own_change_alone(kind: str, tmp_path: Path) -> None:
    """What the same transaction holds besides is committed."""
    with Place(tmp_path, kind).open(write=True) as archive:
        connection = archive._connection
        Prepared(page.insert()).run(connection, PAGE)
        with pytest.raises(sa.exc.IntegrityError, match="INSERT INTO page"):
            two_of_which_one_is_there(archive)
        archive.commit()
        assert list(archive.pages(SOURCE)) == ["site.example/1"]


def test_rows_are_had_as_the_driver_has_them_some_at_a_time(tmp_path: Path) -> None:
    """And a row that is none is told as everywhere, also behind others that were had."""
    with Place(tmp_path).open(write=True) as archive:
        connection = archive._connection
        numbers = "SELECT value FROM json_each(:these) WHERE value > :least"
        values = {"these": "[5, 6, 7, 8, 9]", "least": 5}
        assert [len(some) for some in batches(connection, numbers, 3, values)] == [3, 1]
        assert every_row(connection, numbers, values) == [(6,), (7,), (8,), (9,)]
        assert one_value(connection, numbers, values) == 6
        damaged = "SELECT CASE value WHEN 8 THEN CAST(x'ff' AS TEXT) ELSE value END FROM json_each('[5, 6, 7, 8]')"
        walk = batches(connection, damaged, 2)
        assert next(walk) == [(5,), (6,)]
        with pytest.raises(DamagedRow):
            next(walk)
        with pytest.raises(DamagedRow):
            every_row(connection, damaged, ())
        with pytest.raises(sa.exc.OperationalError, match="no such table"):
            one_value(connection, "SELECT 1 FROM nowhere", ())


def test_trouble_with_the_database_breaks_the_archive(tmp_path: Path) -> None:
    """As with every other statement: what is recorded after it would not last."""
    archive = Place(tmp_path).open(write=True)
    take_in(archive, make_capture(), make_article())
    archive.commit()
    directly(archive._connection, "PRAGMA query_only = 1")
    with pytest.raises(ArchiveBroken, match="readonly"):
        archive.keep(make_capture(2))
    with pytest.raises(ArchiveBroken, match="readonly"):
        archive.commit()
    archive.close()


@pytest.mark.parametrize("statement", [HELD, FIRST, kept.ONE, kept.SAME_BODY, pages.ONE])
def test_the_questions_of_every_page_are_answered_from_indexes(statement: Prepared, tmp_path: Path) -> None:
    """None goes through a table."""
    with Place(tmp_path).open(write=True) as archive:
        text = statement._text(archive._connection.dialect, {})
        plan = directly(archive._connection, f"EXPLAIN QUERY PLAN {text.sql}", [""] * text.sql.count("?"))
        steps = [row[3] for row in plan.fetchall()]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]


def test_evidence_that_something_else_packed_is_the_same_evidence(tmp_path: Path) -> None:
    """Of an older archive: what is recorded again as it was need not be indexed again; what differs must."""
    with Place(tmp_path).open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        archive.index()
        row = archive._connection.execute(sa.select(capture.c.evidence)).scalar_one()
        older = zlib.compress(zlib.decompress(row), 1)
        assert older != row
        archive._connection.execute(capture.update().values(evidence=older))
        take_in(archive, make_capture(), make_article())
        assert archive._connection.execute(sa.select(article.c.indexed)).scalar_one() == 1
        archive.record(make_capture(), url_of(1), "article", [make_article()], {"read": "otherwise"})
        assert archive._connection.execute(sa.select(article.c.indexed)).scalar_one() == 0
