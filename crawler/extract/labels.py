"""Labelled facts in a line: `2022-02-13 04:22 来源：某某日报 编辑：某某` → origin 某某日报, editor 某某."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import zip_longest
from typing import NamedTuple

from crawler.extract.phrases import labels

FIELDS = ("origin", "author", "editor", "photographer", "published", "keywords", "other")
_GAP = "[\u0020\u00a0\u3000]{0,3}"
_MARKS = r"\s*[:：︰︱丨]\s*"
_COLON = re.compile(r"[:：︰︱丨]\s*")
# `据来源：`, `总编辑：`, `《书名》作者：` are words of a sentence. A day or an hour may stand before a label.
_INSIDE = re.compile(r"(?:[\u3400-\u9fff》」』](?<!\d[年月日号时點点分秒版]))$")
_GLUED = re.compile(r"[^\s，。！？；：:“”]*")
_SENTENCE = re.compile(r"[，。！？；“”]")
_FULL_STOP = re.compile(r"[。！？]")
_LONGEST_KEPT = 300  # characters of a text whose facts are kept in mind: a line is asked for them several times
_OPEN = re.compile(r"(?:^|[。！？!?…][”’」』]?)\s*[\[【(（〔◎●■□▲△*]*\s*$|[\[【(（〔]\s*$")


class Labelled(NamedTuple):
    """A label's field, its words, and the text up to the next label."""

    field: str
    label: str
    value: str
    start: int


@cache
def _by_word() -> dict[str, str]:
    table = labels()
    return {"".join(word.split()): field for field in FIELDS for word in getattr(table, field)}


def _spread(word: str) -> str:
    return _GAP.join(re.escape(letter) for letter in "".join(word.split()))


@cache
def label_pattern(field: str = "") -> re.Pattern[str]:
    """The labels of one field, or of all, each with its colon."""
    words = [word for word, of in _by_word().items() if field in ("", of)]
    inner = "|".join(_spread(word) for word in sorted(words, key=len, reverse=True))
    # `DataSource:` is no label, nor is the end of any other English word
    return re.compile(rf"(?P<label>(?:(?<![A-Za-z])|(?![A-Za-z]))(?:{inner})){_MARKS}")


@cache
def _reach() -> int:
    """How far before its colon a label may begin, in characters."""
    return 4 * max(map(len, _by_word())) + 8


@cache
def _bare_other() -> re.Pattern[str]:
    """Words of other fields that stand without a colon, after a space: `第一财经日报 网友评论 0 条`."""
    words = sorted((word for word, of in _by_word().items() if of == "other" and len(word) > 1), key=len, reverse=True)
    return re.compile(
        r"(?<=\s)(?:网友|我要|参与|共有|已有)?(?:"
        + "|".join(map(re.escape, words))
        + ")|[\\[【(（](?=大|字|收藏|打印|微博|分享)"
    )


@cache
def _barred() -> re.Pattern[str]:
    """Labels without a colon in a line that is parted by bars: `| 来源 某某网 | 0 条评论 | 作者 王小明`."""
    words = sorted(
        (word for word, of in _by_word().items() if of in ("origin", "author", "editor") and len(word) > 1),
        key=len,
        reverse=True,
    )
    return re.compile(
        rf"(?:^|(?<=[|｜]\s)|(?<=[|｜]))(?P<label>{'|'.join(map(re.escape, words))})\s+(?=[^|｜]{{2,20}}(?:[|｜]|$))"
    )


def is_label(text: str) -> bool:
    """Whether a text is a label and nothing else, without its colon."""
    return "".join(text.split()) in _by_word()


def labelled(text: str) -> tuple[Labelled, ...]:
    """Every labelled fact of the line, in order.

    A label is a word of its own: behind another word it counts only where that is the value of the label before
    (`来源：某某网编辑：某某`).
    """
    return _kept(text) if len(text) <= _LONGEST_KEPT else _read(text)


@lru_cache(maxsize=1_024)
def _kept(text: str) -> tuple[Labelled, ...]:
    return _read(text)


def _read(text: str) -> tuple[Labelled, ...]:
    matches = _free(text)
    if not matches:
        begins = _barred().match(text)
        parted = "|" in text or "｜" in text
        matches = list(_barred().finditer(text)) if parted else [begins] if begins else []
    found = []
    for match, following in zip_longest(matches, matches[1:]):
        value = text[match.end() : following.start() if following else len(text)]
        label = "".join(match["label"].split())
        cut = _bare_other().search(value)
        if cut:
            value = value[: cut.start()]
        if "|" in value or "｜" in value:
            value = re.split(r"[|｜]", value.strip(" |｜"))[0]
        found.append(Labelled(_by_word()[label], label, value.strip(" \u3000|｜/／>"), match.start()))
    return tuple(found)


def set_apart(text: str, fact: Labelled) -> bool:
    """Whether a labelled fact of the line is none of a sentence's words.

    It begins the line, a bracket or what follows a sentence, or the line holds no sentence at all, only facts.
    """
    marks = _FULL_STOP if label_pattern().match(text) else _SENTENCE
    return not marks.search(text) or _OPEN.search(text[max(0, fact.start - 12) : fact.start]) is not None


def _free(text: str) -> list[re.Match[str]]:
    kept: list[re.Match[str]] = []
    for match in _matches(text):
        behind = kept[-1].end() if kept else -1
        inside = _INSIDE.search(text[max(0, match.start() - 3) : match.start()])
        if not inside or (behind >= 0 and _GLUED.fullmatch(text, behind, match.start())):
            kept.append(match)
    return kept


def _matches(text: str) -> Iterator[re.Match[str]]:
    """The labels with their colons; looked for before each colon, of which most lines have none."""
    behind = 0
    for colon in _COLON.finditer(text):
        match = label_pattern().search(text, max(behind, colon.start() - _reach()), colon.end())
        if match:
            behind = match.end()
            yield match
