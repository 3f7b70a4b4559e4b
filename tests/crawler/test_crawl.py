"""One crawl of one source: what is visited and what is recorded, against a web of plain values."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fake_web import SITE, FakeWeb, KilledError, driven, received

from archive.model import Capture, Counts
from archive.store import Archive
from crawler.crawl import SourceCrawl
from crawler.noting import Notes
from crawler.order import GIVE_UP_AFTER, Order
from crawler.pipeline import Whole, read_whole
from crawler.reader.here import Here
from crawler.run import Outcome as CrawlOutcome
from crawler.run import take_in_orphans
from crawler.source import Articles, ListPage, Politeness, Schedule, Source
from crawler.visit import Failure, NotModified, Outcome, Visit

SENTENCES = (
    "北原州工业园区今年前三季度完成产值四十二亿元，同比增长百分之六点三。",
    "州工业和信息化局有关负责人介绍，新能源装备和畜产品精深加工是增长的主要来源。",
    "企业负责人表示，新的生产线投产以后，订单交付周期缩短了一半以上。",
    "下一步，当地将继续完善物流通道，降低企业的运输成本，稳定就业岗位。",
)


def source(max_pages: int = 3) -> Source:
    """A source with one list of several pages."""
    return Source(
        id="news",
        name="北原新闻网",
        home=f"{SITE}/",
        hosts=("news.example",),
        schedule=Schedule(every="1h"),
        politeness=Politeness(),
        lists=(ListPage(f"{SITE}/gy/", next_pages="index_{n}.html", max_pages=max_pages),),
        articles=Articles(patterns=(r"/gy/\d{6}/t\d{8}_\d+\.html$",)),
    )


def article_url(number: int) -> str:
    """The address of one article."""
    return f"{SITE}/gy/202611/t20261103_{number}.html"


def article_page(number: int, extra: str = "", clicks: int = 0) -> str:
    """An article of four paragraphs whose title carries its number."""
    body = "".join(f"<p>　　{sentence}（第{number}号）</p>" for sentence in SENTENCES)
    return (
        f"<html><head><title>园区通报第{number}号_北原新闻网</title></head><body><h1>园区通报第{number}号</h1>"
        f"<div class=info>发布时间：2026-11-03 09:{number % 60:02}:00　来源：北原日报　浏览：{clicks}次</div>"
        f"<div class=TRS_Editor>{body}{extra}</div></body></html>"
    )


def list_page(numbers: Iterable[int]) -> str:
    """A list page of articles, newest first."""
    items = "".join(f'<li><a href="{article_url(each)}">园区通报第{each}号全文发布</a></li>' for each in numbers)
    return f"<html><head><title>工业频道</title></head><body><ul class=list>{items}</ul></body></html>"


class Web(FakeWeb):
    """Articles of one page, on list pages of ten."""

    def publish(self, count: int, per_page: int = 10) -> Web:
        """So many articles on list pages of ten."""
        numbers = list(range(count, 0, -1))
        self.pages |= {article_url(number): article_page(number) for number in numbers}
        for page in range(0, count, per_page):
            name = f"index_{page // per_page}.html" if page else ""
            self.pages[f"{SITE}/gy/{name}"] = list_page(numbers[page : page + per_page])
        return self


def crawl(archive: Archive, web: Web, order: Order = Order(), stop_after: int | None = None, **site: int) -> Counts:  # noqa: B008
    """Drive one crawl to its end, or cut it off after so many visits without any farewell."""
    return driven(archive, web, source(**site), order, stop_after)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


def titles(archive: Archive) -> list[str]:
    """The titles of all articles, sorted."""
    return sorted(article.title for article, _ in archive.articles())


def test_a_crawl_follows_a_list_to_its_articles(archive: Archive) -> None:
    """All articles of all list pages become articles of the archive."""
    counts = crawl(archive, Web().publish(25))
    assert (counts.new, counts.problems) == (25, 0)
    assert len(titles(archive)) == 25


def test_a_second_crawl_asks_conditionally_and_stores_nothing(archive: Archive) -> None:
    """With validators the second crawl gets 304s only, and one list page is enough."""
    web = Web().publish(25)
    crawl(archive, web)
    captures = len(list(archive.captures()))
    web.visits.clear()
    counts = crawl(archive, web)
    assert counts.pages == counts.new == counts.changed == 0
    assert counts.not_modified == counts.requests > 0
    assert len(list(archive.captures())) == captures
    assert all(visit.etag for visit in web.visits)
    assert f"{SITE}/gy/index_1.html" not in [visit.url for visit in web.visits]


def test_a_server_without_validators_is_not_stored_twice_either(archive: Archive) -> None:
    """The same bytes again are known, not a new capture."""
    web = Web(validators=False).publish(5)
    crawl(archive, web)
    captures = len(list(archive.captures()))
    counts = crawl(archive, web)
    assert (counts.new, counts.changed, counts.known) == (0, 0, 5)
    (run, *_) = archive.runs("news")
    assert run.state == "finished"
    assert CrawlOutcome((run,)).exit_code == 0
    assert len(list(archive.captures())) == captures


def test_a_view_counter_is_not_a_change(archive: Archive) -> None:
    """Other bytes with the same article are kept as a capture, but make no revision."""
    web = Web().publish(3)
    crawl(archive, web)
    web.pages[article_url(1)] = article_page(1, clicks=77)
    counts = crawl(archive, web)
    assert (counts.changed, counts.known) == (0, 3)


def test_an_edit_is_a_revision(archive: Archive) -> None:
    """A paragraph that was added makes revision 2; revision 1 is kept."""
    web = Web().publish(3)
    crawl(archive, web)
    web.pages[article_url(2)] = article_page(2, "<p>　　更正：上文数据系初步统计，以年报为准。</p>")
    counts = crawl(archive, web)
    assert counts.changed == 1
    found = archive.article(article_url(2))
    assert found is not None
    assert found[1].revision == 2
    assert len(archive.revisions(found[1].id)) == 2
    assert any("更正" in text for text in found[0].paragraphs)


def test_a_page_that_vanishes_is_gone_and_can_come_back(archive: Archive) -> None:
    """404 makes a known article gone, and a later 200 restores it; its text is kept throughout."""
    web = Web().publish(3)
    crawl(archive, web)
    page = web.pages.pop(article_url(2))
    assert crawl(archive, web).gone == 1
    found = archive.article(article_url(2))
    assert found is not None
    assert found[1].status == "gone"
    assert found[0].paragraphs
    web.pages[article_url(2)] = page
    assert crawl(archive, web).restored == 1


def test_a_failure_is_a_problem_and_is_tried_again(archive: Archive) -> None:
    """What could not be reached is counted by kind and visited by the next crawl although its list says 304."""
    web = Web(down={article_url(2)}).publish(3)
    counts = crawl(archive, web)
    assert (counts.new, counts.problems) == (2, 1)
    web.down.clear()
    assert crawl(archive, web).new == 1


def test_a_list_without_links_is_a_problem(archive: Archive) -> None:
    """A list page that shows nothing (a redesign, a challenge) is never silently fine."""
    web = Web({f"{SITE}/gy/": "<html><body><p>维护中</p></body></html>"})
    assert crawl(archive, web).problems == 1


def test_limit_and_since_bound_a_crawl(archive: Archive) -> None:
    """`limit` bounds the articles asked for; `since` leaves out older addresses; the rest stays to be done."""
    web = Web().publish(8)
    assert crawl(archive, web, Order(limit=3)).new == 3
    assert crawl(archive, web, Order(since=datetime(2026, 11, 4, tzinfo=UTC).date())).new == 0
    assert crawl(archive, web).new == 5


def test_only_fetches_the_named_pages_without_validators(archive: Archive) -> None:
    """A re-crawl by address asks for that page alone and trusts no validator."""
    web = Web().publish(3)
    crawl(archive, web)
    web.visits.clear()
    crawl(archive, web, Order(only=(article_url(3),)))
    assert [(visit.url, visit.etag) for visit in web.visits] == [(article_url(3), None)]


def test_a_crawl_cut_off_at_any_visit_is_finished_by_the_next(tmp_path: Path) -> None:
    """Wherever a crawl of 25 articles on three lists stops, the next one ends with the same 25, once each."""
    chance = random.Random(5)
    for stop_after in sorted(chance.sample(range(1, 28), 9)):
        web = Web().publish(25)
        data = tmp_path / str(stop_after)
        with pytest.raises(KilledError), Archive.open(data, write=True) as opened:
            crawl(opened, web, stop_after=stop_after)
        web.visits.clear()
        with Archive.open(data, write=True) as opened:
            take_in_orphans(opened, Here(), {"news": source()})
            crawl(opened, web, Order(revisit="none"))
            assert len(titles(opened)) == 25, f"cut off after {stop_after} visits"
            assert all(standing.revision == 1 for _, standing in opened.articles())


@pytest.mark.parametrize("meanwhile", [10, 20, 25])
def test_what_a_list_goes_on_to_show_after_a_crawl_was_cut_off_hides_nothing(meanwhile: int, tmp_path: Path) -> None:
    """Whole list pages of articles that a crawl brought before it was killed stand above those that it never saw."""
    for stop_after in (14, 22, 30, 44):
        data = tmp_path / str(stop_after)
        with pytest.raises(KilledError), Archive.open(data, write=True) as opened:
            crawl(opened, Web().publish(60), stop_after=stop_after, max_pages=20)
        with Archive.open(data, write=True) as opened:
            sources = {"news": source(20)}
            take_in_orphans(opened, Here(), sources)
            crawl(opened, Web().publish(60 + meanwhile), max_pages=20)
            assert len(titles(opened)) == 60 + meanwhile, f"cut off after {stop_after} visits"


def test_a_fault_of_the_reader_is_the_verdict_of_one_page(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in the middle of reading a page is its problem: the capture is kept, the rest is crawled."""

    def faulty(body: bytes, url: str, *args: Any, **kwargs: Any) -> Whole:
        if url == article_url(2):
            raise ZeroDivisionError
        return read_whole(body, url, *args, **kwargs)

    monkeypatch.setattr("crawler.reader.work.read_whole", faulty)
    counts = crawl(archive, Web().publish(3))
    assert (counts.new, counts.problems) == (2, 1)
    assert len(list(archive.captures(url=article_url(2)))) == 1


