"""A county paper on PHPCMS: GBK bytes under a gb2312 declaration, `content-{category}-{id}-{page}.html`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.stories import Sheet, Story
from crawler.demo.templates.parts import Item, body, list_items

SITE = "赤岭经济网"


def article(story: Story, *, views: int, sheet: Sheet | None = None, stem: str = "") -> str:
    """The article page, or one of its pages, which are called stem-1.html, stem-2.html."""
    subtitle = "".join(f"<p>　　{escape(line)}</p>" for line in story.subtitle)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />
<title>{escape(story.title)} - {SITE}</title></head>
<body><div class="menu"><a href="/">首页</a><a href="/list-520-1.html">要闻</a></div>
<div class="main"><div class="crumbs"><a href="/">首页</a> &gt; <a href="/list-520-1.html">要闻</a> &gt; 正文</div>
<h1>{escape(story.title)}</h1>
<div class="info">发布时间:{story.published:%Y-%m-%d %H:%M:%S}     来源:{escape(story.origin)}     点击:{views}</div>
<div class="content">
{subtitle}
{body(story, sheet=sheet)}
</div>{_pager(story, sheet, stem) if sheet else ""}
<div class="bianji">责任编辑:{"、".join(story.editor)}</div>
<div class="pre_next"><p>上一篇: <a href="/list-520-1.html">没有了</a></p>\
<p>下一篇: <a href="/list-520-1.html">没有了</a></p></div>
</div>
<div class="footer">Copyright © {SITE} 岚ICP备00000003号</div></body></html>
"""


def _pager(story: Story, sheet: Sheet, stem: str) -> str:
    numbers = " ".join(
        f"<span>{each.number}</span>" if each is sheet else f'<a href="{stem}-{each.number}.html">{each.number}</a>'
        for each in story.sheets
    )
    before, behind = max(1, sheet.number - 1), min(len(story.sheets), sheet.number + 1)
    return (
        f'<div id="pages" class="text-c"><a class="a1" href="{stem}-{before}.html">上一页</a> {numbers} '
        f'<a class="a1" href="{stem}-{behind}.html">下一页</a></div>'
    )


def listing(found: Sequence[Item], *, path: str, base: str, number: int, pages: int) -> str:
    """A list page with the numbers of the others."""
    others = "".join(f'<a href="list-520-{n}.html">{n}</a>' for n in range(1, pages + 1))
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" \
"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=gb2312" /><title>要闻 - {SITE} 第{number}页</title></head>
<body><div class="menu"><a href="/">首页</a><a href="/list-520-1.html">要闻</a></div>
<ul class="list lh24 f14">
{list_items(found, path, base)}
</ul>
<div id="pages">{others}</div>
<div class="footer">Copyright © {SITE} 岚ICP备00000003号</div></body></html>
"""
