"""A body that is kept already is kept once: the captures that hold it too refer to it, and read back whole."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from archive_cases import SOURCE, START, Place, both_databases, make_article, make_capture, take_in, url_of
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.captures import CaptureFolder, DamagedCapture, Original, captures_among, repair
from archive.captures.check import WholeRecord, check
from archive.captures.records import SAME_PAYLOAD, capture_records, read_capture
from archive.model import Capture
from archive.store import kept

TEXT = random.Random(3).choices("牧场设备运到记者了解今年工业增加值同比增长", k=3000)


def page(number: int = 1, hours: float = 0) -> Capture:
    """A page whose body is the same under every address and at every hour."""
    return make_capture(number, hours=hours, text="".join(TEXT))


def files(place: Place) -> list[Path]:
    """The capture files."""
    return sorted((place.data / "captures").glob("*.warc.gz*"))


def kinds_in(path: Path) -> list[str]:
    """The kinds of a file's captures' last records."""
    return [one.kind for one in check(path) if isinstance(one, WholeRecord) and one.kind in ("response", "revisit")]


@both_databases
def test_the_same_body_is_kept_once_and_read_back_each_time(kind: str, tmp_path: Path) -> None:
    """Again at the same address and at another one; each refers to the first, none to a revisit."""
    place = Place(tmp_path, kind)
    same = [page(), page(hours=1), page(2, hours=2), page(hours=3)]
    with place.open(write=True) as archive:
        for capture in same:
            take_in(archive, capture, make_article())
        take_in(archive, make_capture(5), make_article(5))
        assert [archive.capture(capture.id) for capture in same] == same
    with place.open() as archive:
        assert [archive.capture(capture.id) for capture in same] == same
        by_id = {row.id: row.original_id for row in archive.captures()}
        assert [by_id[capture.id] for capture in same] == [None, same[0].id, same[0].id, same[0].id]
        assert archive.latest_capture(SOURCE, url_of(1)) == same[3]
        assert list(archive.verify()) == []
    (path,) = files(place)
    assert kinds_in(path) == ["response", "revisit", "revisit", "revisit", "response"]
    with place.open(write=True) as archive:
        assert not archive.recovery.needed


def test_two_other_implementations_read_revisits(tmp_path: Path) -> None:
    """FastWARC and warcio find the header of each, what it refers to, and its digests right."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        for capture in (page(), page(2, hours=1)):
            archive.keep(capture)
    (path,) = files(place)
    with path.open("rb") as file:
        found = [dict(record.headers) for record in ArchiveIterator(file, record_types=WarcRecordType.revisit)]
    with path.open("rb") as file:
        assert all(record.verify_block_digest() for record in ArchiveIterator(file, parse_http=False))
    assert [(one["WARC-Profile"], one["WARC-Refers-To"], one["WARC-Refers-To-Target-URI"]) for one in found] == [
        (SAME_PAYLOAD, f"<urn:uuid:{page().id}>", url_of(1))
    ]
    assert found[0]["WARC-Refers-To-Date"] == "2026-03-01T08:30:00.000001Z"
    with path.open("rb") as file:
        for record in WarcioIterator(file, check_digests="raise"):
            body = record.raw_stream.read()
            if record.rec_type == "revisit":
                assert record.http_headers.get_statuscode() == "200"
                assert record.http_headers.get_header("ETag") == page(2).header("etag")
                assert body == b""


