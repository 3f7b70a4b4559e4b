"""What commands print of pages that somebody else wrote."""

from __future__ import annotations

from archive.model import Article, Block
from crawler.cli.paper import as_markdown, as_text
from crawler.cli.table import harmless, shortened, table, width
from crawler.cli.why import visible

HOSTILE = "工业\x1b]0;owned\x07快报\u202e\x9b31m"


def test_nothing_of_a_page_steers_the_terminal() -> None:
    """Escapes, C1 controls and bidi overrides are gone from what is printed; line breaks and joiners stay."""
    article = Article("http://a.example/", HOSTILE, (Block("paragraph", HOSTILE),), origin=HOSTILE)
    for text in (as_text(article), as_markdown(article), table([HOSTILE], [[HOSTILE]])):
        assert not set(text) & set("\x1b\x07\x9b\u202e")
        assert "工业]0;owned快报31m" in text
    assert harmless("می\u200cخواهم\n\t") == "می\u200cخواهم\n\t"
    assert visible("\x1b[1m") == "\\x1b[1m"


def test_columns_of_wide_characters_line_up() -> None:
    """A Chinese character takes two columns, and a shortened text never more than it may."""
    lines = table(["name", "n"], [["西藏", 1], ["ab", 22]]).splitlines()
    assert [line.rindex(char) + line.count("西") * 2 for line, char in zip(lines[1:], "12", strict=True)] == [7, 7]
    assert width(shortened("中国西藏网新闻", 9)) <= 9
