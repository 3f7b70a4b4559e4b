"""A government office: ArticleTitle, PubDate, ContentSource in meta tags, the body between comments in `div.nr-003`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.stories import Story
from crawler.demo.templates.parts import Item, body, list_items

OFFICE = "岚川省工业和信息化厅"


def article(story: Story) -> str:
    """The article page, with the officials' tool bar. There is no view counter: the page can answer 304 for days."""
    editor = "、".join(story.editor)
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"/>
<meta name="SiteName" content="{OFFICE}"/>
<meta name="ColumnName" content="工业运行"/><meta name="ColumnType" content="新闻"/>
<meta name="ArticleTitle" content="{escape(story.title)}"/>
<meta name="PubDate" content="{story.published:%Y-%m-%d %H:%M}"/>
<meta name="ContentSource" content="{escape(story.origin)}"/><meta name="Author" content="{"、".join(story.author)}"/>
<title>{escape(story.title)}-{OFFICE}</title></head><body>
<div class="top"><a href="/">网站首页</a>\
<a href="/gxt/c107573/infolist.shtml">工业运行</a><a href="/zwgk.shtml">政务公开</a></div>
<div class="position">您当前的位置：<a href="/">首页</a> &gt; \
<a href="/gxt/c107573/infolist.shtml">工业运行</a> &gt; 正文</div>
<div class="nr-001"><h1>{escape(story.title)}</h1>
<div class="nr-002">发布时间：{story.published:%Y-%m-%d %H:%M} 信息来源：{escape(story.origin)} \
【字体：<a href="#">大</a> \
<a href="#">中</a> <a href="#">小</a>】 <a href="javascript:window.print()">打印本页</a></div></div>
<div class="nr-003"><!--Content Start-->
{body(story)}
<!--Content End--></div>
<div class="nr-004">责任编辑：{editor}</div>
<div class="foot"><p>主办：{OFFICE}</p><p>岚ICP备00000002号 网站标识码：0000000001</p></div>
</body></html>
"""


def listing(found: Sequence[Item], *, path: str, base: str) -> str:
    """A list page."""
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"/><title>工业运行-{OFFICE}</title></head><body>
<div class="top"><a href="/">网站首页</a><a href="/zwgk.shtml">政务公开</a></div>
<ul class="infolist">
{list_items(found, path, base)}
</ul>
<div class="foot"><p>主办：{OFFICE}</p></div>
</body></html>
"""


CHALLENGE = """<!DOCTYPE html><html><head><meta charset="utf-8">\
<meta id="9DhefwqGPrzG" r="m" content="Qd7s2k0aTrVb3mXw">\
<script type="text/javascript" r="m">(function(){var _$a=['\\x63\\x6f\\x6f\\x6b\\x69\\x65'];\
document[_$a[0]]='4hP44ZykCTt5P=0a1b2c; path=/';$_ts=window['$_ts']||{};$_ts.nsd=61253;location.reload();})();</script>\
<script type="text/javascript" charset="utf-8" src="/ts.61253.js" r="m"></script></head><body></body></html>
"""
