"""Crawls of lists of every kind: further lists, days, back-fills; against a web of plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from fake_web import NOON, SITE, FakeWeb, KilledError, driven

from archive.model import Capture
from archive.store import Archive
from crawler.listing import MOST_WALKED
from crawler.order import Order, Span
from crawler.reader.here import Here
from crawler.run import take_in_orphans
from crawler.source import Articles, ListPage, Source
from crawler.visit import Visit

TODAY = date(2026, 11, 3)
SENTENCES = (
    "北原州工业园区今年前三季度完成产值四十二亿元，同比增长百分之六点三。",
    "州工业和信息化局有关负责人介绍，新能源装备和畜产品精深加工是增长的主要来源。",
    "企业负责人表示，新的生产线投产以后，订单交付周期缩短了一半以上。",
)


def source(*lists: ListPage, patterns: tuple[str, ...] = ()) -> Source:
    """A source with these lists."""
    return Source(
        id="news",
        name="北原",
        home=f"{SITE}/",
        hosts=("news.example",),
        lists=lists,
        articles=Articles(patterns=patterns),
    )


def article(title: str) -> str:
    """An article's page."""
    body = "".join(f"<p>　　{sentence}（{title}）</p>" for sentence in SENTENCES)
    return f"<html><title>{title}</title><body><h1>{title}</h1><div class=TRS_Editor>{body}</div></body></html>"


def rows(links: Iterable[tuple[str, str]]) -> str:
    """A list page: an address and a date in each row."""
    items = "".join(f'<li><a href="{url}">园区通报全文{url}</a><span>{day}</span></li>' for url, day in links)
    return f"<html><body><ul>{items}</ul></body></html>"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


def visited(web: FakeWeb, kind: str = "list") -> list[str]:
    """The paths that were asked for, in order; the notes are cleared."""
    paths = [visit.url.removeprefix(SITE) for visit in web.visits if visit.kind == kind]
    web.visits.clear()
    return paths


def sitemaps(months: int, each: int = 2, *, lastmod: bool = True) -> FakeWeb:
    """A site with an index of sitemaps, one a month, the newest last, and their articles."""
    web = FakeWeb()
    index = ""
    for month in range(1, months + 1):
        entries = ""
        for number in range(each):
            url = f"{SITE}/2026{month:02}/t2026{month:02}20_{number}.html"
            web.pages[url] = article(f"第{month}月第{number}号")
            entries += f"<url><loc>{url}</loc></url>"
        web.pages[f"{SITE}/s/{month}.xml"] = f"<urlset>{entries}</urlset>"
        modified = f"<lastmod>2026-{month:02}-20</lastmod>" if lastmod else ""
        index += f"<sitemap><loc>{SITE}/s/{month}.xml</loc>{modified}</sitemap>"
    web.pages[f"{SITE}/sitemap.xml"] = f"<sitemapindex>{index}</sitemapindex>"
    return web


MAP = source(ListPage(f"{SITE}/sitemap.xml", kind="sitemap", max_pages=2))


def test_of_an_index_the_newest_sitemaps_are_walked_and_not_again_until_they_change(archive: Archive) -> None:
    """A crawl of an unchanged site asks for the index alone, conditionally."""
    web = sitemaps(5)
    assert driven(archive, web, MAP).new == 4
    assert visited(web) == ["/sitemap.xml", "/s/5.xml", "/s/4.xml"]
    web.now += timedelta(minutes=30)  # a later 304 would have to be proved: test_trust.py
    counts = driven(archive, web, MAP, Order(revisit="none"))
    assert (counts.requests, counts.not_modified) == (1, 1)


def test_a_sitemap_whose_lastmod_moved_is_asked_for_again(archive: Archive) -> None:
    """And what is new in it is found."""
    web = sitemaps(5)
    driven(archive, web, MAP)
    visited(web)
    web.now += timedelta(days=3)
    url = f"{SITE}/202611/t20261106_9.html"
    web.pages |= {url: article("新的一号"), f"{SITE}/s/4.xml": f"<urlset><url><loc>{url}</loc></url></urlset>"}
    web.pages[f"{SITE}/sitemap.xml"] = web.pages[f"{SITE}/sitemap.xml"].replace("2026-04-20", "2026-11-06")
    assert driven(archive, web, MAP, Order(revisit="none")).new == 1
    assert visited(web) == ["/sitemap.xml", "/s/4.xml"]


