"""What search compares: a text with width, case and script made one, and where each piece of it stood. Pure.

Compatibility forms become one (NFKC), case is folded, and Traditional characters are written as their Simplified ones:
single characters by OpenCC's `t2s`, because both scripts must come to one form whatever stands beside them. The forms
are never shown. `archive.likeness` compares texts by the same characters.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import islice

import numpy as np
import numpy.typing as npt
from opencc_pyo3 import OpenCC

Forms = npt.NDArray[np.uint16]

# OpenCC leaves these, whose Simplified form depends on the word, or which only Hong Kong writes so.
_MORE = {"祇": "只", "衹": "只", "瞭": "了", "衞": "卫", "裇": "恤", "妳": "你", "粧": "妆", "敍": "叙", "藉": "借"}

_HAN = ((0x2E80, 0x3000), (0x3400, 0xA000), (0xF900, 0xFB00))
"""Where the characters stand that another script writes otherwise: what `simplified` gives for all others is itself."""


@cache
def simplified() -> dict[str, str]:
    """Each character whose Simplified form is another, with that form, both within 16 bits. No form has one itself.

    >>> simplified()["經"], simplified()["薴"], "西" in simplified()
    ('经', '苎', False)
    """
    characters = [chr(code) for start, end in _HAN for code in range(start, end)]
    asked = [char if char.isalpha() else "x" for char in characters]
    given = str(OpenCC("t2s").convert("\n".join(asked))).split("\n")  # with lines between them none makes a word
    forms = {
        old: new
        for old, char, new in zip(characters, asked, given, strict=True)
        if char == old != new and len(new) == 1 and new <= "\uffff"
    } | _MORE
    return {old: forms.get(new, new) for old, new in forms.items()}


@cache
def _by_code() -> Forms:
    """Each code of 16 bits with that of its Simplified form."""
    return _forms({ord(old): ord(new) for old, new in simplified().items()})


def _forms(others: Mapping[int, int]) -> Forms:
    forms = np.arange(0x10000, dtype="<u2")
    forms[list(others)] = list(others.values())
    return forms


def _written(text: str, forms: Forms) -> str:
    """The text with each character in its form, a tenth of the time of `str.translate`; larger codes keep theirs."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    return bytes(forms[codes]).decode("utf-16-le", "surrogatepass")


def fold(text: str) -> str:
    """The text as search sees it.

    >>> fold("ＧＤＰ 西藏經濟")
    'gdp 西藏经济'
    """
    if _ALL_PLAIN.fullmatch(text):
        return _written(text, _plain_forms())
    return _fold(text)


def _fold(text: str) -> str:
    return _written(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()), _by_code())


# Each of these folds by itself to one character and joins no other; between two of them nothing can happen.
_PLAIN = r"\x00-\x7f\u2010-\u2016\u2018-\u201f\u3001-\u301f\u3400-\u9fff\uff01-\uff5e"
_ALL_PLAIN = re.compile(rf"[{_PLAIN}]*")
_OTHERS = re.compile(rf"[{_PLAIN}]?[^{_PLAIN}]+")


@cache
def _plain_forms() -> Forms:
    """What plain characters become."""
    codes = (*range(0x80), *range(0x2010, 0x2020), *range(0x3001, 0x3020), *range(0xFF01, 0xFF5F))
    others = {code: form for code, form in enumerate(_by_code().tolist()) if code != form}
    return _forms(others | {code: ord(form) for code in codes if len(form := _fold(chr(code))) == 1})


def spaced(text: str) -> str:
    """The folded text with one blank for all white space, and without what no database takes.

    >>> spaced(" 西藏　\\n工業 ")
    '西藏 工业'
    """
    return " ".join(fold(text).replace("\x00", " ").encode("utf-8", "replace").decode().split())


@cache
def version() -> str:
    """Names the folding: an index that was made by another one must be made anew."""
    table = "".join(old + new for old, new in sorted(simplified().items()))
    return blake2b(f"{unicodedata.unidata_version} {table}".encode(), digest_size=8).hexdigest()


# --- where it stood


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters where the one that it came from begins and ends."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a piece of the folded text, which is not empty, stands in the text as it is printed."""
        return self.starts[start], self.ends[end - 1]


def folded(text: str) -> Folded:
    """The text folded, with the places: `fold`'s own characters, each with those that it comes from.

    Where marks join characters to others (a letter and its accent) a place is that of the whole group.

    >>> folded("①ﬁ經").text, folded("①ﬁ經").span(1, 2)
    ('1fi经', (1, 2))
    """
    if _ALL_PLAIN.fullmatch(text):
        return Folded(fold(text), range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts, ends = array("l"), array("l")
    at = 0
    for match in _OTHERS.finditer(text):
        _plain(text, at, match.start(), pieces, starts, ends)
        _others(match[0], match.start(), pieces, starts, ends)
        at = match.end()
    _plain(text, at, len(text), pieces, starts, ends)
    return Folded("".join(pieces), starts, ends)


def _plain(text: str, start: int, end: int, pieces: list[str], starts: array[int], ends: array[int]) -> None:
    if end > start:
        pieces.append(fold(text[start:end]))
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))


def _others(group: str, at: int, pieces: list[str], starts: array[int], ends: array[int]) -> None:
    whole, single = fold(group), [_fold_character(char) for char in group]
    pieces.append(whole)
    if "".join(single) == whole:
        for offset, form in enumerate(single, at):
            starts.extend([offset] * len(form))
            ends.extend([offset + 1] * len(form))
    else:
        starts.extend([at] * len(whole))
        ends.extend([at + len(group)] * len(whole))


@lru_cache(maxsize=10_000)
def _fold_character(char: str) -> str:
    return fold(char)


def places(text: str, wanted: Sequence[str], most: int) -> list[tuple[int, int, int]]:
    """The first matches of each folded string in a text as it is printed, at most so many of each: start, end, which.

    A blank in a string is any white space. A text of plain characters is not folded for that: what folds to each
    character of the string is looked for.
    """
    found: list[tuple[int, int, int]] = []
    if _ALL_PLAIN.fullmatch(text):
        for which, string in enumerate(wanted):
            matches = islice(_pattern(string, plain=True).finditer(text), most)
            found += [(match.start(), match.end(), which) for match in matches]
    else:
        looked_in = folded(text)
        for which, string in enumerate(wanted):
            matches = islice(_pattern(string, plain=False).finditer(looked_in.text), most)
            found += [(*looked_in.span(*match.span()), which) for match in matches]
    return sorted(found)


@lru_cache(maxsize=1000)
def _pattern(string: str, plain: bool) -> re.Pattern[str]:
    forms = _unfolded() if plain else {}
    return re.compile("".join(r"\s+" if char == " " else f"[{re.escape(forms.get(char, char))}]" for char in string))


@cache
def _unfolded() -> dict[str, str]:
    """Each folded character with all plain ones that it may stand for."""
    forms: dict[str, str] = {}
    for code, to in enumerate(_plain_forms().tolist()):
        if to != code:
            forms[chr(to)] = forms.get(chr(to), chr(to)) + chr(code)
    return forms
