"""The checksum in a row: who gives it, who takes it away, and that no flipped bit gets past it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from archive_cases import START, Place, both_databases, make_article, make_capture, take_in, url_of
from old_layouts import BACK_TO_0020

from archive.store import sealed, tables
from archive.store.migrations import script
from archive.store.sealed import SEALED, crc_of

FILLED = ("run", "page", "capture", "article", "revision", "outlet")


def fill(place: Place, amount: int = 5) -> None:
    """An archive with a run that has ended, captures, articles of one text, outlets."""
    with place.open(write=True) as archive:
        run = archive.begin_run("example", datetime(2026, 3, 1, tzinfo=UTC), "crawl")
        archive.describe("example", ("高原日报", "日报"), 1)
        for number in range(1, amount + 1):
            take_in(archive, make_capture(number), make_article(number))
        archive.end_run(replace(run, state="finished", finished=run.started))
        archive.keep_up()


def waiting(place: Place) -> dict[str, int]:
    """How many rows of each table have no checksum."""
    with place.open() as archive:
        return {
            table.name: archive._connection.execute(
                sa.select(sa.func.count()).select_from(table).where(table.c.row_crc.is_(None))
            ).scalar_one()
            for table in SEALED
        }


def ask(place: Place, *statements: str) -> None:
    """Change rows as no jianbao would, with its triggers."""
    with place.open(write=True) as archive:
        for statement in statements:
            archive._connection.exec_driver_sql(statement)


@both_databases
def test_every_row_has_its_checksum_when_a_run_has_ended(kind: str, tmp_path: Path) -> None:
    """Also one that a driver gave us as other values than were written: moments, yes and no, what is empty."""
    place = Place(tmp_path, kind)
    fill(place)
    assert set(waiting(place).values()) == {0}
    with place.open() as archive:
        assert list(archive.verify()) == []
        for table in SEALED:
            for row in archive._connection.execute(sa.select(table)).mappings():
                assert crc_of(table, {column.name: row[column.name] for column in table.columns}) == row["row_crc"]
            held = archive._connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            assert held or table.name not in FILLED


@both_databases
def test_a_row_that_anybody_changes_waits_for_a_new_one(kind: str, tmp_path: Path) -> None:
    """And has it after the next run; a change of what its checksum is not of takes nothing away."""
    place = Place(tmp_path, kind)
    fill(place)
    ask(place, "UPDATE article SET indexed = 7, grouped = 7 WHERE id = (SELECT min(id) FROM article)")
    assert set(waiting(place).values()) == {0}
    ask(
        place,
        "UPDATE page SET failures = failures + 1 WHERE id = (SELECT min(id) FROM page)",
        "UPDATE revision SET reason = 'edited'",
        "UPDATE capture SET status = 404 WHERE id = (SELECT min(id) FROM capture)",
    )
    assert waiting(place) == {
        **dict.fromkeys((table.name for table in SEALED), 0),
        "page": 1,
        "revision": 5,
        "capture": 1,
    }
    with place.open(write=True) as archive:
        assert archive.seal() == 7
        assert archive.seal() == 0
        assert list(archive.verify()) == []


@both_databases
def test_a_look_that_finds_nothing_new_seals_no_damage(kind: str, tmp_path: Path) -> None:
    """A 304 and the same copy once more: page and article keep their checksums, so that what is damaged is told still.

    The second look says of a page that it was asked again; what comes after it only when it was.
    """
    place = Place(tmp_path, kind)
    fill(place, 2)

    def look(hours: int) -> None:
        with place.open(write=True) as archive:
            archive.not_modified("gaoyuan", url_of(1), START + timedelta(hours=hours))
            take_in(archive, make_capture(2, hours=hours), make_article(2))

    look(30)
    with place.open(write=True) as archive:
        archive.keep_up()
    ask(place, "UPDATE page SET row_crc = row_crc + 1", "UPDATE article SET row_crc = row_crc + 1")
    look(60)
    assert waiting(place) == dict.fromkeys((table.name for table in SEALED), 0)
    with place.open(write=True) as archive:
        assert archive.seal() == 0
        told = [each.sentence for each in archive.verify() if "its checksum differs" in each.sentence]
        assert len(told) == 4, told
        seen = archive._connection.execute(sa.select(tables.article.c.last_seen)).scalars().all()
        assert min(seen) >= START + timedelta(hours=60)


@both_databases
@pytest.mark.parametrize("table", [name for name in FILLED if name != "outlet"])
def test_what_changes_without_being_written_is_told(table: str, kind: str, tmp_path: Path) -> None:
    """In each table: a value that is like any other, behind the database's back."""
    place = Place(tmp_path, kind)
    fill(place)
    change = {
        "run": "command = 'crawk'",
        "page": "etag = 'another'",
        "capture": "content_digest = 'another'",
        "article": "first_seen = '2019-01-01 00:00:00.000000'",
        "revision": "read_at = '2019-01-01 00:00:00.000000'",
    }[table]
    switch = {
        "sqlite": ("DROP TRIGGER {}_unsealed", "SELECT 1"),
        "postgresql": ("ALTER TABLE {} DISABLE TRIGGER USER", "ALTER TABLE {} ENABLE TRIGGER USER"),
    }[kind]
    key = "article_id" if table == "revision" else "id"
    ask(
        place,
        switch[0].format(table),
        f"UPDATE {table} SET {change} WHERE {key} = (SELECT min({key}) FROM {table})",
        switch[1].format(table),
    )
    with place.open() as archive:
        (found,) = archive.verify()
        assert "is damaged: it is not what was written (its checksum differs)." in found.sentence
        assert table in found.sentence.lower()


