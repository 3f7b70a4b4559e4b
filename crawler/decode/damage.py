"""How much of a text is lost: what no decoding brings back, measured on the text alone.

Counted are U+FFFD, private-use characters (what is left of a lost GBK byte, or of a font of the site's own), and the
two well-known ruins: 锟斤拷 (U+FFFD read as GBK) and 烫烫烫 (uninitialised memory). Spared are scripts and styles,
which hold such characters on purpose, private-use characters that are an element's whole text (icons of an icon font),
and U+F000–U+F8FF, where no Chinese encoding maps anything: symbols of Wingdings and Font Awesome.
"""

from __future__ import annotations

import re

from crawler.decode.markup import language_pieces
from crawler.decode.readers import LOST

_FLOOR = 200  # characters: one slip on a page of English is not a ruined page
_RUINS = re.compile("(?:锟斤拷)+|烫烫烫+")
_LOST = re.compile("[\ufffd\ue000-\uefff\U000f0000-\U0010ffff]+")
_PRIVATE = re.compile("[\ue000-\uefff\U000f0000-\U0010ffff]+")
_ICON = re.compile(r">\s{0,20}[\ue000-\uefff\U000f0000-\U0010ffff]{1,2}\s{0,20}(?=<|$)")


def lost_ratio(text: str) -> float:
    """The share of lost characters among those that are not ASCII (of short or mostly ASCII texts: of all, up to 200).

    >>> lost_ratio("新疆"), lost_ratio("锟斤拷"), lost_ratio("\\ufffd疆")
    (0.0, 1.0, 0.5)
    """
    language = "<".join(language_pieces(text))
    private = _PRIVATE.findall(_ICON.sub("", language))
    ruins = _RUINS.findall(language) if has_ruins(language) else []
    lost = language.count(LOST) + sum(map(len, private)) + sum(map(len, ruins))
    if not lost:
        return 0.0
    characters = len(language) - len(language.encode("ascii", "ignore"))
    return min(1.0, lost / max(characters, min(len(text), _FLOOR)))


def may_hold_damage(body: bytes, text: str) -> bool:
    """Whether a sound UTF-8 body can hold any mark of damage: a screen at the speed of memory.

    Private use that counts begins with the bytes EE or F3–F4.
    """
    return b"\xee" in body or b"\xf3" in body or b"\xf4" in body or LOST in text or has_ruins(text)


def has_ruins(text: str) -> bool:
    """Whether 锟斤拷 or 烫烫烫 stand in the text."""
    return ("锟" in text and "锟斤拷" in text) or ("烫" in text and "烫烫烫" in text)


def damaged(character: str) -> bool:
    """Whether a character is a mark of damage by itself."""
    return _LOST.match(character) is not None
