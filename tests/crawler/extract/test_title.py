"""Headlines."""

from __future__ import annotations

import pytest

from crawler.extract.page import read_page
from crawler.extract.title import find_title, site_of, without_site

ENDINGS = [
    ("河谷里的光伏田_经济_青禾新闻网", "河谷里的光伏田"),
    ("河谷里的光伏田-青禾资本网", "河谷里的光伏田"),
    ("河谷里的光伏田 - 青禾法治网", "河谷里的光伏田"),
    ("河谷里的光伏田--青禾网", "河谷里的光伏田"),
    ("河谷里的光伏田|青禾新闻", "河谷里的光伏田"),
    ("河谷里的光伏田——县工业园区见闻_青禾新闻网", "河谷里的光伏田——县工业园区见闻"),
    ("1-10月青禾县投资结构趋稳", "1-10月青禾县投资结构趋稳"),
    ("光伏-储能项目开工", "光伏-储能项目开工"),
    ("青禾网", "青禾网"),
    ("河谷里的光伏田_青禾", "河谷里的光伏田"),
    ("河谷里的光伏田 - 手机厂开工", "河谷里的光伏田 - 手机厂开工"),
    ("河谷里的光伏田 — 青禾新闻网", "河谷里的光伏田"),
    ("河谷里的光伏田——青禾新闻网", "河谷里的光伏田"),
    ("河谷里的光伏田 · 青禾在线", "河谷里的光伏田"),
    ("河谷里的光伏田 » 青禾网", "河谷里的光伏田"),
    ("河谷里的光伏田_经济_青禾县人民政府门户网站", "河谷里的光伏田"),
    ("河谷里的光伏田 | 青禾日报", "河谷里的光伏田"),
    ("河谷里的光伏田-部门动态-青禾县人民政府", "河谷里的光伏田"),
    ("河谷里的光伏田 - 青禾日报数字报", "河谷里的光伏田"),
    ("河谷里的光伏田《青禾日报》", "河谷里的光伏田《青禾日报》"),
    ("青禾——河谷里的光伏田", "青禾——河谷里的光伏田"),
]


@pytest.mark.parametrize(("title", "headline"), ENDINGS)
def test_the_sites_name_is_cut_off(title: str, headline: str) -> None:
    """Section and site behind a separator go; a dash inside the headline stays."""
    assert without_site(title) == headline


def found(markup: str) -> tuple[str, int]:
    page = read_page(markup, "")
    title = find_title(page, len(page.lines) - 1)
    return title.text, title.line


BODY = "<p>县里的第一座光伏电站上周并网，附近的三个村子都用上了电，孩子们晚上也能看书。</p>"


def test_the_line_that_the_title_tag_repeats_is_the_headline() -> None:
    """The visible line goes before the tag, which is longer."""
    assert found(f"<title>电站并网了_青禾网</title><div class='x'>电站并网了</div>{BODY}") == ("电站并网了", 0)


def test_a_general_title_tag_gives_way_to_the_heading() -> None:
    """Where the tag names the section only, the heading by the text is the headline."""
    assert found(f"<title>局长论坛</title><h2>把小水电修成大水库</h2>{BODY}")[0] == "把小水电修成大水库"


def test_the_official_title_completes_a_headline_in_two_lines() -> None:
    """ArticleTitle of government sites holds what the page prints in two lines."""
    markup = (
        '<meta name="ArticleTitle" content="青禾县延续优惠政策预计三年减负一亿元"><title>x</title>'
        f"<h1>青禾县延续优惠政策</h1><div>预计三年减负一亿元</div>{BODY}"
    )
    assert found(markup)[0] == "青禾县延续优惠政策预计三年减负一亿元"


def test_without_a_heading_the_tag_is_taken() -> None:
    """A page that prints no headline has its title tag's, without the site."""
    assert found(f"<title>电站并网了_青禾网</title>{BODY}") == ("电站并网了", -1)


@pytest.mark.parametrize("title", ["", "<title>青禾新闻网</title>", "<title>-青禾网</title>"])
def test_a_line_above_the_facts_is_the_headline_where_nothing_else_says_so(title: str) -> None:
    """Neither heading nor <title> names it: the short line above time and origin is the headline."""
    facts = "<div>2023-05-23 09:37 来源：青禾网</div>"
    assert found(f"{title}<div>首页</div><div>电站终于并网了</div>{facts}{BODY}") == ("电站终于并网了", 1)


@pytest.mark.parametrize(
    "line", ["当前位置：首页 > 新闻", "字号：", "【打印本页】", "县里的电站上周并网了。", "2023年5月23日 星期二"]
)
def test_other_lines_above_the_facts_are_no_headline(line: str) -> None:
    """Breadcrumbs, controls, sentences and days; then the page has none but its site's name."""
    facts = "<div>2023-05-23 09:37 来源：青禾网</div>"
    assert found(f"<title>青禾新闻网</title><div>{line}</div>{facts}{BODY}")[1] == -1


def site(title: str, head: str = "") -> str | None:
    return site_of(read_page(f"{head}<title>{title}</title>{BODY}", ""))


def test_the_page_names_its_own_site() -> None:
    """本网 stands for the name in the meta tag, else for the ending of <title> that reads as a site's."""
    assert site("电站并网了", "<meta name='SiteName' content='青禾县人民政府'>") == "青禾县人民政府"
    assert site("电站并网了_经济_青禾新闻网") == "青禾新闻网"
    assert site("电站并网了 - 青禾日报") == "青禾日报"
    assert site("电站并网了") is None
    assert site("青禾新闻网") is None
    assert site("电站并网了_经济") is None


def test_a_link_to_another_article_is_no_headline() -> None:
    """A teaser that happens to begin like the title is a link and is passed over."""
    assert (
        found(f"<title>电站并网了吗</title><a href='/1'>电站并网</a><h1>电站并网了吗</h1>{BODY}")[0] == "电站并网了吗"
    )


@pytest.mark.parametrize("tag", ["<title>{}</title>", "<meta property='og:title' content='{}'>"])
def test_a_title_of_endless_length_is_cut(tag: str) -> None:
    """What a page sends as its title is looked at for 500 characters; a long headline within them stays whole."""
    endless = "河谷里的光伏田" + "_网" * 100_000
    assert found(f"{tag.format(endless)}{BODY}")[0] == "河谷里的光伏田"
    assert len(found(f"{tag.format('河谷里的光伏田' * 10_000)}{BODY}")[0]) == 500
    assert found(f"{tag.format('河谷里的光伏田，' * 20)}{BODY}")[0] == "河谷里的光伏田，" * 20


def test_many_lines_under_an_endless_title_are_compared_with_its_beginning_only() -> None:
    """Thousands of short lines and a title of a million characters: none of them is sought behind the cut."""
    lines = "".join(f"<p>灯会{number}号</p>" for number in range(2_000))
    assert found(f"<title>{'河谷里的光伏田' * 150_000}灯会1999号</title>{lines}{BODY}")[1] == -1
