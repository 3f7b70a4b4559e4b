"""Compaction loses nothing, whenever it is killed; what it leaves out was asked for and is marked."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from archive_cases import SOURCE, START, Place, both_databases, make_article, make_capture, take_in, url_of

from archive.model import Capture
from archive.store import Archive, ArchiveBusy
from archive.store.backup import files_held
from archive.store.compact import Policy

TEXT = "".join(random.Random(3).choices("牧场设备运到记者了解今年工业增加值", k=2000))


def page(number: int, hours: float = 0) -> Capture:
    """A page; of every third one the body is the same."""
    own = "".join(random.Random(number).choices(TEXT, k=800))
    return make_capture(number, hours=hours, text=own if number % 3 else TEXT)


def fill(place: Place, files: int, pages: int = 4) -> list[Capture]:
    """An archive of several small files, as if there had been a day between them; what it holds."""
    made = []
    for day in range(files):
        with place.open(write=True) as archive:
            for number in range(day * pages + 1, (day + 1) * pages + 1):
                take_in(archive, page(number), make_article(number))
                made.append(page(number))
            archive.commit()
            assert archive._writer is not None
            name = archive._writer.close()
            assert name is not None
            captures = place.data / "captures"
            old = f"captures-202601{day + 1:02}-0001.warc.gz"
            (captures / name).rename(captures / old)
            for statement in (
                f"UPDATE capture SET file = '{old}' WHERE file = '{name}'",
                f"UPDATE warc_file SET name = '{old}' WHERE name = '{name}'",
            ):
                archive._connection.exec_driver_sql(statement)
            archive.commit()
    return made


def sound(archive: Archive, made: list[Capture]) -> bool:
    """Whether every capture is there, once, and all agrees."""
    rows = list(archive.captures())
    assert sorted(row.id for row in rows) == sorted(capture.id for capture in made)
    assert [archive.capture(capture.id) for capture in made] == made
    assert [str(one) for one in archive.verify()] == []
    return not archive.check()


@both_databases
def test_small_files_become_one_and_equal_bodies_are_kept_once(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said before is what is done; a second time there is nothing to do."""
    place = Place(tmp_path, kind)
    with monkeypatch.context() as patch:  # an archive from before there were revisits
        patch.setattr("archive.store.kept.original_of", lambda *_: None)
        made = fill(place, 5)
    with place.open() as archive:
        (group,) = archive.compaction()
        assert (len(group.files), group.captures, len(group.same)) == (5, 20, 5)
    with place.open(write=True) as archive:
        done = archive.compact()
        assert (done.files_before, done.files_after, done.referred, done.left) == (5, 1, 5, [])
        assert done.bytes_after < done.bytes_before - group.spared // 2
        assert sound(archive, made)
        assert archive.compaction() == ()
        assert archive.compact().files_before == 0
    with place.open(write=True) as archive:
        assert not archive.recovery.needed
        take_in(archive, page(99), make_article(99))
        assert sound(archive, [*made, page(99)])
    for leftover in place.data.glob("archive.db*"):
        leftover.unlink()
    if kind == "sqlite":
        with place.open(write=True) as archive:
            assert {capture.id for capture in archive.orphans()} == {capture.id for capture in [*made, page(99)]}


def test_what_cannot_be_read_or_is_not_known_stays_as_it_is(tmp_path: Path) -> None:
    """A damaged capture, and bytes that no row leads to, keep their file; the others are merged."""
    place = Place(tmp_path)
    made = fill(place, 4)
    captures = sorted((place.data / "captures").glob("*.warc.gz"))
    with place.open(write=True) as archive:
        archive._connection.exec_driver_sql(f"DELETE FROM revision WHERE capture_id = '{made[1].id}'")
        archive._connection.exec_driver_sql(f"DELETE FROM article WHERE capture_id = '{made[1].id}'")
        archive._connection.exec_driver_sql(f"DELETE FROM capture WHERE id = '{made[1].id}'")
        done = archive.compact()
        assert len(done.left) == 1
        assert captures[0].name in done.left[0]
        assert done.files_before == 3
        assert captures[0].exists()
        assert archive.capture(made[0].id) == made[0]


def test_files_of_today_and_a_backup_under_way_are_left(tmp_path: Path) -> None:
    """The day's file is gone on with; who copies files holds them."""
    place = Place(tmp_path)
    made = fill(place, 2)
    with place.open(write=True) as archive:
        take_in(archive, page(50), make_article(50))
        with files_held(place.data), pytest.raises(ArchiveBusy):
            archive.compact()
        archive.compact()
        names = sorted(path.name for path in (place.data / "captures").iterdir())
        assert len(names) == 2
        assert names[0].startswith("captures-")
        assert names[1].startswith("merged-")
        assert sound(archive, [*made, page(50)])