def test_the_last_pages_of_a_crawl_are_noted_for_its_lesson(archive: Archive) -> None:
    """Of a hundred articles, those that are outstanding when the last list has come, and no list."""
    web, notes = Web().publish(100), Notes()
    each = SourceCrawl(source(), archive, Here(), Order(), lambda: web.now, notes=notes)
    queue = list(each.first())
    while queue:
        visit = queue.pop(0)
        queue += received(each, visit, web.answer(visit))
    archive.commit()
    rows = sorted(archive.captures(), key=lambda row: row.fetched_at)
    noted = [notes.taken(row.id) is not None for row in rows]
    count = sum(noted)
    assert 0 < count <= 80
    assert all(noted[-count:])
    assert all(row.kind == "article" for row in rows[-count:])


def test_a_challenge_in_place_of_a_list_page_is_a_problem(archive: Archive) -> None:
    """A source behind a firewall does not look healthy, and no page is counted twice."""
    challenge = (
        "<html><head><script>var _0x='a';document.cookie='x=1';location.reload();</script></head><body></body></html>"
    )
    counts = crawl(archive, Web({f"{SITE}/gy/": challenge}))
    assert counts.problems == 1
    (page,) = archive.pages("news").values()
    assert page.failures == 1


def test_a_limited_crawl_goes_on_where_the_last_one_stopped(archive: Archive) -> None:
    """With a limit of 3, four crawls of 12 articles bring all 12, however often the known ones would be due."""
    web = Web().publish(12)
    brought = []
    for _ in range(4):
        brought.append(crawl(archive, web, Order(limit=3)).new)
        web.now += timedelta(minutes=20)
    assert brought == [3, 3, 3, 3]


