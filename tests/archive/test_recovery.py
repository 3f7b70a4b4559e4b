"""Kill the process, cut the files: at the next start nothing that was kept is lost and nothing is there twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archive_cases import SOURCE, Place, both_databases, kinds, make_article, make_capture, take_in, url_of

from archive.captures import DamagedCapture
from archive.captures.check import WholeRecord, check
from archive.store import Archive


def filled(place: Place, pages: int) -> None:
    """An archive of some pages, closed in order."""
    with place.open(write=True) as archive:
        for number in range(1, pages + 1):
            take_in(archive, make_capture(number), make_article(number))


def only_file(place: Place) -> Path:
    """The one capture file."""
    (path,) = (place.data / "captures").glob("*.warc.gz*")
    return path


@both_databases
def test_a_clean_end_leaves_nothing_to_repair(kind: str, tmp_path: Path) -> None:
    """After an ordinary close the next start finds all as it was."""
    place = Place(tmp_path, kind)
    filled(place, 3)
    with place.open(write=True) as archive:
        assert not archive.recovery.needed
        assert list(archive.orphans()) == []


@both_databases
def test_captures_whose_record_was_cut_off_are_fetched_again_without_validators(kind: str, tmp_path: Path) -> None:
    """The rows are marked, the pages asked for again, the articles stay, and the same text fetched again is known."""
    place = Place(tmp_path, kind)
    filled(place, 4)
    path = only_file(place)
    third = [record for record in check(path) if isinstance(record, WholeRecord) and record.kind == "response"][2]
    os.truncate(path, third.offset + third.length - 1)
    with place.open(write=True) as archive:
        lost = {make_capture(3).id, make_capture(4).id}
        assert set(archive.recovery.lost) == lost
        assert archive.recovery.torn_bytes == third.length - 1
        assert archive.recovery.pages_to_fetch == 2
        assert [page.canonical_url for page in archive.pending(SOURCE)] == [url_of(3), url_of(4)]
        assert all(
            (page.etag, page.last_modified, page.content_digest) == (None,) * 3 for page in archive.pending(SOURCE)
        )
        assert archive.pages(SOURCE)[url_of(2)].etag == make_capture(2).header("etag")
        assert len(list(archive.articles())) == 4
        with pytest.raises(DamagedCapture):
            archive.capture(make_capture(3).id)
        assert archive.latest_capture(SOURCE, url_of(3)) is None
        assert kinds(take_in(archive, make_capture(3, hours=1), make_article(3))) == ["known"]
        assert archive.pages(SOURCE)[url_of(3)].state == "fetched"
    with place.open(write=True) as archive:
        assert not archive.recovery.needed
        assert {row.id for row in archive.captures() if row.lost} == lost
        assert archive.capture(make_capture(3, hours=1).id) == make_capture(3, hours=1)
        assert archive.capture(make_capture(2).id) == make_capture(2)


@both_databases
def test_a_lost_capture_that_comes_again_is_kept_again(kind: str, tmp_path: Path) -> None:
    """The very same response (from a backup, say) fills the gap."""
    place = Place(tmp_path, kind)
    filled(place, 1)
    only_file(place).unlink()
    with place.open(write=True) as archive:
        assert archive.recovery.lost == (make_capture(1).id,)
        assert "missing" in archive.recovery.reasons[0]
        assert archive.keep(make_capture(1)) is True
        assert archive.capture(make_capture(1).id) == make_capture(1)


def test_without_its_database_an_archive_is_read_again_from_its_captures(tmp_path: Path) -> None:
    """The WARC files are enough: every capture in them waits to be read, once."""
    place = Place(tmp_path)
    filled(place, 5)
    for leftover in place.data.glob("archive.db*"):
        leftover.unlink()
    with place.open(write=True) as archive:
        orphans = list(archive.orphans())
        assert orphans == [make_capture(number) for number in range(1, 6)]
        for number, capture in enumerate(orphans, 1):
            assert kinds(take_in(archive, capture, make_article(number))) == ["new"]
        assert list(archive.orphans()) == []
    with place.open(write=True) as archive:
        assert not archive.recovery.needed


def test_a_hundred_random_cuts_lose_nothing_whole(tmp_path: Path) -> None:
    """Whatever the offset: captures that are whole stay readable, the others' pages and no others are asked for."""
    place = Place(tmp_path)
    filled(place, 8)
    path = only_file(place)
    size = path.stat().st_size
    responses = [r for r in check(path) if isinstance(r, WholeRecord) and r.kind == "response"]
    source = random.Random(11)
    for number in range(100):
        copy = Place(tmp_path / str(number))
        shutil.copytree(place.data, copy.data)
        offset = source.randrange(size)
        os.truncate(copy.data / "captures" / path.name, offset)
        if number % 2:
            (copy.data / "captures" / path.name).rename(copy.data / "captures" / (path.name + ".open"))
        whole = [n for n, record in enumerate(responses, 1) if record.offset + record.length <= offset]
        with copy.open(write=True) as archive:
            assert [page.url for page in archive.pending(SOURCE)] == [url_of(n) for n in range(len(whole) + 1, 9)]
            for n in whole:
                assert archive.capture(make_capture(n).id) == make_capture(n)
        shutil.rmtree(copy.data)


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    """A copy that put a closed file beside the open one loses neither's captures."""
    place = Place(tmp_path)
    filled(place, 2)
    path = only_file(place)
    with Place(tmp_path / "other").open(write=True) as archive:
        archive.keep(make_capture(7))
    shutil.copy(only_file(Place(tmp_path / "other")), path.with_name(path.name + ".open"))
    with place.open(write=True) as archive:
        assert [capture.id for capture in archive.orphans()] == [make_capture(7).id]
        assert archive.capture(make_capture(1).id) == make_capture(1)