@both_databases
def test_old_list_captures_are_left_out_where_that_was_asked_for(kind: str, tmp_path: Path) -> None:
    """Never the newest of a page, never what an article or a revisit rests on; the rows stay, marked."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        for hours in range(5):
            body = "".join(random.Random(hours).choices(TEXT, k=500))
            take_in(archive, make_capture(1, hours=hours, text=body, kind="list"), verdict="list")
        take_in(archive, page(2, hours=1), make_article(2))
        kept_by_revisit = make_capture(1, hours=1.5, text=TEXT, kind="list")
        take_in(archive, kept_by_revisit, verdict="list")
        take_in(archive, make_capture(3, hours=9, text=TEXT), make_article(3))
        archive.commit()
    policy = Policy(drop_lists_before=START + timedelta(hours=3.5))
    later = {"clock": lambda: START + timedelta(days=9999)}
    with Archive.open(place.data, place.database, write=True, **later) as archive:  # type: ignore[arg-type]
        assert archive.compact().dropped == 0  # not by default
        assert sum(len(group.dropped) for group in archive.compaction(policy)) == 4
        done = archive.compact(policy)
        assert done.dropped == 4
        rows = {row.id: row for row in archive.captures()}
        gone = [row for row in rows.values() if row.lost]
        assert {row.kind for row in gone} == {"list"}
        assert all(row.dropped is not None for row in gone)
        assert archive.capture(kept_by_revisit.id) == kept_by_revisit
        assert archive.latest_capture(SOURCE, url_of(1)) is not None
        assert [str(one) for one in archive.verify()] == []
        assert archive.status_of(SOURCE).lost == 0
    with place.open(write=True) as archive:
        assert not archive.recovery.needed
        assert archive.check() == ()


STEPS = ("fsync", "rename", "commit", "unlink")


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_before_each_step_loses_nothing(
    step: str, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is not done any more, the next opening finds every capture, and the next compaction ends the work."""
    place = Place(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("archive.store.kept.original_of", lambda *_: None)
        made = fill(place, 3, pages=3)
    calls = iter(range(1, 999))
    archive = place.open(write=True)
    homes = {"fsync": (os, "fsync"), "rename": (Path, "rename"), "unlink": (Path, "unlink")}
    home, name = homes.get(step, (type(archive._connection), "commit"))
    through = getattr(home, name)

    def killed(*terms: object, **named: object) -> object:
        if next(calls) >= at:
            raise SystemExit("killed")
        return through(*terms, **named)

    with monkeypatch.context() as patch:
        patch.setattr(home, name, killed)
        try:
            archive.compact()
        except SystemExit:
            assert archive._writer is not None
            archive._connection.invalidate()
        archive._connection.close()
        assert archive._lock is not None
    archive._lock.release()
    with place.open(write=True) as again:
        assert sound(again, made)
        again.compact()
        assert sound(again, made)
        assert len(list((place.data / "captures").glob("*.warc.gz*"))) == 1
    with place.open(write=True) as again:
        assert not again.recovery.needed


RUN = """
import sys
from pathlib import Path
from archive.store import Archive
print("ready", flush=True)
with Archive.open(Path(sys.argv[1]), write=True) as archive:
    archive.compact()
"""


def test_killed_at_random_instants_nothing_is_lost(tmp_path: Path) -> None:
    """kill -9 of a compacting process, many times over; then it comes to its end, and verify finds nothing."""
    source, kills = random.Random(29), 0
    for number in range(10):
        place = Place(tmp_path / str(number))
        made = fill(place, 8)
        for _ in range(3):
            command = [sys.executable, "-c", RUN, str(place.data)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(source.random() * 0.15)
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGKILL)
                    kills += 1
            with place.open(write=True) as archive:
                assert not archive.recovery.lost
                assert sound(archive, made)
        with place.open(write=True) as archive:
            archive.compact()
            assert sound(archive, made)
        assert len(list((place.data / "captures").glob("*.warc.gz*"))) == 1
    print(f"{kills} compactions were killed")
    assert kills >= 5


def test_what_sources_were_summed_up_from_is_outdated(tmp_path: Path) -> None:
    """Their captures have other lengths: the next look counts them anew."""
    place = Place(tmp_path)
    fill(place, 2)
    with place.open(write=True) as archive:
        first, second = (archive.begin_run(SOURCE, START + timedelta(days=days), "crawl") for days in (1, 2))
        archive.examined(SOURCE, first.id, START, [], "{}")
        assert archive.since(second) is not None
        archive.compact()
        assert archive.since(second) is None


def test_bodies_are_not_unpacked_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are held against their digests as they were sent; what their servers packed stays packed."""
    place = Place(tmp_path)
    made = fill(place, 3)

    def none(body: bytes, codings: str) -> bytes:
        raise AssertionError("a body was unpacked")

    with place.open(write=True) as archive:
        with monkeypatch.context() as patch:
            patch.setattr("archive.captures.records.content_of", none)
            assert archive.compact().files_after == 1
        assert sound(archive, made)
