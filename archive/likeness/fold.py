"""The form in which texts are compared: what a reprint may change without telling anything new is folded away.

A folded text is an array of UTF-16 units without punctuation, white space and marks; width and case are made one, and
Traditional characters are written as their Simplified ones. Nothing is shown in this form, so that the fold may be
coarse: 乾 and 幹 are 干, 著 is 着. It goes by single characters, because both scripts must come to one form whatever
stands beside them; the characters are OpenCC's (`t2s`), which is installed for the repair of mirrors anyway.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from archive.fold import simplified

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Units = NDArray[np.uint16]

LONGEST = 60_000
"""Units that are compared; what lies beyond is not looked at, so that a hostile page costs no more than a long one."""

_POINT = 0x2E
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ"
# What spam mirrors put in: 經(jīng), 日?qǐng), 的(de)(de). A text that truly tells a reading tells it in every copy.
_READINGS = re.compile(rf"[?？]\(?[a-z]{{0,5}}[{_TONED}][a-z]{{0,5}}\)|(?<=[\u3400-\u9fff?)])\([a-z{_TONED}]{{1,6}}\)")


def fold(text: str) -> Units:
    """The units that are compared, at most `LONGEST` of them.

    >>> same = lambda one, other: fold(one).tolist() == fold(other).tolist()
    >>> same("《經濟日報》：增長 ３．５％。", "经济日报 增长3.5%")
    True
    >>> same("日?qǐng)?bào)訊", "日讯"), same("增长3.5%", "增长35%")
    (True, False)
    """
    text = text[: 4 * LONGEST]
    if "(" in text or ")" in text:
        text = _READINGS.sub("", text)
    raw = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    units: Units = table()[raw]
    units = units[units != 0][:LONGEST]
    points = (units == _POINT).nonzero()[0]
    if len(points):
        kept = np.ones(len(units), np.bool_)
        kept[points] = _within_number(units, points)
        units = units[kept]
    return units


def _within_number(units: Units, points: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which points stand between two digits: the others are punctuation."""
    padded = np.concatenate(([0], units, [0]))
    before, behind = padded[points], padded[points + 2]
    digits: NDArray[np.bool_] = (before >= 0x30) & (before <= 0x39) & (behind >= 0x30) & (behind <= 0x39)
    return digits


@cache
def table() -> Units:
    """Unit → its folded unit, 0 for what is dropped."""
    folded = np.zeros(0x10000, np.uint16)
    forms = simplified()
    for char in (chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000):
        form = unicodedata.normalize("NFKC", char).casefold()
        form = form if len(form) == 1 and form <= "\uffff" else char  # ㎡ and ligatures are several characters
        if form.isalnum() or form == ".":
            folded[ord(char)] = ord(forms.get(form, form))
    folded[0xD800:0xE000] = np.arange(0xD800, 0xE000)  # halves of the rarer characters, each as it is
    return folded


@cache
def version() -> str:
    """Names the table: what was stored under another name must be made anew, for its keys differ.

    >>> len(version())
    16
    """
    return blake2b(table().tobytes(), digest_size=8).hexdigest()
