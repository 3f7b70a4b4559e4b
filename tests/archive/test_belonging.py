"""One data folder and one database belong together: what does not is told apart before anything is touched."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from archive_cases import SOURCE, both_databases, make_article, make_capture, take_in, url_of
from old_layouts import BACK_TO_0012, BACK_TO_0020
from postgresql_server import new_database

from archive.store import Archive, ArchiveBusy, ArchiveForeign, ArchiveMissing, ArchiveProblem
from archive.store.belonging import FILE, REMEMBERED, label_of
from archive.store.engine import _reach, database_url
from archive.store.glance import glance


def outside(kind: str, folder: Path) -> str:
    """The address of a new database that lies in no data folder."""
    return new_database() if kind == "postgresql" else f"sqlite:///{folder / 'elsewhere.db'}"


def fill(data: Path, database: str | None, *numbers: int) -> None:
    """Take in pages."""
    with Archive.open(data, database, write=True) as archive:
        for number in numbers:
            take_in(archive, make_capture(number), make_article(number))


def is_sound(data: Path, database: str | None, *numbers: int) -> bool:
    """Whether these pages, and no other, are held, their captures among them, with nothing to be put in order."""
    with Archive.open(data, database, write=True) as archive:
        held = set(archive.pages(SOURCE)) == {url_of(number) for number in numbers}
        read = all(archive.capture(make_capture(number).id) for number in numbers)
        return held and read and not archive.recovery.needed and not list(archive.verify())


def everything(data: Path, database: str | None) -> tuple[object, ...]:
    """All files of a folder and all rows of a database, to be compared."""
    files = {path: path.read_bytes() for path in data.rglob("*") if path.is_file() and "writer" not in path.name}
    files = {path: content for path, content in files.items() if "archive.db" not in path.name}
    engine = sa.create_engine(database_url(data, database))
    tables = sa.MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        ours = {name: table for name, table in tables.tables.items() if not name.startswith(("bigram", "unigram"))}
        held = {name: connection.execute(sa.select(table)).all() for name, table in ours.items()}
    engine.dispose()
    return files, held


def adopt(error: pytest.ExceptionInfo[ArchiveForeign]) -> None:
    """Do what the sentence says."""
    identity, file = str(error.value).split("write the line ")[1].split(" and nothing else into ")
    Path(file.removesuffix(".")).write_text(f"{identity}\n")


@both_databases
def test_a_second_folder_on_a_database_is_refused_and_nothing_is_touched(kind: str, tmp_path: Path) -> None:
    """The sentence names both folders; the first one finds all as it left it. Reading is refused only to another's."""
    database, first, second = outside(kind, tmp_path), tmp_path / "one", tmp_path / "two"
    fill(first, database, 1, 2)
    before = everything(first, database)
    with pytest.raises(ArchiveForeign, match=f"belongs to the data folder {first}, not to {second}"):
        Archive.open(second, database, write=True)
    assert everything(first, database) == before
    Archive.open(second, database).close()
    fill(second, None, 3)
    before_second = everything(second, None)
    for write in (True, False):
        with pytest.raises(ArchiveForeign, match=f"{second} belongs to the database archive.db"):
            Archive.open(second, database, write=write)
    with pytest.raises(ArchiveForeign):
        glance(second, database)
    assert (everything(first, database), everything(second, None)) == (before, before_second)
    assert is_sound(first, database, 1, 2)
    assert is_sound(second, None, 3)


@both_databases
def test_a_copy_that_was_left_behind_is_refused(kind: str, tmp_path: Path) -> None:
    """Two folders of one id on one database: only the one that saw the last opening is the archive's."""
    database, first, second = outside(kind, tmp_path), tmp_path / "one", tmp_path / "two"
    fill(first, database, 1)
    shutil.copytree(first, second)
    fill(first, database, 2)
    before = everything(second, database)
    with pytest.raises(ArchiveForeign, match=f"written from the data folder {first} since {second} was left behind"):
        Archive.open(second, database, write=True)
    assert everything(second, database) == before
    assert is_sound(first, database, 1, 2)


