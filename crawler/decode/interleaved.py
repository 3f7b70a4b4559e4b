"""Two encodings within one line: a template puts a value of another encoding between its own words, without a tag.

As `alignment`, but three readings run side by side over the same bytes, and the way may change from one to another at
a price that a handful of characters does not earn.
"""

from __future__ import annotations

from typing import NamedTuple

from crawler.decode.alignment import pairs
from crawler.decode.plausibility import ASCII, LOST, weights
from crawler.decode.readers import LOST as LOST_CHARACTER
from crawler.decode.signs import weight as own_weight

LEAST = 24  # bytes below which a change cannot be told from damage
LONGEST = 8 * 1024
_CHANGE = -9.0  # log10; a run within a line has two
_ENCODINGS = ("gb18030", "big5", "utf-8")


class Run(NamedTuple):
    """A run of a line in one encoding, and the byte that it begins at."""

    start: int
    encoding: str


class Interleaved(NamedTuple):
    """The most plausible way through a line; `left_out` are offsets of bytes that no reading can use."""

    text: str
    score: float
    left_out: tuple[int, ...]
    runs: tuple[Run, ...]


def interleaved(stretch: bytes, own: str) -> Interleaved:
    """The most plausible way to read a line in which the encoding changes; `own` is the page's. Linear in the line.

    >>> interleaved("记者从工业园区了解到：".encode() + "今年产值增长百分之七".encode("gbk"), "utf-8").text
    '记者从工业园区了解到：今年产值增长百分之七'
    """
    size = len(stretch)
    best = {encoding: [0.0] * (size + 1) for encoding in _ENCODINGS}
    steps: dict[str, list[tuple[int, str]]] = {encoding: [(0, "")] * (size + 1) for encoding in _ENCODINGS}
    for at in range(size - 1, -1, -1):
        for encoding in _ENCODINGS:
            scores = best[encoding]
            length, text, score = 1, LOST_CHARACTER, scores[at + 1] + LOST
            for width, character, weight in _characters(stretch, at, encoding):
                if encoding == own:
                    weight = own_weight(character, weight, own)
                if (other := scores[at + width] + weight) > score:
                    length, text, score = width, character, other
            scores[at], steps[encoding][at] = score, (length, text)
        leader = max(_ENCODINGS, key=lambda encoding: best[encoding][at])
        for encoding in _ENCODINGS:
            if best[leader][at] + _CHANGE > best[encoding][at]:
                best[encoding][at] = best[leader][at] + _CHANGE
                steps[encoding][at] = 0, leader
    return _walk(best, steps, size)


def _characters(stretch: bytes, at: int, encoding: str) -> list[tuple[int, str, float]]:
    """The characters that can begin at a place: width in bytes, character, weight."""
    byte = stretch[at]
    if byte < 0x80:
        return [(1, chr(byte), ASCII)]
    found: list[tuple[int, str, float]] = []
    if encoding == "utf-8":
        width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
        code = stretch[at : at + width]
        text = code.decode("utf-8", "ignore")
        if len(text) == 1 and text.encode() == code:
            found.append((width, text, weights("zh")[text]))
        return found
    if pair := pairs(encoding).get(stretch[at : at + 2]):
        found.append((2, *pair))
    if encoding == "gb18030" and stretch[at + 1 : at + 2].isdigit():
        text = stretch[at : at + 4].decode("gb18030", "ignore")
        if len(text) == 1 and text > "\x7f" and at + 4 <= len(stretch):
            found.append((4, text, weights("zh")[text]))
    return found


def _walk(best: dict[str, list[float]], steps: dict[str, list[tuple[int, str]]], size: int) -> Interleaved:
    """The best way, from the front."""
    encoding = max(_ENCODINGS, key=lambda name: best[name][0])
    score = best[encoding][0]
    text: list[str] = []
    left_out: list[int] = []
    runs = [Run(0, encoding)]
    at = 0
    while at < size:
        length, part = steps[encoding][at]
        if not length:
            encoding = part
            runs.append(Run(at, encoding))
            continue
        if part == LOST_CHARACTER:
            left_out.append(at)
        text.append(part)
        at += length
    return Interleaved("".join(text), score, tuple(left_out), tuple(runs))
