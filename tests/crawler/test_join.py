"""The pages of one article put together: all of the text, each piece once, with its facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Article, Block, BlockKind, Image, Verdict
from crawler.evidence import Evidence, Found
from crawler.reading import Reading
from crawler.series.join import OnePage, join

URL = "http://news.example/gy/7.html"
LONG = "州工业和信息化局有关负责人在会上介绍，今年前三季度，全州新能源装备和畜产品精深加工增长很快，订单已经排到"
REST = "明年三月，交付周期缩短了一半以上。"


def blocks(*texts: str, kind: BlockKind = "paragraph") -> tuple[Block, ...]:
    """Blocks of one kind."""
    return tuple(Block(kind, text) for text in texts)


def page(
    number: int, *texts: str, indented: bool = True, verdict: Verdict = "article", title: str = "园区产值增长"
) -> OnePage:
    """A page that was read."""
    article = Article(url=f"http://news.example/gy/7_{number}.html", title=title, blocks=blocks(*texts))
    articles = (article,) if verdict == "article" else ()
    doubtful = () if verdict == "article" else (article,)
    reading = Reading(verdict, articles, Evidence(verdict="why"), indented=indented, doubtful=doubtful)
    return OnePage(article.url, reading, f"capture-{number}", f"digest-{number}")


def with_article(one: OnePage, **changed: object) -> OnePage:
    """The page with other facts."""
    return replace(one, reading=replace(one.reading, articles=(replace(one.reading.articles[0], **changed),)))  # type: ignore[arg-type]


def joined(*pages: OnePage) -> Article:
    """The article of the pages."""
    (article,) = join(pages[0], pages[1:]).articles
    return article


def test_the_blocks_of_all_pages_follow_one_another() -> None:
    """In the order of the pages; the number of pages and what the article rests on are told."""
    article = joined(page(1, "一。", "二。"), page(2, "三。"), page(3, "四。"))
    assert article.paragraphs == ("一。", "二。", "三。", "四。")
    assert article.pages == 3
    assert [each["content_digest"] for each in article.evidence["parts"]] == ["digest-2", "digest-3"]


def test_one_page_comes_back_as_it_is() -> None:
    """There is nothing to join."""
    alone = page(1, "一。")
    assert join(alone, ()) is alone.reading


def test_what_later_pages_repeat_at_their_top_stands_once() -> None:
    """Headline, subtitle, lead and 接上页 are dropped from page 2, on record."""
    first = with_article(page(1, "核心提示：园区增长。", "一。"), subtitle=("——三季度观察",))
    second = page(2, "（接上页）", "园区产值增长", "——三季度观察", "核心提示：园区增长。", "二。")
    reading = join(first, [second])
    assert reading.articles[0].paragraphs == ("核心提示：园区增长。", "一。", "二。")
    assert [each.text for each in reading.evidence.dropped] == list(second.reading.articles[0].paragraphs[:-1])
    assert all(each.rule == "pages" and "page 2" in each.reason for each in reading.evidence.dropped)


def test_what_every_page_prints_at_its_foot_stands_once_at_the_end() -> None:
    """It is kept on the last page; what only some pages end with is text."""
    foot = "更多消息请看明天的本报。"
    assert joined(page(1, "一。", foot), page(2, "二。", foot), page(3, "三。", foot)).paragraphs == (
        "一。", "二。", "三。", foot,
    )  # fmt: skip
    assert joined(page(1, "一。", foot), page(2, "二。"), page(3, "三。", foot)).paragraphs.count(foot) == 2
    assert joined(page(1, "一。", "（未完待续）"), page(2, "二。")).paragraphs == ("一。", "二。")
    assert joined(page(1, "一。下一页>>"), page(2, "二。余下全文")).paragraphs == ("一。", "二。余下全文")


@pytest.mark.parametrize(
    ("last", "following", "indented", "whole"),
    [
        (LONG, REST, False, True),
        (LONG, REST, True, False),  # it begins as paragraphs begin
        (LONG + "月底。", REST, False, False),  # it is ended
        (LONG, "二、重点工作", False, False),  # a heading follows
        ("联系人：陆文舟", REST, False, False),  # a short line without an end is no sentence
        ("产值增长，", REST, False, True),  # a comma ends nothing
    ],
)
def test_a_paragraph_that_a_page_cut_in_two_is_whole_again(
    last: str, following: str, indented: bool, whole: bool
) -> None:
    """It ends in the middle of a sentence and the next page begins without indentation; else nothing is joined."""
    article = joined(page(1, "一。", last), page(2, following, "末。", indented=indented))
    assert article.paragraphs == (("一。", last + following, "末。") if whole else ("一。", last, following, "末。"))


def test_captions_and_headings_are_not_joined_to_a_paragraph() -> None:
    """Only two paragraphs can be one."""
    first = with_article(page(1, "一。"), blocks=(*blocks("一。"), *blocks(LONG, kind="caption")))
    assert len(joined(first, page(2, REST, "末。", indented=False)).blocks) == 4


def test_a_page_that_shows_what_was_there_adds_nothing() -> None:
    """A server that answers every number with page 1; a page that holds the whole article takes its place."""
    article = joined(page(1, "一。", "二。"), page(2, "一。", "二。"), page(3, "三。"))
    assert (article.paragraphs, article.pages) == (("一。", "二。", "三。"), 2)
    article = joined(page(1, "一。", "二。"), page(2, "一。", "二。", "三。", "四。"))
    assert (article.paragraphs, article.pages) == (("一。", "二。", "三。", "四。"), 1)


def test_a_last_page_of_one_short_line_is_text_all_the_same() -> None:
    """It is judged no article alone; a challenge in the place of a page is none."""
    assert joined(page(1, "一。"), page(2, "完。", verdict="other")).paragraphs == ("一。", "完。")
    reading = join(page(1, "一。"), [page(2, "请先验证。", verdict="challenge")])
    assert reading.articles[0].paragraphs == ("一。",)
    assert "7_2.html is missing: why" in reading.evidence.lossy[0]


def test_a_missing_page_is_told() -> None:
    """With its address and the reason; the article's number of pages counts it."""
    reading = join(page(1, "一。"), [page(3, "三。")], [("http://news.example/gy/7_2.html", "it is gone")])
    assert reading.articles[0].paragraphs == ("一。", "三。")
    assert reading.articles[0].pages == 3
    assert reading.evidence.lossy == ("the further page http://news.example/gy/7_2.html is missing: it is gone",)


