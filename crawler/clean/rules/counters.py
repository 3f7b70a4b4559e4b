"""Counters of readers: 阅读 1234, 浏览次数：56 次, 阅读(12) 评论(0), 3.2万次浏览, 共有 0 条评论.

Seen under headlines and at the foot of bodies, often with the number missing because a script writes it. Spared: a
sentence that begins so (阅读1200本书的孩子…): the counter must be the whole line. Cells of a table of data stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.later import later

REASON = "a counter of readers, comments or shares"
_LONGEST = 50
_WHAT = (
    r"(?:阅读|閱讀|浏览|瀏覽|点击|點擊|访问|查看|观看|播放|人气|评论|評論|跟帖|跟贴|回复|点赞|收藏|分享|转发|下载|参与|围观|热度"
    r"|views?|reads?|hits?|comments?)"
)
_NUMBER = r"\d[\d,.]*\s*[万亿kKwW]?\+?\s*(?:多?人次|次|人|条|个|位|篇)?"
_COUNTER = later(
    rf"(?>(?:本文|本页|该文|已经|已被|已有|已|被|共有|共计|累计|总|共|有|全部|文章)*+\s*"
    rf"(?:{_WHAT}(?:次数|人数|总数|数|量|率)?\s*[:：(（\[【]*\s*{_NUMBER}\s*[)）\]】]*"
    rf"|{_WHAT}(?:次数|人数|总数|数|量|率)\s*[:：(（\[【]+\s*[)）\]】]*(?:次|人)?"
    rf"|{_NUMBER}\s*(?:网友|读者|人)?(?:已|参与|次)?{_WHAT}(?:过|量|数|次数)?)[\s|｜/·,，。]*)+",
    re.IGNORECASE,
)


def reason(text: str) -> str | None:
    """Why a line is a counter, or None."""
    return REASON if len(text) <= _LONGEST and _COUNTER.fullmatch(text) else None


def counters(scene: Scene) -> Mapping[int, str]:
    """Drop the counters."""
    return {
        index: REASON
        for index, line in enumerate(scene.lines)
        if index not in scene.cells and reason(line.text.strip("[]【】()（） "))
    }
