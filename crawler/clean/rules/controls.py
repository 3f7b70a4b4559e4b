"""Bars of controls: lines of nothing but the names of buttons (微信 微博 QQ空间, 【大】【中】【小】 打印 关闭).

Seen above and below nearly every text. The names are those of `[bar]` and the whole lines of `[widget]`, `[paging]`,
`[placeholder]` and `[comments]` in config/phrases/boilerplate.toml; numbers may stand between them (评论 0 点赞 5).
Spared: a line that holds any other word or ends a sentence, a single name, which may be a heading, and cells of a
table of data (中 is a grade as well).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from crawler.clean.scene import Scene
from crawler.extract.phrases import boilerplate
from crawler.later import later

_LONGEST = 60
_FEWEST = 2  # a single name is a matter of its own (config: `whole`)
# what may stand between the names: marks and numbers
_BETWEEN = later(
    r"(?>[\s|｜/／·•:：\[\]【】()（）<>《》〈〉«»‹›,，、+\-_—–&;；=~^*.…©]|\d[\d.,]*[万w]?[次人条个]?)*", re.IGNORECASE
)


@cache
def _name() -> re.Pattern[str]:
    table = boilerplate()
    words = {
        word for name in ("widget", "paging", "comments", "placeholder") for word in table[name].whole if len(word) > 1
    }
    names = sorted(words | set(table["bar"].words), key=len, reverse=True)
    first = "".join(sorted({re.escape(name[0]) for name in names} | set("大中小")))  # at most places none begins
    return re.compile(
        rf"(?=[{first}])(?:{'|'.join(map(re.escape, names))}|[大中小](?!(?-i:[\u4e00-\u9fff]){{2}}))", re.IGNORECASE
    )


def reason(text: str) -> str | None:
    """Why a line is a bar of controls, or None."""
    if len(text) > _LONGEST:
        return None
    rest, names = _name().subn(" ", text)
    return boilerplate()["bar"].reason if names >= _FEWEST and _BETWEEN.fullmatch(rest) else None


def controls(scene: Scene) -> Mapping[int, str]:
    """Drop the bars of controls."""
    found = {}
    for index, line in enumerate(scene.lines):
        if index not in scene.cells or line.hrefs:
            why = reason(line.spaced)
            if why:
                found[index] = why
    return found
