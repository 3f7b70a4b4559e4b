"""What of a text cannot be seen, by the properties of its characters. No format of its own."""

from __future__ import annotations

import re
from unicodedata import category

BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")
"""Letters and symbols that are blank: fillers of Hangul, Braille without a dot, a musical note without a head."""

_SELECTORS = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that show nothing: Default_Ignorable_Code_Point of the category Mn."""

_JOINERS = re.compile("(?<=[\u0600-\u18af])[\u200c\u200d](?=[\u0600-\u18af])")
"""Between letters of Arabic, Indian, Tibetan and Mongolian script they are part of how these are joined."""


def as_it_looks(name: str) -> str:
    """A name with one blank for all that is blank, and without what cannot be seen: names that look alike are alike.

    >>> as_it_looks("新\\u200b华\\ufe0f社\\u3164 "), as_it_looks("می\\u200cخواهم") == "می\\u200cخواهم"
    ('新华社', True)
    """
    kept = {match.start() for match in _JOINERS.finditer(name)}
    shown = (_shown(char) if at not in kept else char for at, char in enumerate(name))
    return " ".join("".join(shown).split())


def _shown(char: str) -> str:
    if char.isspace() or char in BLANK:
        return " "
    return "" if category(char)[0] == "C" or _SELECTORS.match(char) else char
