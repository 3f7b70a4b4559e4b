"""Content-Encoding → content, within a bound (RFC 9110, 8.4). The fetcher and the reader of captures use this one.

Codings are listed in the order in which they were applied, so they are undone from the last to the first. A megabyte of
gzip can hold gigabytes, twice over if it is packed twice, so nothing is ever unpacked further than the cap. A stream
that breaks off is an error: half an article stored as the whole would be an untruth. What is spared: plain text that a
server announces as packed, rubbish behind the last gzip member, and names that are no codings (a charset, "none").

The same bytes give the same content everywhere: what `undo` accepts, `content_of` gives byte for byte.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable

from archive.captures.members import lone_member

CHUNK = 64 * 1024
LIMIT = 64 * 1024 * 1024
"""Bytes, whatever cap is asked for. A page is rarely over 1 MB."""

MOST_CODINGS = 3  # "gzip, gzip" is seen in the wild; a longer chain is an attack
ZSTD_WINDOW_LOG = 23  # 8 MiB, what RFC 8878 asks every decoder to support
ZSTD_FRAMES = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)  # RFC 8878 3.1.1 and 3.1.2
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # controls that no text has; packed bytes are full of them
LOOKED_AT = 1024


class BrokenCodingError(ValueError):
    """The body is not what its Content-Encoding says."""


class TooLargeError(ValueError):
    """The body unpacks to more than the cap."""


class _DamagedError(BrokenCodingError):
    """The bytes are no such stream; not merely the beginning of one."""


def undo(body: bytes, content_encoding: str, cap: int = LIMIT, *, cut: bool = False) -> bytes:
    """The content of a body: every coding of the header undone, last one first. At most `cap` bytes.

    Raises BrokenCodingError or TooLargeError; with `cut`, what is beyond the cap or behind a break is left out instead,
    and only a chain of too many codings is refused.

    >>> import gzip
    >>> undo(gzip.compress(b"<p>text"), "gzip")
    b'<p>text'
    >>> undo(b"<p>plain after all", "deflate")
    b'<p>plain after all'
    """
    cap = min(cap, LIMIT)
    codings = [name for name in (part.strip().lower() for part in content_encoding.split(",")) if name in UNPACKERS]
    if len(codings) > MOST_CODINGS:
        raise BrokenCodingError(f"the body is packed {len(codings)} times over")
    for name in reversed(codings):
        content = bytearray()
        try:
            UNPACKERS[name](body, content, cap)
        except BrokenCodingError:
            if _is_text(body):
                content = bytearray(body)
            elif not cut:
                raise
        except TooLargeError:
            if not cut:
                raise
        body = bytes(content[:cap]) if cut else bytes(content)
    if len(body) > cap and not cut:
        raise TooLargeError(f"more than {cap} bytes")
    return body[:cap]


def content_of(body: bytes, content_encoding: str) -> bytes:
    """The content of a body that is kept already. Never fails: what `undo` refuses is given as far as it goes."""
    try:
        return undo(body, content_encoding, cut=True)
    except BrokenCodingError:
        return body[:LIMIT]


def _is_text(data: bytes) -> bool:
    return not NO_TEXT.search(data[:LOOKED_AT])


def _gzip(data: bytes, content: bytearray, cap: int) -> None:
    """One or several gzip members; zero bytes or anything else after the last one is passed over, as browsers do."""
    if not data.startswith(b"\x1f\x8b"):
        content += data  # announced and not done
        return
    if (plain := lone_member(data, cap)) is not None:
        content += plain
        return
    data = _inflate(zlib.decompressobj(wbits=31), data, content, cap)
    while data.startswith(b"\x1f\x8b"):
        whole = len(content)
        try:
            data = _inflate(zlib.decompressobj(wbits=31), data, content, cap)
        except _DamagedError:
            if len(content) > whole:
                raise
            return  # it only begins like a member


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
            raise _DamagedError(f"the compressed body is damaged ({error})") from error
        _add(piece, content, cap)
        data = stream.unconsumed_tail
        if not piece and not data and not stream.eof:
            raise BrokenCodingError("the compressed body breaks off")
    return stream.unused_data


def _brotli(data: bytes, content: bytearray, cap: int) -> None:
    import brotli  # type: ignore[import-untyped]  # rare: nobody is asked for it

    stream = brotli.Decompressor()
    try:
        while data or not stream.is_finished():
            piece = stream.process(data, output_buffer_limit=CHUNK)
            if not piece and not data and not stream.is_finished():
                raise BrokenCodingError("the compressed body breaks off")
            data = b""
            _add(piece, content, cap)
    except brotli.error as error:
        raise _DamagedError(f"the compressed body is damaged ({error})") from error


def _zstd(data: bytes, content: bytearray, cap: int) -> None:
    """Frame after frame, skippable ones included."""
    if sys.version_info >= (3, 14):  # rare as well, and takes 20 ms to import
        from compression import zstd
    else:
        from backports import zstd

    if not ZSTD_FRAMES.match(data):
        content += data  # announced and not done
        return
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
        raise _DamagedError(f"the compressed body is damaged ({error})") from error


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
