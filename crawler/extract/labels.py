"""Labelled facts in a line: `2022-02-13 04:22 来源：某某日报 编辑：某某` → origin 某某日报, editor 某某."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import zip_longest
from string import ascii_letters
from typing import NamedTuple

from crawler.extract.phrases import labels
from crawler.later import later

FIELDS = ("origin", "author", "editor", "photographer", "published", "keywords", "other")
_GAPS = frozenset("\u0020\u00a0\u3000")
_WIDEST_GAP = 3  # spaces between two letters of a label: 来　源
_REACH = 60  # characters before a colon in which its label ends
_LATIN = frozenset(ascii_letters)
_COLONS = ":：︰︱丨"
_COLON = later(rf"[{_COLONS}]\s*")
# `据来源：`, `总编辑：`, `《书名》作者：` are words of a sentence. A day or an hour may stand before a label.
_INSIDE = later(r"(?:[\u3400-\u9fff》」』](?<!\d[年月日号时點点分秒版]))$")
_GLUED = later(r"[^\s，。！？；：:“”]*")
_SENTENCE = later(r"[，。！？；“”]")
_FULL_STOP = later(r"[。！？]")
_LONGEST_KEPT = 300  # characters of a text whose facts are kept in mind: a line is asked for them several times
_OPEN = later(r"(?:^|[。！？!?…][”’」』]?)\s*[\[【(（〔◎●■□▲△*]*\s*$|[\[【(（〔]\s*$")


class Labelled(NamedTuple):
    """A label's field, its words, and the text up to the next label."""

    field: str
    label: str
    value: str
    start: int


class _Mark(NamedTuple):
    """A label with its colon in a text."""

    label: str
    start: int
    end: int


@cache
def _by_word() -> dict[str, str]:
    table = labels()
    return {"".join(word.split()): field for field in FIELDS for word in getattr(table, field)}


@cache
def _longest() -> int:
    return max(map(len, _by_word()))


@cache
def _last_letters() -> frozenset[str]:
    return frozenset(word[-1] for word in _by_word())


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(word[0] for word, of in _by_word().items() if of in ("origin", "author", "editor"))


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


_LONGEST_ALONE = 50  # characters of such a line


@cache
def _alone() -> re.Pattern[str]:
    """One label and its value with a bar or a slash between them, and nothing else: `来源｜某某网`, `编辑/王小明`."""
    words = sorted(
        (word for word, of in _by_word().items() if of in ("origin", "author", "editor") and len(word) > 1),
        key=len,
        reverse=True,
    )
    return re.compile(rf"^(?P<label>{'|'.join(map(re.escape, words))})\s*[|｜/／]\s*(?=[^|｜/／，。！？]{{2,30}}$)")


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
    marks = _free(text) or _without_colon(text)
    found = []
    for mark, following in zip_longest(marks, marks[1:]):
        value = text[mark.end : following.start if following else len(text)]
        cut = _bare_other().search(value)
        if cut:
            value = value[: cut.start()]
        if "|" in value or "｜" in value:
            value = re.split(r"[|｜]", value.strip(" |｜"))[0]
        found.append(Labelled(_by_word()[mark.label], mark.label, value.strip(" \u3000|｜丨/／>"), mark.start))
    return tuple(found)


def _without_colon(text: str) -> list[_Mark]:
    """A label with a bar behind it, or those of a line that is parted by bars; without a bar the line is one part."""
    parted = "|" in text or "｜" in text
    if not parted and text[:1] not in _first_letters():
        return []
    alone = _alone().match(text) if len(text) <= _LONGEST_ALONE else None
    if alone:
        return [_Mark(alone["label"], alone.start(), alone.end())]
    first = _barred().match(text)
    matches = _barred().finditer(text) if parted else [first] if first else []
    return [_Mark("".join(match["label"].split()), match.start(), match.end()) for match in matches]


def set_apart(text: str, fact: Labelled) -> bool:
    """Whether a labelled fact of the line is none of a sentence's words.

    It begins the line, a bracket or what follows a sentence, or the line holds no sentence at all, only facts.
    """
    first = next(_marks(text), None)
    marks = _FULL_STOP if first and first.start == 0 else _SENTENCE
    return not marks.search(text) or _OPEN.search(text[max(0, fact.start - 12) : fact.start]) is not None


def _free(text: str) -> list[_Mark]:
    kept: list[_Mark] = []
    for mark in _marks(text):
        behind = kept[-1].end if kept else -1
        inside = _INSIDE.search(text[max(0, mark.start - 3) : mark.start])
        if not inside or (behind >= 0 and _GLUED.fullmatch(text, behind, mark.start)):
            kept.append(mark)
    return kept


def _marks(text: str) -> Iterator[_Mark]:
    """The labels with their colons, looked for before each colon, of which most lines have none."""
    behind = 0
    for colon in _COLON.finditer(text):
        mark = _before(text, behind, colon)
        if mark:
            behind = mark.end
            yield mark


def _before(text: str, behind: int, colon: re.Match[str]) -> _Mark | None:
    """The longest label that ends at the colon and begins at `behind` or later; its letters may be spaced out."""
    reach = text[max(behind, colon.start() - _REACH) : colon.start()]
    at = colon.start() - len(reach) + len(reach.rstrip())
    letters: list[tuple[str, int]] = []
    gap = 0
    if text[at - 1 : at] not in _last_letters():
        return None
    while at > behind and len(letters) < _longest() and gap <= _WIDEST_GAP and text[at - 1] not in _COLONS:
        at -= 1
        if text[at] in _GAPS:
            gap += 1
        else:
            letters.append((text[at], at))
            gap = 0
    for length in range(len(letters), 0, -1):
        label = "".join(letter for letter, _ in letters[length - 1 :: -1])
        start = letters[length - 1][1]
        if label in _by_word() and not (label[0] in _LATIN and text[start - 1 : start] in _LATIN):
            return _Mark(label, start, colon.end())  # `DataSource:` is no label, nor is the end of any English word
    return None
