"""What one page of an unknown site shows: title, feeds, sections, pager, articles, scripts, newspapers. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.decode import decode
from crawler.discover.address import Base, absolute
from crawler.discover.epaper import led_to
from crawler.discover.link import Link
from crawler.discover.listed import listed
from crawler.discover.page import called, page_base
from crawler.discover.words import one_line
from crawler.extract.guard import guard
from crawler.probe.endpoints import Scripted, of_file, scripted
from crawler.probe.pager import Pager, pager
from crawler.probe.papers import DOOR, PaperPage, paper_page, papers
from crawler.probe.shape import Shape, shape
from crawler.source import ListPage, Source

MOST_ANCHORS = 5_000
MOST_SECTIONS = 200
MOST_PAPERS = 5
LONGEST_NAME = 12  # characters of a section's name
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
# Sections of every site that hold no news, and what is not a section at all.
NO_NEWS = re.compile(
    r"关于|關於|联系|聯[絡繫系]|登[录陆錄]|注[册冊]|地[图圖]|广告|廣告|招聘|版[权權]|[声聲]明|[隐隱]私|举报|舉報|投[诉訴]|[帮幫]助|客服|[订訂][阅閱]"
    r"|合作|搜索|无障碍|English|[设設][为為]首[页頁]|加入收藏|手机版|首[页頁]|投稿|[邮郵]箱|微博|微信|APP|客户端|更多|^\W*$|下[载載]|视频|直播"
    r"|图片|专家库|信访|登记|办事|服务指南|便民",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"/$|/(?:index|list|default|col|node|more|channel)[\w-]*\.\w{3,5}$|/[A-Za-z_-]+\.(?:s?html?|jhtml)$"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A link of the page's menus."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one page shows."""

    title: str = ""
    encoding: str = ""
    feeds: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    articles: tuple[Link, ...] = ()
    pager: Pager | None = None
    scripted: Scripted = field(default_factory=Scripted)
    papers: tuple[PaperPage, ...] = ()
    doors: tuple[str, ...] = ()  # where a newspaper's edition may have its own front page


def observe(
    body: bytes, content_type: str, url: str, source: Source, asked_as: ListPage | None, hints: Sequence[str]
) -> Look | Shape | Scripted:
    """What a probe's question was answered with: a page, an endpoint's answer (`json`), or a script's file."""
    if asked_as is None:
        return look(body, content_type, url, source)
    if asked_as.kind == "json":
        return shape(body, content_type, url, source, hints)
    return of_file(decode(body, content_type).text)


def look(body: bytes, content_type: str, url: str, source: Source) -> Look:
    """What a page shows, read as a list page of that source; the pattern-less source of a probe."""
    decoded = decode(body, content_type)
    markup = guard(decoded.text).markup
    tree = LexborHTMLParser(markup)
    base = Base.of(page_base(tree, url))
    found = listed(body, content_type, url, ListPage(url=url), source, days=True)
    anchors = _anchors(tree, base)
    articles = {link.url for link in found.links}
    sections = tuple(
        Section(address, words)
        for address, words in anchors
        if address not in articles and source.owns(address) and _is_section(address, words, url)
    )
    title = tree.css_first("title")
    led = led_to(tree, base)
    linked = [address for href in _hrefs(tree) if (address := absolute(href, base)) is not None]
    return Look(
        title=one_line(title.text() if title is not None else "")[:100],
        encoding=decoded.encoding or "",
        feeds=_feeds(tree, base),
        sections=tuple({section.url: section for section in reversed(sections)}.values())[::-1][:MOST_SECTIONS],
        articles=found.links,
        pager=pager(markup, url, {words: address for address, words in reversed(anchors) if source.owns(address)}),
        scripted=scripted(tree),
        papers=papers([url, *([led] if led else []), *linked])[:MOST_PAPERS],
        doors=tuple(dict.fromkeys(address for address, words in anchors if DOOR.search(words)))[:MOST_PAPERS],
    )


def _anchors(tree: LexborHTMLParser, base: Base) -> list[tuple[str, str]]:
    """Every link as address and words, in page order."""
    anchors: list[tuple[str, str]] = []
    for element in tree.css("a[href]")[:MOST_ANCHORS]:
        address = absolute(element.attributes.get("href") or "", base)
        if address is not None:
            anchors.append((address, one_line(element.text()).strip("[]【】")[:100]))
    return anchors


def _hrefs(tree: LexborHTMLParser) -> list[str]:
    """What links lead to, the areas of pictures and clicks included."""
    elements = tree.css("a[href], area[href], [onclick]")[:MOST_ANCHORS]
    return [href for element in elements for href in called(element.attributes)]


def _is_section(address: str, words: str, url: str) -> bool:
    path = urlsplit(address).path
    if paper_page(address) is not None or DOOR.search(words):
        return False  # asked for as a newspaper's
    if address == url or not 2 <= len(words) <= LONGEST_NAME or NO_NEWS.search(words):
        return False
    return path not in ("", "/") and _LISTING.search(path) is not None


def _feeds(tree: LexborHTMLParser, base: Base) -> tuple[str, ...]:
    """The feeds that the head names (RSS Advisory Board, autodiscovery)."""
    found = []
    for element in tree.css("link[rel][href]")[:500]:
        attributes = element.attributes
        if "alternate" in (attributes.get("rel") or "").lower() and attributes.get("type") in FEED_TYPES:
            found.append(absolute(attributes.get("href") or "", base))
    return tuple(dict.fromkeys(address for address in found if address))[:10]