def test_an_index_of_indexes_without_end_is_left(archive: Archive) -> None:
    """Each of its sitemaps leads to the next one, as a trap's would."""
    web = FakeWeb()
    for number in range(50):
        web.pages[f"{SITE}/s/{number}.xml"] = (
            f"<sitemapindex><sitemap><loc>{SITE}/s/{number + 1}.xml</loc></sitemap></sitemapindex>"
        )
    driven(archive, web, source(ListPage(f"{SITE}/s/0.xml", kind="sitemap", max_pages=50)))
    assert len(visited(web)) <= 4


def edition(day: date, pages: int = 3, each: int = 2) -> dict[str, str]:
    """A day of a newspaper."""
    folder = f"{SITE}/html/{day:%Y-%m/%d}/"
    nodes = "".join(f'<a href="node_{page}.htm">第{page}版</a>' for page in range(2, pages + 2))
    made: dict[str, str] = {}
    for page in range(2, pages + 2):
        names = [f"content_{page}_{number}.htm" for number in range(each)]
        made[f"{folder}node_{page}.htm"] = nodes + "".join(f'<li><a href="{name}">要闻{name}</a>' for name in names)
        made |= {folder + name: article(f"{day} {name}") for name in names}
    return made


PAPER = source(ListPage(f"{SITE}/html/{{yyyy}}-{{mm}}/{{dd}}/node_2.htm", kind="epaper"))


def test_a_newspaper_s_day_is_walked_and_the_day_before_it_too(archive: Archive) -> None:
    """All pages and all articles; the second time the first pages alone are asked for."""
    web = FakeWeb(edition(TODAY) | edition(TODAY - timedelta(days=1)))
    assert driven(archive, web, PAPER).new == 12
    assert sorted(visited(web)) == sorted(
        f"/html/2026-11/{day:02}/node_{page}.htm" for day in (2, 3) for page in (2, 3, 4)
    )
    counts = driven(archive, web, PAPER, Order(revisit="none"))
    assert (counts.requests, counts.not_modified) == (2, 2)


def test_a_day_without_an_edition_is_no_problem(archive: Archive) -> None:
    """A 404 of today's page is the calendar's doing."""
    counts = driven(archive, FakeWeb(edition(TODAY - timedelta(days=1))), PAPER)
    assert (counts.new, counts.problems) == (6, 0)


def test_days_that_were_missed_are_caught_up_with(archive: Archive) -> None:
    """Nothing ran for a week: every edition since the last one that was seen is fetched."""
    days = [TODAY + timedelta(days=ago) for ago in range(-3, 8)]
    web = FakeWeb({url: page for day in days for url, page in edition(day, pages=1).items()})
    assert driven(archive, web, PAPER).new == 4
    web.now = NOON + timedelta(days=7)
    assert driven(archive, web, PAPER, Order(revisit="none")).new == 14
    assert len(list(archive.articles())) == 18


@pytest.mark.parametrize("site", ["sitemaps", "paper"])
def test_a_crawl_that_is_cut_off_at_any_visit_loses_nothing_that_further_lists_show(tmp_path: Path, site: str) -> None:
    """The next crawl finds the lists that were found and not visited, and the captures that were not read."""
    watched, pages, whole = (MAP, sitemaps(3).pages, 4) if site == "sitemaps" else (PAPER, edition(TODAY), 6)
    visits = {"sitemaps": 7, "paper": 10}[site]
    for stop in range(1, visits):
        data = tmp_path / str(stop)
        web = FakeWeb(pages)
        with Archive.open(data, write=True) as archive, pytest.raises(KilledError):
            driven(archive, web, watched, stop_after=stop)
        web.visits.clear()
        with Archive.open(data, write=True) as archive:
            take_in_orphans(archive, Here(), {"news": watched})
            driven(archive, web, watched)
            assert len(list(archive.articles())) == whole
            assert driven(archive, web, watched, Order(revisit="none")).new == 0


def test_a_list_that_was_kept_and_not_read_is_read_in_its_place(archive: Archive) -> None:
    """Of a sitemap below an index too: its articles are remembered, and it is no problem."""
    web = sitemaps(2)
    with pytest.raises(KilledError):
        driven(archive, web, MAP, stop_after=1)
    told: list[str] = []
    capture = web.answer(Visit(f"{SITE}/s/2.xml", "list", f"{SITE}/sitemap.xml"))
    assert isinstance(capture, Capture)
    archive.keep(capture)
    assert take_in_orphans(archive, Here(), {"news": MAP}, told.append) == 1
    assert told == []
    assert {page.url for page in archive.pages("news").values() if page.kind == "article"} == {
        f"{SITE}/202602/t20260220_{number}.html" for number in (0, 1)
    }


