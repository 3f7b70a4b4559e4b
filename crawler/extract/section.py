"""栏目: the breadcrumb above the article, from the site's name down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.evidence import Found
from crawler.extract.page import Line
from crawler.later import later

_LABEL = later(r"^.{0,12}?(?:位置|所在|导航|在这里)\s*(?:是|在)?\s*[:：]?\s*")
_STEP = later(r"\s*(?:-{1,3}>|=+>|[>＞»›→]+|》+|/(?=\s)|::)\s*")
_NOT_A_SECTION = frozenset(
    (
        "正文",
        "首页",
        "网站首页",
        "返回首页",
        "主页",
        "内容",
        "详情",
        "文章正文",
        "新闻正文",
        "详细内容",
        "文章",
        "查看",
        "浏览",
        "信息详情",
    )
)
_WORDS = later(r"crumb|path|position|location|weizhi|dqwz|siteurl|navthis|address|local|where|dangqian", re.IGNORECASE)


def section(head: Sequence[Line], given: Iterable[str] = ()) -> tuple[tuple[str, ...], Found | None]:
    """The steps of the breadcrumb among the lines above the text."""
    for text in given:
        steps = _steps(text)
        if steps:
            return steps, Found("template", text[:120])
    for line in reversed(head):
        text = line.spaced
        if len(text) > 120:
            continue
        has_steps = _STEP.search(text) is not None
        if not has_steps and not line.linked:
            continue
        labelled = _LABEL.match(text) is not None
        if (
            (labelled and (has_steps or line.linked))
            or (has_steps and line.linked >= 2)
            or (_WORDS.search(line.words) and line.linked and has_steps)
        ):
            steps = _steps(text)
            if steps:
                return steps, Found("breadcrumb", text[:120])
    return (), None


def _steps(text: str) -> tuple[str, ...]:
    steps = [step.strip(" \u3000·|>＞»") for step in _STEP.split(_LABEL.sub("", text))]
    kept = [step for step in steps if step and step not in _NOT_A_SECTION and len(step) <= 20]
    return tuple(kept[:8])
