"""A content farm that reprints: stock-photo line, 专题新闻 and 最近更新 beside the text, an ICP number with -NN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from crawler.demo.stories import Story
from crawler.demo.templates.parts import Item, body, list_items

SITE = "环岚财讯网"

# Foreign bodies that must never come out as part of an article: invented, as everything here.
TOPICS = (
    "秋冬养生十个小窍门 第三个最容易被忽略",
    "这款折叠自行车为何一夜走红",
    "旧书市集重开 首日客流超出预期",
    "家装避坑指南：瓷砖怎么选",
)
RECENT = (
    "周末短途游热度上升 民宿预订提前售罄",
    "新款电热水壶测评：三分钟烧开一壶水",
    "小区门口的修鞋匠 一干就是三十年",
    "今晚有小雨 出门记得带伞",
    "阳台种菜成新风尚",
)


def article(story: Story, *, shown: datetime, views: int) -> str:
    """The article page: `shown` is the time of the reprint, which is what the page prints."""
    text = body(story, pictures=False).split("\n")
    text.insert(2 if story.byline else 1, "<p>　　(资料图片仅供参考)</p>")
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(story.title)}-{SITE}</title>
<meta name="keywords" content=""><meta name="description" content="{escape(story.title)}"></head><body>
<div class="path"><a href="/">{SITE}</a> &gt; <a href="/hlcx/">栏目首页</a> &gt; <a href="/hlcx/">产经</a> \
&gt; 正文</div>
<div class="main"><h1>{escape(story.title)}</h1>
<div class="info">{shown:%Y-%m-%d %H:%M:%S}来源: {escape(story.origin)}{"原创" if story.original else ""}\
<span class="hits">阅读 {views}</span></div>
<div class="article"><div class="con">
{chr(10).join(text)}
</div><div class="tags">关键词: </div></div></div>
<div class="side"><h3>专题新闻</h3><ul>{_lines(TOPICS)}</ul><h3>最近更新</h3><ul>{_lines(RECENT)}</ul></div>
<div class="foot"><p>岚ICP备00000004号-51</p>
<p>Copyright © 2011-2026 {SITE} All Rights Reserved. 联系网站:55 16 00 0 @example.invalid</p></div>
</body></html>
"""


def listing(found: Sequence[Item], *, path: str, base: str) -> str:
    """The only list page, with the same lists beside it."""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>产经-{SITE}</title></head><body>
<div class="path"><a href="/">{SITE}</a> &gt; 产经</div>
<ul class="newslist">
{list_items(found, path, base)}
</ul>
<div class="side"><h3>最近更新</h3><ul>{_lines(RECENT)}</ul></div>
<div class="foot"><p>岚ICP备00000004号-51</p></div>
</body></html>
"""


def _lines(titles: Sequence[str]) -> str:
    return "".join(
        f'<li><a href="http://news{number}.example.invalid/a/{number}.html">{escape(title)}</a></li>'
        for number, title in enumerate(titles, 1)
    )
