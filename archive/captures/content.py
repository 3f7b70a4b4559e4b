"""Undo a response's Content-Encoding, whatever the server claims.

RFC 9110 8.4: codings are listed in the order in which they were applied, so they are undone from the last to the
first. Total: a body that is not what its header says is handed back as it is (servers label plain pages gzip), a
damaged or truncated one as far as it could be decoded, and nothing grows beyond `limit` bytes.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

LIMIT = 64 * 1024 * 1024
"""Bytes. A page is rarely over 1 MB; a kilobyte of brotli can claim a gigabyte."""

CODINGS_AT_MOST = 4
"""Codings named in one header that are undone; nobody needs more than two."""


def undo(body: bytes, content_encoding: str, limit: int = LIMIT) -> bytes:
    """The content of a body that was sent with this Content-Encoding, at most `limit` bytes of it.

    >>> import gzip
    >>> undo(gzip.compress(b"<p>text"), "gzip")
    b'<p>text'
    >>> undo(b"<p>plain after all", "gzip")
    b'<p>plain after all'
    """
    codings = [coding.strip().lower() for coding in content_encoding.split(",")]
    content = body
    for coding in reversed([coding for coding in codings if coding in DECODERS][-CODINGS_AT_MOST:]):
        content = DECODERS[coding](content, limit)
    return content[:limit]


def _gzip(body: bytes, limit: int) -> bytes:
    return _inflate(body, 16 + zlib.MAX_WBITS, limit) if body[:2] == b"\x1f\x8b" else body


def _deflate(body: bytes, limit: int) -> bytes:
    """`deflate` means zlib, and half of the servers that say it send a bare deflate stream."""
    return _inflate(body, zlib.MAX_WBITS, limit) or _inflate(body, -zlib.MAX_WBITS, limit) or body


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    """All members of a zlib or gzip stream, in pieces, so that what precedes a damaged spot is kept."""
    pieces: list[bytes] = []
    size = 0
    rest = body
    while rest and size < limit:
        stream = zlib.decompressobj(wbits)
        while rest and not stream.eof and size < limit:
            try:
                piece = stream.decompress(rest, min(limit - size, 65536))
            except zlib.error:
                return b"".join(pieces)
            rest = stream.unused_data if stream.eof else stream.unconsumed_tail
            pieces.append(piece)
            size += len(piece)
        if wbits < 16 or rest[:2] != b"\x1f\x8b":
            break
    return b"".join(pieces)


def _brotli(body: bytes, limit: int) -> bytes:
    brotli = _library("brotli", "brotlicffi")
    if brotli is None:
        return body
    stream = brotli.Decompressor()
    pieces: list[bytes] = []
    size = 0
    fed = body
    try:
        while size < limit:
            piece = stream.process(fed, output_buffer_limit=min(limit - size, 65536))
            fed = b""
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    except brotli.error:
        return b"".join(pieces) or body
    return b"".join(pieces)


def _zstd(body: bytes, limit: int) -> bytes:
    library = _library("compression.zstd", "backports.zstd")
    if library is None or body[:4] != b"\x28\xb5\x2f\xfd":
        return body
    stream: Any = library.ZstdDecompressor()
    pieces: list[bytes] = []
    size = 0
    fed = body
    try:
        while size < limit and not stream.eof:
            piece = stream.decompress(fed, max_length=min(limit - size, 65536))
            fed = b""
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
    except library.ZstdError:
        return b"".join(pieces) or body
    return b"".join(pieces)


def _library(*names: str) -> ModuleType | None:
    """The first of these modules that is installed. A coding without its library stays as it was sent."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
