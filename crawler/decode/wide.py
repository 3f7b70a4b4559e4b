"""UTF-16 and UTF-32: told by a byte order mark or by where the NUL bytes stand, never by a label alone."""

from __future__ import annotations

import codecs
import re
from itertools import accumulate

from crawler.decode.plausibility import POOR, mean, weights
from crawler.decode.readers import LOST, read

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
_UNMARKED = ("utf-16le", "utf-16be")
_WINDOW = 8 * 1024
_PART = 256
_MOST_SHIFTS = 64
# ASCII whose two bytes changed places: U+2000, U+2100 … U+7E00, U+0A00, U+0D00. Five in a row are no language;
# spared are U+3000 and U+2500, which stand in rows.
_SHIFTED = re.compile(
    "[" + "".join(chr(code << 8) for code in (10, 13, *range(0x20, 0x7F)) if code not in (0x25, 0x30)) + "]{5,}"
)


def wide_encoding(body: bytes, declared: str | None) -> tuple[str, int] | None:
    """The UTF-16 or UTF-32 that a body is in and the length of its byte order mark; None if it is in neither.

    A mark counts if NULs or the text agree with it. Without a mark the NULs of markup tell; text without markup
    must be plausible, and is asked only if it holds a NUL or is declared.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            rest = body[len(mark) : len(mark) + _WINDOW]
            many_nuls = rest.count(0) * 20 > len(rest)
            if many_nuls and name in _UNMARKED and (told := _by_nuls(rest)):
                return told, len(mark)  # the mark may be of the other byte order
            if many_nuls or name.startswith("utf-32") or _plausible(rest, name):
                return name, len(mark)
    by_nuls = _by_nuls(body[:_WINDOW]) if b"\0" in body else None
    if by_nuls:
        return by_nuls, 0
    tried = _UNMARKED if b"\0" in body else (declared,)  # 一 is U+4E00: even pure Chinese holds a few NULs
    return next(((name, 0) for name in tried if name in _UNMARKED and _plausible(body[:_WINDOW], name)), None)


def marked(body: bytes) -> str | None:
    """What the byte order mark says."""
    return next((name for mark, name in _MARKS if body.startswith(mark)), None)


def unmarked_encoding(body: bytes) -> str | None:
    """The UTF-16 of a text without mark, label and ASCII: asked only where nothing else reads well."""
    return next((name for name in _UNMARKED if _plausible(body[:_WINDOW], name)), None)


def _by_nuls(window: bytes) -> str | None:
    """ASCII in UTF-16 has a NUL in every second byte: in the odd places little-endian, in the even ones big-endian.

    Part by part, because a lost byte turns the places round from there on; the first part with a clear answer gives it.
    """
    for start in range(0, len(window), _PART):
        part = window[start : start + _PART]
        even, odd = part[0::2].count(0), part[1::2].count(0)
        enough = max(
            2, len(part) // 12
        )  # a sixth of the units; of pure Chinese only 一 (U+4E00) has a NUL, one in fifty
        if odd >= enough and odd > 8 * even:
            return "utf-16le"
        if even >= enough and even > 8 * odd:
            return "utf-16be"
    return None


def _plausible(window: bytes, encoding: str) -> bool:
    text = read(window[: len(window) // 4 * 4], encoding)
    return bool(text) and text.count(LOST) * 50 < len(text) and mean(text, weights("any")) > POOR


def read_wide(body: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    """The text, brought back in step where a byte was lost or added, and a record of each such place."""
    text = read(body, encoding)
    if not encoding.startswith("utf-16") or not _SHIFTED.search(text):
        return text, ()
    parts: list[str] = []
    records: list[str] = []
    done = 0  # bytes
    for _ in range(_MOST_SHIFTS):
        match = _SHIFTED.search(text)
        if match is None:
            break
        units = _units(text[: match.start()])
        start = max(0, units - 256)
        cut = start + _turn(body[done + 2 * start : done + 2 * units + 1], encoding)
        parts.append(read(body[done : done + 2 * cut], encoding) + LOST)
        records.append(f"resynchronised at byte {done + 2 * cut}")
        done += 2 * cut + 1
        text = read(body[done:], encoding)
    return "".join([*parts, text]), tuple(records)


def _units(text: str) -> int:
    """The UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _turn(stretch: bytes, encoding: str) -> int:
    """How many units of the stretch are in step before it falls out of step: where both readings are best together."""
    table = weights("any")
    count = len(stretch) // 2
    before = [table[read(stretch[2 * at : 2 * at + 2], encoding)[:1] or LOST] for at in range(count)]
    after = [table[read(stretch[2 * at + 1 : 2 * at + 3], encoding)[:1] or LOST] for at in range(count)]
    sums = [0.0, *accumulate(good - bad for good, bad in zip(before, after, strict=True))]
    return max(range(count + 1), key=sums.__getitem__)
