"""Signs, numerals, kana, Greek, Cyrillic and lines of tables: no trace of a wrong encoding, whatever stands there in
another.

GBK keeps them in its first nine rows, Big5 in its first three and behind its frequent characters. In the other encoding
the same bytes are often frequent characters: a line of ─ in GBK is 岸岸岸 in Big5, kana of Big5 are Chinese in GBK. So
what is readable as it stands and holds nothing rare is given up only for a real sentence.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.decode.plausibility import GOOD, mean, weights
from crawler.decode.readers import read

SIGN = (
    -3.3
)  # log10: the weight of a sign in the page's own encoding, that of a character that is neither rare nor frequent
_ROWS: dict[str, tuple[tuple[range, range], ...]] = {  # lead bytes, trail bytes
    # GB 2312 rows 1–9; GBK/5 (GB 18030-2022, annex)
    "gb18030": ((range(0xA1, 0xAA), range(0xA1, 0xFF)), (range(0xA8, 0xAA), range(0x40, 0xA1))),
    # Big5's signs; ETEN's numerals, kana, Cyrillic and table lines (Encoding Standard, index Big5)
    "big5": (
        (range(0xA1, 0xA4), range(0x40, 0xFF)),
        (range(0xC6, 0xC7), range(0xA1, 0xFF)),
        (range(0xC7, 0xC9), range(0x40, 0xFF)),
        (range(0xF9, 0xFA), range(0xD6, 0xFF)),
    ),
}
_FREQUENT_ROWS = {
    "gb18030": (range(0xB0, 0xD8), range(0xA1, 0xFF)),
    "big5": (range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
}
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_UNSOUND = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
_SENTENCE = 10  # characters beyond ASCII
_FREQUENT = 5  # different frequent characters in a sentence of ten
_FREQUENT_WEIGHT = -3.1


@cache
def signs(encoding: str) -> frozenset[str]:
    """The characters of an encoding's rows of signs; none where a sign cannot be taken for anything else."""
    found: set[str] = set()
    for leads, trails in _ROWS.get(encoding, ()):
        codes = (bytes((lead, trail)) for lead in leads for trail in trails)
        found.update(character for code in codes if len(character := read(code, encoding)) == 1)
    return frozenset(character for character in found if character > "\x7f" and is_sound(character)) - _hanzi(found)


def _hanzi(characters: set[str]) -> set[str]:
    return {character for character in characters if _HANZI.match(character)}


@cache
def _gains(encoding: str) -> dict[str, float]:
    """Sign → what it weighs more than its share in running text."""
    table = weights("zh")
    return {sign: SIGN - table[sign] for sign in signs(encoding) if table[sign] < SIGN}


def gain(text: str, encoding: str) -> float:
    """What the signs of a text in the page's own encoding add to its score."""
    gains = _gains(encoding)
    return sum(gains.get(character, 0.0) for character in text) if gains else 0.0


def weight(character: str, known: float, encoding: str) -> float:
    """The weight of one character in the page's own encoding, of which the table says `known`."""
    return known + _gains(encoding).get(character, 0.0)


def is_sound(text: str) -> bool:
    """Whether every byte was read as a character that can be meant.

    >>> is_sound("新疆 ──"), is_sound("新\\ufffd"), is_sound("\\ue5e5")
    (True, False, False)
    """
    return _UNSOUND.search(text) is None


@cache
def _level_1(encoding: str) -> frozenset[str]:
    """The frequent half of an encoding's Chinese characters, and its punctuation is among its signs."""
    leads, trails = _FREQUENT_ROWS[encoding]
    codes = (bytes((lead, trail)) for lead in leads for trail in trails)
    return frozenset(character for code in codes if len(character := read(code, encoding)) == 1)


def is_neutral(text: str, encoding: str) -> bool:
    """Whether a text is made of signs mostly, and of frequent characters else: it says nothing against its encoding.

    >>> is_neutral("──── 链接 ────", "gb18030"), is_neutral("穝籇い", "gb18030"), is_neutral("璨℃斂", "gb18030")
    (True, False, False)
    """
    beyond = [character for character in text if character > "\x7f"]
    own = signs(encoding)
    return 2 * sum(map(own.__contains__, beyond)) > len(beyond) and own | _level_1(encoding) >= set(beyond)


def is_sentence(text: str) -> bool:
    """Whether a text is Chinese as it is written, at some length: what a row of signs never becomes by accident.

    >>> is_sentence("記者昨日從經濟發展局了解到"), is_sentence("岸岸岸岸岸岸岸岸岸岸岸岸")
    (True, False)
    """
    table = weights("zh")
    beyond = [character for character in text if character > "\x7f"]
    frequent = {character for character in beyond if table[character] >= _FREQUENT_WEIGHT and _HANZI.match(character)}
    if len(beyond) < _SENTENCE or len(frequent) * _SENTENCE < _FREQUENT * min(len(beyond), 2 * _SENTENCE):
        return False
    return mean(text, table) > GOOD