@both_databases
def test_a_moved_folder_just_works(kind: str, tmp_path: Path) -> None:
    """With its database in it or elsewhere."""
    for name, database in (("inside", None), ("outside", outside(kind, tmp_path))):
        fill(tmp_path / name, database, 1)
        (tmp_path / name).rename(tmp_path / f"{name} moved")
        assert is_sound(tmp_path / f"{name} moved", database, 1)


def test_a_copy_of_both_works_as_its_own(tmp_path: Path) -> None:
    """Each goes on by itself; a database in the one is refused to the other, also when it is gone from its own."""
    one, two = tmp_path / "one", tmp_path / "two"
    fill(one, None, 1)
    shutil.copytree(one, two)
    fill(one, None, 2)
    fill(two, None, 3)
    assert is_sound(one, None, 1, 2)
    assert is_sound(two, None, 1, 3)
    with pytest.raises(ArchiveForeign, match="left behind"):
        Archive.open(two, f"sqlite:///{one / 'archive.db'}", write=True)
    outside_one, outside_two = tmp_path / "a.db", tmp_path / "b.db"
    fill(tmp_path / "three", f"sqlite:///{outside_one}", 1)
    shutil.copytree(tmp_path / "three", tmp_path / "four")
    shutil.copy(outside_one, outside_two)
    assert is_sound(tmp_path / "four", f"sqlite:///{outside_two}", 1)
    assert is_sound(tmp_path / "three", f"sqlite:///{outside_one}", 1)


@both_databases
def test_a_folder_is_joined_to_a_database_on_purpose(kind: str, tmp_path: Path) -> None:
    """By the line that the sentence names; what the folder misses is asked for again; the other folder is refused."""
    database, first, second = outside(kind, tmp_path), tmp_path / "one", tmp_path / "two"
    fill(first, database, 1)
    shutil.copytree(first, second)
    fill(first, database, 2)
    with pytest.raises(ArchiveForeign) as refused:
        Archive.open(second, database, write=True)
    adopt(refused)
    with Archive.open(second, database, write=True) as archive:
        assert archive.recovery.lost == (make_capture(2).id,)
        take_in(archive, make_capture(3), make_article(3))
    assert is_sound_but(second, database, lost=2)
    with pytest.raises(ArchiveForeign, match=f"written from the data folder {second} since {first}"):
        Archive.open(first, database, write=True)


def is_sound_but(data: Path, database: str, *, lost: int) -> bool:
    """Whether nothing is missing but one page, which is to be asked for again."""
    with Archive.open(data, database) as archive:
        return [page.canonical_url for page in archive.pending(SOURCE)] == [url_of(lost)]


def test_a_folder_in_use_that_was_joined_to_another_ones_database_takes_it_over(tmp_path: Path) -> None:
    """Also from the folder in which the database lies: there, too, the captures of the new one are not called lost."""
    one, two = tmp_path / "one", tmp_path / "two"
    database = f"sqlite:///{one / 'archive.db'}"
    fill(one, None, 1)
    with pytest.raises(ArchiveForeign) as refused:
        Archive.open(two, database, write=True)
    shutil.copytree(one / "captures", two / "captures", dirs_exist_ok=True)
    adopt(refused)
    fill(two, database, 2)
    with pytest.raises(ArchiveForeign, match=f"written from the data folder {two}"):
        Archive.open(one, write=True)
    assert is_sound(two, database, 1, 2)


def test_a_database_that_came_back_from_a_backup_is_taken(tmp_path: Path) -> None:
    """It lies in the folder and knows less than that: what it misses is found in the capture files."""
    data = tmp_path / "data"
    fill(data, None, 1)
    backup = (data / "archive.db").read_bytes()
    for number in range(2, 5):
        fill(data, None, number)
    (data / "archive.db").write_bytes(backup)
    with Archive.open(data, write=True) as archive:
        assert set(archive.recovery.found) == {make_capture(number).id for number in range(2, 5)}


