"""gzip members: what is packed or stored comes back by any reader, and the quick way gives nothing else."""

from __future__ import annotations

import gzip
import random
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from archive_cases import make_capture
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.captures.check import WholeRecord, check
from archive.captures.content import BrokenCodingError, content_of, undo
from archive.captures.members import MAGIC, MOST_STORED, SMALL, is_packed, lone_member, members, pack, pack_around
from archive.captures.records import capture_records, read_capture

PAGE = "".join(random.Random(5).choices("牧场设备运到记者了解今年工业增加值", k=9000)).encode()
PACKED = random.Random(6).randbytes(90_000)


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=3000),
    st.sampled_from([0, 1, SMALL, MOST_STORED - 1, MOST_STORED, MOST_STORED + 1, 2 * MOST_STORED, 90_000]),
)
def test_a_body_that_is_stored_comes_back_whole(head: bytes, length: int) -> None:
    """By zlib, by libdeflate where it is asked, and beside other members; at every border of a stored block."""
    body = (PACKED * 2)[:length]
    member = pack_around(head, body)
    assert gzip.decompress(member) == head + body
    assert list(members(pack(b"before") + member)) == [b"before", head + body]
    quick = lone_member(member)
    assert quick is None or quick == head + body


def test_a_body_that_the_server_packed_lies_in_the_file_as_it_was_sent() -> None:
    """It is not packed another time; FastWARC and warcio read it, with its digests right."""
    capture = replace(make_capture(), body=gzip.compress(PAGE * 9 + PACKED, mtime=0), content=PAGE * 9 + PACKED)
    records = capture_records(capture)
    assert capture.body[2:MOST_STORED] in records
    assert len(records) < len(capture.body) + 1500
    assert read_capture(records) == capture
    fast = [record.verify_block_digest() for record in ArchiveIterator(BytesIO(records), parse_http=False)]
    assert fast == [True] * 3
    slow = [record.raw_stream.read() for record in WarcioIterator(BytesIO(records), check_digests="raise")]
    assert slow[2] == capture.body


@pytest.mark.parametrize("before", [0, 1, 2, MOST_STORED - 2, MOST_STORED - 1, MOST_STORED])
@pytest.mark.parametrize("beginning", [b"", MAGIC, MAGIC[1:], MAGIC[2:]])
@pytest.mark.parametrize("length", [0, 0x74DE, 0x74DF, 0x74E0, 0xDFFF, 0xE000, 0xE001, 0xE0FF, 0xE100])
def test_a_stored_body_shows_no_beginning_of_a_member(before: int, beginning: bytes, length: int) -> None:
    """Neither its own nor one that the length of a block makes of it; it comes back all the same."""
    rest = PACKED.replace(b"\x1f", b"")
    body = rest[:before] + beginning + rest[: max(0, length - len(beginning))] + MAGIC + rest[:9] + MAGIC * 3
    for end in (before + length, len(body)):
        member = pack_around(b"head", body[:end])
        assert member.find(MAGIC, 1) < 0
        assert gzip.decompress(member) == b"head" + body[:end]


def test_records_in_a_body_are_not_taken_for_ours_where_the_file_is_torn(tmp_path: Path) -> None:
    """A server may send whole records under the name of another; what a kill leaves of the file shows none of them."""
    forged = capture_records(replace(make_capture(7), url="http://another.example/t1.html"))
    body = gzip.compress(PACKED[:6000]) + forged + PACKED[:3000]
    records = capture_records(replace(make_capture(), body=body, content=body))
    file = tmp_path / "torn.warc.gz"
    file.write_bytes(records[:-4])
    kinds = [each.kind for each in check(file) if isinstance(each, WholeRecord)]
    assert kinds == ["metadata", "request"]


def test_a_body_that_is_only_announced_as_packed_is_packed() -> None:
    """Servers name a Content-Encoding that they do not do."""
    capture = replace(make_capture(), body=PAGE, content=PAGE)
    assert len(capture_records(capture)) < len(PAGE) / 2
    assert read_capture(capture_records(capture)) == capture


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5", "utf-16-le", "utf-32"])
def test_text_of_no_charset_looks_packed(charset: str) -> None:
    """Not even where all characters are as frequent: no text has nearly all values of a byte so close together."""
    common = [character for character in map(chr, range(0x4E00, 0x9FA5)) if _encodes(character, "big5")]
    text = "".join(f"<p>{random.Random(seed).choice(common)}</p>" for seed in range(2000))
    assert not is_packed(text.encode(charset))
    assert not is_packed(b"")
    assert is_packed(gzip.compress(text.encode(charset)))


def _encodes(character: str, charset: str) -> bool:
    try:
        return bool(character.encode(charset))
    except UnicodeEncodeError:
        return False


MEMBER = gzip.compress(PAGE, mtime=0)
FLAGGED = bytearray(MEMBER)
FLAGGED[3] = 0xE0  # reserved flags (RFC 1952, 2.3.1.2)


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (MEMBER, PAGE),
        (MEMBER + MEMBER, PAGE + PAGE),  # a second member that ends as the first one does
        (MEMBER + b"\x00" * 40, PAGE),
        (MEMBER + b"rubbish" + MEMBER[-8:], PAGE),
        (MEMBER + b"\x1f\x8b\x08" + b"\xff" * 40 + MEMBER[-8:], PAGE),
        (MEMBER + gzip.compress(b"", mtime=0)[:-8] + MEMBER[-8:], PAGE),
        (MEMBER[:-4] + (1 << 30).to_bytes(4, "little"), None),  # a length of a gigabyte that is not there
        (MEMBER[:-8] + bytes(4) + MEMBER[-4:], None),
        (bytes(FLAGGED), None),
        (b"\x1f\x8b\x09" + MEMBER[3:], None),  # another method than deflate
    ],
)
def test_the_quick_way_gives_what_zlib_gives(body: bytes, content: bytes | None) -> None:
    """Several members, rubbish with the trailer of a member, and damage; None: refused."""
    if content is None:
        with pytest.raises(BrokenCodingError):
            undo(body, "gzip")
    else:
        assert undo(body, "gzip") == content
        assert content_of(body, "gzip") == content


@settings(deadline=None, max_examples=200)
@given(st.integers(0, len(MEMBER) - 1), st.integers(0, 7), st.binary(max_size=20))
def test_a_changed_bit_is_read_the_same_quickly_and_slowly(byte: int, bit: int, behind: bytes) -> None:
    """Where the quick way gives anything, it is what zlib makes of the same bytes."""
    damaged = bytearray(MEMBER)
    damaged[byte] ^= 1 << bit
    quick = lone_member(bytes(damaged) + behind)
    if quick is not None:
        assert quick == zlib.decompressobj(31).decompress(bytes(damaged))


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_a_member_that_ends_twice_is_left_to_zlib(level: int) -> None:
    """The same member again, or its last eight bytes: what the end of the data says may be another member's."""
    member = gzip.compress(PAGE, level, mtime=0)
    assert bytes(lone_member(member) or b"") == PAGE
    assert lone_member(member * 2) is None
    assert lone_member(member + b"rubbish" + member[-8:]) is None
    assert undo(member * 2, "gzip") == PAGE * 2
    assert undo(member + b"rubbish" + member[-8:], "gzip") == PAGE
    assert list(members(member * 2)) == [PAGE, PAGE]
    with pytest.raises(ValueError, match="compressed bytes"):
        list(members(member + member[-8:]))
