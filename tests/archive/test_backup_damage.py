"""A backup takes no sound copy away, whatever the disk did to the archive or to the backup."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_cases import Place, make_article, make_capture, take_in
from test_backup import fill, holds, save

from archive.captures.check import WholeRecord, check
from archive.store import Archive, backup
from archive.store.backup import Saved
from archive.store.backup_files import BackupFiles


def the_file(folder: Path) -> Path:
    """The only capture file of an archive or a backup."""
    (path,) = (folder / "captures").glob("*.warc.gz")
    return path


def flip(path: Path, at: int) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def lose_the_end(data: Path) -> None:
    """What a disk does that lost its last blocks."""
    with the_file(data).open("r+b") as file:
        file.truncate(the_file(data).stat().st_size - 200)


def saved(place: Place, to: Path, sample: int | None = None) -> Saved:
    """What a backup tells."""
    with place.open() as archive:
        return archive.backup(to, sample)


@pytest.mark.parametrize("sample", [None, 1])
def test_rot_in_what_was_saved_long_ago_is_not_copied_over_it(tmp_path: Path, sample: int | None) -> None:
    """The file has grown since: the copy stays, and what is copied now is read whole also with --sample."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, *range(1, 30))
    save(place, to)
    sound = the_file(to).read_bytes()
    fill(place, 30)
    flip(the_file(place.data), len(sound) // 2)
    assert saved(place, to, sample).differences
    assert the_file(to).read_bytes() == sound
    shutil.copytree(to, tmp_path / "restored")
    assert holds(tmp_path / "restored", *range(1, 30))
    flip(the_file(place.data), len(sound) // 2)
    save(place, to)
    assert holds(to, *range(1, 31))


def test_the_end_that_the_disk_lost_stays_in_the_backup(tmp_path: Path) -> None:
    """The archive counts it as lost; the longer copy is put aside, is told, and is there after the next backup too."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1, 2)
    save(place, to)
    sound = the_file(to).read_bytes()
    lose_the_end(place.data)
    with place.open(write=True) as archive:
        assert archive.recovery.lost
    told = saved(place, to)
    assert (told.differences, told.aside) == ((), (f"captures/torn/{the_file(to).name}",))
    assert saved(place, to).aside == ()
    assert (to / told.aside[0]).read_bytes() == sound
    assert the_file(to).read_bytes() == the_file(place.data).read_bytes()


def test_a_file_that_the_disk_lost_stays_in_the_backup(tmp_path: Path) -> None:
    """The archive goes on without it."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1)
    save(place, to)
    sound = the_file(to).read_bytes()
    the_file(place.data).rename(tmp_path / "lost")
    with place.open(write=True) as archive:
        assert archive.recovery.lost
    (aside,) = saved(place, to).aside
    assert (to / aside).read_bytes() == sound
    assert not list((to / "captures").glob("*.warc.gz"))


def test_a_file_that_was_written_anew_without_its_damage_and_has_grown_since_replaces_no_sound_one(
    tmp_path: Path,
) -> None:
    """It is longer than its copy, and holds less of what the copy holds: the copy is put aside."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1, 2, 3)
    save(place, to)
    sound = the_file(to).read_bytes()
    responses = [each for each in check(the_file(to)) if isinstance(each, WholeRecord) and each.kind == "response"]
    flip(the_file(place.data), responses[1].offset + 100)
    with the_file(place.data).open("ab") as file:
        file.write(b"torn")
    (place.data / "archive.db").unlink()
    fill(place, *range(4, 12))
    assert the_file(place.data).stat().st_size > len(sound)
    (aside,) = saved(place, to).aside
    assert (to / aside).read_bytes() == sound


@pytest.mark.parametrize("sample", [None, 100])
def test_a_copy_that_has_rotted_is_made_once_more(tmp_path: Path, sample: int | None) -> None:
    """The archive is sound, so the backup is too, at once; the rotten copy is put aside and told."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1, 2)
    save(place, to)
    flip(the_file(to), -100)
    told = saved(place, to, sample)
    assert (told.differences, told.copied_files, len(told.aside)) == ((), 1, 1)
    assert the_file(to).read_bytes() == the_file(place.data).read_bytes()
    assert saved(place, to, sample) == Saved(told.files, told.bytes, 0, 0)
    assert holds(to, 1, 2)


def test_a_copy_that_has_rotted_stays_where_the_archive_has_rotted_too(tmp_path: Path) -> None:
    """Elsewhere in the file: either may hold what the other has lost."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1, 2)
    save(place, to)
    flip(the_file(to), -100)
    flip(the_file(place.data), 1500)
    rotten = the_file(to).read_bytes()
    assert saved(place, to).differences
    assert the_file(to).read_bytes() == rotten
    assert not list(to.rglob("*.part"))


@pytest.mark.parametrize("grown", [True, False])
@pytest.mark.parametrize("sample", [None, 1])
def test_what_was_copied_damaged_and_killed_before_it_was_checked_is_mended(
    grown: bool, sample: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is as long as it should be, and was never read: the next backup reads it, also with --sample."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1)
    if grown:
        save(place, to)
    fill(place, *range(2, 30))
    good = the_file(place.data).read_bytes()
    flip(the_file(place.data), len(good) // 2)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backup, "_differences", die)
        patch.setattr(backup, "_take_away_unnamed", lambda to: None)  # killed: nothing is put in order
        with pytest.raises(KeyboardInterrupt):
            saved(place, to)
    assert list(to.rglob("*.part"))
    the_file(place.data).write_bytes(good)
    assert saved(place, to, sample).differences == ()
    assert the_file(to).read_bytes() == good
    assert not list(to.rglob("*.part"))
    assert holds(to, *range(1, 30))


def test_a_kill_while_a_copy_is_put_aside_leaves_it_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no instant there is no file of that name; the next backup brings it to its end."""
    place, to = Place(tmp_path), tmp_path / "backup"
    fill(place, 1, 2)
    save(place, to)
    sound = the_file(to).read_bytes()
    lose_the_end(place.data)
    place.open(write=True).close()
    aside = BackupFiles._put_aside

    def die(files: BackupFiles, name: str) -> str:
        aside(files, name)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(BackupFiles, "_put_aside", die)
        with pytest.raises(KeyboardInterrupt):
            saved(place, to)
    shutil.copytree(to, tmp_path / "restored")
    assert holds(tmp_path / "restored", 1, 2)
    (last,) = saved(place, to).aside
    assert (to / last).read_bytes() == sound


def test_files_that_were_merged_leave_the_backup_when_all_they_held_is_there(tmp_path: Path) -> None:
    """Nothing is put aside then; a copy that holds what the archive does not know is."""
    place, to = Place(tmp_path), tmp_path / "backup"
    for number in (1, 2):
        fill(place, number)
        today = the_file(place.data) if number == 1 else sorted((place.data / "captures").glob("captures-*"))[-1]
        today.rename(today.with_name(f"captures-2020010{number}-0001.warc.gz"))
        place.open(write=True).close()
    save(place, to)
    with Archive.open(place.data, write=True, clock=lambda: datetime.now(UTC) + timedelta(days=2)) as archive:
        assert archive.compact().files_before == 2
    told = saved(place, to)
    assert (told.files, told.differences, told.aside) == (1, (), ())
    assert the_file(to).name.startswith("merged-")
    other = Place(tmp_path / "other")
    with other.open(write=True) as archive:
        take_in(archive, make_capture(7), make_article(7))
    shutil.copy(the_file(other.data), to / "captures" / "captures-20200103-0001.warc.gz")
    assert saved(place, to).aside == ("captures/torn/captures-20200103-0001.warc.gz",)
    assert holds(to, 1, 2)


def test_a_disk_that_is_full_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as a fault of the database: what reads it is well."""
    place = Place(tmp_path / "here")
    fill(place, 1, 2)
    connect = sqlite3.connect

    def small(to: Path) -> sqlite3.Connection:
        found = connect(to)
        found.execute("PRAGMA max_page_count = 3")
        return found

    monkeypatch.setattr(sqlite3, "connect", small)
    with place.open() as archive, pytest.raises(OSError, match="could not be copied") as told:
        archive.backup(tmp_path / "there")
    assert told.value.errno == errno.ENOSPC
    assert not list((tmp_path / "there").rglob("*.part"))
