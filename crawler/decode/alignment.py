"""Double-byte text in which a byte was lost, added or changed.

From such a place on plain decoding pairs the wrong bytes until an ASCII byte stops it: one lost byte costs dozens of
characters, often without a single U+FFFD. Here every way to cut the bytes into characters competes (Viterbi over byte
positions), where leaving a byte out has its price; the most plausible way wins.
"""

from __future__ import annotations

from functools import cache

from crawler.decode.plausibility import ASCII, LOST, weights
from crawler.decode.readers import LOST as LOST_CHARACTER
from crawler.decode.readers import read

LONGEST = 64 * 1024  # bytes of one stretch; a longer one without any markup is no page
_EURO = -4.5


@cache
def pairs(encoding: str) -> dict[bytes, tuple[str, float]]:
    """Every two-byte code of an encoding: its character and weight."""
    table = weights("zh")
    trails = bytes((*range(0x40, 0x7F), *range(0x80, 0xFF)))
    known: dict[bytes, tuple[str, float]] = {}
    for lead in range(0x81, 0xFF):
        row = [bytes((lead, trail)) for trail in trails]
        texts = read(b"\n".join(row), encoding).split("\n")  # a row at once; a line break is part of no code
        for code, text in zip(row, texts, strict=True):
            if LOST_CHARACTER not in text and all(character > "\x7f" for character in text):
                known[code] = text, table.score(text)
    return known


def align(stretch: bytes, encoding: str) -> tuple[str, float, tuple[int, ...]]:
    """The most plausible reading of a stretch in "gb18030" or "big5", its score and the offsets of left-out bytes.

    Each left-out byte is one U+FFFD in the text. Linear in the stretch.

    >>> align("今年发展很好".encode("gb18030").replace("发".encode("gb18030"), b"\\xb7"), "gb18030")[0]
    '今年\\ufffd展很好'
    """
    codes = pairs(encoding)
    table = weights("zh")
    size = len(stretch)
    best = [0.0] * (size + 1)
    steps: list[tuple[int, str]] = [(0, "")] * (size + 1)  # the bytes and the text of the step that begins here
    for at in range(size - 1, -1, -1):
        byte = stretch[at]
        if byte < 0x80:
            best[at] = best[at + 1] + ASCII
            steps[at] = 1, chr(byte)
            continue
        if byte == 0x80 and encoding == "gb18030":
            top, step = best[at + 1] + _EURO, (1, "€")
        else:
            top, step = best[at + 1] + LOST, (1, LOST_CHARACTER)
        pair = codes.get(stretch[at : at + 2])
        if pair is not None and (score := best[at + 2] + pair[1]) > top:
            top, step = score, (2, pair[0])
        if encoding == "gb18030" and at + 3 < size and 0x30 <= stretch[at + 1] <= 0x39:
            four = stretch[at : at + 4].decode("gb18030", "ignore")
            if len(four) == 1 and four > "\x7f" and (score := best[at + 4] + table[four]) > top:
                top, step = score, (4, four)
        best[at], steps[at] = top, step
    return _walk(best[0], steps)


def _walk(score: float, steps: list[tuple[int, str]]) -> tuple[str, float, tuple[int, ...]]:
    """The steps of the best way, from the front."""
    text: list[str] = []
    left_out: list[int] = []
    at = 0
    while at < len(steps) - 1:
        length, part = steps[at]
        if part == LOST_CHARACTER:
            left_out.append(at)
        text.append(part)
        at += length
    return "".join(text), score, tuple(left_out)
