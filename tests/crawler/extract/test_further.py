"""Which links lead to further pages of an article, and which to anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.body import find_body
from crawler.extract.further import MOST_PAGES, Series, series
from crawler.extract.page import read_page

SITE = "http://news.example/gy"
TEXT = "".join(
    f"<p>　　第{number}条生产线投产以后，园区产值同比增长百分之六，企业的订单交付周期缩短了一半以上。</p>"
    for number in range(4)
)


def found(url: str, pager: str, below: str = "") -> Series:
    """The series of a page: the pager stands inside the article's element, `below` under it."""
    html = f"<html><body><h1>园区产值增长</h1><div class=content>{TEXT}{pager}</div>{below}</body></html>"
    page = read_page(html, url)
    body = find_body(page)
    assert body is not None
    return series(page, body.element)


def links(*pairs: tuple[str, str]) -> str:
    """A pager's links, (address, words) each."""
    return "<div class=fenye>" + " ".join(f"<a href='{url}'>{words}</a>" for url, words in pairs) + "</div>"


FURTHER = [
    # the page, its pager, page 1 if it is a later one, the others
    ("TRS", "t20261103_7.html", links(("t20261103_7_1.html", "2"), ("t20261103_7_2.html", "3")), "",
     ["t20261103_7_1.html", "t20261103_7_2.html"]),
    ("TRS, page 2", "t20261103_7_1.html", links(("t20261103_7.html", "1"), ("t20261103_7_2.html", "[3]")),
     "t20261103_7.html", ["t20261103_7_2.html"]),
    ("Founder", "content_32754452.htm", links(("content_32754452_2.htm", "下一页"), ("content_32754452_2.htm", "尾页")),
     "", ["content_32754452_2.htm"]),
    ("people", "c186332-33692266.html",
     links(("c186332-33692266-2.html", "【2】"), ("c186332-33692266-3.html", "【3】")), "",
     ["c186332-33692266-2.html", "c186332-33692266-3.html"]),
    ("people, page 3", "c186332-33692266-3.html",
     links(("c186332-33692266.html", "上一页"), ("c186332-33692266-2.html", "2")), "c186332-33692266.html",
     ["c186332-33692266-2.html"]),
    ("PHPCMS", "content-520-98019-1.html",
     links(("content-520-98019-2.html", "2"), ("content-520-98019-2.html", "下一页")), "",
     ["content-520-98019-2.html"]),
    ("PHPCMS, page 2", "content-520-98019-2.html",
     links(("content-520-98019-1.html", "1"), ("content-520-98019-3.html", "下一页")), "content-520-98019-1.html",
     ["content-520-98019-3.html"]),
    ("a query", "show.php?id=7", links(("show.php?id=7&page=2", "2"), ("show.php?page=3&id=7", "3")), "",
     ["show.php?id=7&page=2", "show.php?page=3&id=7"]),
    ("a query, page 2", "show.php?id=7&page=2", links(("show.php?id=7", "首页"), ("show.php?id=7&page=3", "后一页")),
     "show.php?id=7", ["show.php?id=7&page=3"]),
    ("a folder", "7421/", links(("/gy/7421/2/", "下一页")), "", ["7421/2/"]),
    ("numbers in items of a list", "7.html",
     "<ul><li><a href='7_2.html'>2</a></li><li><a href='7_3.html'>3</a></li></ul>", "",
     ["7_2.html", "7_3.html"]),
    ("at the end of a paragraph", "7.html", "<p>　　详情还有很多，<a href='7_2.html'>余下全文&gt;&gt;</a></p>", "",
     ["7_2.html"]),
    ("with how many there are", "7.html",
     "<p>第1页/共3页 <a href='7_2.html'>下一页</a> <a href='7_3.html'>末页</a></p>", "",
     ["7_2.html", "7_3.html"]),
    ("absolute, with a fragment", "7.html", links((f"{SITE}/7_2.html#p2", "下一页 »")), "", ["7_2.html"]),
    ("Traditional", "7.html", links(("7_2.html", "下一頁")), "", ["7_2.html"]),
    ("English", "7.html", links(("7_2.html", "2"), ("7_2.html", "Next page")), "", ["7_2.html"]),
    ("by a script", "t20190411_5.html", "<script>createPageHTML(3, 0, \"t20190411_5\", \"html\");</script>", "",
     ["t20190411_5_1.html", "t20190411_5_2.html"]),
    ("by a script, page 2", "t20190411_5_1.html", "<script>createPageHTML(3,1,'t20190411_5','html')</script>",
     "t20190411_5.html", ["t20190411_5_2.html"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "pager", "first", "further"), [case[1:] for case in FURTHER], ids=[c[0] for c in FURTHER]
)
def test_further_pages_are_found(page: str, pager: str, first: str, further: list[str]) -> None:
    """In every style of address and pager, from the first page and from a later one."""
    shown = found(f"{SITE}/{page}", pager)
    assert shown.first == (f"{SITE}/{first}" if first else "")
    assert shown.further == tuple(f"{SITE}/{each}" for each in further)
    assert shown.found is not None


NONE = [
    ("the next article", "7.html", "<div>下一篇：<a href='8.html'>县里又建两座风电场</a></div>"),
    ("the next article, called a page", "7.html", links(("8.html", "下一页"))),
    ("another article of the same query", "show.php?sid=101", links(("show.php?sid=102", "下一页"))),
    ("another number of the same query", "show.php?p=101", links(("show.php?p=102", "下一页"))),
    ("two numbers and no page 1", "show_12.html", links(("show_13.html", "下一页"))),
    ("long numbers", "t20261103_7421774.html", links(("t20261103_7421775.html", "2"))),
    ("another host", "7.html", links(("http://other.example/gy/7_2.html", "下一页"))),
    ("another folder", "7.html", links(("/zx/7_2.html", "下一页"))),
    ("a headline that is a link", "7.html", "<ul><li><a href='7_2.html'>县里又建两座风电场</a></li></ul>"),
    ("a note in the text", "7.html", "<p>　　数据来自州统计局<a href='7_2.html'>的年报</a>，截至九月。</p>"),
    ("a list's pager by script", "index.html", "<script>createPageHTML(9, 0, 'index', 'html');</script>"),
    ("a script of another page", "t20190411_5.html", "<script>createPageHTML(3,0,'t20190411_6','html')</script>"),
    ("one page by script", "t20190411_5.html", "<script>createPageHTML(1, 0, 't20190411_5', 'html');</script>"),
    ("comments", "7.html", "<div class=comment-list><p>说得好</p><a href='7.html?page=2'>下一页</a></div>"),
    ("the next set of pictures", "7.html", links(("7_2.html", "下一组图"))),
    ("no address", "7.html", links(("javascript:next()", "下一页"), ("http://[", "2"))),
]  # fmt: skip


@pytest.mark.parametrize(("page", "pager"), [case[1:] for case in NONE], ids=[case[0] for case in NONE])
def test_what_is_no_further_page_is_left(page: str, pager: str) -> None:
    """Other articles, lists, comments and words in the text are no pages of this article."""
    assert not found(f"{SITE}/{page}", pager)


def test_a_pager_far_below_the_article_is_another_ones() -> None:
    """Close below the text it counts, behind a list of other things it does not."""
    pager = links(("7_2.html", "下一页"))
    others = "".join(f"<p><a href='/zx/{number}.html'>其他新闻第{number}条的标题</a></p>" for number in range(30))
    assert found(f"{SITE}/7.html", "", "<p>编辑：白青禾</p>" + pager).further
    assert not found(f"{SITE}/7.html", "", others + pager)


def test_a_page_that_holds_all_is_preferred() -> None:
    """By its words and its address together; other pages are still named."""
    both = links(("7_2.html", "2"), ("7_all.html#p1", "在本页阅读全文"))
    assert found(f"{SITE}/7.html", both).wanted == (f"{SITE}/7_all.html",)
    assert found(f"{SITE}/7.html", links(("7.html?full=1", "显示全文"))).wanted == (f"{SITE}/7.html?full=1",)
    assert not found(f"{SITE}/7.html", links(("/app/7.html", "阅读全文")))
    assert not found(f"{SITE}/7.html", links(("8_all.html", "阅读全文")))


def test_fifty_pages_are_the_most() -> None:
    """Of an endless pager the first ones are taken, and how many are left out is told."""
    shown = found(
        f"{SITE}/7.html", "".join(f"<p><a href='7_{number}.html'>{number}</a></p>" for number in range(2, 120))
    )
    assert len(shown.further) == MOST_PAGES - 1
    assert shown.further[0] == f"{SITE}/7_2.html"
    assert shown.left_out > 0
    assert len(found(f"{SITE}/7.html", "<script>createPageHTML(999,0,'7','html')</script>").further) == MOST_PAGES - 1


def test_from_a_chain_without_a_page_one_only_the_way_on_is_told() -> None:
    """Where it is known whose further page this is, that is enough; alone it proves nothing."""
    shown = found(f"{SITE}/7_3.html", links(("7_4.html", "下一页")))
    assert not shown
    assert shown.beyond == (f"{SITE}/7_4.html",)


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=20))
def test_any_address_and_any_link_give_an_answer(path: str, href: str, words: str) -> None:
    """Nothing that stands in an address or a link raises."""
    for url in (f"http://news.example/{path}", path):
        shown = found(url, f'<div><a href="{href}">下一页</a> {words}</div>')
        assert isinstance(shown, Series)
