"""Names of people out of a by-line."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from crawler.extract.phrases import names
from crawler.later import later
from crawler.paths import packaged_config

_SPLIT = later(r"[\s、，,;；/／&|｜丨和　]+")
_BRACKETS = later(r"[（(\[【][^）)\]】]{0,40}[）)\]】]")
_CODE = later(r"[A-Z]{0,4}\d+|[A-Z]{1,3}\d*[A-Z]?\d+|\d.*")
_STAFF_NUMBER = later(r"_\w+$")
_ROLE = later(
    r"^(?:文字|摄影|本报|本网|本刊|本台|全媒体|首席|见习|实习|特约|高级|资深|融媒体)*(?:记者|記者|通讯员|评论员|作者|编辑|责任编辑|责编|主编|撰稿人?|执笔人?|特派员|主笔|实习生|研究员|文)+[:：]?\s*"
)
_TAIL = later(r"(?:报道|報導|摄影报道|摄影|供稿|整理|编译|编辑|综合|文|等|摄|发自.{1,8})$")
_DOING = later(r"整合|综合|整理|编译|报道|摄影报道|采写|原创|供稿|图文|摄影|通讯员|实习生|记者|等|北京|上海|文|译")
_OFFICE = later(r"(?:评论员|记者|通讯员|特派员|撰稿人|研究员|工作者)$")
_SENTENCE = later(r"[。！？!?：“”]")
# 某某大学历史学院郭某: an office with the name of its bearer
_BEHIND_OFFICE = later(
    r"^[\u3400-\u9fff]{2,20}(?:大学|学院|学校|医院|公司|中心|研究所|研究院|委员会|日报|晚报|新闻网|局|厅)([\u3400-\u9fff]{2,3})$"
)
# Wang Wei and Li Mingzhe: two words or more, so that the pen name of an editor stays one (celiawu)
_ENGLISH_WORD = (
    r"(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s*\d|(?:Share|Print|Updated|Published|Source|Editor)\b)"
    r"[A-Z][A-Za-z'’.-]*"
)
_ENGLISH = later(
    rf"{_ENGLISH_WORD}(?:\s{_ENGLISH_WORD})+(?:(?:\s?[,;/&]\s?|,?\sand\s){_ENGLISH_WORD}(?:\s{_ENGLISH_WORD})*)*(?![A-Za-z0-9])"
)
_ENGLISH_PARTS = later(r"\s*(?:,|;|/|&|\band\b)\s*")
_NOBODY = frozenset(("佚名", "匿名", "未知", "不详", "无名氏", "暂无"))
_HAN = later(r"^[\u3400-\u9fff·•]+$")
_TRANSLITERATED = later(r"[\u3400-\u9fff]{1,6}[·•][\u3400-\u9fff·•]{1,10}")
_LATIN = later(r"^[A-Za-z][A-Za-z .'-]{1,30}$")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """words.toml: words, parted by white space."""

    like_names: str


@cache
def _words() -> frozenset[str]:
    path = packaged_config() / "phrases" / "words.toml"
    try:
        return frozenset(msgspec.toml.decode(path.read_bytes(), type=_Words).like_names.split())
    except msgspec.DecodeError as error:
        raise ValueError(f"{path}: {error}") from error


@cache
def _surname() -> re.Pattern[str]:
    table = names()
    return re.compile(rf"(?:{'|'.join(table.compound)})[\u3400-\u9fff]{{1,2}}$|[{table.single}][\u3400-\u9fff]{{1,2}}$")


def is_name(word: str) -> bool:
    """Whether a word has the form of a Chinese name with a known surname (or a transliterated one with a dot).

    A common word that begins like a name (`华为`, `高考`) has it not.
    """
    if word in _words():
        return False
    if "·" in word or "•" in word:
        return _surname().match(word) is not None or _TRANSLITERATED.fullmatch(word) is not None
    return _surname().match(word) is not None


def people(text: str, *, labelled: bool = True) -> tuple[str, ...]:
    """The names in the words after a label.

    With `labelled` whatever stands there is taken as long as it can be a name or an office (`护理部党支部`);
    without, only words with a known surname, and nothing at all where one part is none.
    """
    text = _BRACKETS.sub(" ", text).strip("[]【】()（）〔〕 　:：")
    latin = _ENGLISH.match(text)
    if latin and not any("\u3400" <= letter <= "\u9fff" for letter in text):
        return _english(latin[0])
    words = _joined([_cleaned(word) for word in _SPLIT.split(text) if word])
    found: list[str] = []
    for word in words:
        if not word or word in _NOBODY or _CODE.fullmatch(word):
            continue
        if labelled and not is_name(word) and any(is_name(each) for each in found):
            break
        good = is_name(word) if not labelled else _possible(word)
        if not good:
            if labelled:
                continue
            return ()
        if word not in found:
            found.append(word)
    return tuple(found[:12])


def _english(text: str) -> tuple[str, ...]:
    """The names of a list of English ones: commas, semicolons and `and` part them, spaces do not."""
    parts = (part.strip(" .") for part in _ENGLISH_PARTS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part and len(part.split()) <= 4))[:12]


@cache
def _described() -> re.Pattern[str]:
    """A name with its bearer's office glued to it, which begins with a place or the like."""
    return re.compile(rf"^([\u3400-\u9fff]{{2,3}})(?:{'|'.join(names().offices)})[\u3400-\u9fff]{{2,}}$")


def _cleaned(word: str) -> str:
    word = _ROLE.sub("", _STAFF_NUMBER.sub("", word)).strip("[]【】()（）〔〕:：。.·")
    if is_name(word):
        return word
    if _DOING.fullmatch(word) or _OFFICE.search(word):
        return ""
    cut = _TAIL.sub("", word)
    if len(cut) > 4:
        described = _described().match(cut)
        if described and is_name(described[1]):
            return described[1]
        behind = _BEHIND_OFFICE.match(cut)
        if behind and is_name(behind[1]):
            return behind[1]
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
    return (
        2 <= len(word) <= 20 and not _SENTENCE.search(word) and any("\u3400" <= letter <= "\u9fff" for letter in word)
    )
