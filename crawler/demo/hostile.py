"""Pages that are made to keep a reader busy, and a site on which they stand among others.

Each shape is one that has held up some parser for seconds or minutes, or that a pattern of ours might go through more
than once: nesting, attributes and comments for the tree; long lines of one character for the patterns that look for
dates, labels and names; entities and references for the decoder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import cycle, islice

from crawler.demo.many import many_pages_site
from crawler.demo.sites.site import Answer, Built, Site, page

LARGEST = 8 * 1024 * 1024  # bytes; a crawl takes no larger page


def _nested(*tags: str, depth: int = 100_000, closed: bool = False) -> str:
    names = list(islice(cycle(tags), depth))
    return (
        "".join(f"<{name}>" for name in names) + "字" + "".join(f"</{n.split()[0]}>" for n in reversed(names) if closed)
    )


def _filled(piece: str, count: int = 100_000) -> str:
    return piece * min(count, (LARGEST - 4096) // len(piece.encode()))


# What stands in the page's body, by name.
SHAPES: Mapping[str, Callable[[], str]] = {
    "200,000 attributes": lambda: "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">字</p>",
    "200,000 attributes with quoted brackets": lambda: "<p " + " ".join(f'a{n}="<>"' for n in range(200_000)) + ">字",
    "20,000 elements of 50 attributes": lambda: "".join(
        "<p " + " ".join(f"a{n}=1" for n in range(50)) + ">字" for _ in range(20_000)
    ),
    "one attribute of 4 million characters": lambda: f'<p title="{"长" * 1_300_000}">字</p>',
    **{f"100,000 nested <{tag}>": partial(_nested, tag) for tag in ("div", "span", "b", "a", "p", "font")},
    "100,000 nested <div>, closed": lambda: _nested("div", closed=True),
    "100,000 nested <b><i><u>, closed": lambda: _nested("b", "i", "u", closed=True),
    "100,000 nested tables": lambda: _nested("table", "tr", "td"),
    "100,000 nested tables without cells": lambda: _nested("table"),
    "100,000 nested lists": lambda: _nested("ul", "li"),
    "100,000 nested definition lists": lambda: _nested("dl", "dd"),
    "100,000 nested forms": lambda: _nested("form", "div"),
    "100,000 nested <svg>": lambda: _nested("svg"),
    "100,000 nested <svg><foreignObject><div>": lambda: _nested("svg", "foreignObject", "div"),
    "100,000 nested <math><mi>": lambda: _nested("math", "mi"),
    "100,000 nested <template>": lambda: _nested("template"),
    "100,000 nested <ruby><rt>": lambda: _nested("ruby", "rt"),
    "100,000 nested <button>": lambda: _nested("button"),
    "100,000 nested <select><option>": lambda: _nested("select", "option"),
    "200,000 options of one <select>": lambda: "<select>" + _filled("<option>字", 200_000),
    "100,000 nested <h1>": lambda: _nested("h1"),
    "100,000 nested <object>": lambda: _nested("object"),
    "100,000 nested <iframe>": lambda: _nested("iframe"),
    "100,000 nested <noscript>": lambda: _nested("noscript"),
    "100,000 nested <frameset>": lambda: _nested("frameset"),
    "100,000 nested unknown elements": lambda: _nested("x-y"),
    "300 <b> before 100,000 <p>": lambda: "".join(f"<b a={n}>" for n in range(300)) + _filled("<p>字"),
    "100,000 formatting elements of their own": lambda: "".join(f"<b id={n}>字" for n in range(100_000)),
    "100,000 <a> and <div> across each other": lambda: _filled("<a href=x><div></a>字</div>"),
    "100,000 <b><p> across each other": lambda: _filled("<b><p></b>字</p>"),
    "100,000 <table><b> put before their tables": lambda: _filled("<table><b>字"),
    "200,000 <p>": lambda: _filled("<p>字", 200_000),
    "200,000 <p> of a sentence": lambda: _filled("<p>园区前三季度完成产值四十二亿元。", 200_000),
    "200,000 <br>": lambda: _filled("字<br>", 200_000),
    "200,000 links": lambda: _filled("<a href=/a/202611/t20261103_1.html>园区通报</a>", 200_000),
    "200,000 pictures": lambda: _filled("<img src=/a.jpg>", 200_000),
    "200,000 cells in a row": lambda: "<table><tr>" + _filled("<td>字", 200_000),
    "200,000 rows": lambda: "<table>" + _filled("<tr><td>字", 200_000),
    "200,000 end tags that end nothing": lambda: _filled("</p>", 200_000),
    "200,000 end tags of unknown elements": lambda: _nested("x-y", depth=2_000) + _filled("</q>", 200_000),
    "100,000 comments": lambda: _filled("<!-- 字 -->"),
    "100,000 comments that do not end": lambda: _filled("<!--"),
    "100,000 comments that end wrongly": lambda: _filled("<!-- -- >"),
    "100,000 comments that begin to end": lambda: "<!--" + _filled("--!"),
    "4 million dashes in a comment": lambda: "<!--" + "-" * 4_000_000,
    "1 million <": lambda: "<" * 1_000_000,
    "1 million </": lambda: "</" * 1_000_000,
    "1 million <a": lambda: "<a" * 1_000_000,
    "1 million <!": lambda: "<!" * 1_000_000,
    "1 million <?": lambda: "<?" * 1_000_000,
    "1 million >": lambda: ">" * 1_000_000,
    "CDATA without end": lambda: _filled("<![CDATA["),
    "CDATA in svg without end": lambda: "<svg>" + _filled("<![CDATA[字"),
    "an open quote": lambda: '<p title="' + _filled("园区 <p>字</p> "),
    "100,000 open quotes": lambda: _filled('<p title="字>'),
    "a script that does not end": lambda: "<script>" + _filled("</scrip </script "),
    "escaped scripts": lambda: "<script>" + _filled("<!--<script>"),
    "<plaintext>": lambda: "<plaintext>" + _filled("<p>字</p>"),
    "<textarea> that does not end": lambda: "<textarea>" + _filled("</textare <p>"),
    "<title> that does not end": lambda: "<title>" + _filled("</titl 园区"),
    "<style> that does not end": lambda: "<style>" + _filled("a{b:c}</styl "),
    "8 MiB of &amp;": lambda: _filled("&amp;", LARGEST),
    "8 MiB of &": lambda: _filled("&", LARGEST),
    "8 MiB of &#": lambda: _filled("&#", LARGEST),
    "8 MiB of &CounterClockwiseContourIntegral;": lambda: _filled("&CounterClockwiseContourIntegral;", LARGEST),
    "8 MiB of numbers of characters": lambda: _filled("&#20013;", LARGEST),
    "8 MiB of NUL": lambda: _filled("\0", LARGEST),
    "8 MiB of one character": lambda: _filled("字", LARGEST),
    "8 MiB of text in sentences": lambda: _filled("园区前三季度完成产值四十二亿元，同比增长百分之六点三。", LARGEST),
    "8 MiB of blanks": lambda: _filled(" ", LARGEST),
    "8 MiB of line breaks": lambda: _filled("\n", LARGEST),
    "8 MiB of ideographic blanks": lambda: _filled("\u3000", LARGEST),
    "8 MiB of zero-width characters": lambda: _filled("\u200b", LARGEST),
    "8 MiB of combining marks": lambda: "a" + _filled("\u0301", LARGEST),
    "8 MiB of mojibake": lambda: _filled("鏂扮枂妫夎姳鍠滆幏涓版敹", LARGEST),
    "8 MiB of mirror pinyin": lambda: _filled("企業(yè)發(fā)展環(huán)境，", LARGEST),
    "8 MiB of question marks": lambda: _filled("?", LARGEST),
    "8 MiB of replacement characters": lambda: _filled("\ufffd", LARGEST),
    "a line of 100,000 digits": lambda: f"<p>{'2' * 100_000}</p>",
    "100,000 lines of a digit": lambda: _filled("<p>2"),
    "a line of 100,000 digits and hyphens": lambda: f"<p>{'2026-' * 20_000}</p>",
    "a line of 100,000 dates": lambda: f"<p>{'2026-11-03 09:00:00 ' * 100_000}</p>",
    "100,000 lines of dates": lambda: _filled("<p>发布时间：2026-11-03 09:00"),
    "a line of 100,000 brackets": lambda: f"<p>{'（' * 100_000}</p>",
    "a line of 100,000 nested brackets": lambda: f"<p>{'（' * 50_000}{'）' * 50_000}</p>",
    "a line of 100,000 square brackets": lambda: f"<p>{'【' * 100_000}</p>",
    "a line of 100,000 colons": lambda: f"<p>{'：' * 100_000}</p>",
    "a line of 100,000 blanks": lambda: f"<p>来源{'&nbsp;' * 100_000}：</p>",
    "a line of 100,000 labels": lambda: f"<p>{'来源：' * 100_000}</p>",
    "a line of 100,000 labels of editors": lambda: f"<p>{'责任编辑：白青禾 ' * 100_000}</p>",
    "a line of 100,000 labels without colons": lambda: f"<p>{'作者 记者 ' * 100_000}</p>",
    "a line of 100,000 names": lambda: f"<p>记者 {'陆文舟、' * 100_000}</p>",
    "a line of 100,000 names without commas": lambda: f"<p>记者 {'陆文舟 ' * 100_000}</p>",
    "a line of 100,000 separators": lambda: f"<p>{'&nbsp;|&nbsp;' * 100_000}</p>",
    "a line of 100,000 letters": lambda: f"<p>{'a' * 100_000}</p>",
    "a line of 100,000 full stops": lambda: f"<p>{'.' * 100_000}</p>",
    "a line of 100,000 slashes": lambda: f"<p>{'/' * 100_000}</p>",
    "a line of 100,000 >": lambda: f"<p>首页{'&gt;' * 100_000}</p>",
    "a line of 100,000 surnames": lambda: f"<p>责编{'陆' * 100_000}</p>",
    "a line of 100,000 places": lambda: f"<p>{'北京市海淀区 ' * 100_000}</p>",
    "100,000 lines of places": lambda: _filled("<li>北京市海淀区"),
    "a title of 4 million characters": lambda: f"<title>{'园区_' * 1_000_000}</title>",
    "100,000 headlines": lambda: _filled("<h1>园区通报</h1>"),
    "100,000 meta elements": lambda: _filled("<meta name=author content=字>"),
    "100,000 titles": lambda: _filled("<title>字</title>"),
    "100,000 <base>": lambda: _filled("<base href=/x/>"),
    "100,000 pager links": lambda: _filled("<a href=t20261103_1_2.html>2</a>"),
    "100,000 hidden blocks": lambda: _filled("<div style='display:none'>字</div>"),
    "a style of 4 million characters": lambda: f"<p style='{'color:red;' * 400_000}'>字</p>",
    "a class of 4 million characters": lambda: f"<p class='{'a ' * 2_000_000}'>字</p>",
}


def hostile_page(shape: str) -> bytes:
    """A page whose body holds one of SHAPES between its headline and an article's text."""
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>园区通报</title></head><body><h1>园区通报</h1>"
        f"{SHAPES[shape]()}<div class='content'>"
        + "<p>　　园区前三季度完成产值四十二亿元，同比增长百分之六点三，用工人数增加。</p>" * 4
        + "</div></body></html>"
    ).encode()[:LARGEST]


def hostile_site(shapes: Mapping[str, bytes], count: int = 40) -> Site:
    """The site of `many_pages_site` with a page of each shape (name → its bytes) among its articles.

    Their addresses are /news/202611/t20261103_900000N.html, linked from the first list page.
    """
    plain = many_pages_site(count)
    paths = {f"/news/202611/t20261103_{9_000_000 + number}.html": body for number, body in enumerate(shapes.values())}
    links = "".join(f"<li><a href='{path}'>园区通报全文发布之{number}</a></li>" for number, path in enumerate(paths))

    def build(base: str, day: int, seed: int) -> Built:
        built = plain.build(base, day, seed)
        first = built.answers["/news/"].body.decode().replace("<ul class='news'>", f"<ul class='news'>{links}")
        answers = {**built.answers, "/news/": page(first)} | {path: Answer(body) for path, body in paths.items()}
        return Built(answers, built.truth)

    return replace(plain, build=build)
