"""A day of a newspaper's electronic edition → its articles and its other pages (版). Pure.

方正数字报 in its two forms (seen 2016-2025): `html/2023-05/23/node_2.htm` with `content_123_456.htm`, and
`pc/layout/202305/23/node_01.html` or `col01.html` with `pc/content/202305/23/content_456.html` or `…/con/…/c456.html`.
A page shows its articles as a list and as areas of a picture, and links to the day's other pages.
"""

from __future__ import annotations

import re

import msgspec
from selectolax.lexbor import LexborHTMLParser

from crawler.discover.address import Base, absolute
from crawler.discover.link import Found, Link
from crawler.discover.page import called, page, page_base
from crawler.source import ListPage, Source, load_families

MOST_PAGES = 200  # of a day; 96 were seen
FAMILY = "epaper"  # the file of config/families/ that knows its articles' addresses
_PAGE = re.compile(r"/(?:node|col)_?\d+(?:_\d+)?\.s?html?$", re.IGNORECASE)
_REFRESH = re.compile(r"\burl\s*=\s*[\"']?([^\"'>\s]{1,1000})", re.IGNORECASE)


def epaper(text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """The articles of one page of a day, and the day's other pages: they lie in the same folder."""
    if not source.articles.patterns and source.profile is None:
        source = msgspec.structs.replace(source, profile=load_families().get(FAMILY))
    found = page(text, base_url, list_page, source)
    tree = LexborHTMLParser(text)
    base = Base.of(page_base(tree, base_url))
    folder = base_url.partition("?")[0].rpartition("/")[0] + "/"
    lists: dict[str, Link] = {}
    for href in _hrefs(tree):
        url = absolute(href, base)
        if url is None or url == base_url or not source.owns(url) or len(lists) >= MOST_PAGES:
            continue
        if url.startswith(folder) and "/" not in url[len(folder) :] and _PAGE.search(url):
            lists.setdefault(url, Link(url, ""))
    if not found.links and not lists and (led := led_to(tree, base)) and source.owns(led) and led != base_url:
        lists[led] = Link(led, "")  # a front page that does nothing but lead to today's
    return Found(found.links, tuple(lists.values()), found.capped)


def _hrefs(tree: LexborHTMLParser) -> list[str]:
    return [href for element in tree.css("a[href], area[href]") for href in called(element.attributes)]


def led_to(tree: LexborHTMLParser, base: Base) -> str | None:
    """Where a page leads to by itself (meta refresh); None where it stays."""
    for element in tree.css("meta[http-equiv]"):
        if (element.attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.search((element.attributes.get("content") or "")[:2_000])
            return absolute(match[1], base) if match else None
    return None