def test_an_old_backup_of_a_database_elsewhere_is_refused(tmp_path: Path) -> None:
    """A folder has the newest stamps only; what is older may be anybody's."""
    data, file = tmp_path / "data", tmp_path / "elsewhere.db"
    database = f"sqlite:///{file}"
    fill(data, database, 1)
    backup = file.read_bytes()
    for _ in range(REMEMBERED - 1):
        Archive.open(data, database, write=True).close()
    newest = file.read_bytes()
    shutil.copytree(data, tmp_path / "copy")
    file.write_bytes(backup)
    assert is_sound(tmp_path / "copy", database, 1)
    file.write_bytes(newest)
    Archive.open(data, database, write=True).close()
    file.write_bytes(backup)
    with pytest.raises(ArchiveForeign, match="are not of one time: one of them may be a backup"):
        Archive.open(data, database, write=True)


@both_databases
def test_the_wrong_database_is_not_begun_anew(kind: str, tmp_path: Path) -> None:
    """Who forgets --database is told where the folder's database lies; no file is made. Joining works all the same."""
    database, data = outside(kind, tmp_path), tmp_path / "data"
    fill(data, database, 1)
    for write in (True, False):
        with pytest.raises(ArchiveForeign, match=f"{data} belongs to the database .*, not to archive.db") as refused:
            Archive.open(data, write=write)
        assert "secret" not in str(refused.value)
    assert not list(data.glob("archive.db*"))
    adopt(refused)
    with Archive.open(data, write=True) as archive:
        assert len(archive.recovery.found) == 1


def test_no_password_stands_in_the_folder(tmp_path: Path) -> None:
    """The address of the database that is kept for people has neither user nor password."""
    database = new_database()
    user, rest = database.split("@", 1)
    fill(tmp_path, f"{user}:secret@{rest}&password=secret", 1)
    written = (tmp_path / FILE).read_text()
    assert "secret" not in written
    assert "postgres@" not in written
    assert rest.split("?")[0].strip("/") in written


def without_id(data: Path, database: str | None) -> None:
    """Make an archive what it was before there were ids."""
    (data / FILE).unlink()
    engine = sa.create_engine(database_url(data, database))
    with engine.begin() as connection:
        for thing in (
            "TABLE IF EXISTS unigram",
            "TABLE index_form",
            "TABLE outbox",
            "TABLE archive",
            "INDEX ix_page_revisits",
            "INDEX ix_page_no_article",
        ):
            connection.execute(sa.text(f"DROP {thing}"))
        for statement in (
            *BACK_TO_0020[connection.dialect.name],
            *BACK_TO_0012,
            "ALTER TABLE watch DROP COLUMN lists_due",
        ):
            connection.execute(sa.text(statement))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0006'"))
    engine.dispose()


@both_databases
def test_an_old_archive_is_given_an_id_when_it_is_opened_for_writing(kind: str, tmp_path: Path) -> None:
    """Not to a folder that has none of the capture files which its database names."""
    for name, database in (("inside", None), ("outside", outside(kind, tmp_path))):
        data = tmp_path / name
        fill(data, database, 1)
        without_id(data, database)
        if database:
            with pytest.raises(ArchiveForeign, match="names capture files, none of which") as refused:
                Archive.open(tmp_path / "strange", database, write=True)
            adopt(refused)
            (tmp_path / "strange" / FILE).unlink()
        assert is_sound(data, database, 1)
        label = label_of(data)
        assert label is not None
        assert len(label.stamps) == 1
        assert is_sound(data, database, 1)


@both_databases
def test_reading_writes_nothing(kind: str, tmp_path: Path) -> None:
    """Neither stamp nor id nor lock; a folder without an id may read."""
    database = outside(kind, tmp_path)
    fill(tmp_path / "data", database, 1)
    before = everything(tmp_path / "data", database)
    with Archive.open(tmp_path / "data", database) as archive:
        assert len(list(archive.articles())) == 1
    assert everything(tmp_path / "data", database) == before
    Archive.open(tmp_path / "none", database).close()
    assert not (tmp_path / "none").exists()
    with pytest.raises(ArchiveMissing):
        Archive.open(tmp_path / "none")


