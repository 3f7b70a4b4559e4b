"""Content-Encoding → content, within a bound (RFC 9110, 8.4).

A megabyte of gzip can hold gigabytes, twice over if it is packed twice, so nothing is ever unpacked further than the
cap. A stream that breaks off is an error: half an article stored as the whole would be an untruth. What is spared:
servers that announce gzip and send plain text, and those that announce a charset as a coding.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK = 64 * 1024
MOST_CODINGS = 3  # "gzip, gzip" is seen in the wild; a longer chain is an attack
ZSTD_WINDOW_LOG = 23  # 8 MiB, what RFC 8878 asks every decoder to support


class BrokenCodingError(ValueError):
    """The body is not what its Content-Encoding says."""


class TooLargeError(ValueError):
    """The body unpacks to more than the cap."""


def undo(body: bytes, content_encoding: str, cap: int, *, cut: bool = False) -> bytes:
    """The content of a body: every coding of the header undone, last one first. At most `cap` bytes.

    Raises BrokenCodingError or TooLargeError; with `cut`, what is beyond the cap or behind a break is left out instead.
    Names that are no codings (a charset, "none") are passed over.

    >>> undo(b"plain", "utf-8", 100)
    b'plain'
    """
    codings = [name for name in (part.strip().lower() for part in content_encoding.split(",")) if name in UNPACKERS]
    if len(codings) > MOST_CODINGS:
        raise BrokenCodingError(f"the body is packed {len(codings)} times over")
    for name in reversed(codings):
        content = bytearray()
        try:
            UNPACKERS[name](body, content, cap)
        except (BrokenCodingError, TooLargeError):
            if not cut:
                raise
        body = bytes(content[:cap])
    if len(body) > cap and not cut:
        raise TooLargeError(f"more than {cap} bytes")
    return body[:cap]


def _gzip(data: bytes, content: bytearray, cap: int) -> None:
    """One or several gzip members; zero bytes or anything else after the last one is passed over, as browsers do."""
    if not data.startswith(b"\x1f\x8b"):
        content += data  # announced and not done
    while data.startswith(b"\x1f\x8b"):
        data = _inflate(zlib.decompressobj(wbits=31), data, content, cap)


def _deflate(data: bytes, content: bytearray, cap: int) -> None:
    """The zlib format, or the bare deflate stream that some servers send in its place (RFC 9110, 8.4.1.2)."""
    # The zlib header: compression method 8 in the low half of the first byte, and a multiple of 31 (RFC 1950, 2.2).
    wrapped = len(data) >= 2 and data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
    if data:
        _inflate(zlib.decompressobj(wbits=15 if wrapped else -15), data, content, cap)


def _inflate(stream: zlib._Decompress, data: bytes, content: bytearray, cap: int) -> bytes:
    """Unpack one zlib stream into `content`; gives what follows the stream."""
    while not stream.eof:
        try:
            piece = stream.decompress(data, CHUNK)
        except zlib.error as error:
            raise BrokenCodingError(f"the compressed body is damaged ({error})") from error
        _add(piece, content, cap)
        data = stream.unconsumed_tail
        if not piece and not data and not stream.eof:
            raise BrokenCodingError("the compressed body breaks off")
    return stream.unused_data


def _brotli(data: bytes, content: bytearray, cap: int) -> None:
    stream = brotli.Decompressor()
    try:
        while data or not stream.is_finished():
            piece = stream.process(data, output_buffer_limit=CHUNK)
            if not piece and not data and not stream.is_finished():
                raise BrokenCodingError("the compressed body breaks off")
            data = b""
            _add(piece, content, cap)
    except brotli.error as error:
        raise BrokenCodingError(f"the compressed body is damaged ({error})") from error


def _zstd(data: bytes, content: bytearray, cap: int) -> None:
    options = {int(zstd.DecompressionParameter.window_log_max): ZSTD_WINDOW_LOG}
    try:
        while data:
            stream = zstd.ZstdDecompressor(options=options)
            while not stream.eof:
                piece = stream.decompress(data, CHUNK)
                data = b""
                if not piece and stream.needs_input and not stream.eof:
                    raise BrokenCodingError("the compressed body breaks off")
                _add(piece, content, cap)
            data = stream.unused_data
    except zstd.ZstdError as error:
        raise BrokenCodingError(f"the compressed body is damaged ({error})") from error


def _add(piece: bytes, content: bytearray, cap: int) -> None:
    content += piece
    if len(content) > cap:
        raise TooLargeError(f"more than {cap} bytes")


UNPACKERS: dict[str, Callable[[bytes, bytearray, int], None]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
