"""Validators are believed as far as they have proved true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_web import NOON, SITE, FakeWeb, driven
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Capture, Counts, Page, Trust
from archive.store import Archive
from crawler import trust
from crawler.order import Order
from crawler.source import Articles, ListPage, Source
from crawler.visit import NotModified, Outcome, Visit

HOUR = timedelta(hours=1)
LIST = f"{SITE}/gy/"
SOURCE = Source(
    id="news",
    name="北原",
    home=f"{SITE}/",
    hosts=("news.example",),
    lists=(ListPage(LIST),),
    articles=Articles(patterns=(r"/gy/\d+\.html$",)),
)
SENTENCES = (
    "北原州工业园区今年前三季度完成产值四十二亿元，同比增长百分之六点三。",
    "州工业和信息化局有关负责人介绍，新能源装备和畜产品精深加工是增长的主要来源。",
    "企业负责人表示，新的生产线投产以后，订单交付周期缩短了一半以上。",
)


def article(number: int, extra: str = "", clicks: int = 0) -> str:
    """An article's page with a counter of views."""
    body = "".join(f"<p>　　{sentence}（第{number}号）</p>" for sentence in (*SENTENCES, *([extra] if extra else [])))
    return (
        f"<html><title>园区通报第{number}号</title><body><h1>园区通报第{number}号</h1>"
        f"<div class=info>浏览：{clicks}次</div><div class=TRS_Editor>{body}</div></body></html>"
    )


def listing(numbers: Iterable[int], advert: int = 0) -> str:
    """A list page with an advert that is another each time."""
    items = "".join(f'<li><a href="{LIST}{each}.html">园区通报第{each}号全文发布</a></li>' for each in numbers)
    return f"<html><body><ul>{items}</ul><a href='http://ads.example.net/{advert}'>广告位招租{advert}</a></body></html>"


@dataclass
class LyingWeb(FakeWeb):
    """Says 304 to whatever is in `frozen` and names a validator; repeats the ETag of what is in `repeated`."""

    frozen: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)
    full: list[str] = field(default_factory=list)  # addresses that were answered in full

    def answer(self, visit: Visit) -> Outcome:
        """As an honest server would, but for those."""
        if visit.url in self.frozen and visit.etag:
            self.visits.append(visit)
            self.now += timedelta(seconds=1)
            return NotModified(visit.url)
        outcome = super().answer(replace(visit, etag=None) if visit.url in self.repeated else visit)
        if isinstance(outcome, Capture):
            self.full.append(visit.url)
            if visit.url in self.repeated:
                outcome = replace(outcome, response_headers=(("Content-Type", "text/html"), ("ETag", '"always"')))
        return outcome


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


def web(count: int = 3) -> LyingWeb:
    """A list and its articles."""
    made = LyingWeb({f"{LIST}{number}.html": article(number) for number in range(count)})
    made.pages[LIST] = listing(range(count))
    return made


def crawl(archive: Archive, site: LyingWeb, after: timedelta = HOUR, revisit: str = "none") -> Counts:
    """A crawl some time after the one before."""
    site.now += after
    site.visits.clear()
    site.full.clear()
    return driven(archive, site, SOURCE, Order(revisit=revisit))  # type: ignore[arg-type]


def standing(archive: Archive) -> Trust:
    """How far the host is trusted."""
    return archive.trust(["news.example"]).get("news.example", Trust("news.example"))


def test_an_unchanged_list_costs_one_small_request_but_for_a_proof_now_and_then(archive: Archive) -> None:
    """In two days of crawls every half hour: a 304 each, and few answers in full, fewer with every proof."""
    site = web()
    crawl(archive, site)
    requests, full = [], []
    for _ in range(96):
        requests.append(crawl(archive, site, timedelta(minutes=30)).requests)
        full.append(len(site.full))
    assert set(requests) == {1, 2}
    assert sum(full) <= 13
    assert sum(full[48:]) <= 4
    assert (standing(archive).proofs, standing(archive).lies) == (sum(full), 0)


def test_a_304_that_hides_new_articles_is_found_out_and_not_believed_again(archive: Archive) -> None:
    """Within an hour; from then on the list is asked for in full, and the reason is told once."""
    site = web()
    site.frozen.add(LIST)
    crawl(archive, site)
    site.pages |= {LIST: listing(range(4)), f"{LIST}3.html": article(3)}
    assert crawl(archive, site, HOUR).new == 1
    assert standing(archive).lies == 1
    site.pages |= {LIST: listing(range(5)), f"{LIST}4.html": article(4)}
    assert crawl(archive, site, timedelta(minutes=5)).new == 1
    assert [visit.etag for visit in site.visits] == [None, None]


def test_a_server_that_mends_its_ways_is_believed_again_after_proofs(archive: Archive) -> None:
    """Validators that change together with the list, several times; then validators are sent again."""
    site = web()
    site.frozen.add(LIST)
    crawl(archive, site)
    site.pages[LIST] = listing([2, 1])
    crawl(archive, site)
    site.frozen.clear()
    for turn in range(trust.PROOFS_AFTER_A_LIE):
        site.pages[LIST] = listing([turn % 3])
        crawl(archive, site)
        assert all(visit.etag is None for visit in site.visits)
    crawl(archive, site, timedelta(minutes=5))
    assert site.visits[0].etag
    assert standing(archive) == Trust("news.example", trust.PROOFS_AFTER_A_LIE, 1, standing(archive).lied)


def test_a_repeated_etag_over_another_list_is_a_lie(archive: Archive) -> None:
    """Even where the server never says 304."""
    site = web()
    site.repeated.add(LIST)
    crawl(archive, site)
    site.pages |= {LIST: listing(range(4)), f"{LIST}3.html": article(3)}
    assert crawl(archive, site, timedelta(minutes=5)).new == 1
    assert standing(archive).lies == 1


