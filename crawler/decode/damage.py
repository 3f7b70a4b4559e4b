"""How much of a text is lost: what no decoding brings back, measured on the text alone.

Counted are U+FFFD, private-use characters (what is left of a lost GBK byte, or of a font of the site's own), and the
two well-known ruins: 锟斤拷 (U+FFFD read as GBK) and 烫烫烫 (uninitialised memory). Spared are scripts and styles,
which hold such characters on purpose, and private-use characters that are an element's whole text: icons of an icon
font.
"""

from __future__ import annotations

import re

from crawler.decode.markup import without_scripts

_FLOOR = 200  # characters: one slip on a page of English is not a ruined page
_MARKS = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]|(?:锟斤拷)+|烫烫烫+")
_ICON = re.compile(r">\s{0,20}[\ue000-\uf8ff\U000f0000-\U0010ffff]{1,2}\s{0,20}<")


def lost_ratio(text: str) -> float:
    """The share of lost characters among those that are not ASCII (of short or mostly ASCII texts: of all, up to 200).

    >>> lost_ratio("新疆"), lost_ratio("锟斤拷"), lost_ratio("\\ufffd疆")
    (0.0, 1.0, 0.5)
    """
    if not _MARKS.search(text):
        return 0.0
    visible = without_scripts(text)
    lost = sum(len(match.group()) for match in _MARKS.finditer(_ICON.sub("><", visible)))
    if not lost:
        return 0.0
    beyond_ascii = len(visible) - len(visible.encode("ascii", "ignore"))
    return min(1.0, lost / max(beyond_ascii, min(len(visible), _FLOOR)))


def may_hold_damage(body: bytes) -> bool:
    """Whether a sound UTF-8 body can hold any mark of damage: a screen at the speed of memory.

    Private use begins with the bytes EE, EF 80–EF A3 or F3–F4, U+FFFD is EF BF BD; EF otherwise begins full-width
    forms (EF BC, EF BD), the commonest of all.
    """
    if b"\xee" in body or b"\xf3" in body or b"\xf4" in body or _KUN in body or _TANG in body:
        return True
    return body.count(b"\xef") != body.count(b"\xef\xbc") + body.count(b"\xef\xbd")


_KUN = "锟斤拷".encode()
_TANG = "烫烫烫".encode()
