"""The article links of list pages, as Chinese sites write them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import LONGEST_TITLE, MOST_LINKS, Link, find, links, looks_like_article, next_page
from crawler.source import Articles, Family, ListPage, Source

LIST = "http://www.example.cn/cn/edu/"
SOURCE = Source(id="example", name="例", home="http://www.example.cn/", hosts=("www.example.cn", "example.cn"))
TRS = Family(id="own", name="own", articles=(r"/t(?P<ymd>\d{8})_(?P<id>\d+)\.html$",), next_pages="index_{n}.html")


def urls(html: str, page: str = LIST, source: Source = SOURCE, selector: str | None = None) -> list[str]:
    """The addresses found on a page."""
    return [link.url for link in links(html, page, ListPage(url=page, links=selector), source)]


def anchor(href: str, text: str = "一条足够长的新闻标题在此") -> str:
    """A link."""
    return f'<a href="{href}">{text}</a>'


RESOLVED = {
    "./202305/t20230523_1.html": "http://www.example.cn/cn/edu/202305/t20230523_1.html",
    "202305/t20230523_1.html": "http://www.example.cn/cn/edu/202305/t20230523_1.html",
    "../fp/202305/t20230523_1.html": "http://www.example.cn/cn/fp/202305/t20230523_1.html",
    "../../../../202305/t20230523_1.html": "http://www.example.cn/202305/t20230523_1.html",
    "/a/./b/../202305/t20230523_1.html": "http://www.example.cn/a/202305/t20230523_1.html",
    "//example.cn/202305/t20230523_1.html": "http://example.cn/202305/t20230523_1.html",
    " \n/202305/t2023\t0523_1.html ": "http://www.example.cn/202305/t20230523_1.html",
    "\\202305\\t20230523_1.html": "http://www.example.cn/202305/t20230523_1.html",
    "/202305/t20230523_1.html#top": "http://www.example.cn/202305/t20230523_1.html",
    "/202305/t20230523_1.html?from=list&amp;utm_source=x": "http://www.example.cn/202305/t20230523_1.html?from=list&utm_source=x",
    "HTTP://www.example.cn/202305/t20230523_1.html": "http://www.example.cn/202305/t20230523_1.html",
}


@pytest.mark.parametrize("href", RESOLVED)
def test_a_link_is_resolved_as_a_browser_would(href: str) -> None:
    """./ and ../ mixed, without a scheme, with line breaks, with backslashes; fragments go, parameters stay."""
    assert urls(anchor(href)) == [RESOLVED[href]]


def test_a_base_element_holds_for_all_links() -> None:
    """Also a relative one; one that is no web address is passed over."""
    link = anchor("202305/t20230523_1.html")
    assert urls(f'<base href="/other/">{link}') == ["http://www.example.cn/other/202305/t20230523_1.html"]
    for bad in ("javascript:x", "http://[::1", "data:,"):
        assert urls(f'<base href="{bad}">{link}') == ["http://www.example.cn/cn/edu/202305/t20230523_1.html"]


@pytest.mark.parametrize(
    "html",
    [
        """<a href="javascript:void(0)" onclick="window.open('/cn/202305/t20230523_1.html')">标题</a>""",
        """<a onclick='window.open("/cn/202305/t20230523_1.html", "_blank")'>标题</a>""",
        """<li onclick="location.href='/cn/202305/t20230523_1.html'">标题</li>""",
        """<div onclick="window.location = '/cn/202305/t20230523_1.html';return false">标题</div>""",
        """<a href="#" onclick="location.replace('/cn/202305/t20230523_1.html')">标题</a>""",
        """<a href="javascript:window.open('/cn/202305/t20230523_1.html')">标题</a>""",
        """<span onclick="showDetail('/cn/202305/t20230523_1.html', 3)">标题</span>""",
    ],
)
def test_links_that_stand_only_in_a_script_are_found(html: str) -> None:
    """Older sites open every article in a new window."""
    assert links(html, LIST, ListPage(url=LIST), SOURCE) == (
        Link("http://www.example.cn/cn/202305/t20230523_1.html", "标题"),
    )


@pytest.mark.parametrize(
    "href",
    ["mailto:a@example.cn", "tel:123", "ftp://www.example.cn/202305/1.html", "javascript:void(0)", "#202305", "", "  ",
     "http://[::1/202305/1.html", "http://www.example.cn:x/202305/1.html", "data:text/html,202305",
     "http://user:pw@www.example.cn/202305/1.html", "/202305/1" + "0" * 3000 + ".html"],
)  # fmt: skip
def test_what_is_no_address_of_a_page_stays_out(href: str) -> None:
    """And the link beside it is found all the same."""
    assert urls(anchor(href) + anchor("/202305/2.html")) == ["http://www.example.cn/202305/2.html"]


NOT_ARTICLES = {
    "/": "中国例网首页首页首页",
    "/cn/edu/": "教育频道教育频道",
    "/cn/edu/index_1.html": "下一页下一页下一页",
    "/cn/node_7021.html": "经济新闻经济新闻",
    "/col/col12345/index.html": "通知公告通知公告",
    "/login.html?id=20230523": "用户登录用户登录",
    "/about/123456.html": "关于我们关于我们",
    "/cn/202305/W020230523.jpg": "现场图片现场图片",
    "/files/20230523/report.pdf": "报告全文报告全文",
    "/ads/20230523/1.html": "冬季大促冬季大促",
    "/zt/7421774.html": "专题",
    "/cn/society.html": "社会新闻社会新闻",
    "/portal/info?recordcode=54010202000012": "藏公网安备 54010202000012号",
    "/tie/FGJNKDR00001.html": "1878 跟贴 1878 条",
    "/jubao/20230523.html": "违法和不良信息举报电话",
}


@pytest.mark.parametrize("href", NOT_ARTICLES)
def test_menus_lists_files_and_logins_are_no_articles(href: str) -> None:
    """Where nothing but its looks can tell what an address is."""
    assert urls(anchor(href, NOT_ARTICLES[href])) == []


ARTICLES = [
    "/cn/edu/202305/t20230523_7421774.html",
    "/zgzibenwang/20230818/0818219515.html",
    "/content-520-98019-1.html",
    "/system/2019/03/04/012345678.shtml",
    "/n2/2023/0523/c123456-40000000.html",
    "/2023-05/23/c_1129639000.htm",
    "/art/2023/5/23/art_123_45678.html",
    "/html/2023-05/23/content_123456.htm",
    "/info/1012/34567.htm",
    "/xzweb/detail?id=8952",
    "/news/5f3a9c0de1b24c7f8a9b0c1d2e3f4a5b.html",
    "/p/1449969320589.shtml",
    "/dy/article/J22CN60P0514R9KQ.html",
    "/c/8Wda7wwUnuC",
    "/node_742c1a40f1/ae7e7ec561.shtml",
    "/news/new-energy-in-the-west.html",
]


@pytest.mark.parametrize("href", ARTICLES)
def test_articles_of_the_common_systems_are_recognised_without_a_pattern(href: str) -> None:
    """The families of addresses that were measured on 423 news hosts."""
    assert urls(anchor(href)) == ["http://www.example.cn" + href]


def test_other_hosts_stay_out_unless_the_source_lets_them_in() -> None:
    """Friends, advertisements, the province's portal. All names of the site itself are its own."""
    html = anchor("http://example.cn/202305/1.html") + anchor("http://ad.example.com/202305/1.html")
    html += anchor("http://www.example.cn.evil.org/202305/1.html")
    open_source = Source(id="e", name="e", home="http://example.cn/", articles=Articles(foreign=True))
    assert urls(html) == ["http://example.cn/202305/1.html"]
    assert len(urls(html, source=open_source)) == 3


