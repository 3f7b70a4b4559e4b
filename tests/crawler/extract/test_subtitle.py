"""引题 and 副题."""

from __future__ import annotations

import pytest

from crawler.extract.page import read_page
from crawler.extract.subtitle import lead_in, subtitles

BODY = "<p>县里的第一座光伏电站上周并网，附近的三个村子都用上了电，孩子们晚上也能看书。</p>"


def above(markup: str, headline: str = "河谷里的光伏田") -> list[str]:
    page = read_page(markup, "")
    at = next(index for index, line in enumerate(page.lines) if line.text == headline)
    return [page.lines[index].text for index in lead_in(page, at)]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='yinti'>新能源走进山村</div><h1>河谷里的光伏田</h1>",
        "<div class='intro-title'>新能源走进山村</div><div>河谷里的光伏田</div>",
        "<div><h3>新能源走进山村</h3><h1>河谷里的光伏田</h1></div>",
    ],
)
def test_a_lead_in_stands_right_above_the_headline(markup: str) -> None:
    """Its class says so, or it is a smaller heading beside the headline."""
    assert above(markup) == ["新能源走进山村"]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>新能源走进山村</div><h1>河谷里的光伏田</h1>",
        "<div><h3>青禾新闻网</h3><h1>河谷里的光伏田</h1></div>",
        "<div><h3>第03版：经济要闻</h3><h1>河谷里的光伏田</h1></div>",
        "<div><h3><a href='/'>新能源走进山村</a></h3><h1>河谷里的光伏田</h1></div>",
        "<div><h3>2023年05月23日 星期二</h3><h1>河谷里的光伏田</h1></div>",
        "<div><h3>河谷里的光伏</h3><h1>河谷里的光伏田</h1></div>",
        "<div><h3>新能源走进山村。</h3><h1>河谷里的光伏田</h1></div>",
        "<div><h3>新能源走进山村</h3></div><div><div><h1>河谷里的光伏田</h1></div></div>",
        "<h1>河谷里的光伏田</h1>",
    ],
)
def test_what_else_stands_above_a_headline_is_no_lead_in(markup: str) -> None:
    """Sections, sites, days, links, sentences and the headline's own words."""
    assert above(markup) == []


def below(markup: str) -> list[str]:
    lines = read_page(markup, "").lines
    return [lines[index].text for index in subtitles(lines, range(len(lines)), "河谷里的光伏田")]


def test_a_line_with_a_dash_at_the_top_is_a_subtitle() -> None:
    """So is one whose class says so."""
    assert below(f"<p>——岚川县新能源见闻</p>{BODY}") == ["——岚川县新能源见闻"]
    assert below(f"<p class='futi'>岚川县新能源见闻</p>{BODY}") == ["岚川县新能源见闻"]


def test_a_sub_head_and_a_sentence_are_no_subtitles() -> None:
    """Without dash and class a short line may be the first sub-head; a sentence behind a dash is text."""
    assert below(f"<p>一条河，两座电站</p>{BODY}") == []
    assert below(f"<p>——他说，这条河从来没有这样热闹过。</p>{BODY}") == []