def paged(count: int, per_page: int = 5, *, dated: bool = True) -> FakeWeb:
    """An HTML list whose addresses give no day: one article a day, newest first, the day printed beside each."""
    web = FakeWeb()
    for page in range(0, count, per_page):
        name = f"index_{page // per_page}.html" if page else ""
        numbers = range(page, min(count, page + per_page))
        days = [TODAY - timedelta(days=number) for number in numbers]
        links = [
            (f"{SITE}/a/{9000 - number}.html", f"{day:%Y-%m-%d}" if dated else "")
            for number, day in zip(numbers, days, strict=True)
        ]
        web.pages[f"{SITE}/a/{name}"] = rows(links)
        web.pages |= {url: article(f"通报{url}") for url, _ in links}
    return web


HTML = source(ListPage(f"{SITE}/a/", next_pages="index_{n}.html"), patterns=(r"/a/\d+\.html$",))


def test_a_back_fill_walks_a_list_back_to_its_first_day_and_takes_what_lies_in_it(archive: Archive) -> None:
    """By the dates beside the links; it stops at the first page that is older altogether."""
    web = paged(60)
    span = Span(TODAY - timedelta(days=21), TODAY - timedelta(days=8))
    assert driven(archive, web, HTML, Order(span=span)).new == 14
    assert visited(web) == ["/a/", *(f"/a/index_{n}.html" for n in range(1, 6))]


def test_a_back_fill_that_was_stopped_goes_on(tmp_path: Path) -> None:
    """The same order again asks for what is missing; a third time for the list pages alone."""
    web = paged(30)
    order = Order(span=Span(TODAY - timedelta(days=19), TODAY))
    with Archive.open(tmp_path / "data", write=True) as archive, pytest.raises(KilledError):
        driven(archive, web, HTML, order, stop_after=12)
    with Archive.open(tmp_path / "data", write=True) as archive:
        driven(archive, web, HTML, order)
        assert len(list(archive.articles())) == 20
        counts = driven(archive, web, HTML, order)
        assert (counts.not_modified, counts.pages) == (counts.requests, 0)
        assert counts.requests <= 5


def test_a_back_fill_of_a_list_that_repeats_itself_ends(archive: Archive) -> None:
    """A server that ignores the number shows its first page for ever; nothing there is older than the span."""
    web = paged(5)
    web.pages |= {f"{SITE}/a/index_{n}.html": web.pages[f"{SITE}/a/"] for n in range(1, MOST_WALKED)}
    driven(archive, web, HTML, Order(span=Span(date(2020, 1, 1), TODAY)))
    assert len(visited(web)) == 2


def test_a_back_fill_asks_for_the_days_of_a_newspaper(archive: Archive) -> None:
    """Each day of the span and no other; a settled day is not asked for again."""
    days = [TODAY - timedelta(days=ago) for ago in range(20)]
    web = FakeWeb({url: page for day in days for url, page in edition(day, pages=2, each=1).items()})
    order = Order(span=Span(TODAY - timedelta(days=9), TODAY - timedelta(days=5)))
    assert driven(archive, web, PAPER, order).new == 10
    assert driven(archive, web, PAPER, order).requests == 0


def test_a_back_fill_walks_the_sitemaps_that_may_reach_into_the_span(archive: Archive) -> None:
    """Those that changed since it began, however many the source's file allows for a crawl."""
    web = sitemaps(9)
    assert driven(archive, web, MAP, Order(span=Span(date(2026, 4, 1), date(2026, 6, 30)))).new == 6
    assert visited(web) == ["/sitemap.xml", *(f"/s/{month}.xml" for month in range(9, 3, -1))]


def test_a_challenge_in_a_feed_s_place_is_one(archive: Archive) -> None:
    """And a page that is no feed is a problem with a sentence; a later feed is read."""
    watched = source(ListPage(f"{SITE}/feed", kind="feed"))
    web = FakeWeb({f"{SITE}/feed": rows([])})
    assert driven(archive, web, watched).problems == 1
    url = f"{SITE}/a/1.html"
    web.pages = {f"{SITE}/feed": f"<rss><channel><item><link>{url}</link></item></channel></rss>", url: article("一")}
    counts = driven(archive, web, watched)
    assert (counts.new, counts.problems) == (1, 0)


def test_a_bomb_in_a_feed_s_place_is_kept_and_told(archive: Archive) -> None:
    """The verdict is recorded; the next feed is read as if nothing had been."""
    watched = source(ListPage(f"{SITE}/feed", kind="feed"))
    web = FakeWeb({f"{SITE}/feed": '<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>'})
    counts = driven(archive, web, watched)
    assert counts.problems == 1
    (page,) = archive.pages("news").values()
    assert (page.verdict, page.etag) == ("unreadable", None)
