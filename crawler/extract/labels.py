"""Labelled facts in a line: `2022-02-13 04:22 来源：某某日报 编辑：某某` → origin 某某日报, editor 某某."""

from __future__ import annotations

import re
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from crawler.extract.phrases import labels

FIELDS = ("origin", "author", "editor", "photographer", "published", "keywords", "other")
_GAP = "[\u0020\u00a0\u3000]{0,3}"
_MARKS = r"\s*[:：︰︱丨]\s*"


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
    return re.compile(rf"(?P<label>{inner}){_MARKS}")


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
    """Labels without a colon in a line that is parted by bars: `| 来源 CSDN | 0 条评论 | 作者 魏星`."""
    words = sorted(
        (word for word, of in _by_word().items() if of in ("origin", "author", "editor") and len(word) > 1),
        key=len,
        reverse=True,
    )
    return re.compile(
        rf"(?:^|(?<=[|｜]\s)|(?<=[|｜]))(?P<label>{'|'.join(map(re.escape, words))})\s+(?=[^|｜]{{2,20}}(?:[|｜]|$))"
    )


def labelled(text: str) -> list[Labelled]:
    """Every labelled fact of the line, in order."""
    matches = list(label_pattern().finditer(text)) or list(_barred().finditer(text))
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
    return found