def test_an_outage_of_the_host_gives_no_page_up(archive: Archive) -> None:
    """Failures that are the host's say nothing of a page: after any number of them it is still asked for."""
    web = Web().publish(4)
    crawl(archive, web, Order(limit=1))
    waiting = [url for url, page in archive.pages("news").items() if page.state == "pending"]
    for _ in range(GIVE_UP_AFTER + 2):
        each = SourceCrawl(source(), archive, Here(), Order(revisit="none"), lambda: web.now)
        for visit in list(each.first()):
            received(each, visit, Failure(visit.url, "robots", "robots.txt cannot be had.", of_host=True))
    assert {archive.pages("news")[url].state for url in waiting} == {"pending"}
    assert crawl(archive, web, Order(revisit="none")).new == 3


def test_a_page_that_was_given_up_is_asked_for_again_when_a_list_shows_it(archive: Archive) -> None:
    """After five failures a page is left alone by itself, but not while a list page still names it."""
    web = Web(down={article_url(2)}).publish(3)
    for _ in range(GIVE_UP_AFTER + 1):
        crawl(archive, web, Order(revisit="due"))
        web.now += timedelta(hours=1)
    web.now += timedelta(hours=8)
    web.visits.clear()
    web.down.clear()
    assert crawl(archive, web, Order(revisit="due")).new == 1


