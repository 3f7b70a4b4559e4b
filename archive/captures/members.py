"""Bytes ↔ gzip members: each record of a WARC file is one, so that it can be read alone.

libdeflate packs a whole record at once. At level 6 real pages become smaller than zlib's level 9 makes them, which is
warcio's, in a third of the time; what a server had packed is not packed again but stored. docs/archive.md has the
figures. Any reader of gzip reads them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import deflate

LEVEL = 6
END = b"\r\n\r\n"
MAGIC = b"\x1f\x8b\x08"  # gzip, deflate (RFC 1952, 2.3.1)
HEADER = MAGIC + b"\x00\x00\x00\x00\x00\x00\xff"  # no flags, no time, no system: what libdeflate writes as well

SMALL = 4096
"""Bytes: what is no longer is left to zlib, which has less to set up and tells where the next member begins."""

WIDEST = 1032
"""Times as much as it is packed a deflate stream can hold (zlib's documentation, "Maximum Compression Factor")."""

MOST_STORED = 65_535  # bytes in a stored block (RFC 1951, 3.2.4)
LAST_BLOCK = b"\x03\x00"  # the final one: fixed codes, nothing but its end (RFC 1951, 3.2.6)
SAMPLE = 1024  # bytes
MANY = 230
"""Of 256 values of a byte. Measured in real pages: a sample of text shows up to 199, in whatever charset; one of packed
bytes 206 to 256, nearly always more than 240. What is mistaken is packed or stored all the same, and only larger."""


def pack(plain: bytes | bytearray) -> bytes:
    """One gzip member. The same bytes give the same member."""
    if len(plain) > SMALL:
        return bytes(deflate.gzip_compress(plain, LEVEL))
    return HEADER + _deflated(plain, zlib.Z_FINISH) + _trailer(deflate.crc32(plain), len(plain))


def pack_around(head: bytes, body: bytes) -> bytes:
    """One gzip member of head and body, the body as it is: packing what is packed takes time and spares nothing.

    A gzip member's first bytes stand nowhere in it: a body may hold whole records, and in a file that is damaged or
    torn, where what is whole is looked for, they would be taken for ours (`archive.captures.check`).
    """
    # Flushed, deflate ends on a whole byte in an empty stored block, whose four bytes of length come last: there the
    # body's first block begins.
    parts = [HEADER, _deflated(head, zlib.Z_SYNC_FLUSH)[:-4]]
    for number, block in enumerate(_blocks(body)):
        length = len(block).to_bytes(2, "little")
        parts += [b"\x00" if number else b"", length, bytes(255 - byte for byte in length), block]
    checksum = deflate.crc32(body, deflate.crc32(head))
    return b"".join((*parts, LAST_BLOCK, _trailer(checksum, len(head) + len(body))))


def _blocks(body: bytes) -> Iterator[bytes]:
    """The body in stored blocks, which end in the midst of what looks like a member's first bytes."""
    start = 0
    while True:
        end = min(start + MOST_STORED, len(body))
        if (magic := body.find(MAGIC, start, end)) >= 0:
            end = magic + 2
        # A block stands behind the complement of its length, whose bytes may be the first of the three.
        if body.startswith(MAGIC[2:], start) and end - start == 0x74E0:
            end -= 1
        elif body.startswith(MAGIC[1:], start) and 0xE000 <= end - start <= 0xE0FF:
            end = start + 0xDFFF
        yield body[start:end]
        if end == len(body):
            return
        start = end


def is_packed(body: bytes) -> bool:
    """Whether the bytes look packed already; too few of them to tell do not."""
    middle = max(0, len(body) - SAMPLE) // 2
    return len(set(body[middle : middle + SAMPLE])) > MANY


def _deflated(plain: bytes | bytearray, flush: int) -> bytes:
    stream = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(plain) + stream.flush(flush)


def _trailer(checksum: int, length: int) -> bytes:
    return checksum.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")


def members(data: bytes) -> Iterator[bytes | bytearray]:
    """What each gzip member holds; they fill the data. Raises ValueError for what is damaged or torn."""
    while data:
        if (last := lone_member(data)) is not None:
            yield last
            return
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            plain = member.decompress(data)
        except zlib.error as error:
            raise ValueError(f"the compressed bytes are damaged ({error})") from error
        if not member.eof:
            raise ValueError("the compressed bytes break off")
        yield plain
        data = member.unused_data


def lone_member(data: bytes, most: int | None = None) -> bytearray | None:
    """What the data's one gzip member holds, three times as quickly as zlib; None if it is not sure that zlib would
    give the same: where there may be a second one, it holds little or more than `most`, or anything is wrong with it.

    Its end is the end of the data: there its checksum and length stand (RFC 1952, 2.3.1). Where the same eight bytes
    stand anywhere else, it may have ended there.
    """
    length = int.from_bytes(data[-4:], "little")
    bound = WIDEST * len(data) if most is None else min(most, WIDEST * len(data))
    if not SMALL < length <= bound or data.find(MAGIC, 1, SMALL) >= 0 or data.rfind(data[-8:], 0, len(data) - 1) >= 0:
        return None
    try:
        plain = deflate.gzip_decompress(data)
    except (deflate.DeflateError, ValueError, MemoryError):  # a damaged stream; no gzip at all; a length that lies
        return None
    sure = len(plain) == length and deflate.crc32(plain) == int.from_bytes(data[-8:-4], "little")
    return plain if sure else None


def warc_headers(head: bytes | bytearray) -> dict[str, str]:
    """The headers of a record, whose head ends before the blank line, by their names in lower case."""
    headers = {}
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers
