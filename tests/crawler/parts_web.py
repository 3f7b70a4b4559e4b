"""A web of articles on several pages as plain values, and a crawl that can be cut off at any visit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from archive.model import Capture, Counts
from archive.store import Archive
from crawler.crawl import SourceCrawl
from crawler.order import Order
from crawler.reader.here import Here
from crawler.run import ended
from crawler.source import Articles, ListPage, Politeness, Schedule, Source
from crawler.visit import Failure, NotModified, Outcome, Visit

SITE = "http://news.example"
LIST = f"{SITE}/gy/"
NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
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


@dataclass
class Web:
    """Pages by address; every visit is noted. `down` addresses cannot be reached."""

    pages: dict[str, str] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    visits: list[Visit] = field(default_factory=list)
    now: datetime = NOON

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

    def answer(self, visit: Visit) -> Outcome:
        """What a fetcher would hand over."""
        self.visits.append(visit)
        self.now += timedelta(seconds=1)
        if visit.url in self.down:
            return Failure(visit.url, "timeout", f"{visit.url} did not answer in time.")
        page = self.pages.get(visit.url)
        body = (page or "<h1>404</h1>").encode()
        etag = f'"{hash(body)}"'
        if page and visit.etag == etag:
            return NotModified(visit.url)
        return Capture(
            url=visit.url,
            source_id="news",
            fetched_at=self.now,
            status=200 if page else 404,
            body=body,
            content=body,
            response_headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", etag)),
            found_on=visit.found_on,
            kind=visit.kind,
        )


class KilledError(Exception):
    """Stands for kill -9: nothing after it runs."""


def crawl(
    archive: Archive,
    web: Web,
    order: Order | None = None,
    stop_after: int | None = None,
    watched: Source | None = None,
) -> Counts:
    """Drive one crawl to its end, or cut it off after so many visits without any farewell."""
    each = SourceCrawl(watched or source(), archive, Here(), order or Order(), lambda: web.now)
    queue = list(each.first())
    while queue:
        if stop_after is not None and len(web.visits) >= stop_after:
            raise KilledError
        visit = queue.pop(0)
        queue += asyncio.run(_received(each, visit, web.answer(visit)))
    ended(archive, [each], web.now, "finished")
    return each.counts


async def _received(each: SourceCrawl, visit: Visit, outcome: Outcome) -> Sequence[Visit]:
    return list(await each.received(visit, outcome))
