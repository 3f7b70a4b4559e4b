"""Labels in one cell and their values in the next."""

from __future__ import annotations

import pytest

from crawler.extract.cells import rejoined
from crawler.extract.page import read_page


def joined(markup: str) -> list[str]:
    page = read_page(markup, "")
    return [line.text for line in rejoined(page.elements, page.lines)]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<table><tr><td>来源：</td><td>青禾日报</td></tr></table>", ["来源：青禾日报"]),
        ("<ul><li>作 者：</li><li>王伟</li></ul>", ["作 者：王伟"]),
        ("<table><tr><td>发布日期</td><td>2023-05-23</td></tr></table>", ["发布日期2023-05-23"]),
        ("<dl><dt>来源</dt><dd>青禾日报</dd></dl>", ["来源青禾日报"]),
    ],
)
def test_a_lone_label_is_joined_with_its_value(markup: str, lines: list[str]) -> None:
    """With a colon anywhere, without one in the cells of a table or of a list of definitions."""
    assert joined(markup) == lines


def test_the_parts_of_a_joined_line_read_as_label_and_value() -> None:
    """The label gets its colon, so that it is read like any other."""
    page = read_page("<table><tr><td>发布日期</td><td>2023-05-23</td></tr></table>", "")
    (line,) = rejoined(page.elements, page.lines)
    assert line.spaced == "发布日期： 2023-05-23"


@pytest.mark.parametrize(
    "markup",
    [
        "<p>来源</p><p>青禾日报</p>",
        "<ul><li>来源：</li><li>作者：</li></ul>",
        "<table><tr><td>来源</td><td>作者</td></tr></table>",
        "<p>来源：青禾日报</p><p>王伟</p>",
        "<p>来源：</p><p>" + "县里的第一座光伏电站上周并网。" * 8 + "</p>",
        "<p>如下：</p><p>青禾日报</p>",
        "<p>来源：<br>青禾日报</p>",
        "<p>来源：</p>",
    ],
)
def test_other_lines_stay_as_they_are(markup: str) -> None:
    """Words without a colon, labels behind labels, sentences, and a label that nothing follows."""
    assert joined(markup) == [line.text for line in read_page(markup, "").lines]