def test_a_revisit_alone_is_no_capture_and_its_records_can_be_had_whole(tmp_path: Path) -> None:
    """Without its original it is refused; with it the records of an ordinary response are handed out."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        archive.keep(page())
        archive.keep(page(2))
        row = next(row for row in archive.captures() if row.original_id)
    folder = CaptureFolder(place.data / "captures")
    with pytest.raises(DamagedCapture, match=page().id):
        folder.read(row.id, replace(row.place, original=None))
    with pytest.raises(DamagedCapture):
        folder.read(row.id, replace(row.place, original=replace(row.place)))
    assert read_capture(folder.records(row.id, row.place)) == page(2)


def test_a_short_body_and_a_forged_digest_are_kept_as_they_are(tmp_path: Path) -> None:
    """The bytes are compared, not their digests alone: what has the digest of another body is written whole."""
    place, other = Place(tmp_path), make_capture(4, text="".join(reversed(TEXT)))
    with place.open(write=True) as archive:
        archive.keep(make_capture(1, text="短"))
        archive.keep(make_capture(2, text="短"))
        archive.keep(page(3))
        archive._connection.exec_driver_sql(
            "UPDATE capture SET payload_digest = ? WHERE id = ?", (other.payload_digest, page(3).id)
        )
        archive.keep(other)
        assert archive.capture(other.id) == other
        assert {row.original_id for row in archive.captures()} == {None}


@both_databases
def test_with_its_original_a_revisit_is_lost_and_found_again(kind: str, tmp_path: Path) -> None:
    """Both pages are asked for again; when the file comes back, both can be read again."""
    place = Place(tmp_path, kind)
    with place.open(write=True) as archive:
        take_in(archive, page(1), make_article(1))
    (first,) = files(place)
    (first.with_name("captures-20200101-0001.warc.gz")).write_bytes(b"")
    moved = first.rename(first.with_name("captures-20200101-0002.warc.gz"))
    with place.open(write=True) as archive:
        assert archive.capture(page(1).id) == page(1)
        take_in(archive, page(2), make_article(2))
        take_in(archive, make_capture(3), make_article(3))
    aside = moved.rename(tmp_path / "aside")
    with place.open(write=True) as archive:
        assert set(archive.recovery.lost) == {page(1).id, page(2).id}
        assert [each.canonical_url for each in archive.pending(SOURCE)] == [url_of(1), url_of(2)]
        assert archive.latest_capture(SOURCE, url_of(2)) is None
        assert archive.keep(page(4)) is True  # whole: what is lost is not referred to
        assert {row.id: row.original_id for row in archive.captures()}[page(4).id] is None
    aside.rename(moved)
    with place.open(write=True) as archive:
        assert [archive.capture(page(number).id) for number in (1, 2)] == [page(1), page(2)]
        assert not [row for row in archive.captures() if row.lost]
        assert list(archive.verify()) == []


def test_an_original_that_is_damaged_without_a_trace_is_found_when_a_revisit_is_read(tmp_path: Path) -> None:
    """A changed byte that left the file's size: the revisit's page and the original's are asked for again."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        take_in(archive, page(1), make_article(1))
        take_in(archive, page(2), make_article(2))
        row = next(row for row in archive.captures() if row.id == page(1).id)
    (path,) = files(place)
    data = bytearray(path.read_bytes())
    data[row.offset + row.length - 200] ^= 1
    path.write_bytes(data)
    with place.open(write=True) as archive:
        assert archive.latest_capture(SOURCE, url_of(2)) is None
        assert [each.canonical_url for each in archive.pending(SOURCE)] == [url_of(1), url_of(2)]


def test_without_its_database_revisits_are_read_whatever_the_files_order(tmp_path: Path) -> None:
    """The original may lie in a later file than what refers to it."""
    place = Place(tmp_path)
    same = [page(number, hours=number) for number in range(1, 5)]
    with place.open(write=True) as archive:
        archive.keep(same[0])
    (first,) = files(place)
    first.rename(first.with_name("captures-29990101-0001.warc.gz"))
    with place.open(write=True) as archive:
        for capture in same:
            archive.keep(capture)
    for leftover in place.data.glob("archive.db*"):
        leftover.unlink()
    with place.open(write=True) as archive:
        assert list(archive.orphans()) == same
        assert [row.original_id for row in archive.captures()] == [None, *[same[0].id] * 3]
        assert list(archive.verify()) == []