def test_the_sources_own_patterns_decide_before_looks_and_exclude_decides_before_all() -> None:
    """With patterns given, neither a date nor a long title makes an article."""
    source = Source(
        id="e",
        name="e",
        home="http://www.example.cn/",
        articles=Articles(patterns=(r"/story/\w+$",), exclude=(r"/story/ad",)),
    )
    html = anchor("/story/one", "短") + anchor("/202305/t20230523_1.html") + anchor("/story/ad1")
    assert urls(html, source=source) == ["http://www.example.cn/story/one"]


def test_the_familys_patterns_decide_where_the_source_has_none() -> None:
    """`profile` is the source's family."""
    source = Source(id="e", name="e", home="http://www.example.cn/", profile=TRS)
    html = anchor("/202305/t20230523_1.html", "短") + anchor("/2023/0523/12345.html")
    assert urls(html, source=source) == ["http://www.example.cn/202305/t20230523_1.html"]


def test_a_selector_names_the_links_and_then_all_of_them_are_articles() -> None:
    """It may name the links or what they lie in. Hosts, schemes and `exclude` still decide."""
    html = (
        f"<div class=nav>{anchor('/202305/t20230523_9.html')}</div><ul class=news><li><h4>{anchor('/x', '短')}</h4>"
        f"<li><h4>{anchor('http://other.example.org/y')}</h4><li><h4>{anchor('mailto:z')}</h4></ul>"
    )
    for selector in ("ul.news a", "ul.news", "ul.news h4 > a"):
        assert urls(html, selector=selector) == ["http://www.example.cn/x"]
    assert urls(html, selector="ul.gone a") == []