WRITER = """
import os, random, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from archive_cases import START, make_article, make_capture, take_in, url_of
from archive.model import FoundLink
from archive.store import Archive

def write():
    with Archive.open(Path(sys.argv[2]), sys.argv[3] or None, write=True) as archive:
        run = archive.begin_run("gaoyuan", START, "crawl")
        for capture in archive.orphans():
            take_in(archive, capture, make_article(int(capture.url.rpartition("/")[2].removesuffix(".html"))))
        number = len(list(archive.captures()))
        print("ready", os.getpid(), number, flush=True)
        while True:
            number += 1
            archive.found("gaoyuan", [FoundLink(url_of(number), url_of(number))], START)
            kept = make_capture(number, text="".join(random.Random(number % 7).choices("牧场的草长得很好", k=3000)))
            archive.keep(kept)
            print("kept", number, flush=True)
            archive.record(kept, kept.url, "article", [make_article(number)], {}, run.id)
            if number % 5 == 0:
                archive.commit()

for _ in sys.stdin:  # imported once, forked for each start
    if (child := os.fork()) == 0:
        write()
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


@pytest.mark.parametrize(("kind", "kills"), [("sqlite", 32), ("postgresql", 10)])
def test_killed_at_any_instant_every_kept_capture_is_there_once(kind: str, kills: int, tmp_path: Path) -> None:
    """kill -9 of a writing process, many times: what it said it had kept is there, readable, and recorded once."""
    place = Place(tmp_path, kind)
    source = random.Random(5)
    kept = 0
    arguments = [sys.executable, "-c", WRITER, str(Path(__file__).parent), str(place.data), place.database or ""]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as mother:
        assert mother.stdin is not None
        assert mother.stdout is not None
        for _ in range(kills):
            mother.stdin.write("go\n")
            word, child, there = mother.stdout.readline().split()
            assert word == "ready"
            assert int(there) >= kept  # what was said to be kept is there
            for _ in range(source.randrange(1, 9)):
                kept = int(mother.stdout.readline().removeprefix("kept"))
            time.sleep(source.random() * 0.01)
            os.kill(int(child), signal.SIGKILL)
            # a child that dies while it speaks leaves half a line, to which the mother's word is glued
            while not (line := mother.stdout.readline()).endswith("dead\n"):
                kept = int(line.removeprefix("kept"))
        mother.stdin.close()
    with place.open(write=True) as archive:
        assert archive.recovery.interrupted_runs == 1
        for capture in archive.orphans():
            take_in(archive, capture, make_article(int(capture.url.rpartition("/")[2].removesuffix(".html"))))
        check_exactly_once(archive, kept)
    records = [r for r in check(only_file(place)) if isinstance(r, WholeRecord) and r.kind in ("response", "revisit")]
    assert {record.kind for record in records} == {"response", "revisit"}
    assert len({record.record_id for record in records}) == len(records)
    assert len(records) >= kept


def check_exactly_once(archive: Archive, kept: int) -> None:
    """Every page up to `kept` has one capture, readable, and one article with one revision."""
    rows = list(archive.captures())
    assert len({row.url for row in rows}) == len(rows)
    assert {url_of(number) for number in range(1, kept + 1)} <= {row.url for row in rows}
    for row in rows:
        capture = archive.capture(row.id)
        assert capture is not None
        assert capture.url == row.url
    articles = list(archive.articles())
    assert len(articles) == len(rows)
    assert {standing.revision for _, standing in articles} == {1}
    assert all(
        page.state == "fetched"
        for page in archive.pages(SOURCE).values()
        if page.canonical_url in {r.url for r in rows}
    )
