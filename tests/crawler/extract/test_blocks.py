"""Lines → blocks: tables keep their columns, long lists are put together once."""

from __future__ import annotations

import pytest

from crawler.extract.blocks import blocks
from crawler.extract.page import read_page
from crawler.pipeline import read

HEAD = "<tr><td>企业<td>去年<td>今年</tr>"


def texts(markup: str) -> list[str]:
    page = read_page(markup, "http://www.example.cn/")
    return [block.text for block in blocks(page, range(len(page.lines)))[1]]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ("<tr><td>甲厂<td>4<td>5</tr>", "企业\t去年\t今年\n甲厂\t4\t5"),
        ("<tr><td>甲厂<td><td>5</tr>", "企业\t去年\t今年\n甲厂\t\t5"),
        ("<tr><td><td>4<td>5</tr>", "企业\t去年\t今年\n\t4\t5"),
        ("<tr><td>甲厂<td><p>4</p><p>万</p><td>5</tr>", "企业\t去年\t今年\n甲厂\t4 万\t5"),
    ],
)
def test_an_empty_cell_is_an_empty_column(rows: str, text: str) -> None:
    """Figures stand under their headings; two lines in one cell do not make two cells."""
    assert texts(f"<table>{HEAD}{rows}</table>") == [text]


def test_a_column_without_any_text_is_none() -> None:
    """Layouts part their columns by empty cells."""
    assert texts("<table><tr><td>甲<td><td>4</tr><tr><td>乙<td><td>5</tr></table>") == ["甲\t4\n乙\t5"]


def test_words_of_controls_are_data_in_a_table_of_data() -> None:
    """中 and 大 and a dash are sizes of factories there, and letters for the reader's eye elsewhere."""
    sentence = "县里公布了两家工厂的规模，去年和今年各不相同，明年还会再统计一次。"
    table = f"<table>{HEAD}<tr><td>甲厂<td>-<td>大</tr><tr><td>乙厂<td>中<td>小</tr></table>"
    text = f"<div><p>{sentence}</p>{table}<p>大 中 小</p><p>{sentence}</p></div>"
    markup = f"<meta charset=utf-8><h1>两家工厂的规模</h1>{text}"
    (article,) = read(markup.encode(), "http://www.example.cn/a.html").articles
    assert [block.text for block in article.blocks] == [
        sentence,
        "企业\t去年\t今年\n甲厂\t-\t大\n乙厂\t中\t小",
        sentence,
    ]


def test_a_list_is_one_block_however_long() -> None:
    """Every item is there, in order."""
    items = [f"第{number}项，{'长' * 250}" for number in range(3_000)]
    (text,) = texts("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
    assert text.split("\n") == items


def test_two_lists_are_two_blocks() -> None:
    """A list in a list belongs to the inner one."""
    assert texts("<ul><li>一</li><li>二</li></ul><ol><li>三</li></ol>") == ["一\n二", "三"]
