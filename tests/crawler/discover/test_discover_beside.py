"""The dates that list pages print beside their links."""

from datetime import datetime

import pytest

from crawler.discover import Link
from crawler.discover.beside import dated
from crawler.shanghai import SHANGHAI

BASE = "http://www.example.cn/xw/"
DAY = datetime(2023, 5, 23, tzinfo=SHANGHAI)

ROWS = {
    "in the row": ("<ul><li><a href=1.html>甲</a><span>2023-05-23</span></li><li><a href=2.html>乙</a></ul>", DAY),
    "before the link": ("<tr><td>2023年5月23日</td><td><a href=1.html>甲</a></td></tr>", DAY),
    "with the time": (
        "<dl><dt><a href=1.html>甲</a></dt><dd>2023-05-23 09:37</dd></dl>",
        DAY.replace(hour=9, minute=37),
    ),
    "of a headline that names another day": (
        "<li><a href=1.html>关于2021年1月1日起施行的通知</a> [2023-05-23]</li>",
        DAY,
    ),
    "with a picture that links to the same article": (
        "<li><a href=1.html><img src=a.jpg></a><div><a href=1.html>甲</a><p>2023/05/23</p></div></li>",
        DAY,
    ),
    "of no row": ("<body><a href=1.html>甲</a> <a href=2.html>乙</a> 今天是2023-05-23</body>", None),
    "of another article": ("<li><a href=1.html>甲</a><br><a href=2.html>乙</a> 2023-05-23</li>", None),
    "without a year": ("<li><a href=1.html>甲</a> 05-23</li>", None),
    "lost in a long block": (f"<div><a href=1.html>甲</a>{'字' * 2_000} 2023-05-23</div>", None),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_date_belongs_to_the_only_article_of_its_row(name: str) -> None:
    """The last one of the row; none where it may be another's."""
    html, moment = ROWS[name]
    links = (Link(f"{BASE}1.html", "甲"), Link(f"{BASE}2.html", "乙"))
    table = f"<table>{html}</table>" if html.startswith("<tr") else html
    assert dated(table, BASE, links)[0].published == moment


def test_what_the_list_says_itself_goes_before() -> None:
    """A time that is known is not looked for."""
    link = Link(f"{BASE}1.html", "甲", published=DAY)
    assert dated("<li><a href=1.html>甲</a> 2020-01-01</li>", BASE, (link,)) == (link,)


def test_rows_in_rows_without_end_cost_no_more_than_their_bound() -> None:
    """Every link lies in all that come before it; each looks at a few elements and a few words."""
    html = "<div>2023-05-23" * 3_000 + "<a href=1.html>甲</a>" * 3_000
    assert dated(html, BASE, (Link(f"{BASE}1.html", "甲"),))[0].published in (None, DAY)