def test_any_flipped_bit_of_what_is_sealed_changes_the_checksum() -> None:
    """Whatever the column and the bit; and no two databases' ways of saying the same make two of it."""
    row: dict[str, Any] = {
        "article_id": "a" * 16,
        "number": 3,
        "capture_id": "c1",
        "read_at": datetime(2026, 3, 1, 8, 0, 0, 5, tzinfo=UTC),
        "reason": "new",
        "text_digest": "f" * 40,
        "article": '{"title":"西藏日报"}',
    }
    table = tables.revision
    whole = crc_of(table, row)
    assert crc_of(table, {**row, "read_at": "2026-03-01 08:00:00.000005"}) == whole
    shanghai = timezone(timedelta(hours=8))
    assert crc_of(table, {**row, "read_at": row["read_at"].astimezone(shanghai)}) == whole
    assert crc_of(table, {**row, "article": row["article"].encode()}) == whole
    for name, value in row.items():
        for bit in range(8 * len(str(value).encode())) if isinstance(value, str) else ():
            flipped = bytearray(value.encode())
            flipped[bit // 8] ^= 1 << bit % 8
            assert crc_of(table, {**row, name: bytes(flipped)}) != whole
    assert crc_of(tables.page, dict.fromkeys(SEALED[tables.page])) != crc_of(
        tables.page, dict.fromkeys(SEALED[tables.page], "")
    )
    assert sealed._crc([True, 1.5]) == sealed._crc([1, 1.5]) != sealed._crc([0, 1.5])


def test_random_bits_of_sealed_rows_are_found_in_the_database_file(tmp_path: Path) -> None:
    """Of the bytes of the file that a text of a sealed row stands in, whatever bit it is."""
    place = Place(tmp_path)
    fill(place)
    path = place.data / "archive.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        texts = [
            *(row[0] for row in connection.execute("SELECT content_digest FROM capture")),
            *(row[0] for row in connection.execute("SELECT etag FROM page")),
            *(row[0] for row in connection.execute("SELECT article FROM revision")),
        ]
    whole = path.read_bytes()
    source = random.Random(4)
    tried = 0
    for text in source.sample(texts, 12):
        data = text.encode()
        start = whole.find(data)
        if start < 0:  # longer than a page
            continue
        damaged = bytearray(whole)
        damaged[start + source.randrange(len(data))] ^= 1 << source.randrange(8)
        path.write_bytes(damaged)
        with place.open() as archive:
            assert list(archive.verify()), text
        tried += 1
    assert tried > 6


