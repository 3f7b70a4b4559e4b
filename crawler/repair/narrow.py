"""UTF-8 that was read one byte at a time:  ä¸ºäº†ä¿®, дёєдє†дї®, õ©║õ║åõ┐«, ‰∏∫‰∫Ü‰øÆ  → 为了修

Every one-byte code that a system was ever set to shows the three bytes of a Han character as a lead and two trails of
its own alphabet. Such a triple is known by its shape alone, and five of them close together stand in no language: the
trails are symbols, capitals with accents or control characters, and no word has two of them behind a lead again and
again. GBK read so mixes small letters and capitals inside what looks like words: ОЄБЛРЮЅЁХвМхМъ.

What decodes is turned back (`trips`); where bytes were dropped or replaced by `?` nothing is, and `unread` says so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.repair.glance import Glance

# The codes in which the web shows text by mistake. Not Thai, Hebrew, Arabic, CP866: their words can have the shape.
CODES = (
    "cp1252",
    "iso8859-15",
    "cp1250",
    "iso8859-2",
    "iso8859-4",
    "iso8859-16",
    "cp1251",
    "iso8859-5",
    "cp1253",
    "iso8859-7",
    "cp1254",
    "iso8859-9",
    "cp1257",
    "iso8859-13",
    "cp1258",
    "mac_roman",
    "mac_latin2",
    "cp437",
    "cp850",
    "cp852",
    "koi8-r",
)
TRIPLES = 5  # of lead and two trails,
WINDOW = 30  # within so many signs: what no language has
FEWEST = 3  # triples of a phrase that is turned back

MIXED = 4  # capitals behind small letters inside one word
_SMALL, _CAPITAL = (
    "[\u00df-\u00f6\u00f8-\u00ff\u03ac-\u03ce\u0430-\u045f]",
    "[\u00c0-\u00d6\u00d8-\u00de\u0386-\u03ab\u0400-\u042f]",
)
_WORD = re.compile("[\u00a1-\u024f\u0370-\u03ff\u0400-\u045f]{12,}")
_INNER = re.compile(f"{_SMALL}(?={_CAPITAL})")

_LEADS = (*range(0xE2, 0xEA), 0xEF)
_TRAILS = range(0x80, 0xC0)


@dataclass(frozen=True, slots=True)
class Code:
    """One one-byte code: its signs as bytes, the shape of a triple, a stretch of such text."""

    name: str
    bytes_of: dict[int, int]
    triple: re.Pattern[str]
    stretch: re.Pattern[str]

    def encode(self, text: str) -> bytes:
        """The bytes that were read as `text`. Raises UnicodeEncodeError."""
        return codecs.charmap_encode(text, "strict", self.bytes_of)[0]


def _signs(code: str) -> dict[int, str]:
    """The upper half of a code; bytes without a sign are control characters, as browsers have them."""
    return {byte: bytes((byte,)).decode(code, "ignore") or chr(byte) for byte in range(0x80, 0x100)}


def _class(signs: Iterable[str]) -> str:
    return "[" + "".join(sorted(set(map(re.escape, signs)))) + "]"


@cache
def codes() -> tuple[Code, ...]:
    """All codes, with their patterns."""
    found = []
    for name in CODES:
        signs = _signs(name)
        lead, trail = _class(signs[byte] for byte in _LEADS), _class(signs[byte] for byte in _TRAILS)
        triple = f"{lead}{trail}{{2}}"
        two = f"{re.escape(signs[0xC2])}{trail}"
        bytes_of = {ord(sign): byte for byte, sign in signs.items()} | {byte: byte for byte in range(0x80)}
        stretch = re.compile(f"{triple}(?:{triple}|{two}|[\\x20-\\x7e])*")
        found.append(Code(name, bytes_of, re.compile(triple), stretch))
    return tuple(found)


def may_hold(seen: Glance) -> bool:
    """Whether a text has letters enough for the shape: a Chinese page has none."""
    return seen.letters >= FEWEST


@cache
def shape() -> re.Pattern[str]:
    """Three triples in any of the codes, without the signs between: the quick screen and the suspicious line."""
    signs = [_signs(name) for name in CODES]
    lead = _class(each[byte] for each in signs for byte in _LEADS)
    trail = _class(each[byte] for each in signs for byte in _TRAILS)
    triple = f"{lead}{trail}{{2}}"
    return re.compile(f"{triple}(?:[^<]{{0,3}}?{triple}){{{FEWEST - 1}}}|(?:{_SMALL}{_CAPITAL}[^<]{{0,3}}?){{3}}")


def _trip(code: Code) -> Callable[[str], str]:
    def trip(text: str) -> str:
        return code.encode(text).decode("utf-8")

    trip.__name__ = f"utf-8 read as {code.name}"
    trip.__doc__ = f"UTF-8 that was read as {code.name}."
    return trip


@cache
def trips() -> tuple[Callable[[str], str], ...]:
    """The inverse of each misreading; what does not encode or decode raises UnicodeError."""
    return tuple(map(_trip, codes()))


def stretches(line: str) -> Iterator[tuple[int, int]]:
    """Where a line has text of the shape in one of the codes, longest first; ASCII at the ends is left out."""
    found = set()
    for code in codes():
        for each in code.stretch.finditer(line):
            if sum(1 for _ in code.triple.finditer(each[0])) >= FEWEST:
                found.add((each.start(), each.start() + len(each[0].rstrip("".join(map(chr, range(0x20, 0x7F)))))))
    yield from sorted(found, key=lambda span: (span[0] - span[1], span))


def unread(line: str) -> int | None:
    """Where a line is dense in the shape and so is misread for certain; None for any text that is not."""
    for code in codes():
        starts = [each.start() for each in code.triple.finditer(line)]
        for first, last in zip(starts, starts[TRIPLES - 1 :], strict=False):
            if last - first <= WINDOW:
                return first
    return next((word.start() for word in _WORD.finditer(line) if _is_mixed(word[0])), None)


def _is_mixed(word: str) -> bool:
    """Whether capitals stand behind small letters again and again; not in АаБбВв, where each pair is one letter."""
    inner = (each.start() for each in _INNER.finditer(word))
    return sum(1 for at in inner if not (at and word[at - 1].lower() == word[at])) >= MIXED


def is_broken_edge(sign: str) -> bool:
    """Whether a sign beside a phrase that was turned back is a letter that belongs to the same misread text."""
    return "\u00c0" <= sign <= "\u045f" and sign.isalpha()
