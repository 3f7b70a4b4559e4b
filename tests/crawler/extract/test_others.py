"""Replies and teasers told by their form, and the text that belongs to the headline."""

from __future__ import annotations

import pytest

from crawler.extract.body import find_body
from crawler.extract.others import others
from crawler.extract.page import read_page

SENTENCE = "县里的第一座光伏电站上周并网，附近的三个村子都用上了电，孩子们晚上也能看书。"
REPLY = "<div>河边的风</div><div>5月19日</div><p>修得好，盼了十年，终于通车了。</p><div>{}</div>"
TEASER = (
    "<div><a href='/1'>岚川县首条山区公路正式通车</a><p>山里的三个乡镇从此有了公路，出行不再绕远。</p><p>{}</p></div>"
)


def texts(markup: str) -> list[str]:
    lines = read_page(markup, "").lines
    return [lines[index].text for index in sorted(others(lines))]


@pytest.mark.parametrize("control", ["回复", "3回复", "回复(2)", "12 回复"])
def test_replies_are_told_by_the_control_under_each(control: str) -> None:
    """Three replies and more are a list of them, from the name over the first to the control of the last."""
    found = texts(f"<p>{SENTENCE}</p><p>{SENTENCE}</p>" + REPLY.format(control) * 4)
    assert found[0] == "河边的风"
    assert found[-1] == control
    assert SENTENCE not in found


@pytest.mark.parametrize(
    "markup",
    [
        REPLY.format("回复") * 2,
        f"<p>记者：您怎么看？</p><p>{SENTENCE}</p>" * 5,
        "".join(f"<p>{SENTENCE}</p>" * 12 + "<p>回复</p>" for _ in range(3)),
        f"<p>12345热线回复：</p><p>{SENTENCE}</p>" * 4,
    ],
    ids=["two", "an interview", "far apart", "answers of an office"],
)
def test_answers_of_the_text_are_no_replies(markup: str) -> None:
    """Questions and answers of an article have no control under them."""
    assert texts(markup) == []


@pytest.mark.parametrize("day", ["2024-06-01", "2024-06-0110:30", "06-01 10:30", "2024年6月1日"])
def test_teasers_are_told_by_headline_opening_and_day(day: str) -> None:
    """A linked headline, a sentence and a day, twice: the sentences lead to other articles."""
    assert len(texts(f"<p>{SENTENCE}</p>" + TEASER.format(day) * 3)) == 3


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{SENTENCE}</p>" + TEASER.format("2024-06-01"),
        TEASER.format("请往下看") * 3,
        f"<p><a href='/1'>岚川县首条山区公路正式通车</a></p><p>{SENTENCE}</p><p>{SENTENCE}</p>" * 3,
    ],
    ids=["one", "no day", "links between paragraphs"],
)
def test_a_paragraph_behind_a_link_is_no_teaser(markup: str) -> None:
    """Once is an accident, and without a day below it a paragraph is the article's."""
    assert texts(markup) == []


def body_text(markup: str) -> str:
    page = read_page(markup, "")
    body = find_body(page)
    assert body is not None
    element = page.elements[body.element]
    return "".join(line.text for line in page.lines[element.first : element.last])


HEADLINE = "岚川县首座光伏电站并网三个村子用上新电"
OWN = (
    "<div><p>岚川县首座光伏电站上周并网，三个村子用上新电，孩子们晚上也能看书，老人们看上了电视，"
    "磨坊里的机器也转了起来，连夜里的路灯也亮到了天明。</p><p>电站装机两万千瓦。</p></div>"
)
ANOTHER = "<div>" + "<p>老歌手回到家乡，在戏台上唱了整整一个晚上，台下的人跟着他一起唱。</p>" * 12 + "</div>"


def test_the_text_that_shares_the_headlines_words_is_the_article() -> None:
    """A longer article below one that has the title's words does not take its place."""
    assert "两万千瓦" in body_text(f"<title>{HEADLINE}</title>{OWN}{ANOTHER}")


@pytest.mark.parametrize("title", ["青禾网", "今夜有歌", HEADLINE[:4]])
def test_a_title_of_few_words_says_nothing_of_the_text(title: str) -> None:
    """A short title, or one whose words are in no text, leaves the longest text to be the article."""
    assert "戏台上" in body_text(f"<title>{title}</title>{OWN}{ANOTHER}")


def test_a_metaphorical_headline_leaves_its_text() -> None:
    """Where neither the text nor a teaser holds the headline's words, nothing moves."""
    page = f"<title>春风又绿江南岸明月何时照我还</title>{ANOTHER}<div><p>{SENTENCE}</p><p>{SENTENCE}</p></div>"
    assert "戏台上" in body_text(page)