def test_cut_at_every_offset_a_revisit_is_whole_or_refused(tmp_path: Path) -> None:
    """At each byte of a small file."""
    original = Original(page(1).id, page(1).url, page(1).fetched_at)
    data = capture_records(page(2), original)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data)
    whole = [one for one in check(path) if isinstance(one, WholeRecord)]
    assert [(one.id, one.original) for one in captures_among(whole)] == [(page(2).id, page(1).id)]
    for length in range(len(data)):
        path.write_bytes(data[:length])
        assert repair(path, tmp_path / "torn").captures == ()
        assert path.stat().st_size in {0, *(one.offset for one in whole)}
        with pytest.raises(DamagedCapture):
            read_capture(data[:length], page(1).body)
        shutil.rmtree(tmp_path / "torn", ignore_errors=True)


def test_an_archive_of_revisits_cut_at_random_offsets_loses_nothing_whole(tmp_path: Path) -> None:
    """Captures before the cut are readable, the others' pages are asked for again."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        for number in range(1, 9):
            take_in(archive, page(number), make_article(number))
    (path,) = files(place)
    ends = [one.offset + one.length for one in check(path) if isinstance(one, WholeRecord) and one.kind[:2] == "re"]
    responses = ends[1::2]
    source = random.Random(13)
    for number in range(40):
        copy = Place(tmp_path / str(number))
        shutil.copytree(place.data, copy.data)
        offset = source.randrange(path.stat().st_size)
        os.truncate(copy.data / "captures" / path.name, offset)
        there = sum(end <= offset for end in responses)
        with copy.open(write=True) as archive:
            assert [each.url for each in archive.pending(SOURCE)] == [url_of(n) for n in range(there + 1, 9)]
            assert [archive.capture(page(n).id) for n in range(1, there + 1)] == [page(n) for n in range(1, there + 1)]
            assert list(archive.verify()) == []


@both_databases
def test_the_capture_nearest_to_a_time(kind: str, tmp_path: Path) -> None:
    """Of an address at a time: the nearest, before or after; of two the earlier one; none of another address."""
    with Place(tmp_path, kind).open(write=True) as archive:
        for hours in (0, 2, 6):
            archive.keep(make_capture(1, hours=hours))
        archive.keep(make_capture(2, hours=4))

        def hour(at: float) -> float:
            row = archive.capture_at(url_of(1), START + timedelta(hours=at, microseconds=1))
            assert row is not None
            return (row.fetched_at - START) // timedelta(hours=1)

        assert [hour(at) for at in (-5, 0, 0.9, 1, 1.1, 2, 3.9, 4.1, 99)] == [0, 0, 0, 0, 2, 2, 2, 6, 6]
        assert archive.capture_at(url_of(7), START) is None


def test_the_nearest_capture_is_had_from_the_index(tmp_path: Path) -> None:
    """Neither question walks through the captures of an address."""
    with Place(tmp_path).open(write=True) as archive:
        for ask in ("fetched_at <= 1 ORDER BY fetched_at DESC", "fetched_at > 1 ORDER BY fetched_at"):
            query = f"EXPLAIN QUERY PLAN SELECT id FROM capture WHERE url = 'x' AND {ask}, id LIMIT 1"
            plan = " ".join(row[3] for row in archive._connection.exec_driver_sql(query))
            assert "ix_capture_url (url=? AND fetched_at" in plan


def test_a_reader_follows_what_was_moved_meanwhile(tmp_path: Path) -> None:
    """A row that was read before a capture was moved is looked up once more."""
    place = Place(tmp_path)
    with place.open(write=True) as archive:
        take_in(archive, page(1), make_article(1))
        (row,) = archive.captures()
        stale = replace(row, file="captures-20010101-0001.warc.gz")
        assert kept.read_whole(archive._connection, archive._folder, stale) == page(1)
