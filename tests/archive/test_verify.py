"""What verify finds: one changed bit in a capture file, a row that is not of its record, an index that lies."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from archive_cases import SOURCE, Place, both_databases, make_article, make_capture, take_in, url_of

from archive.captures.check import WholeRecord, check
from archive.store import ArchiveProblem
from archive.store.verify import Progress

TEXT = "".join(random.Random(3).choices("牧场设备运到记者了解今年工业增加值", k=2000))


def filled(place: Place) -> Path:
    """An archive with responses and revisits; its capture file."""
    with place.open(write=True) as archive:
        for number in range(1, 6):
            take_in(archive, make_capture(number, text=TEXT if number % 2 else ""), make_article(number))
        archive.index()
    (path,) = (place.data / "captures").glob("*.warc.gz")
    return path


def test_each_of_many_flipped_bits_is_found_and_its_place_is_named(tmp_path: Path) -> None:
    """In blocks, in headers of WARC and gzip, in trailers, in the head of the file: whatever bit it is."""
    place = Place(tmp_path)
    path = filled(place)
    whole = path.read_bytes()
    with place.open() as archive:
        assert list(archive.verify()) == []
        rows = sorted(archive.captures(), key=lambda row: row.offset)
        members = [rows[0].offset, rows[2].offset]
        source = random.Random(17)
        places = [source.randrange(len(whole) * 8) for _ in range(400)]
        # what gzip does not look at: flags, time, kind and system of a member's header; the file's head; the very end
        places += [8 * (start + byte) + bit for start in (0, *members) for byte in range(3, 10) for bit in (0, 7)]
        places += [8 * len(whole) - 1, 8 * (members[0] - 9) + 7]
        for at in places:
            damaged = bytearray(whole)
            damaged[at // 8] ^= 1 << at % 8
            path.write_bytes(damaged)
            found = [one for one in archive.verify() if one.file is not None]
            assert found, f"bit {at % 8} of byte {at // 8} was not found"
            assert {one.file for one in found} == {path.name}
            begins = max([0, *(row.offset for row in rows if row.offset <= at // 8)])
            assert any(one.offset is not None and begins <= one.offset <= at // 8 for one in found)
        path.write_bytes(whole)
        assert list(archive.verify()) == []


@pytest.mark.parametrize("kinds", [("metadata",), ("request",), ("response",), ("metadata", "response")], ids="+".join)
@pytest.mark.parametrize("numbers", [(1,), (3, 5), (1, 3, 5)], ids=str)
def test_a_flipped_bit_of_a_record_is_told_once(
    kinds: tuple[str, ...], numbers: tuple[int, ...], tmp_path: Path
) -> None:
    """As damage of its record that names the capture; not another time as one that is not at its place."""
    place = Place(tmp_path)
    path = filled(place)
    damaged = bytearray(path.read_bytes())
    ids = {make_capture(number, text=TEXT).id for number in numbers}
    struck = [
        record
        for record in check(path)
        if isinstance(record, WholeRecord)
        and record.kind.replace("revisit", "response") in kinds
        and any(identity in (record.concurrent_to or record.record_id) for identity in ids)
    ]
    for record in struck:
        damaged[record.offset + 40] ^= 1
    path.write_bytes(damaged)
    with place.open() as archive:
        found = list(archive.verify())
    assert [(one.file, one.offset) for one in found] == [(path.name, record.offset) for record in struck]
    assert len(found) == len(kinds) * len(numbers)
    assert all("is damaged" in one.sentence for one in found)
    assert {one.sentence.rpartition(" ")[2].rstrip(".") for one in found} == ids


@both_databases
def test_rows_that_are_not_of_their_records_are_told(kind: str, tmp_path: Path) -> None:
    """A digest, a place, what a revisit refers to, a row that is gone, a file that nobody knows."""
    place = Place(tmp_path, kind)
    path = filled(place)
    for change, said in (
        (f"UPDATE capture SET payload_digest = '{'0' * 40}' WHERE id = '{make_capture(2).id}'", "not of the record"),
        (f"UPDATE capture SET crc = 7 WHERE id = '{make_capture(2).id}'", "holds other bytes"),
        (f"UPDATE capture SET \"offset\" = 40 WHERE id = '{make_capture(2).id}'", "is not at 40"),
        (
            f"UPDATE capture SET file = 'captures-20200102-0001.warc.gz' WHERE id = '{make_capture(4).id}'",
            "no capture file",
        ),
        (f"UPDATE capture SET \"offset\" = 900000000 WHERE id = '{make_capture(4).id}'", "is not at 900000000"),
        (f"UPDATE capture SET original_id = '{make_capture(2).id}' WHERE original_id IS NOT NULL", "does not hold its"),
        (f"UPDATE capture SET lost = true WHERE id = '{make_capture(4).id}'", "counts as lost"),
        ("UPDATE warc_file SET size = size - 1", "are recorded"),
    ):
        with place.open(write=True) as archive:
            archive._connection.exec_driver_sql("SAVEPOINT here")
            archive._connection.exec_driver_sql(change)
            assert any(said in one.sentence for one in archive.verify()), change
            archive._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT here")
            assert list(archive.verify()) == []
    path.with_name("captures-20200101-0001.warc.gz").write_bytes(path.read_bytes())
    with place.open() as archive:
        assert {one.file for one in archive.verify()} == {"captures-20200101-0001.warc.gz"}


@both_databases
def test_an_index_that_does_not_hold_what_the_articles_say_is_told_and_made_anew(kind: str, tmp_path: Path) -> None:
    """An entry that is gone, one of other words, one of an article that is not there."""
    place = Place(tmp_path, kind)
    filled(place)
    with place.open(write=True) as archive:
        ask = archive._connection.exec_driver_sql
        other = "UPDATE searchable SET doc = doc + 1000" if kind == "sqlite" else "UPDATE searchable SET folded = 'x'"
        for change in (other, "DELETE FROM searchable WHERE article_id = (SELECT min(article_id) FROM searchable)"):
            ask(change)
            assert any("Search does not know the article" in one.sentence for one in archive.verify())
            assert archive.index(anew=True) == 5
            assert list(archive.verify()) == []
            assert archive.search("牧场").total == 5


def test_a_sample_looks_at_so_many_and_progress_is_told(tmp_path: Path) -> None:
    """The whole check tells how far it has come in bytes, and ends at the end."""
    place = Place(tmp_path)
    path = filled(place)
    told: list[Progress] = []
    with place.open() as archive:
        assert list(archive.verify(2, told.append)) == []
        assert [far.total for far in told if far.of == "captures"] == [2, 2]
        told.clear()
        assert list(archive.verify(None, told.append)) == []
        captures = [far for far in told if far.of == "captures"]
        assert captures[-1].done == captures[-1].total == path.stat().st_size
        assert [far.done for far in told if far.of == "articles"] == [5]


def test_what_is_being_written_is_no_difference(tmp_path: Path) -> None:
    """Before and after its commit, to a reader and to the writer itself."""
    place = Place(tmp_path)
    with place.open(write=True) as writer:
        writer.keep(make_capture(1))
        writer.commit()
        writer.keep(make_capture(2))
        with place.open() as reader:
            assert list(reader.verify()) == []
        writer.commit()
        with place.open() as reader:
            assert list(reader.verify()) == []
            assert reader.pages(SOURCE).get(url_of(9)) is None


@pytest.mark.parametrize("lost", [b"", b"SQLite format 3\x00" + b"\x00" * 4000])
def test_a_database_that_is_none_is_told_as_a_sentence(lost: bytes, tmp_path: Path) -> None:
    """Not as a traceback."""
    place = Place(tmp_path)
    filled(place)
    (place.data / "archive.db").write_bytes(lost)
    with pytest.raises(ArchiveProblem), place.open() as archive:
        list(archive.verify())