def test_every_address_comes_once_in_page_order_with_the_first_words_it_has() -> None:
    """The picture above a headline links to the same page."""
    html = (
        '<a href="/202305/t20230523_1.html"><img src="a.jpg"></a>'
        + anchor("/202305/t20230523_2.html", "第二条新闻的标题")
        + anchor("/202305/t20230523_1.html", "第一条新闻的标题")
        + anchor("/202305/t20230523_1.html#comments", "评论")
    )
    assert links(html, LIST, ListPage(url=LIST), SOURCE) == (
        Link("http://www.example.cn/202305/t20230523_1.html", "第一条新闻的标题"),
        Link("http://www.example.cn/202305/t20230523_2.html", "第二条新闻的标题"),
    )


TITLES = [
    ('<a href="/202305/1.html">\n  两行的\n 标题</a>', "两行的 标题"),
    ('<a href="/202305/1.html" title="没有被截短的完整标题">没有被截短…</a>', "没有被截短的完整标题"),
    ('<a href="/202305/1.html" title="没有被截短的完整标题">没有被截短...</a>', "没有被截短的完整标题"),
    ('<a href="/202305/1.html" title="点击查看">标题本身</a>', "标题本身"),
    ('<a href="/202305/1.html" title="图上的标题"><img></a>', "图上的标题"),
    ('<a href="/202305/1.html"><img alt="图片说明"></a>', "图片说明"),
    ('<a href="/202305/1.html"><b>粗</b>体<font>字</font></a>', "粗体字"),
]


@pytest.mark.parametrize(("html", "title"), TITLES)
def test_a_title_is_the_text_or_what_stands_for_it(html: str, title: str) -> None:
    """The title attribute is only better where the text is shortened or missing."""
    assert [link.title for link in links(html, LIST, ListPage(url=LIST, links="a"), SOURCE)] == [title]


def test_the_page_itself_the_home_page_and_the_lists_are_no_articles() -> None:
    """However much they look like one."""
    page = "http://www.example.cn/list/20230523/12345.html"
    source = Source(
        id="e", name="e", home="http://www.example.cn/2023/", lists=(ListPage(url="http://www.example.cn/2024/0101/"),)
    )
    html = anchor(page) + anchor(page + "#a") + anchor("/2023/") + anchor("/2024/0101/") + anchor("/202305/1.html")
    assert urls(html, page, source, "a") == ["http://www.example.cn/202305/1.html"]


def test_a_page_of_a_hundred_thousand_links_is_capped_and_says_so() -> None:
    """In page order; a page within bounds does not."""
    html = "".join(anchor(f"/2023/0523/{number}.html") for number in range(100_000))
    found = find(html, LIST, ListPage(url=LIST), SOURCE)
    assert (len(found.links), found.capped) == (MOST_LINKS, True)
    assert found.links[-1].url == f"http://www.example.cn/2023/0523/{MOST_LINKS - 1}.html"
    assert not find(anchor("/2023/0523/1.html"), LIST, ListPage(url=LIST), SOURCE).capped