def test_a_kill_between_folder_and_database_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder has the stamp first; its database, with the one before, belongs to it still."""
    database = f"sqlite:///{tmp_path / 'elsewhere.db'}"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr("archive.store.belonging.sync_path", killed)
            with pytest.raises(KeyboardInterrupt):
                Archive.open(tmp_path / "data", database, write=True)
        fill(tmp_path / "data", database, 1)
    assert is_sound(tmp_path / "data", database, 1)


def test_openings_that_fail_at_the_database_never_lock_the_archive_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that can be read and not written for hours: the folder goes on to know the stamp that it holds."""
    monkeypatch.setattr("archive.store.engine.BUSY_TIMEOUT", 1)
    data, file = tmp_path / "data", tmp_path / "elsewhere.db"
    database = f"sqlite:///{file}"
    fill(data, database, 1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(REMEMBERED + 1):
        with pytest.raises(ArchiveProblem, match="database is locked"):
            Archive.open(data, database, write=True)
    label = label_of(data)
    assert label is not None
    assert len(label.stamps) == REMEMBERED
    other.execute("ROLLBACK")
    other.close()
    assert is_sound(data, database, 1)


def test_the_folder_keeps_the_newest_stamps_only(tmp_path: Path) -> None:
    """Its file does not grow with the years."""
    for _ in range(REMEMBERED + 3):
        Archive.open(tmp_path, write=True).close()
    label = label_of(tmp_path)
    assert label is not None
    assert len(label.stamps) == len(set(label.stamps)) == REMEMBERED


WRITER = """
import sys
from pathlib import Path
from archive.store import Archive
with Archive.open(Path(sys.argv[1]), sys.argv[2] or None, write=True):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[str]:
    """A database that a process writes to, from the folder `one`."""
    database = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    arguments = [sys.executable, "-c", WRITER, str(tmp_path / "one"), database]
    process = subprocess.Popen(arguments, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield database
    process.communicate("")
    assert process.returncode == 0


def test_one_writes_to_a_database_whatever_folder_it_comes_from(writing: str, tmp_path: Path) -> None:
    """A folder that belongs to it as well (a copy of the id) is told that it is busy, by any name of the file."""
    (tmp_path / "two").mkdir()
    shutil.copy(tmp_path / "one" / FILE, tmp_path / "two" / FILE)
    (tmp_path / "another name.db").symlink_to(tmp_path / "elsewhere.db")
    for name in ("elsewhere.db", "another name.db"):
        with pytest.raises(ArchiveBusy, match=r"elsewhere\.db"):
            Archive.open(tmp_path / "two", f"sqlite:///{tmp_path / name}", write=True)


def test_a_strange_folder_is_told_so_at_once_and_not_after_a_wait(writing: str, tmp_path: Path) -> None:
    """Waiting for the one that writes would help nothing."""
    fill(tmp_path / "two", None, 3)
    with pytest.raises(ArchiveForeign):
        Archive.open(tmp_path / "two", writing, write=True, wait=3600)


def test_of_two_new_folders_that_come_to_a_new_database_together_one_is_refused(tmp_path: Path) -> None:
    """Who comes second sees what the first one wrote, though nothing stood there when it first looked."""
    database = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    came: list[str] = []
    start = threading.Barrier(2)

    def come(name: str) -> None:
        start.wait()
        try:
            Archive.open(tmp_path / name, database, write=True, wait=30).close()
            came.append("in")
        except ArchiveForeign:
            came.append("refused")

    threads = [threading.Thread(target=come, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["in", "refused"]


def test_a_database_is_looked_at_without_being_changed(tmp_path: Path) -> None:
    """A stranger's SQLite file keeps its journal's kind until it is known to be ours."""
    fill(tmp_path / "one", None, 1)
    stranger = tmp_path / "one" / "archive.db"
    with sqlite3.connect(stranger) as file:
        assert file.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    file.close()
    before = stranger.read_bytes()
    with pytest.raises(ArchiveForeign):
        Archive.open(tmp_path / "two", f"sqlite:///{stranger}", write=True)
    assert stranger.read_bytes() == before
    with _reach(database_url(tmp_path / "one", None), write=False) as connection:
        assert connection.execute(sa.text("PRAGMA journal_mode")).scalar() == "delete"
