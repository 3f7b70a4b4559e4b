"""The ways in which a text can have been misread, each as its inverse: encode as it was read, decode as it was meant.

Only inverses that lose nothing are tried: text that does not encode, or bytes that do not decode, are not of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum

from crawler.repair import narrow

_C1_OF_CP1252 = bytes(byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)).decode("cp1252")
LATIN = frozenset(map(chr, range(0x80, 0x100))) | frozenset(_C1_OF_CP1252)
_AS_BYTE = str.maketrans({char: char.encode("cp1252").decode("latin-1") for char in _C1_OF_CP1252})
_LOST_NBSP = re.compile(rb"(?<=[\xe2-\xef]) (?=[\x80-\xbf])|(?<=[\xe2-\xef][\x80-\xbf]) ")

Trip = Callable[[str], str]


class Proof(IntEnum):
    """What an inverse has in its favour besides the sense of its result."""

    SENSE = 0  # nothing: almost any text of one East Asian code decodes in another
    LETTERS = 1  # Western letters that stand in no Western word
    SHAPE = 2  # bytes that are well-formed UTF-8, which does not happen by chance


def _latin_bytes(text: str) -> bytes:
    """Bytes that were read as Latin-1 or Windows-1252, or as a browser mixes the two."""
    return text.translate(_AS_BYTE).encode("latin-1")


def latin_to_utf8(text: str) -> str:
    """å·¥ä¸š → 工业, also where the no-break space among the bytes became a plain one."""
    data = _latin_bytes(text)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _LOST_NBSP.sub(b"\xa0", data).decode("utf-8")


def latin_to_gbk(text: str) -> str:
    """¹¤Òµ → 工业."""
    return _latin_bytes(text).decode("gb18030")


def latin_to_big5(text: str) -> str:
    """¤u·~ → 工業."""
    return _latin_bytes(text).decode("cp950")


def _between(misread: str, meant: str) -> Trip:
    def trip(text: str) -> str:
        return text.encode(misread).decode(meant)

    trip.__name__ = f"{meant} read as {misread}"
    trip.__doc__ = f"Text in {meant} that was read as {misread}."
    return trip


LATIN_TRIPS: tuple[tuple[Trip, Proof], ...] = (
    (latin_to_utf8, Proof.SHAPE),
    (latin_to_gbk, Proof.LETTERS),
    (latin_to_big5, Proof.SENSE),
)
WIDE_TRIPS: tuple[tuple[Trip, Proof], ...] = (
    (_between("gb18030", "utf-8"), Proof.SHAPE),
    (_between("gb18030", "cp950"), Proof.SENSE),
    (_between("gb18030", "big5hkscs"), Proof.SENSE),
    (_between("cp950", "gb18030"), Proof.SENSE),
    (_between("big5hkscs", "gb18030"), Proof.SENSE),
    (_between("cp950", "utf-8"), Proof.SHAPE),
    (_between("big5hkscs", "utf-8"), Proof.SHAPE),
    (_between("cp932", "gb18030"), Proof.SENSE),
    (_between("cp932", "utf-8"), Proof.SHAPE),
    (_between("cp949", "gb18030"), Proof.SENSE),
    (_between("cp949", "utf-8"), Proof.SHAPE),
)


def inverses(text: str, depth: int = 2) -> Iterator[tuple[str, Proof]]:
    """What `text` may have been before it was misread up to `depth` times, and how far the bytes prove it."""
    seen = {text}
    level = [(text, Proof.SHAPE)]
    for _ in range(depth):
        found: list[tuple[str, Proof]] = []
        for one, proof in level:
            for trip, own in _trips(one):
                before = _try(trip, one)
                if before is not None and before not in seen:
                    seen.add(before)
                    found.append((before, min(proof, own)))
        yield from found
        level = found


def _trips(text: str) -> Iterator[tuple[Trip, Proof]]:
    """The inverses that can be tried on a text: by its script, and by the shape of UTF-8 in a one-byte code."""
    yield from LATIN_TRIPS if _is_latin(text) else WIDE_TRIPS
    if narrow.shape().search(text):
        yield from ((trip, Proof.SHAPE) for trip in narrow.trips())


def _is_latin(text: str) -> bool:
    return all(char < "\x80" or char in LATIN for char in text)


def _try(trip: Trip, text: str) -> str | None:
    try:
        return trip(text)
    except UnicodeError:
        return None