@pytest.mark.parametrize(
    "html",
    [
        "<div onclick=\"open('/2023/0523/1.html')\">" * 3_000,
        '<a href="/2023/0523/1.html" onclick="' + "open('" * 50_000 + '">',
        '<a href="/2023/0523/1.html" title="' + "题" * 500_000 + '">' + "题" * 500_000 + "</a>",
        "<a href=" + "/" * 200_000 + ">",
        "\0" * 1000 + "<a href='/2023/0523/1.html'>\ud800</a>".encode("utf-8", "replace").decode(),
    ],
    ids=["nested", "quotes", "long-title", "slashes", "nul"],
)
def test_a_hostile_page_is_read_within_bounds(html: str) -> None:
    """Nested a thousand deep, endless attributes: titles and addresses stay short."""
    for link in links(html, LIST, ListPage(url=LIST), SOURCE):
        assert link.url == "http://www.example.cn/2023/0523/1.html"
        assert len(link.title) <= LONGEST_TITLE


HTML = st.lists(
    st.sampled_from(["<a href='", "'>", "</a>", "<base href='", "<div onclick=\"open('", "')\">", "http://", "//", "/",
                     "..", "\\", "www.example.cn", "202305", "1.html", "?", "#", "&#0;", "[", "]", ":", "@", "%",
                     "新闻"])
    | st.text(max_size=5),
    max_size=40,
).map("".join)  # fmt: skip


@given(HTML, st.sampled_from([None, "a", "div a", "[", ""]))
def test_whatever_the_page_the_links_are_whole_addresses_each_once(html: str, selector: str | None) -> None:
    """Absolute, http or https, with a host, without fragment; no page raises."""
    source = Source(id="e", name="e", home="http://www.example.cn/", articles=Articles(foreign=True))
    found = links(html, LIST, ListPage(url=LIST, links=selector), source)
    for link in found:
        parts = urlsplit(link.url)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert parts.port != 0
        assert "#" not in link.url
    assert len({link.url for link in found}) == len(found)


@pytest.mark.parametrize(
    ("page", "profile", "second", "fourth"),
    [
        (ListPage(url=LIST, next_pages="index_{n}.html"), None, LIST + "index_1.html", LIST + "index_3.html"),
        (
            ListPage(url=LIST, next_pages="index_{n}.html", first_number=2),
            None,
            LIST + "index_2.html",
            LIST + "index_4.html",
        ),
        (
            ListPage(url=LIST + "index.html", next_pages="./list_{n}.shtml"),
            None,
            LIST + "list_1.shtml",
            LIST + "list_3.shtml",
        ),
        (ListPage(url=LIST + "?c=1", next_pages="?c=1&page={n}"), None, LIST + "?c=1&page=1", LIST + "?c=1&page=3"),
        (ListPage(url=LIST), TRS, LIST + "index_1.html", LIST + "index_3.html"),
        (ListPage(url=LIST, next_pages="p{n}.htm"), TRS, LIST + "p1.htm", LIST + "p3.htm"),
        (ListPage(url=LIST), None, None, None),
    ],
)
def test_further_list_pages_are_called_as_the_list_or_its_family_says(
    page: ListPage, profile: Family | None, second: str | None, fourth: str | None
) -> None:
    """After page 1 comes the one with `first_number`, relative to the list; without a pattern none is known."""
    assert next_page(page, 1, profile) == second
    assert next_page(page, 3, profile) == fourth


def test_looks_need_words_where_the_address_has_no_date() -> None:
    """A number alone is as often a menu's."""
    assert looks_like_article("http://www.example.cn/zx/7421774.html", "全区经济运行稳中向好")
    assert not looks_like_article("http://www.example.cn/zx/7421774.html", "更多")
    assert not looks_like_article("http://www.example.cn/c/8Wda7wwUnuC", "产经新闻频道")
