"""Bytes → text in a given encoding, as the Encoding Standard reads it; what cannot be read is U+FFFD.

Python's codecs do the work; the handlers below add what they do not know: the euro sign at 0x80 and the private-use
codes in gb18030, the missing codes of Big5, single windows-1252 bytes and surrogate pairs (CESU-8) in UTF-8.
"""

from __future__ import annotations

import codecs
import re

from crawler.decode.differences import BIG5, BIG5_MISSING, BIG5_SHARED, GB18030
from crawler.decode.labels import ENCODINGS

LOST = "\ufffd"
_BIG5_TOKENS = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x00-\xff]", re.DOTALL)
_BIG5_WRONG = re.compile(f"[{''.join(map(chr, BIG5))}]")
_SHIFTED_OUT = re.compile(rb"\x0e([\x21-\x7e]*)\x0f?")
_TO_HIGH = bytes(byte | 0x80 for byte in range(0x100))
_SURROGATE_PAIR = re.compile(rb"\xed([\xa0-\xaf])([\x80-\xbf])\xed([\xb0-\xbf])([\x80-\xbf])")
# windows-1252 bytes that old editors left alone in UTF-8 pages: spaces, dots, quotes, dashes, signs.
_STRAY = frozenset(b"\x80\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xa7\xa9\xab\xae\xb0\xb1\xb7\xbb")
_AFTER_A_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz ,.;:!?'-")
_MOST_JOINED = 100_000
_MOST_HANDLED = 4096  # faults in one text that are looked at one by one; beyond it every fault is U+FFFD


def read(body: bytes, encoding: str) -> str:
    """The text in an encoding of `labels.ENCODINGS`; never fails.

    >>> read(b"\\xa3\\xa0\\x80", "gb18030"), read(b"\\xa1\\x45\\xa3\\xe1", "big5"), read(b"a\\xb7b", "utf-8")
    ('\\u3000€', '‧€', 'a·b')
    """
    return read_counted(body, encoding)[0]


def read_counted(body: bytes, encoding: str) -> tuple[str, int]:
    """The text as `read` gives it, and how many characters Python's own codec would have given otherwise."""
    if encoding == "gb18030":
        return correct_gb18030(read_gb18030(body))
    if encoding == "big5":
        return _big5(body)
    if encoding == "utf-8":
        return utf8(body), 0
    if encoding == "windows-1252":
        return _tolerant(body, "cp1252", "jianbao-c1"), 0
    if encoding == "iso-2022-cn":
        return _iso_2022_cn(body), 0
    return body.decode(ENCODINGS[encoding].codec, "replace"), 0


def read_gb18030(body: bytes) -> str:
    """gb18030 as Python's codec has it, with the euro sign."""
    return _tolerant(body, "gb18030", "jianbao-gb18030")


def correct_gb18030(raw: str, wide: str | None = None) -> tuple[str, int]:
    """Python's reading → the Encoding Standard's, and how many characters that changed; ruins are left as they are.

    `wide` are the characters of the text that are not ASCII, if they are at hand: they are looked through faster.
    """
    changed = 0
    wide = raw if wide is None else wide
    if wide.count(LOST) > _MOST_HANDLED:
        return raw, 0
    for code, character in GB18030.items():  # twenty scans at the speed of memory; none is another's correction
        if (wrong := chr(code)) in wide:
            changed += raw.count(wrong)
            raw = raw.replace(wrong, character)
    return raw, changed


def _iso_2022_cn(body: bytes) -> str:
    """GB 2312 between the control characters SO and SI, seven bits a byte (RFC 1922; its CNS planes are not read)."""
    shifted = _SHIFTED_OUT.sub(lambda run: run[1].translate(_TO_HIGH), body.replace(b"\x1b$)A", b""))
    return shifted.decode("gb2312", "replace")


