"""The migrations make exactly the tables that the code uses."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from archive_cases import SOURCE, Place, both_databases, make_article, make_capture, take_in, url_of
from old_layouts import BACK_TO_0012, BACK_TO_0020

from archive.store import Archive, ArchiveMissing, ArchiveNewer, ArchiveOutdated
from archive.store.layout import HEAD
from archive.store.migrations import script, versions
from archive.store.tables import metadata

NOT_IN_METADATA = (
    *("bigram", "unigram", "ix_searchable_folded", "alembic_version"),
    *("ix_page_revisits", "ix_page_unasked", "ix_capture_url"),
)
"""What only one database has (the full-text table and its parts, the trigram index), indexes of an
expression or of other columns in either, and Alembic's own."""


def ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Whether Alembic should compare it."""
    return not (name or "").startswith(NOT_IN_METADATA)


@both_databases
def test_migrating_from_empty_gives_the_tables_of_the_code(kind: str, tmp_path: Path) -> None:
    """No column, index or constraint is missing or left over."""
    with Place(tmp_path, kind).open(write=True) as archive:
        options = {"include_object": ours, "compare_type": True, "compare_server_default": False}
        context = MigrationContext.configure(archive._connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_code_names_the_newest_migration() -> None:
    """The number that is compared on opening is the head of the one line of migrations."""
    assert script().get_heads() == [HEAD]


def test_the_numbers_of_the_migrations_ascend_along_their_line() -> None:
    """Layouts are compared as texts: a number below the newest one would never be applied to what is at that one."""
    line = [each.revision for each in script().walk_revisions()][::-1]  # from the first one on, each behind the last
    assert line == sorted(set(line))
    assert {len(number) for number in line} == {4}
    assert [each.down_revision for each in script().walk_revisions()] == [*line[:-1][::-1], None]
    files = sorted(file.name[:4] for file in Path(versions.__file__).parent.glob("[0-9]*.py"))
    assert files == line


def set_layout(place: Place, number: str) -> None:
    """Pretend that the archive was made by another version."""
    engine = sa.create_engine(f"sqlite:///{place.data / 'archive.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :number"), {"number": number})


def test_an_archive_of_another_version_is_not_touched(tmp_path: Path) -> None:
    """A newer one is refused; an older one is refused to readers, with what to do."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
    set_layout(place, "9999")
    for write in (True, False):
        with pytest.raises(ArchiveNewer, match="9999"):
            place.open(write=write)
    set_layout(place, "0000")
    with pytest.raises(ArchiveOutdated, match="0000; `jianbao migrate`"):
        place.open()


NO_UNIGRAM = {"sqlite": ["DROP TABLE unigram"], "postgresql": ["DROP INDEX IF EXISTS ix_searchable_folded"]}
"""What makes an index of search look as before there were fields; the tables themselves are made anew."""


@both_databases
def test_an_older_archive_is_brought_up_to_date_with_all_it_holds(kind: str, tmp_path: Path) -> None:
    """A reader is told what to do; the first opening for writing does it, and every article is there."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        archive.commit()
        held = list(archive.articles())
        assert archive._writer is not None
        archive._writer.close()  # nothing of it is to be told to what the database will be
        for statement in (
            *BACK_TO_0020[kind],
            "DROP INDEX ix_page_leads_to",
            "ALTER TABLE page DROP COLUMN leads_to",
            "DROP TABLE learnt",
            "DROP TABLE template_change",
            "DROP TABLE watch",
            "DROP TABLE run_tally",
            "DROP TABLE day_tally",
            "DROP TABLE outbox",
            "DROP TABLE alarm",
            "DROP TABLE health",
            "DROP TABLE trust",
            "ALTER TABLE page DROP COLUMN last_full",
            "DROP TABLE archive",
            "DROP INDEX ix_page_revisits",
            "DROP INDEX ix_page_no_article",
            "DROP TABLE index_form",
            *BACK_TO_0012,
            *NO_UNIGRAM[kind],
        ):
            archive._connection.exec_driver_sql(statement)
        archive._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        archive.commit()
    with pytest.raises(ArchiveOutdated, match="0001"):
        place.open()
    with place.open(write=True) as archive:
        assert list(archive.articles()) == held
        assert archive.search("origin:高原日報").total == 1
        assert archive.pages(SOURCE)[url_of(1)].state == "fetched"
    place.open().close()


@both_databases
def test_only_the_index_of_a_database_that_is_made_otherwise_is_made_anew(kind: str, tmp_path: Path) -> None:
    """The pairs of characters are SQLite's; PostgreSQL's index stays as it was."""
    place = Place(tmp_path, kind)
    waiting = sa.text("SELECT count(*) FROM article WHERE indexed != revision")
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        archive.commit()
        archive.index()
        assert archive._connection.execute(waiting).scalar() == 0
        for statement in BACK_TO_0020[kind]:
            archive._connection.exec_driver_sql(statement)
        archive._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0018'")
        archive._connection.exec_driver_sql("ALTER TABLE likeness_text DROP COLUMN figures")
        archive.commit()
    with place.open(write=True) as archive:
        assert archive._connection.execute(waiting).scalar() == (1 if kind == "sqlite" else 0)
        assert archive.search("origin:高原日報").total == 1


def test_an_interrupted_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the tables is one transaction: a failure in the middle leaves an empty database."""
    from alembic.operations import Operations

    place = Place(tmp_path)
    made = Operations.execute
    with monkeypatch.context() as patch:
        patch.setattr(Operations, "execute", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
        with pytest.raises(RuntimeError, match="killed"):
            place.open(write=True)
    assert Operations.execute is made
    with pytest.raises(ArchiveMissing, match="holds no archive"):
        Archive.open(place.data)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(), make_article())
        assert archive.search("牧场").total == 1
