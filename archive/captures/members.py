"""Bytes ↔ gzip members: each record of a WARC file is one, so that it can be read alone.

libdeflate packs a whole record at once. At level 6 real pages become smaller than zlib's level 9 makes them, which is
warcio's, in a third of the time; docs/archive.md has the figures. Any reader of gzip reads them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import deflate

LEVEL = 6
END = b"\r\n\r\n"

SMALL = 4096
"""Bytes: what unpacks to no more is left to zlib, which tells where the next member begins."""

WIDEST = 1032
"""Times as much as it is packed a deflate stream can hold (zlib's documentation, "Maximum Compression Factor")."""


def pack(plain: bytes) -> bytes:
    """One gzip member. The same bytes give the same member."""
    return bytes(deflate.gzip_compress(plain, LEVEL))


def members(data: bytes) -> Iterator[bytes]:
    """What each gzip member holds; they fill the data. Raises ValueError for what is damaged or torn."""
    while data:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            plain = member.decompress(data, SMALL)
            if not member.eof:
                if (last := _last(data)) is not None:
                    yield last
                    return
                plain += member.decompress(member.unconsumed_tail)
        except zlib.error as error:
            raise ValueError(f"the compressed bytes are damaged ({error})") from error
        if not member.eof:
            raise ValueError("the compressed bytes break off")
        yield plain
        data = member.unused_data


def _last(data: bytes) -> bytes | None:
    """What the member holds if it is the last one, three times as quickly as zlib; None if that is not sure.

    Its end is the end of the data: there its checksum and length stand (RFC 1952, 2.3.1).
    """
    length = int.from_bytes(data[-4:], "little")
    if not SMALL < length <= WIDEST * len(data):
        return None
    try:
        plain = bytes(deflate.gzip_decompress(data))
    except deflate.DeflateError:
        return None
    sure = len(plain) == length and deflate.crc32(plain) == int.from_bytes(data[-8:-4], "little")
    return plain if sure else None


def warc_headers(head: bytes) -> dict[str, str]:
    """The headers of a record, whose head ends before the blank line, by their names in lower case."""
    headers = {}
    for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers
