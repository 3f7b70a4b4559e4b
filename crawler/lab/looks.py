"""How sites look and how their addresses are made: the demo web's templates, and what breaks them.

A look is a page's markup; an address style is a way to name pages. A site keeps its addresses when it is redesigned, as
most do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from archive.model import Block
from crawler.demo.stories import Story
from crawler.demo.templates import farm, government, phpcms, trs
from crawler.demo.templates.parts import Item
from crawler.lab.pieces import Text

Look = Literal["trs", "phpcms", "government", "farm", "app"]
Style = Literal["trs", "phpcms", "government", "farm"]

LIST_SELECTORS: Mapping[Look, str] = {
    "trs": "div.listnews li h4 a",
    "phpcms": "ul.list a",
    "government": "ul.infolist a",
    "farm": "ul.newslist a",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """An address style: its list pages, its articles, and the expression that tells an article's address."""

    list_path: str
    next_pages: str  # relative to the list, with {n}
    first_number: int
    pattern: str

    def list_page(self, number: int) -> str:
        """The path of the n-th list page; 1 is the newest."""
        if number == 1:
            return self.list_path
        folder = self.list_path.rpartition("/")[0]
        return f"{folder}/{self.next_pages.replace('{n}', str(number - 2 + self.first_number))}"


STYLES: Mapping[Style, Addresses] = {
    "trs": Addresses("/cn/jjxw/", "index_{n}.html", 1, r"/\d{6}/t\d{8}_\d+\.html$"),
    "phpcms": Addresses("/list-520-1.html", "list-520-{n}.html", 2, r"/content-\d+-\d+-1\.html$"),
    "government": Addresses("/gxt/c107573/infolist.shtml", "infolist_{n}.shtml", 1, r"/\d{6}/\d+\.shtml$"),
    "farm": Addresses("/hlcx/", "list_{n}.html", 2, r"/\d{8}/\d{8,12}\.html$"),
}


def path_of(style: Style, number: int, published: datetime) -> str:
    """The path of an article; `published` in the site's own zone."""
    match style:
        case "trs":
            return f"/cn/jjxw/{published:%Y%m}/t{published:%Y%m%d}_{1_000_000 + number}.html"
        case "phpcms":
            return f"/content-520-{97_000 + number}-1.html"
        case "government":
            return f"/gxt/c107573/{published:%Y%m}/{2_090_000 + number}.shtml"
        case "farm":
            return f"/hlcx/{published:%Y%m%d/%m%d}{218_000 + number}.html"


@dataclass(frozen=True, slots=True)
class Printed:
    """An article as it is to be printed."""

    number: int
    text: Text
    published: datetime
    origin: str
    views: int


def article(look: Look, site: str, printed: Printed, charset: str) -> str:
    """The article's page."""
    text = printed.text
    story = Story(
        number=printed.number,
        title=text.title,
        published=printed.published,
        origin=printed.origin,
        site=site,
        blocks=tuple(Block("paragraph", line) for line in text.paragraphs),
        editor=(text.editor,),
    )
    match look:
        case "trs":
            return trs.article(story, site=site, home="/cn/", views=printed.views or None, charset=charset)
        case "phpcms":
            return phpcms.article(story, views=printed.views)
        case "government":
            return government.article(story)
        case "farm":
            return farm.article(story, shown=printed.published, views=printed.views)
        case "app":
            return _shell(site)


def listing(look: Look, site: str, found: Sequence[Item], path: str, base: str, pages: tuple[int, int]) -> str:
    """A list page; `pages` are its number and how many there are."""
    number, last = pages
    match look:
        case "trs":
            return trs.listing(
                found, path=path, base=base, site=site, home="/cn/", section="jjxw", pages=last, charset="utf-8"
            )
        case "phpcms":
            return phpcms.listing(found, path=path, base=base, number=number, pages=last)
        case "government":
            return government.listing(found, path=path, base=base)
        case "farm":
            return farm.listing(found, path=path, base=base)
        case "app":
            return _shell(site)


def _shell(site: str) -> str:
    """A page that a script would fill: what a redesign as a single-page application leaves for a reader without one."""
    name = escape(site)
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{name}</title>'
        '<link rel="stylesheet" href="/static/app.7f3a.css"></head><body><div id="app"></div>'
        '<noscript>请启用脚本后访问。</noscript><script src="/static/app.7f3a.js"></script></body></html>'
    )