def test_a_listed_page_that_fails_again_and_again_is_asked_for_ever_more_rarely(archive: Archive) -> None:
    """While sources are watched: not at each look, the pauses grow. A person who crawls gets it tried at once."""
    web = Web(down={article_url(2)}).publish(3)
    asked: list[datetime] = []
    began = web.now
    while web.now < began + timedelta(days=10):
        crawl(archive, web, Order(revisit="due"))
        asked += [web.now for visit in web.visits if visit.url == article_url(2)]
        web.visits.clear()
        web.now += timedelta(hours=1)
    pauses = [after - before for before, after in pairwise(asked)]
    assert len(asked) < 15
    assert pauses == sorted(pauses)
    assert pauses[-1] > timedelta(days=2)
    crawl(archive, web)
    assert article_url(2) in {visit.url for visit in web.visits}


@pytest.mark.parametrize("home", [f"{SITE}/", f"{SITE}/gy/", f"{SITE}/gy/index_1.html"])
@pytest.mark.parametrize(
    ("there", "gone"),
    [
        (list_page([7, 6, 5, 4, 3]), 1),
        ("<html><title>503</title><body><h1>系统维护中</h1>请稍后访问。</body></html>", 0),
    ],
)
def test_an_article_whose_address_leads_to_the_front_page_or_to_a_list_is_gone(
    archive: Archive, home: str, there: str, gone: int
) -> None:
    """Many a site says so that it took an article away; when the address shows it again, it is restored. A notice that
    the site is being mended says nothing of it.
    """
    web = Web().publish(12)
    crawl(archive, web)

    class TakenAway(Web):
        def answer(self, visit: Visit) -> Outcome:
            outcome = super().answer(visit)
            if visit.url == article_url(2) and isinstance(outcome, Capture | NotModified):
                return Capture(
                    url=home, source_id="news", fetched_at=self.now, status=200, body=there.encode(),
                    content=there.encode(), response_headers=(("Content-Type", "text/html; charset=utf-8"),),
                    requested_url=visit.url, kind="article",
                )  # fmt: skip
            return outcome

    counts = crawl(archive, TakenAway(pages=web.pages, now=web.now), Order(revisit="all"))
    assert (counts.gone, counts.quarantined) == (gone, 1 - gone)
    assert archive.pages("news")[f"{SITE}/gy/"].kind == "list"
    counts = crawl(archive, web, Order(revisit="all"))
    assert counts.restored == gone


def test_an_article_that_moved_within_its_site_is_one_article(archive: Archive) -> None:
    """The old address redirects to the new one, and a list shows both: one article, also after a re-crawl."""
    web = Web().publish(2)
    moved = article_url(1)

    class Moved(Web):
        def answer(self, visit: Visit) -> Outcome:
            outcome = super().answer(visit)
            if visit.url == moved and isinstance(outcome, Capture):
                body = article_page(2).encode()
                return replace(outcome, url=article_url(2), requested_url=moved, body=body, content=body)
            return outcome

    redirecting = Moved(pages=web.pages)
    crawl(archive, redirecting)
    assert titles(archive) == ["园区通报第2号"]
    crawl(archive, redirecting, Order(only=(article_url(2), moved)))
    assert titles(archive) == ["园区通报第2号"]


def test_links_of_an_unchanged_list_are_remembered_too(archive: Archive) -> None:
    """After the source's patterns changed, a list that answers 304 gives new links, which become pages first."""
    web = Web().publish(3)
    narrow = msgspec.structs.replace(source(), articles=Articles(patterns=(r"_[12]\.html$",)))
    each = SourceCrawl(narrow, archive, Here(), Order(), lambda: web.now)
    for visit in list(each.first()):
        received(each, visit, web.answer(visit))
    assert article_url(3) not in archive.pages("news")
    wider = SourceCrawl(source(), archive, Here(), Order(), lambda: web.now)
    first = next(visit for visit in wider.first() if visit.kind == "list")
    outcome = web.answer(first)
    assert isinstance(outcome, NotModified)
    received(wider, first, outcome)
    assert archive.pages("news")[article_url(3)].state == "pending"


def test_a_capture_that_cannot_be_taken_in_blocks_nothing(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A fault anywhere between a kept capture and its record sets that capture aside; the next start is not blocked."""

    def faulty(capture: Capture, *args: Any) -> Any:
        raise OverflowError("made up")

    monkeypatch.setattr("crawler.intake.shown", faulty)
    counts = crawl(archive, Web().publish(3))
    assert counts.problems == 1
    assert take_in_orphans(archive, Here(), {"news": source()}) == 0