def test_an_advert_or_a_counter_behind_a_304_is_no_lie_and_no_change(archive: Archive) -> None:
    """What a list links to and what an article says are the same; the article stays live in its first revision."""
    site = web()
    site.frozen |= set(site.pages)
    crawl(archive, site)
    for turn in range(1, 4):
        site.pages[LIST] = listing(range(3), advert=turn)
        site.pages |= {f"{LIST}{number}.html": article(number, clicks=turn) for number in range(3)}
        counts = crawl(archive, site, timedelta(hours=30 * turn), "all")
        assert (counts.changed, counts.problems) == (0, 0)
    assert (standing(archive).lies, standing(archive).proofs) == (0, 3)
    assert {(one.status, one.revision) for _, one in archive.articles()} == {("live", 1)}


def test_an_edit_behind_a_304_is_seen_on_the_next_rung_of_the_ladder(archive: Archive) -> None:
    """The server calls the article unchanged for ever; it is asked for in full once on each rung."""
    site = web(1)
    site.frozen.add(f"{LIST}0.html")
    crawl(archive, site)
    site.pages[f"{LIST}0.html"] = article(0, "更正：产值为四十三亿元，原来的数字有误。")
    assert crawl(archive, site, HOUR, "due").changed == 0
    assert crawl(archive, site, timedelta(hours=2, minutes=30), "due").changed == 1
    ((_, one),) = archive.articles()
    assert (one.status, one.revision) == ("changed", 2)


def test_live_changed_gone_and_restored_are_seen_whatever_the_validators_say(archive: Archive) -> None:
    """An article that is deleted behind a 304 is gone on the next rung, and restored when it is back."""
    site = web(1)
    url = f"{LIST}0.html"
    crawl(archive, site)
    site.frozen.add(url)
    page = site.pages.pop(url)
    assert crawl(archive, site, timedelta(hours=4), "due").gone == 1
    site.pages[url] = page
    assert crawl(archive, site, timedelta(hours=4), "due").restored == 1
    ((_, one),) = archive.articles()
    assert one.status == "restored"


def test_a_failed_proof_leaves_the_list_for_the_next_crawl(archive: Archive) -> None:
    """The 304 was doubted and the full answer never came: nothing is proved and nothing is lost."""
    site = web()
    crawl(archive, site)
    real = site.answer

    def answer(visit: Visit) -> Outcome:
        if visit.url == LIST and not visit.etag:
            site.down.add(LIST)
        return real(visit)

    site.answer = answer  # type: ignore[method-assign]
    assert crawl(archive, site, 2 * HOUR).problems == 1
    site.down.clear()
    site.answer = real  # type: ignore[method-assign]
    site.pages |= {LIST: listing(range(4)), f"{LIST}3.html": article(3)}
    assert crawl(archive, site, HOUR).new == 1


def test_trust_outlives_the_process(tmp_path: Path) -> None:
    """It stands in the archive, by host."""
    told = Trust("news.example", 3, 1, NOON)
    with Archive.open(tmp_path, write=True) as archive:
        archive.keep_trust(Trust("news.example", 2))
        archive.keep_trust(told)
    with Archive.open(tmp_path) as archive:
        assert archive.trust(["news.example", "other.example"]) == {"news.example": told}


def capture(**headers: str) -> Capture:
    """An answer with these headers."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Capture(LIST, "news", NOON, 200, b"", response_headers=named)


def page(**fields: str) -> Page:
    """A page whose copy has these validators."""
    return Page("news", LIST, LIST, "list", "fetched", NOON, **fields)  # type: ignore[arg-type]


def test_an_etag_goes_before_a_date() -> None:
    """RFC 9110, 13.2.2: a date is compared only where no ETag is there."""
    held = page(etag='"a"', last_modified="Tue, 03 Nov 2026 04:00:00 GMT")
    same_date = {"last_modified": "Tue, 03 Nov 2026 04:00:00 GMT"}
    assert trust.repeats(held, capture(etag='"a"'))
    assert not trust.repeats(held, capture(etag='"b"', **same_date))
    assert not trust.repeats(held, capture(**same_date))
    assert trust.repeats(page(**same_date), capture(**same_date))
    assert not trust.repeats(page(), capture())
    assert trust.has_validator(held, capture(etag='"b"'))
    assert not trust.has_validator(held, capture(**same_date))


def test_a_change_right_before_the_answer_proves_nothing() -> None:
    """It may have come between the 304 and the full answer; a clock that is wrong is not asked."""
    assert trust.changed_just_now(
        capture(date="Tue, 03 Nov 2026 04:01:00 GMT", last_modified="Tue, 03 Nov 2026 04:00:30 GMT")
    )
    assert not trust.changed_just_now(
        capture(date="Tue, 03 Nov 2026 04:01:00 GMT", last_modified="Tue, 03 Nov 2026 03:00:00 GMT")
    )
    assert not trust.changed_just_now(capture(date="nonsense", last_modified=""))


@given(st.integers(0, 100), st.integers(0, 9))
def test_more_proofs_never_bring_less_trust_and_more_lies_never_more(proofs: int, lies: int) -> None:
    """Neither in whether validators are sent nor in how long a 304 is believed."""
    here, proved, lied = Trust("h", proofs, lies), Trust("h", proofs + 1, lies), Trust("h", proofs, lies + 1)
    assert trust.are_believed(proved) >= trust.are_believed(here) >= trust.are_believed(lied)
    assert trust.longest_unproved(proved) >= trust.longest_unproved(here) >= trust.longest_unproved(lied)
    assert not trust.are_believed(trust.lied(here, NOON))
