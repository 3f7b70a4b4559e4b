"""A backup is a whole archive at a moment, whatever is written or killed meanwhile."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archive_cases import SOURCE, Place, kinds, make_article, make_capture, take_in, url_of
from postgresql_server import candidates, new_database

from archive.store import Archive, ArchiveProblem
from archive.store.backup import NOTE
from archive.store.errors import BackupRefused

TEXT = "".join(random.Random(3).choices("牧场设备运到记者了解今年工业增加值", k=2000))


def fill(place: Place, *numbers: int) -> None:
    """Take in pages; every second body is the same."""
    with place.open(write=True) as archive:
        for number in numbers:
            take_in(archive, make_capture(number, text=TEXT if number % 2 else ""), make_article(number))


def save(place: Place, to: Path) -> tuple[int, int]:
    """Back it up; how many capture files it has, and how many were copied."""
    with place.open() as archive:
        saved = archive.backup(to)
        assert saved.differences == ()
        return saved.files, saved.copied_files


def holds(data: Path, *numbers: int) -> bool:
    """Whether a folder is a sound archive with these pages, nothing to put in order, that goes on crawling."""
    with Archive.open(data, write=True) as archive:
        assert not archive.recovery.lost
        assert list(archive.verify()) == []
        assert all(archive.capture(make_capture(n, text=TEXT if n % 2 else "").id) for n in numbers)
        assert set(archive.pages(SOURCE)) == {url_of(number) for number in numbers}
        assert kinds(take_in(archive, make_capture(1000, hours=9), make_article(1000))) == ["new"]
        return archive.search("牧场").total == len(numbers) + 1


def test_a_restored_backup_is_sound_and_goes_on(tmp_path: Path) -> None:
    """A copy of the folder is all that it takes, while the archive that it was made of lives on."""
    place = Place(tmp_path)
    fill(place, 1, 2, 3)
    assert save(place, tmp_path / "backup") == (1, 1)
    fill(place, 4)
    shutil.copytree(tmp_path / "backup", tmp_path / "restored")
    assert holds(tmp_path / "restored", 1, 2, 3)
    assert holds(place.data, 1, 2, 3, 4)


def test_a_second_backup_copies_what_is_new(tmp_path: Path) -> None:
    """Files that are there are left; one that has grown is copied anew."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1, 2)
    (first,) = (place.data / "captures").glob("*.warc.gz")
    first.rename(first.with_name("captures-20200101-0001.warc.gz"))
    fill(place, 3)
    assert save(place, to) == (2, 2)
    assert save(place, to) == (2, 0)
    fill(place, 4)
    assert save(place, to) == (2, 1)
    assert holds(to, 1, 2, 3, 4)
    with pytest.raises(ArchiveProblem, match="become an archive of its own"):
        save(place, to)


def test_a_backup_of_an_archive_that_is_being_written_holds_what_was_committed(tmp_path: Path) -> None:
    """Neither waits for the other."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        take_in(archive, make_capture(1, text=TEXT), make_article(1))
        archive.commit()
        take_in(archive, make_capture(2), make_article(2))
        save(place, tmp_path / "backup")
        take_in(archive, make_capture(3, text=TEXT), make_article(3))
    assert holds(tmp_path / "backup", 1)
    assert holds(place.data, 1, 2, 3)


def test_a_folder_that_holds_something_else_is_refused_and_left(tmp_path: Path) -> None:
    """A folder of somebody's, another archive's backup, the data folder itself or one in it."""
    place, other = Place(tmp_path), Place(tmp_path / "other")
    fill(place, 1)
    fill(other, 2)
    save(other, tmp_path / "others")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("keep me")
    (tmp_path / "file").write_text("keep me")
    for to, why in (
        (tmp_path / "mine", "no backup"),
        (tmp_path / "others", "another archive"),
        (tmp_path / "file", "no folder"),
        (other.data, "no backup"),
        (place.data, "lies in"),
        (place.data / "captures" / "backup", "lies in"),
        (tmp_path, "lies in the data folder .* or around"),
    ):
        with pytest.raises(ArchiveProblem, match=why):
            save(place, to)
    assert (tmp_path / "mine" / "letter").read_text() == "keep me"
    assert holds(tmp_path / "others", 2)


def test_damage_is_not_saved_over_a_sound_backup(tmp_path: Path) -> None:
    """What differs is told, and the backup is the one of before."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1)
    save(place, to)
    fill(place, 2)
    (path,) = (place.data / "captures").glob("*.warc.gz")
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    before = json.loads((to / NOTE).read_text())
    with place.open() as archive:
        assert archive.backup(to).differences
    assert json.loads((to / NOTE).read_text()) == before
    assert not list(to.rglob("*.part*"))
    shutil.copytree(to, tmp_path / "restored")
    assert holds(tmp_path / "restored", 1)
    data[-100] ^= 1
    path.write_bytes(data)  # mended, and as long as before
    save(place, to)
    assert holds(to, 1, 2)


