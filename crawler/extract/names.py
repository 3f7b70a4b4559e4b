"""Names of people out of a by-line."""

from __future__ import annotations

import re
from functools import cache

from crawler.extract.phrases import names

_SPLIT = re.compile(r"[\s、，,;；/／&|｜和　]+")
_BRACKETS = re.compile(r"[（(\[【][^）)\]】]{0,40}[）)\]】]")
_CODE = re.compile(r"[A-Z]{0,4}\d+|[A-Z]{1,3}\d*[A-Z]?\d+|\d.*")
_STAFF_NUMBER = re.compile(r"_\w+$")
_ROLE = re.compile(
    r"^(?:文字|摄影|本报|本网|本刊|本台|全媒体|首席|见习|实习|特约|高级|资深|融媒体)*(?:记者|記者|通讯员|评论员|作者|编辑|责任编辑|责编|主编|撰稿人?|执笔人?|特派员|主笔|实习生|研究员|文)+[:：]?\s*"
)
_TAIL = re.compile(r"(?:报道|報導|摄影报道|摄影|供稿|整理|编译|编辑|综合|文|等|摄|发自.{1,8})$")
_HAN = re.compile(r"^[\u3400-\u9fff·•]+$")
_LATIN = re.compile(r"^[A-Za-z][A-Za-z .'-]{1,30}$")


@cache
def _surname() -> re.Pattern[str]:
    table = names()
    return re.compile(rf"(?:{'|'.join(table.compound)})[\u3400-\u9fff]{{1,2}}$|[{table.single}][\u3400-\u9fff]{{1,2}}$")


def is_name(word: str) -> bool:
    """Whether a word has the form of a Chinese name with a known surname (or a transliterated one with a dot)."""
    return _surname().match(word) is not None or bool(
        re.fullmatch(r"[\u3400-\u9fff]{1,6}[·•][\u3400-\u9fff·•]{1,10}", word)
    )


def people(text: str, *, labelled: bool = True) -> tuple[str, ...]:
    """The names in the words after a label.

    With `labelled` whatever stands there is taken as long as it can be a name or an office (`医技药剂党支部`);
    without, only words with a known surname, and nothing at all where one part is none.
    """
    text = _BRACKETS.sub(" ", text).strip("[]【】()（）〔〕 　:：")
    words = _joined([_cleaned(word) for word in _SPLIT.split(text) if word])
    found: list[str] = []
    for word in words:
        if not word or _CODE.fullmatch(word):
            continue
        good = is_name(word) if not labelled else _possible(word)
        if not good:
            if labelled and found:
                break
            if labelled:
                continue
            return ()
        if word not in found:
            found.append(word)
    return tuple(found[:12])


def _cleaned(word: str) -> str:
    word = _ROLE.sub("", _STAFF_NUMBER.sub("", word)).strip("[]【】()（）〔〕:：。.·")
    cut = _TAIL.sub("", word)
    return cut if len(cut) >= 2 else word


def _joined(words: list[str]) -> list[str]:
    """Two single characters side by side are one name that was spaced out: 邹 明."""
    found: list[str] = []
    for word in words:
        if len(word) == 1 and found and len(found[-1]) == 1 and _HAN.match(word):
            found[-1] += word
        else:
            found.append(word)
    return found


def _possible(word: str) -> bool:
    if _LATIN.match(word):
        return True
    return 2 <= len(word) <= 20 and any("\u3400" <= letter <= "\u9fff" for letter in word)