def test_facts_are_those_of_page_one_and_else_of_a_later_one() -> None:
    """The editor of the last page, the origin of the first that has one; what page 1 says is never replaced."""
    when = datetime(2026, 11, 3, tzinfo=UTC)
    first = with_article(page(1, "一。"), author=("陆文舟",))
    second = with_article(page(2, "二。"), origin="北原日报", editor=("白青禾",), author=("江喆",))
    third = with_article(
        page(3, "三。"), origin="赤岭日报", editor=("孟喆",), published=when, published_precision="day"
    )
    third = replace(
        third, reading=replace(third.reading, evidence=Evidence(fields={"editor": Found("labelled", "责编：孟喆")}))
    )
    reading = join(first, [second, third])
    article = reading.articles[0]
    assert (article.author, article.origin, article.editor) == (("陆文舟",), "北原日报", ("孟喆",))
    assert (article.published, article.published_precision) == (when, "day")
    assert reading.evidence.fields["editor"] == Found("page 3: labelled", "责编：孟喆")
    assert [each.number for each in reading.evidence.pages] == [2, 3]


def test_images_are_those_of_all_pages_each_once() -> None:
    """In the order of the pages."""
    one, two = Image("http://news.example/1.jpg"), Image("http://news.example/2.jpg")
    first = with_article(page(1, "一。"), images=(one,))
    assert joined(first, with_article(page(2, "二。"), images=(one, two))).images == (one, two)


def test_the_number_of_the_page_is_no_part_of_the_headline() -> None:
    """Where the pages' headlines differ in nothing else; a number that is the headline's own stays."""
    assert joined(page(1, "一。", title="园区增长(1)"), page(2, "二。", title="园区增长(2)")).title == "园区增长"
    assert joined(page(1, "一。", title="园区增长（1）"), page(2, "二。", title="园区增长")).title == "园区增长（1）"


@given(
    st.lists(st.lists(st.text("甲乙丙丁。，", min_size=1, max_size=8), min_size=1, max_size=5), min_size=2, max_size=4)
)
def test_no_character_is_invented_and_none_lost_without_a_record(texts: list[list[str]]) -> None:
    """What stands on the pages stands in the article or among what was dropped, and nothing else does."""
    pages = [page(number, *each) for number, each in enumerate(texts, 1)]
    reading = join(pages[0], pages[1:])
    given_in = sorted("".join(text for each in texts for text in each))
    kept = "".join(reading.articles[0].paragraphs)
    dropped = "".join(each.text for each in reading.evidence.dropped).replace("\n", "")
    assert sorted(kept + dropped) == given_in


def test_each_block_is_looked_at_once_however_many_pages_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty long pages are put together in the crawl's own process: the work grows with the text alone."""
    looked_at: list[Block] = []

    def plain(block: Block) -> str:
        looked_at.append(block)
        return block.text

    monkeypatch.setattr("crawler.series.join._plain", plain)
    pages = [page(number, *(f"第{number}页的第{each}段。" for each in range(20))) for number in range(1, 51)]
    assert len(joined(*pages).blocks) == 1_000
    assert len(looked_at) == 1_000
