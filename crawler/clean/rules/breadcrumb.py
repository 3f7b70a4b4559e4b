"""The breadcrumb: 当前位置：首页 > 新闻 > 正文. Where the article lies on the site is its section and not its text.

Seen at the top of bodies that reach up to the headline. Spared: a way that begins at no home page (昆明 > 大理 > 丽江),
and sentences that speak of a position.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.later import later

REASON = "the breadcrumb, which is kept as the section"
_LONGEST = 100
_LONGEST_STEP = 16
_LABEL = later(
    r"[\s\[【]*[您你]?(?:现在|当前|目前|當前|所在|所处|的)*(?:位置|页面)\s*[是在]?\s*[:：]"
    r"|(?:You are here|Location)\s*:",
    re.IGNORECASE,
)
_SENTENCE = later(r"[。！？；，]")
_SIGNS = later("[>＞»›→/:：]")  # a breadcrumb has one of them: an arrow, or the colon of its label
_STEP = later(r"\s*(?:>+|＞+|»|›|→|-&gt;|::|/|\\|—{1,2}|\|)\s*")
_ARROW = later(r">|＞|»|›|→|/")
_HOME = later(r"(?:返回)?(?:网站)?(?:首页|主页|首頁|Home)|.{2,10}(?:网|首页|频道)", re.IGNORECASE)
_LAST = later(r"正文|内容|详情|文章内容|新闻正文|浏览文章|详细内容|阅读")


def reason(text: str) -> str | None:
    """Why a line is a breadcrumb, or None."""
    if len(text) > _LONGEST or not _SIGNS.search(text) or _SENTENCE.search(text):
        return None
    label = _LABEL.match(text)
    steps = [step for step in _STEP.split(text[label.end() if label else 0 :].strip()) if step]
    if any(len(step) > 2 * _LONGEST_STEP for step in steps):
        return None
    if label and (len(steps) > 1 or not steps or _HOME.fullmatch(steps[0])):
        return REASON
    if len(steps) < 2 or not _ARROW.search(text) or any(len(step) > _LONGEST_STEP for step in steps[:-1]):
        return None
    is_way = _HOME.fullmatch(steps[0]) and (len(steps) > 2 or _LAST.fullmatch(steps[-1]))
    return REASON if is_way or (len(steps) > 2 and _LAST.fullmatch(steps[-1])) else None


def breadcrumb(scene: Scene) -> Mapping[int, str]:
    """Drop the breadcrumbs."""
    return {index: REASON for index, line in enumerate(scene.lines) if index not in scene.cells and reason(line.spaced)}