def test_what_is_missing_leaves_nothing_behind_but_what_was_there(tmp_path: Path) -> None:
    """A first backup that is refused on the way can be made when all is there again."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1)
    (path,) = (place.data / "captures").glob("*.warc.gz")
    kept = path.rename(tmp_path / "elsewhere")
    with pytest.raises(ArchiveProblem, match="is missing"):
        save(place, to)
    assert not list(to.rglob("*.part*"))
    kept.rename(path)
    save(place, to)
    assert holds(to, 1)


RUN = """
import sys
from pathlib import Path
from archive.store import Archive
sys.stdin.readline()
with Archive.open(Path(sys.argv[1])) as archive:
    assert not archive.backup(Path(sys.argv[2])).differences
"""


@pytest.mark.parametrize("step", range(5))
def test_a_kill_between_any_two_names_leaves_a_backup_that_opens_and_is_brought_up_to_date(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Label, database, folder, note: what was renamed last may be any of them."""
    place, to, calls = Place(tmp_path), tmp_path / "backup", iter(range(99))
    fill(place, 1)
    save(place, to)
    fill(place, 2)
    renamed = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if next(calls) >= step:
            raise KeyboardInterrupt
        return renamed(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        try:
            save(place, to)
        except KeyboardInterrupt:
            assert step < 4
    shutil.copytree(to, tmp_path / "copy")
    assert holds(tmp_path / "copy", *([1] if step < 3 else [1, 2]))
    save(place, to)
    assert holds(to, 1, 2)


def test_a_postgresql_is_saved_by_its_own_program_and_restored_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pg_dump beside the captures; pg_restore into an empty database; without pg_dump it is refused."""
    place = Place(tmp_path, "postgresql")
    fill(place, 1, 2, 3)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ArchiveProblem, match="pg_dump is not on the PATH"):
        save(place, tmp_path / "backup")
    programs = next(folder for folder in candidates() if (folder / "pg_dump").exists())
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    assert save(place, tmp_path / "backup") == (1, 1)
    fill(place, 4)
    assert save(place, tmp_path / "backup") == (1, 1)
    with place.open() as archive:  # it goes on after a backup, and can be saved again
        assert [archive.backup(tmp_path / "backup").copied_files for _ in range(2)] == [0, 0]
        assert len(archive.pages(SOURCE)) == 4
    empty = new_database()
    command = ["pg_restore", f"--dbname={empty}", "--no-owner", str(tmp_path / "backup" / "archive.dump")]
    subprocess.run(command, check=True)
    shutil.copytree(tmp_path / "backup", tmp_path / "restored")
    with Archive.open(tmp_path / "restored", empty, write=True) as archive:
        assert not archive.recovery.needed
        assert list(archive.verify()) == []
        assert set(archive.pages(SOURCE)) == {url_of(number) for number in (1, 2, 3, 4)}
    with pytest.raises(ArchiveProblem, match="no backup"):
        save(place, tmp_path / "restored" / "captures")


@pytest.mark.parametrize("left", [("archive.db", "archive.id"), ("archive.id",), ("archive.id.new",), ("archive.db",)])
def test_one_that_was_killed_while_it_gave_its_names_is_brought_to_its_end(
    tmp_path: Path, left: tuple[str, ...]
) -> None:
    """The note that tells what it is comes last. A database without its label is nobody's that is known."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1)
    save(place, to)
    for path in to.iterdir():
        if path.is_file() and path.name not in left:
            path.unlink()
    if left == ("archive.id.new",):
        (to / "archive.id.new").write_text("half", "utf-8")
    if left == ("archive.db",):
        with pytest.raises(BackupRefused):
            save(place, to)
        return
    save(place, to)
    assert holds(to, 1)


def test_a_killed_backup_never_looks_whole(tmp_path: Path) -> None:
    """At random instants: there is none, or the one of before, or the new one; the next one brings it to its end."""
    source, kills, seen = random.Random(23), 0, set()
    for number in range(12):
        place, to = Place(tmp_path / str(number)), tmp_path / str(number) / "backup"
        fill(place, *range(1, 20))
        if number % 2:
            save(place, to)
            (path,) = (place.data / "captures").glob("*.warc.gz")
            path.rename(path.with_name("captures-20200101-0001.warc.gz"))
            fill(place, *range(20, 40))
        before, after = (19, 39) if number % 2 else (0, 19)
        command = [sys.executable, "-c", RUN, str(place.data), str(to)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            begun = time.monotonic()
            while process.poll() is None and not to.exists() and time.monotonic() - begun < 30:
                time.sleep(0.002)
            time.sleep(source.random() * 0.25)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                kills += 1
        if (to / NOTE).exists():
            shutil.copytree(to, tmp_path / "copy")
            with Archive.open(tmp_path / "copy", write=True) as archive:
                held = len(archive.pages(SOURCE))
                assert held in (before, after)
                assert list(archive.verify()) == []
                seen.add(held)
            shutil.rmtree(tmp_path / "copy")
        else:
            assert before == 0
        save(place, to)
        assert holds(to, *range(1, after + 1))
    print(f"{kills} backups of 12 were killed")
    assert kills >= 3
