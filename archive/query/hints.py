"""What somebody may have meant by a word that is looked for as it stands: the name of a field in Chinese. Pure.

They are no names of the language: 来源：新华社 stands in texts, and who looks for it is to find it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from archive.fold import spaced
from archive.query.tree import FIELDS, TAGS

CHINESE = {
    "标题": "title",
    "题目": "title",
    "正文": "text",
    "内容": "text",
    "来源": "origin",
    "出处": "origin",
    "作者": "author",
    "记者": "author",
    "编辑": "editor",
    "责编": "editor",
    "责任编辑": "editor",
    "栏目": "section",
    "频道": "section",
    "网址": "url",
    "链接": "url",
    "网站": "source",
    "站点": "source",
    "语言": "language",
    "状态": "status",
    "日期": "on",
    "时间": "on",
}
"""In Simplified characters; a word in the others is folded to them."""

DATES = ("after", "before", "on")
NAMES = (*FIELDS, *TAGS, *DATES)
_NAMED = re.compile(r"(\w+)([:：])(.*)", re.DOTALL)


def meant(word: str) -> str | None:
    """The word with the field that its beginning seems to name; None if it names none.

    >>> meant("标题：工业"), meant("來源:新华社"), meant("titel：工业"), meant("时间：")
    ('title:工业', 'origin:新华社', 'title:工业', 'on:')
    >>> meant("比分2:1"), meant("GDP：增长")
    (None, None)
    """
    if (named := _NAMED.fullmatch(word)) is None:
        return None
    name, colon, rest = named.groups()
    field = CHINESE.get(spaced(name))
    if field is None and colon == "：":  # with the other one it is refused: see `parse`
        field = next(iter(get_close_matches(name.lower(), NAMES, n=1)), None)
    return f"{field}:{rest}" if field else None
