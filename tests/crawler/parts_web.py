"""A web of articles on several pages as plain values, and a crawl that can be cut off at any visit."""

from __future__ import annotations

from collections.abc import Sequence

from fake_web import SITE, FakeWeb, driven

from archive.model import Counts
from archive.store import Archive
from crawler.order import Order
from crawler.source import Articles, ListPage, Politeness, Schedule, Source

LIST = f"{SITE}/gy/"
TEXTS = (
    "北原州工业园区今年前三季度完成产值四十二亿元，同比增长百分之六点三。",
    "州工业和信息化局有关负责人介绍，新能源装备和畜产品精深加工是增长的主要来源。",
    "企业负责人表示，新的生产线投产以后，订单交付周期缩短了一半以上。",
)


def source() -> Source:
    """A source with one list."""
    return Source(
        id="news",
        name="北原新闻网",
        home=f"{SITE}/",
        hosts=("news.example",),
        schedule=Schedule(every="1h"),
        politeness=Politeness(),
        lists=(ListPage(LIST),),
        articles=Articles(patterns=(r"/gy/\d{6}/t\d{8}_\d+(?:_\d+)?\.html$",)),
    )


def address(number: int, page: int = 1) -> str:
    """Where a page of an article stands: page 2 is called _1."""
    tail = f"_{page - 1}" if page > 1 else ""
    return f"{SITE}/gy/202611/t20261103_{number}{tail}.html"


def pager(number: int, page: int, pages: int) -> str:
    """The links to the other pages."""
    links = [
        f"<a href='{address(number, each)}'>{each}</a>" if each != page else f"<span>{each}</span>"
        for each in range(1, pages + 1)
    ]
    if page < pages:
        links.append(f"<a href='{address(number, page + 1)}'>下一页</a>")
    return f"<div class=fenye>{' '.join(links)}</div>" if pages > 1 else ""


def html(number: int, page: int = 1, pages: int = 1, *, extra: str = "", below: str | None = None) -> str:
    """One page of an article: three paragraphs that name the page, the editor on the last page alone."""
    body = "".join(f"<p>　　{text}（第{number}号第{page}面）</p>" for text in TEXTS) + extra
    foot = "<div class=bj>责任编辑：陈立群</div>" if page == pages else ""
    return (
        f"<html><head><title>园区通报第{number}号_北原新闻网</title></head><body><h1>园区通报第{number}号</h1>"
        f"<div class=info>发布时间：2026-11-03 09:{number % 60:02}:00　来源：北原日报</div>"
        f"<div class=TRS_Editor>{body}</div>{pager(number, page, pages) if below is None else below}{foot}"
        "</body></html>"
    )


def listed(urls: Sequence[str]) -> str:
    """A list page."""
    items = "".join(f"<li><a href='{url}'>园区通报全文发布之{at}</a></li>" for at, url in enumerate(urls))
    return f"<html><head><title>工业频道</title></head><body><ul>{items}</ul></body></html>"


def texts(number: int, pages: int) -> list[str]:
    """The paragraphs of an article."""
    return [f"{text}（第{number}号第{page}面）" for page in range(1, pages + 1) for text in TEXTS]


class Web(FakeWeb):
    """Articles of so many pages; a page that is `down` does not answer in time."""

    trouble = "timeout"

    def publish(self, number: int, pages: int) -> None:
        """An article on so many pages."""
        self.pages |= {address(number, page): html(number, page, pages) for page in range(1, pages + 1)}

    def show(self, *urls: str) -> None:
        """What the list shows."""
        self.pages[LIST] = listed(urls)

    @property
    def asked(self) -> list[str]:
        """The addresses that were asked for."""
        return [visit.url for visit in self.visits]


def crawl(
    archive: Archive,
    web: Web,
    order: Order | None = None,
    stop_after: int | None = None,
    watched: Source | None = None,
) -> Counts:
    """Drive one crawl to its end, or cut it off after so many visits without any farewell."""
    return driven(archive, web, watched or source(), order, stop_after)
