"""Readings without tones, said over and over:  的(de)(de)(de)发展  → 的发展

Spared: a single bracket, and one whose letters are not a reading of the character before it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from crawler.repair.edits import Edit
from crawler.repair.tables import readings

_SECOND = re.compile(rb"\)(\((?:[a-z]|\xc3\xbc){1,6}\))")
_REPEATED = re.compile(r"(?<=([\u4e00-\u9fff]))(\([a-zü]{1,6}\))\2+")


@cache
def _toneless(char: str) -> frozenset[str]:
    """The readings of a character without their tone marks, ü also as v and u."""
    bare = {_without_tone(reading) for reading in readings().get(char, ())}
    return frozenset(bare | {word.replace("ü", letter) for word in bare for letter in "vu"})


def _without_tone(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in "\u0304\u0301\u030c\u0300"))


def says_twice(utf8: bytes) -> bool:
    """The quick screen: whether any bracket of letters stands twice in a row; found by its two signs `)(`."""
    return any(utf8.endswith(found[1], 0, found.start() + 1) for found in _SECOND.finditer(utf8))


def repeats(text: str) -> list[Edit]:
    """The edits that take out toneless readings that stand twice or more behind their character."""
    return [
        Edit(found.start(), found.end(), "", "mirror-repeat", 0.98)
        for found in _REPEATED.finditer(text)
        if found[2][1:-1] in _toneless(found[1])
    ]
