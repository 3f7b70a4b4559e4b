"""The way to an article's other pages: `1 2 3 下一页 尾页 共3页`, `[1] [2] [3] 下一页`, `第 1 页 共 3 页`, `1/3`.

Seen below bodies of several pages and under picture sets. A number alone may be a heading: it goes only where it is
linked, or stands beside a line of linked page numbers or 下一页. Spared: a fraction inside a sentence, cells of
tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.phrases import boilerplate
from crawler.later import later

_LONGEST = 80
_WORD = later(
    r"上一?[页頁]|下一?[页頁]|首[页頁]|[末尾][页頁]|最后一?[页頁]|前一[页頁]|后一[页頁]|分[页頁]|第\s*\d{1,3}\s*[页頁]|共有?\s*\d{1,3}\s*[页頁]|"
    r"\d{1,3}\s*[页頁](?=\s*$|\s*[/／])|余下全文|转到|跳转|GO(?![a-z])|next(?:\s+page)?|prev(?:ious)?(?:\s+page)?|last|first",
    re.IGNORECASE,
)
_SIGNS = later("[页頁余转跳/／gGnNpPlLfF]")  # every pager has one of them
_OTHER = later(
    r"本文|本新闻|本篇|文章|全文|分为|当前|每页|page|of|到|在|为|是|第|[页頁]|\d{1,3}(?:条|篇)?|[\s\[\]【】()（）<>《》«»‹›|｜/／,，、:：.…·+\-—_]"
)
_NUMBER = later(r"[\[【(（<《]?\s*\d{1,3}\s*[\]】)）>》]?")
_NUMBERS = later(rf"(?>{_NUMBER.pattern}[\s·|｜]*)+")
_FRACTION = later(r"\[?(\d{1,2})\s*[/／]\s*(\d{1,2})\]?")


def reason(text: str) -> str | None:
    """Why a line is a pager, or None."""
    if len(text) > _LONGEST or not _SIGNS.search(text):
        return None
    rest, words = _WORD.subn("", text)
    if words and not _OTHER.sub("", rest):
        return boilerplate()["paging"].reason
    fraction = _FRACTION.fullmatch(text)
    if fraction and 1 <= int(fraction[1]) <= int(fraction[2]):
        return boilerplate()["paging"].reason
    return None


def paging(scene: Scene) -> Mapping[int, str]:
    """Drop the pagers, and the numbers beside them that are no links because they stand for the page itself."""
    found = {}
    leading_on = set()  # pagers with links
    for index, line in enumerate(scene.lines):
        if index in scene.cells:
            continue
        linked_numbers = bool(line.hrefs) and len(line.text) <= _LONGEST and _NUMBERS.fullmatch(line.text) is not None
        why = boilerplate()["paging"].reason if linked_numbers else reason(line.text)
        if why:
            found[index] = why
            if line.hrefs:
                leading_on.add(index)
    for index in leading_on:
        for beside in (index - 1, index + 1):
            if (
                0 <= beside < len(scene.lines)
                and beside not in scene.cells
                and _NUMBER.fullmatch(scene.lines[beside].text)
            ):
                found.setdefault(beside, boilerplate()["paging"].reason)
    return found
