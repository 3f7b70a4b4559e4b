"""Captures as WARC records: byte for byte, readable by other implementations, whole or refused."""

from __future__ import annotations

import gzip
import itertools
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from archive_cases import make_capture
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.captures import CaptureFolder, CaptureWriter, DamagedCapture, UnwritableCapture, repair
from archive.captures.check import DamagedSpan, WholeRecord, check
from archive.captures.content import BrokenCodingError, TooLargeError, content_of, undo
from archive.captures.records import capture_records, read_capture
from archive.model import Capture

brotli = import_module("brotli")  # it has no types
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

header_text = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Z")))
captures = st.builds(
    Capture,
    url=st.sampled_from(["http://a.example/", "https://a.example/c/?页=1&x=%20", "http://[::1]:8080/a;b"]),
    source_id=st.text(min_size=1, max_size=20),
    fetched_at=st.datetimes(datetime(1995, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    status=st.integers(100, 599),
    body=st.binary(max_size=3000),
    reason=st.sampled_from(["", "OK", "没有找到"]),
    request_headers=st.tuples(st.tuples(st.just("User-Agent"), header_text)),
    response_headers=st.lists(
        st.tuples(st.sampled_from(["Content-Type", "X-Café", "Transfer-Encoding", "Set-Cookie"]), header_text),
        max_size=4,
    ).map(tuple),
    requested_url=st.sampled_from(["", "http://a.example/old"]),
    found_on=st.sampled_from([None, "http://a.example/c/"]),
    kind=st.sampled_from(["list", "article"]),
    ip=st.sampled_from([None, "10.0.0.1", "2001:db8::1"]),
)


@settings(deadline=None)
@given(captures)
def test_a_capture_read_back_is_equal(capture: Capture) -> None:
    """Body, headers, addresses and times come back as they were given, whatever they are."""
    capture = replace(capture, content=capture.body)
    assert read_capture(capture_records(capture)) == capture


def test_a_capture_read_back_has_its_content() -> None:
    """The Content-Encoding is undone on reading, and the body stays as it was sent."""
    assert read_capture(capture_records(make_capture())) == make_capture()


@pytest.mark.parametrize("url", ["http://a.example/a b", "http://a.example/\r\nWARC-Type: x", "http://a.example/\x85"])
def test_an_address_that_would_break_a_record_is_refused(url: str) -> None:
    """White space and control characters cannot stand in a WARC header."""
    with pytest.raises(UnwritableCapture, match="white space or control"):
        capture_records(replace(make_capture(), url=url))


def test_line_breaks_in_headers_make_no_new_header() -> None:
    """A server that smuggles line breaks into a value gets spaces."""
    bad = replace(make_capture(), response_headers=(("X-A", "1\r\nX-B: 2\r\n\r\nbody"),), reason="O\r\nK: 1")
    read = read_capture(capture_records(bad))
    assert read.response_headers == (("X-A", "1 X-B: 2 body"),)
    assert (read.reason, read.body) == ("O K: 1", bad.body)


def write_file(folder: Path, amount: int, body: int = 400) -> tuple[Path, list[Capture]]:
    """A closed file of captures with random bodies."""
    source = random.Random(amount)
    made = []
    for number in range(amount):
        data = source.randbytes(source.randrange(body))
        made.append(replace(make_capture(number), body=data, content=data, response_headers=()))
    with CaptureWriter(folder) as writer:
        for capture in made:
            writer.append(capture, NOW)
        name = writer.close()
    assert name is not None
    return folder / name, made


def test_two_other_implementations_agree_with_every_digest(tmp_path: Path) -> None:
    """FastWARC and warcio read all records of what we write and find their digests right."""
    path, made = write_file(tmp_path, 20)
    with path.open("rb") as file:
        blocks = [record.verify_block_digest() for record in ArchiveIterator(file, parse_http=False)]
    with path.open("rb") as file:
        payloads = [record.verify_payload_digest() for record in ArchiveIterator(file) if record.is_http]
    assert blocks == [True] * (1 + 3 * len(made))
    assert payloads == [True] * (2 * len(made))
    bodies = []
    with path.open("rb") as file:
        for record in WarcioIterator(file, check_digests="raise"):
            body = record.raw_stream.read()
            assert record.digest_checker.passed is True
            if record.rec_type == "response":
                bodies.append(body)
            if record.rec_type in ("request", "metadata"):
                assert record.rec_headers.get_header("WARC-Concurrent-To")
    assert bodies == [capture.body for capture in made]


def test_a_file_is_open_until_it_is_closed_and_goes_on_the_same_day(tmp_path: Path) -> None:
    """One file a day as long as it is small; the name loses `.open` when it is closed; readers find it under both."""
    folder = CaptureFolder(tmp_path)
    with CaptureWriter(tmp_path) as writer:
        first = writer.append(make_capture(1), NOW)
        assert [path.name for path in tmp_path.iterdir()] == ["captures-20260301-0001.warc.gz.open"]
        assert folder.read(make_capture(1).id, first) == make_capture(1)
    with CaptureWriter(tmp_path) as writer:
        second = writer.append(make_capture(2), NOW)
        assert folder.read(make_capture(1).id, first) == make_capture(1)
    with CaptureWriter(tmp_path, rotate_at=100) as writer:
        third = writer.append(make_capture(3), NOW)
        assert writer.is_full(NOW)
    assert list(folder.names()) == ["captures-20260301-0001.warc.gz", "captures-20260301-0002.warc.gz"]
    assert (first.file, second.file) == (third.file.replace("2.warc", "1.warc"),) * 2
    places = zip((1, 2, 3), (first, second, third), strict=True)
    assert all(folder.read(make_capture(n).id, place) == make_capture(n) for n, place in places)


def test_a_place_that_holds_something_else_is_damaged(tmp_path: Path) -> None:
    """A missing file, a wrong offset and a changed byte are told, not handed back as a capture."""
    path, _ = write_file(tmp_path, 2)
    *_, last = check(path)
    assert isinstance(last, WholeRecord)
    folder = CaptureFolder(tmp_path)
    with CaptureWriter(tmp_path / "other") as writer:
        place = writer.append(make_capture(1), NOW)
    elsewhere = replace(place, file=path.name)
    wrong_places = [
        replace(place, file="none.warc.gz"),
        replace(elsewhere, offset=5, length=50),
        replace(elsewhere, offset=10**9),
        replace(elsewhere, offset=last.offset, length=last.length),
        replace(elsewhere, offset=0, length=path.stat().st_size - 1),
    ]
    for wrong in wrong_places:
        with pytest.raises(DamagedCapture):
            folder.read(make_capture(1).id, wrong)


def ids(path: Path) -> list[str]:
    """The ids of all records as warcio reads them."""
    with path.open("rb") as file:
        return [record.rec_headers.get_header("WARC-Record-ID") for record in WarcioIterator(file)]


def test_cut_at_every_offset_all_whole_records_stay_and_the_torn_one_is_refused(tmp_path: Path) -> None:
    """At each byte of a small file: no whole record is lost, what is torn is set aside, and appending goes on."""
    path, made = write_file(tmp_path, 2, body=60)
    whole = path.read_bytes()
    records = [record for record in check(path) if isinstance(record, WholeRecord)]
    assert records[-1].offset + records[-1].length == len(whole)
    ends = [record.offset + record.length for record in records]
    cut = tmp_path / "cut" / path.name
    cut.parent.mkdir()
    torn = tmp_path / "torn"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        repaired = repair(cut, torn)
        expected = [record for record, end in zip(records, ends, strict=True) if end <= length]
        kept = max((end for end in ends if end <= length), default=0)
        assert cut.read_bytes() == whole[:kept]
        assert repaired.torn_bytes == length - kept
        aside = list(torn.glob("*")) if torn.exists() else []
        assert b"".join(file.read_bytes() for file in aside) == whole[kept:length]
        captured = [capture.id for capture in repaired.captures]
        assert captured == [c.id for c in made if f"<urn:uuid:{c.id}>" in {record.record_id for record in expected}]
        for file in aside:
            file.unlink()


def test_a_hundred_files_cut_anywhere_lose_no_whole_record(tmp_path: Path) -> None:
    """After repair both libraries read exactly the whole records, and what is appended then is read too."""
    path, _ = write_file(tmp_path, 12)
    whole = path.read_bytes()
    records = [record for record in check(path) if isinstance(record, WholeRecord)]
    source = random.Random(7)
    for number in range(100):
        length = source.randrange(len(whole))
        cut = tmp_path / f"cut-{number}" / path.name
        cut.parent.mkdir()
        cut.write_bytes(whole[:length])
        repair(cut, cut.parent / "torn")
        expected = [record.record_id for record in records if record.offset + record.length <= length]
        cut_name = cut.rename(cut.with_name("captures-20260301-0001.warc.gz"))
        with CaptureWriter(cut.parent) as writer:
            place = writer.append(make_capture(99), NOW)
        assert CaptureFolder(cut.parent).read(make_capture(99).id, place) == make_capture(99)
        found = ids(cut_name)
        assert [one for one in found if one in set(expected)] == expected
        assert found[-1] == f"<urn:uuid:{make_capture(99).id}>"
        assert all(isinstance(record, WholeRecord) for record in check(cut_name))


def test_damage_in_the_middle_costs_only_the_damaged_records(tmp_path: Path) -> None:
    """Flipped bytes inside a file: the records around them stay, at new places, and the damaged ones are set aside."""
    path, made = write_file(tmp_path, 6)
    whole = bytearray(path.read_bytes())
    responses = [r for r in check(path) if isinstance(r, WholeRecord) and r.kind == "response"]
    whole[responses[2].offset + 60] ^= 0xFF
    path.write_bytes(whole)
    assert sum(isinstance(one, DamagedSpan) for one in check(path)) == 1
    repaired = repair(path, tmp_path / "torn")
    assert [capture.id for capture in repaired.captures] == [c.id for c in made[:2] + made[3:]]
    assert repaired.torn_bytes == responses[2].length
    data = path.read_bytes()
    for capture, place in zip(made[:2] + made[3:], repaired.captures, strict=True):
        assert read_capture(data[place.offset : place.offset + place.length]) == capture
    assert all(isinstance(record, WholeRecord) for record in check(path))


def test_a_record_whose_digest_does_not_fit_is_damaged(tmp_path: Path) -> None:
    """A whole gzip member with a changed body is refused: the checksum is the writer's, the digest the record's."""
    records = capture_records(make_capture())
    plain = gzip.decompress(records).replace(b"jianbao", b"jianbai")
    path = tmp_path / "changed.warc.gz"
    path.write_bytes(gzip.compress(plain))
    (span,) = check(path)
    assert isinstance(span, DamagedSpan)


def test_what_is_no_warc_is_set_aside_whole(tmp_path: Path) -> None:
    """A file of anything, even of gzip members, leaves an empty file and all its bytes in torn/."""
    bomb = gzip.compress(b"WARC/1.1\r\n" + b"x" * 40_000_000)
    for number, data in enumerate([b"", b"\x00" * 5000, bomb, gzip.compress(b"hello") * 50, b"\x1f\x8b\x08" * 999]):
        path = tmp_path / f"{number}.warc.gz"
        path.write_bytes(data)
        assert repair(path, tmp_path / "torn" / str(number)).size == 0
        aside = [file.read_bytes() for file in (tmp_path / "torn" / str(number)).glob("*")]
        assert b"".join(aside) == data


PAGE = "<p>牧场的草长得很好。</p>".encode() * 50
RAW = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
ZSTD = bytes.fromhex("28b52ffd2003190000")  # a frame with one raw block of three bytes, to be filled in
SKIPPED = b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx"


def zstd_frame(text: bytes) -> bytes:
    """Three bytes as a Zstandard frame (RFC 8878 3.1.1)."""
    assert len(text) == 3
    return ZSTD + text


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("", PAGE, PAGE),
        ("identity", PAGE, PAGE),
        ("utf-8", PAGE, PAGE),
        ("gzip", gzip.compress(PAGE), PAGE),
        ("X-GZIP", gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]), PAGE),
        ("gzip", gzip.compress(PAGE) + b"trailing rubbish", PAGE),
        ("gzip", gzip.compress(PAGE) + b"\x1f\x8brubbish that begins like a member", PAGE),
        ("deflate", zlib.compress(PAGE), PAGE),
        ("deflate", RAW.compress(PAGE) + RAW.flush(), PAGE),
        ("br", brotli.compress(PAGE), PAGE),
        ("gzip, br", brotli.compress(gzip.compress(PAGE)), PAGE),
        ("zstd", zstd_frame(b"one") + SKIPPED + zstd_frame(b"two"), b"onetwo"),
        *((coding, PAGE, PAGE) for coding in ("gzip", "br", "deflate", "zstd", "gzip, deflate", "unknown")),
        *((coding, b"", b"") for coding in ("gzip", "br", "deflate", "zstd")),
    ],
    ids=itertools.count(),  # not the bytes: gzip writes the time into them
)
def test_a_content_encoding_is_undone(encoding: str, body: bytes, content: bytes) -> None:
    """Every coding that servers use, and those they only claim to; fetched and read back alike."""
    assert undo(body, encoding) == content
    assert content_of(body, encoding) == content


PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "gzip, gzip": lambda body: gzip.compress(gzip.compress(body)),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_stays_within_the_cap(encoding: str) -> None:
    """A small body never grows beyond the cap: it is refused, or cut where that was asked for."""
    body = PACKED[encoding](b"\x00" * 3_000_000)
    with pytest.raises(TooLargeError):
        undo(body, encoding, 100_000)
    assert len(undo(body, encoding, 100_000, cut=True)) <= 100_000


@pytest.mark.parametrize("encoding", PACKED)
def test_a_body_that_breaks_off_is_refused(encoding: str) -> None:
    """And what was kept in spite of that gives what came."""
    page = random.Random(1).randbytes(50_000)
    body = PACKED[encoding](page)[:20_000]
    with pytest.raises(BrokenCodingError):
        undo(body, encoding)
    assert page.startswith(content_of(body, encoding))


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(
        ["gzip", "deflate", "br", "zstd", "gzip,deflate", "deflate,gzip", "gzip,deflate,br,gzip,gzip,gzip"]
    ),
    st.sampled_from([bytes, gzip.compress, zlib.compress, brotli.compress, lambda one: zstd_frame(b"abc") + one]),
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x1f\x8b", b"\x1f\x8b\x08", b"<p>", zstd_frame(b"two"), gzip.compress(b"two")]),
    st.integers(0, 400),
)
def test_what_is_fetched_is_what_is_read_back(
    encoding: str, pack: Callable[[bytes], bytes], body: bytes, behind: bytes, length: int
) -> None:
    """Whatever the bytes: reading back never fails, and where the fetcher took the body, the content is the same."""
    sent = (pack(body) + behind)[:length]
    read = content_of(sent, encoding)
    try:
        fetched = undo(sent, encoding, 1_000)
    except (BrokenCodingError, TooLargeError):
        return
    assert read == fetched


def test_a_file_that_is_not_named_as_ours_is_no_hindrance(tmp_path: Path) -> None:
    """A copy beside our own files of the day, or what an accident left apart, is not gone on with."""
    for name in ("captures-20260301-old", "captures-20260301-0003-2", "captures-20260301-²²²²"):
        (tmp_path / f"{name}.warc.gz").write_bytes(b"")
    with CaptureWriter(tmp_path, rotate_at=1) as writer:
        assert writer.append(make_capture(1), NOW).file == "captures-20260301-0001.warc.gz"
        writer.close()
        assert writer.append(make_capture(2), NOW).file == "captures-20260301-0002.warc.gz"


def test_warcio_reads_the_members_as_one_stream() -> None:
    """The records of a capture are gzip members of their own, in the order metadata, request, response."""
    kinds = [record.rec_type for record in WarcioIterator(BytesIO(capture_records(make_capture())))]
    assert kinds == ["metadata", "request", "response"]
