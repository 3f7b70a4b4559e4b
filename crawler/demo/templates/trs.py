"""A news site of the TRS WCM kind: list `div.listnews`, article `div.title_box`, body `#text` (tibet.cn's shape).

The Traditional twin and the spam mirror print the same template.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.demo.stories import Sheet, Story
from crawler.demo.templates.parts import INDENT, Item, body, link

SECTIONS = {"jjxw": "经济", "gy": "工业", "zx": "资讯"}


def article(
    story: Story, *, site: str, home: str, views: int | None, charset: str, sheet: Sheet | None = None, stem: str = ""
) -> str:
    """The article page, or one of its pages; `views` is the counter that changes every day (None: there is none).

    The pager is written by a script, as TRS does: it calls the pages stem.html, stem_1.html, stem_2.html.
    """
    last = sheet is None or sheet is story.sheets[-1]
    call = f'createPageHTML({len(story.sheets)}, {sheet.number - 1}, "{stem}", "html");' if sheet else ""
    pager = f'<div class="page"><script>{call}</script></div>' if sheet else ""
    section = SECTIONS[story.section]
    subtitle = "".join(f'<h3 class="subtitle">{escape(line)}</h3>' for line in story.subtitle)
    original = "原创" if story.original else ""
    counter = "" if views is None else f"<span>浏览：{views}</span>"
    editor = f"<p>{INDENT}(责编：{'、'.join(story.editor)})</p>" if story.editor and last else ""
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"/>
<title>{escape(story.title)}_{section}_{site}</title>
<meta name="publishdate" content="{story.published:%Y-%m-%d}"/><meta name="source" content="{escape(story.origin)}"/>
<script>var pageViews = "{views or ""}"; function share() {{ return false; }}</script></head><body>
{_navigation(home)}
<div class="wrap"><div class="crumb"><a href="{home}">{site}</a> &gt; <a href="../">{section}</a></div>
<div class="title_box"><h2>{escape(story.title)}</h2>{subtitle}
<div class="info"><span>{"、".join(story.author)}</span><span>发布时间：{story.published:%Y-%m-%d %H:%M:%S}</span>\
<span>来源：{escape(story.origin)}{original}</span>{counter}</div></div>
<div class="content"><div class="left"><div id="text" class="text botborder"><div class="Custom_UnionStyle">
{body(story, sheet=sheet)}
{editor}
</div></div>{pager}
<div class="content_banquan">版权声明：本页文字与图片归{site}所有，\
转载请注明出处，并保留作者姓名。</div>
<div class="share">分享到：<a href="javascript:share()">微信</a> <a href="javascript:share()">微博</a></div></div>
<div class="right"><h3>相关新闻</h3><ul class="related"><li><a href="/about.html">岚川概况</a></li>\
<li><a href="/special.html">专题：数字岚川</a></li></ul></div></div></div>
{_foot(site)}
</body></html>
"""


def listing(
    found: Sequence[Item], *, path: str, base: str, site: str, home: str, section: str, pages: int, charset: str
) -> str:
    """A list page; further pages are called by the script that TRS prints."""
    name = SECTIONS.get(section, "首页")
    lines = "\n".join(f"<li><h4>{link(item, path, base)}</h4><p>{item.day} 点击查看全文</p></li>" for item in found)
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"/><title>{name}_{site}</title></head>
<body>{_navigation(home)}
<div class="wrap"><div class="crumb"><a href="{home}">{site}</a> &gt; {name}</div>
<div class="listnews"><ul>
{lines}
</ul></div>
<div class="page"><script>createPageHTML({pages}, 0, "index", "html");</script></div></div>
{_foot(site)}
</body></html>
"""


def home_page(*, site: str, home: str, charset: str) -> str:
    """The front page: the sections and nothing else."""
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"/><title>{site}</title></head>
<body>{_navigation(home)}<h1>{site}</h1>{_foot(site)}</body></html>
"""


def not_found(*, site: str, home: str, charset: str) -> str:
    """The page that a missing address shows; served with 200 it is a soft 404."""
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"/>
<title>页面没有找到_{site}</title></head>
<body>{_navigation(home)}<div class="error"><h2>页面没有找到</h2>
<p>抱歉，您访问的页面不存在或已被删除。</p><p><a href="{home}">返回首页</a></p></div>{_foot(site)}</body></html>
"""


def _navigation(home: str) -> str:
    root = home.rstrip("/")
    links = "".join(f'<a href="{root}/{key}/">{name}</a>' for key, name in SECTIONS.items())
    return f'<div class="nav"><a href="{home}">首页</a>{links}<a href="/about.html">关于我们</a></div>'


def _foot(site: str) -> str:
    return f'<div class="footer"><p>{site}版权所有 未经授权不得转载</p><p>岚ICP备00000001号</p></div>'
