"""WARC files of which bits were flipped: a damaged record costs itself alone."""

from __future__ import annotations

import gzip
import random
import time
import zlib
from itertools import accumulate
from pathlib import Path

import pytest
from test_import import BASE, Place, record, zipped

from crawler.imports.damaged import AGAIN, MAGIC
from crawler.imports.page import BadFile, Incoming, Passed
from crawler.imports.warc import pages

COUNT = 20
BODIES = [("<html>" + "".join(random.Random(at).choices("新闻工业生产牧场", k=900))).encode() for at in range(COUNT)]
RECORDS = [record(f"{BASE}/{at}.html", body) for at, body in enumerate(BODIES)]
PLAIN = [gzip.decompress(each) for each in RECORDS]


def found(path: Path, data: bytes) -> tuple[set[int], list[str]]:
    """The numbers of the pages that are read as they were, and what is told; a page that was changed fails."""
    path.write_bytes(data)
    whole, told = set(), []
    try:
        for each in pages(path):
            if isinstance(each, Passed):
                told.append(f"{each.where}: {each.why}")
                assert each.fault
                continue
            number = int(each.url.rpartition("/")[2].removesuffix(".html"))
            assert number not in whole
            assert each.body == BODIES[number]
            whole.add(number)
    except BadFile as bad:
        told.append(str(bad))
    return whole, told


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    """With that bit the other way round."""
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def test_a_flipped_bit_of_a_packed_file_costs_its_record_alone(tmp_path: Path) -> None:
    """Wherever it is; it is told. Of a gzip header's time, system and name nothing depends."""
    data, ends = b"".join(RECORDS), [*accumulate(map(len, RECORDS))]
    for at in range(0, len(data), 53):
        hit = next(number for number, end in enumerate(ends) if at < end)
        whole, told = found(tmp_path / "a.warc.gz", flipped(data, at, at % 8))
        assert whole >= set(range(COUNT)) - {hit}, (at, told)
        assert told or whole == set(range(COUNT)), at


def test_where_damage_was_and_how_much_was_passed_over_is_told(tmp_path: Path) -> None:
    """One sentence for one place; the numbers of records are those that were read."""
    starts = [0, *accumulate(map(len, RECORDS))]
    whole, told = found(tmp_path / "a.warc.gz", flipped(b"".join(RECORDS), starts[7] + len(RECORDS[7]) // 2))
    assert whole == set(range(COUNT)) - {7}
    assert told == [f"behind record 7, {len(RECORDS[7]):,} bytes from byte {starts[7]:,} on: damaged"]
    package = zipped(tmp_path / "a.wacz", {"archive/a.warc.gz": flipped(b"".join(RECORDS), starts[7] + 500)})
    assert len([each for each in pages(package) if isinstance(each, Incoming)]) == COUNT - 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC/1.", b"VARC/1."),
        (b"\r\nContent-Length: ", b"\r\nContent-Length: 9"),
        (b"\r\nContent-Length: ", b"\r\nContent-Length: 99999999"),
        (b"\r\nContent-Length: ", b"\r\nContent-Length: -"),
        (b"\r\nContent-Length: ", b"\r\nConten-Length: "),
    ],
)
@pytest.mark.parametrize("hit", [0, 1, 10, 18])
def test_a_damaged_head_of_a_plain_record_costs_it_alone(old: bytes, new: bytes, hit: int, tmp_path: Path) -> None:
    """The next line that begins as a record does is the next record."""
    changed = PLAIN[hit].replace(old, new, 1)
    whole, told = found(tmp_path / "a.warc", b"".join([*PLAIN[:hit], changed, *PLAIN[hit + 1 :]]))
    assert whole == set(range(COUNT)) - {hit}
    assert len(told) >= 1


def test_a_damaged_member_of_many_records_costs_these(tmp_path: Path) -> None:
    """None behind it, and none before it is read twice."""
    parts = [gzip.compress(b"".join(PLAIN[at : at + 5]), mtime=0) for at in range(0, COUNT, 5)]
    parts[2] = flipped(parts[2], len(parts[2]) // 2)
    whole, told = found(tmp_path / "a.warc.gz", b"".join(parts))
    assert whole >= {*range(10), *range(15, COUNT)}
    assert len(told) == 1


def test_behind_damage_in_a_file_of_one_member_nothing_can_be_read(tmp_path: Path) -> None:
    """That is said."""
    packed = gzip.compress(b"".join(PLAIN), mtime=0)
    _, told = found(tmp_path / "a.warc.gz", flipped(packed, len(packed) // 2))
    assert len(told) == 1
    assert "No gzip member that begins with a record stands behind that" in told[0]


def test_the_exit_code_says_that_something_is_damaged(tmp_path: Path) -> None:
    """And the sentence names the file."""
    place = Place(tmp_path)
    file = place.file("a.warc.gz", flipped(b"".join(RECORDS), 3 * len(RECORDS[0])))
    done = place.run("import", file, "--dry-run", "--all-pages")
    assert done.exit_code == 1
    assert f"{file}: behind record " in done.stderr


def raw(body: bytes) -> bytes:
    """A member of empty stored blocks that begins as a record does and ends nowhere."""
    begun = zlib.compressobj(9, zlib.DEFLATED, 31)
    return begun.compress(b"WARC/1.0\r\n") + begun.flush(zlib.Z_SYNC_FLUSH) + body


@pytest.mark.parametrize(
    "filling", [MAGIC, MAGIC + b"\0", raw(b""), raw(b"\0\0\0\xff\xff" * 50)], ids=["magic", "short", "begun", "long"]
)
def test_a_file_full_of_beginnings_is_not_read_for_each_of_them(filling: bytes, tmp_path: Path) -> None:
    """The time is bounded by its size, however many places there are to look behind."""
    path = tmp_path / "a.warc.gz"
    path.write_bytes(RECORDS[0] + filling * (AGAIN // 32 // len(filling)))
    start = time.process_time()
    with pytest.raises(BadFile, match="It "):
        list(pages(path))
    assert time.process_time() - start < 10