def utf8(body: bytes) -> str:
    """UTF-8 with its usual faults: surrogate pairs written one by one (CESU-8), single windows-1252 bytes."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _tolerant(join_surrogates(body), "utf-8", "jianbao-utf8")


def join_surrogates(body: bytes) -> bytes:
    """CESU-8 → UTF-8."""
    return _SURROGATE_PAIR.sub(_join, body, _MOST_JOINED) if b"\xed" in body else body


def _join(pair: re.Match[bytes]) -> bytes:
    """Six bytes of two surrogates → the four bytes of the character."""
    a, b, c, d = (group[0] for group in pair.groups())
    high = (a & 0x0F) << 6 | (b & 0x3F)
    low = (c & 0x0F) << 6 | (d & 0x3F)
    return chr(0x10000 + (high << 10) + low).encode()


def _big5(body: bytes) -> tuple[str, int]:
    """Big5 with the HKSCS characters."""
    if not 0 < sum(map(body.count, BIG5_SHARED)) <= _MOST_HANDLED:
        return _big5_run(body)
    # The two bytes may also be a trail and a letter: only tokens tell.
    parts = [(BIG5_SHARED[part], 1) if part in BIG5_SHARED else _big5_run(part) for part in _big5_parts(body)]
    return "".join(text for text, _ in parts), sum(count for _, count in parts)


def _big5_parts(body: bytes) -> list[bytes]:
    """The body cut at the two codes that the codec shares with others."""
    parts: list[bytes] = []
    start = 0
    for token in _BIG5_TOKENS.finditer(body):
        if token.group() in BIG5_SHARED:
            parts += (body[start : token.start()], token.group())
            start = token.end()
    return [*parts, body[start:]]


def _big5_run(body: bytes) -> tuple[str, int]:
    text = _tolerant(body, "big5hkscs", "jianbao-big5")
    wrong = len(_BIG5_WRONG.findall(text))
    if wrong:
        for code, character in BIG5.items():  # none is another's correction
            text = text.replace(chr(code), character)
    return text, wrong


def _tolerant(body: bytes, codec: str, handler: str) -> str:
    """Strictly first; with the handler if the faults are few; else every fault is U+FFFD."""
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        pass
    plain = body.decode(codec, "replace")
    return plain if plain.count(LOST) > _MOST_HANDLED else body.decode(codec, handler)


def _gb18030_fault(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    if error.object[error.start] == 0x80:
        return "€", error.start + 1
    return LOST, error.start + 1  # never more: what follows a broken lead byte may be markup


def _big5_fault(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    code = error.object[error.start : error.start + 2]
    if code in BIG5_MISSING:
        return BIG5_MISSING[code], error.start + 2
    return LOST, error.start + 1


def _utf8_fault(error: UnicodeError) -> tuple[str, int]:
    """A single windows-1252 byte: one of the usual signs, or a letter within or behind a word; else U+FFFD."""
    assert isinstance(error, UnicodeDecodeError)
    body, start, end = error.object, error.start, error.end
    byte = body[start]
    before = body[start - 1] if start else 0x20
    after = body[start + 1] if start + 1 < len(body) else 0x20
    if byte == 0xC0 and after == 0x80:
        return "", start + 2  # Java's way to write NUL
    if end - start == 1 and not 0x80 <= after < 0xC0:
        if byte in _STRAY and not _broken_before(body, start):
            return bytes((byte,)).decode("cp1252"), end
        if byte >= 0xC0 and chr(before).islower() and before < 0x80 and chr(after) in _AFTER_A_LETTER:
            return chr(byte), end
    return LOST, end


def _broken_before(body: bytes, start: int) -> bool:
    """Whether the bytes before are the rest of a broken character, so that this byte is a rest too."""
    before = body[max(0, start - 4) : start]
    for length in (1, 2, 3, 4):
        last = before[-length:]
        if len(last) < length:
            return False
        if last[0] < 0x80:
            return length > 1
        if last[0] >= 0xC0:
            try:
                last.decode("utf-8")
            except UnicodeDecodeError:
                return True
            return False
    return True


def _c1(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that windows-1252 leaves open are the C1 controls in the Encoding Standard."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


for _name, _handler in (
    ("jianbao-gb18030", _gb18030_fault),
    ("jianbao-big5", _big5_fault),
    ("jianbao-utf8", _utf8_fault),
    ("jianbao-c1", _c1),
):
    codecs.register_error(_name, _handler)