@both_databases
def test_an_archive_from_before_is_given_them_by_and_by(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The migration writes no row; a call gives some of the long rows theirs, the next the others; verify finds nothing
    wrong in between, nor after a call that was stopped."""
    place = Place(tmp_path, kind)
    fill(place, 7)
    with place.open(write=True) as archive:
        for statement in BACK_TO_0020[kind]:
            archive._connection.exec_driver_sql(statement)
        archive._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0020'")
    monkeypatch.setattr(sealed, "MOST_OLDER", 3)
    monkeypatch.setattr(sealed, "BATCH", 3)
    sealed._statements.cache_clear()
    with place.open(write=True) as archive:
        assert archive.seal(-1) == 0
    assert waiting(place)["page"] == waiting(place)["revision"] == 7
    with place.open(write=True) as archive:
        with monkeypatch.context() as patch:
            patch.setattr(type(archive), "commit", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                archive.seal()
        assert list(archive.verify()) == []
        archive.seal()
        assert list(archive.verify()) == []
    assert {name: waiting(place)[name] for name in ("page", "article")} == {"page": 0, "article": 0}
    assert 0 < waiting(place)["revision"] <= 4
    with place.open(write=True) as archive:
        archive.seal()
        archive.seal()
        assert list(archive.verify()) == []
    assert set(waiting(place).values()) == {0}
    sealed._statements.cache_clear()


def test_the_migration_names_the_columns_that_the_checksum_is_of() -> None:
    """They stand there once more, for a migration is not changed with the code."""
    module = script().get_revision("0023").module
    assert {table: names.split() for table, names in module.SEALED.items()} == {
        table.name: list(names) for table, names in SEALED.items()
    }


def test_what_waits_is_found_by_its_index(tmp_path: Path) -> None:
    """A look at the end of a run reads no other rows."""
    place = Place(tmp_path)
    fill(place)
    with place.open() as archive:
        for table in SEALED:
            query = sealed._statements(table, "sqlite")[0]
            plan = archive._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert [f"ix_{table.name}_unsealed" in row[3] for row in plan] == [True], plan


def test_a_damaged_index_of_what_waits_keeps_no_run_from_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names rows that have their checksum, more than a batch: they are passed over, and the one that waits is found.

    SQLite itself does not look at them again.
    """
    place = Place(tmp_path)
    fill(place, 7)
    monkeypatch.setattr(sealed, "BATCH", 3)
    sealed._statements.cache_clear()
    of_page = ("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'ix_page_unsealed'",)
    name_all = ("row_crc IS NULL", "row_crc IS 77777")
    with closing(sqlite3.connect(place.data / "archive.db")) as connection:
        rows = connection.execute("SELECT row_crc, id FROM page ORDER BY id").fetchall()
        connection.execute("UPDATE page SET row_crc = NULL")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(*of_page, name_all)
        connection.commit()
    with closing(sqlite3.connect(place.data / "archive.db")) as connection:
        connection.executemany("UPDATE page SET row_crc = ? WHERE id = ?", rows[:-1])
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(*of_page, name_all[::-1])
        connection.commit()
    with closing(sqlite3.connect(place.data / "archive.db")) as connection:
        assert len(connection.execute("SELECT url FROM page WHERE row_crc IS NULL").fetchall()) == 7
    with place.open(write=True) as archive:
        assert archive.seal(5) == 1
        assert archive._connection.exec_driver_sql("SELECT row_crc, id FROM page ORDER BY id").all() == rows
    sealed._statements.cache_clear()


@both_databases
def test_what_cannot_be_given_a_checksum_keeps_no_run_from_its_end(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is found, and not by its key: nothing is written, and the others' tables have their turn."""
    place = Place(tmp_path, kind)
    fill(place)
    ask(place, "UPDATE page SET failures = 1", "UPDATE article SET title = 'a'")
    text_of = sealed._statements

    def none_of_page(table: sa.Table, dialect: str) -> tuple[str, str]:
        query, update = text_of(table, dialect)
        return query, update + (" AND 1 = 0" if table is tables.page else "")

    monkeypatch.setattr(sealed, "_statements", none_of_page)
    with place.open(write=True) as archive:
        assert archive.seal(5) == 5
    assert (waiting(place)["page"], waiting(place)["article"]) == (5, 0)


def test_a_key_that_is_no_text_any_more_stops_no_run(tmp_path: Path) -> None:
    """The others get their checksums, and so does it: what is wrong with it is told by its id."""
    place = Place(tmp_path)
    fill(place)
    ask(
        place,
        "INSERT INTO story (id, best_id, outlet, held, confidence, evidence) "
        "VALUES (CAST(x'ff41' AS TEXT), 'a', 'b', true, 0.5, '[]')",
    )
    with place.open(write=True) as archive:
        assert archive.seal() == 1
        assert any("cannot be read back" in each.sentence for each in archive.verify())
