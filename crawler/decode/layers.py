"""A body that is still compressed after its Content-Encoding was undone: some servers compress twice."""

from __future__ import annotations

import zlib

LIMIT = 8 * 1024 * 1024  # bytes a body may unfold to: the largest body a source may send, against bombs
_MOST_LAYERS = 3
_MOST_MEMBERS = 64  # a gzip file may be several, one after the other
_GZIP = b"\x1f\x8b\x08"


def unwrap(body: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The body without gzip or zlib layers, and a record of each layer. What is cut or broken gives what it holds."""
    records: list[str] = []
    for _ in range(_MOST_LAYERS):
        if body.startswith(_GZIP):
            kind, inner, whole = "gzip", *_inflate(body, 31)
        elif _looks_like_zlib(body):
            kind, inner, whole = "zlib", *_inflate(body, 15)
        else:
            break
        if not inner or (kind == "zlib" and not whole and len(inner) < 64):
            break  # text that begins like a compressed body
        records.append(
            f"a {kind} layer unwrapped: {len(body)} bytes became {len(inner)}" + ("" if whole else ", cut short")
        )
        body = inner
    return body, tuple(records)


def _looks_like_zlib(body: bytes) -> bool:
    """The two-byte header of RFC 1950 with one of zlib's window sizes, which no text begins with."""
    return len(body) > 8 and body[0] == 0x78 and body[1] in (0x01, 0x5E, 0x9C, 0xDA)


def _inflate(data: bytes, wbits: int) -> tuple[bytes, bool]:
    """At most LIMIT bytes, and whether that is all and sound."""
    out = bytearray()
    for _ in range(_MOST_MEMBERS):
        inflate = zlib.decompressobj(wbits)
        try:
            out += inflate.decompress(data, LIMIT - len(out))
        except zlib.error:
            out += _before_the_fault(data, wbits, LIMIT - len(out))
            return bytes(out), False
        if not inflate.eof or len(out) >= LIMIT:
            return bytes(out), inflate.eof and len(out) < LIMIT
        data = inflate.unused_data
        if not data.startswith(_GZIP):
            return bytes(out), True  # what follows is padding
    return bytes(out), False


def _before_the_fault(data: bytes, wbits: int, room: int) -> bytes:
    """What a broken stream gives until the fault, read in small steps."""
    inflate = zlib.decompressobj(wbits)
    out = bytearray()
    try:
        for start in range(0, len(data), 512):
            out += inflate.decompress(data[start : start + 512], max(1, room - len(out)))
            if inflate.unconsumed_tail or len(out) >= room:
                break
    except zlib.error:
        pass  # the fault itself: what came before it is the answer
    return bytes(out)
