"""Damage a clean Simplified text as the spam mirrors do, to show and to test the repair. Pure, with the dice passed in.

What they do is described in crawler/repair/stream.py, which undoes it. Here it is done forwards: the text becomes
Traditional one character at a time; behind every pair of *bytes* that forms a listed character its reading is put;
and the bytes are read by a decoder that shows one `?` for a lead byte with an impossible trail byte and eats both.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from crawler.repair.tables import mirror_map, mirror_order

MARKS = "，。、；！？"
STOP = "。".encode("gbk")


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged text, and what no repair can know: one word for each thing that is gone (pair, sign, half)."""

    text: str
    lost: tuple[str, ...] = ()


def damage(
    text: str, *, annotated: int = 135, cuts: float = 0.0, commas: float = 0.0, rng: random.Random | None = None
) -> Damaged:
    """`text` as a mirror would show it.

    `annotated` is how many characters of the mirrors' list the page uses; `cuts` is the share of full stops that are
    cut in two, `commas` the share of marks that get a comma in front. Lines are damaged one by one.

    >>> damage("西藏日报").text
    '西藏日?qǐng)?bào)'
    """
    dice = rng or random.Random(0)  # noqa: S311 - dice for damage, not for secrets
    listed = dict(list(mirror_order().items())[:annotated])
    lost: list[str] = []
    lines = [_line(_with_commas(line, commas, dice), listed, cuts, dice, lost) for line in text.split("\n")]
    return Damaged("\n".join(lines), tuple(lost))


def _with_commas(line: str, share: float, dice: random.Random) -> str:
    return "".join("," + char if char in MARKS and dice.random() < share else char for char in line)


def _line(line: str, listed: dict[str, str], cuts: float, dice: random.Random, lost: list[str]) -> str:
    """One line: pieces of GBK bytes, parted by cuts and by characters that GBK does not hold."""
    shown: list[str] = []
    piece = bytearray()

    def show(*, cut: bool = False) -> None:
        shown.append(_read(bytes(piece), _readings(bytes(piece), listed), lost, cut=cut))
        piece.clear()

    for char in "".join(mirror_map().get(char, char) for char in line):
        try:
            code = char.encode("gbk")
        except UnicodeEncodeError:
            show()
            shown.append(char)
            continue
        if code == STOP and dice.random() < cuts:
            piece += code[:1]
            show(cut=True)
            code = code[1:]
        piece += code
    show()
    return "".join(shown)


def _readings(data: bytes, listed: dict[str, str]) -> dict[int, str]:
    """Where a reading is put (offset behind the two bytes → reading); a pair parted by a reading is not found."""
    put: dict[int, str] = {}
    for char, reading in listed.items():
        key = char.encode("gbk")
        at = data.find(key)
        while at >= 0:
            if at + 1 in put:
                at = data.find(key, at + 1)
            else:
                put[at + 2] = reading
                at = data.find(key, at + 2)
    return put


def _read(data: bytes, put: dict[int, str], lost: list[str], *, cut: bool) -> str:
    """The bytes as the mirrors' decoder shows them, with the readings put in; a reading's bracket can be swallowed."""
    shown: list[str] = []
    at = 0
    while at < len(data):
        if at in put:
            shown.append(f"({put.pop(at)})")
        lead = data[at]
        if lead < 0x80:
            shown.append(chr(lead))
            at += 1
        elif at + 1 in put:
            shown.append(f"?{put.pop(at + 1)})")
            at += 1
        elif at + 1 == len(data):
            shown.append("?" if cut else "")
            lost.append("half")
            at += 1
        else:
            shown.append(_pair(data[at : at + 2], lost))
            at += 2
    if at in put:
        shown.append(f"({put.pop(at)})")
    return "".join(shown)


def _pair(code: bytes, lost: list[str]) -> str:
    """Two bytes read as one character: shown, vanished (cp936 has nothing there), or one `?` for both."""
    lead, trail = code
    if (trail >= 0xA1 and (0xAA <= lead <= 0xAF or lead >= 0xF8)) or (0xA1 <= lead <= 0xA7 and 0x40 <= trail <= 0xA0):
        lost.append("pair")
        return ""
    try:
        return code.decode("gbk")
    except UnicodeDecodeError:
        lost.append("sign")
        return "?"
