"""The article links of list pages, as Chinese sites write them."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import (
    LONGEST_TITLE,
    LONGEST_URL,
    MOST_LINKS,
    MOST_NODES,
    WRITTEN,
    Link,
    address,
    find,
    links,
    looks_like_article,
    next_page,
    written,
)
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


WRITTEN_OUT = {
    "/2023/2 b.html": "/2023/2%20b.html",
    "/2023/新闻.html?k=疆": "/2023/%E6%96%B0%E9%97%BB.html?k=%E7%96%86",
    "/2023/%E6%96%B0 %2F.html?a=%20": "/2023/%E6%96%B0%20%2F.html?a=%20",
    "/2023/&quot;&lt;a&gt;{b}|^`.html?q='\"": "/2023/%22%3Ca%3E%7Bb%7D%7C%5E%60.html?q=%27%22",
    "/2023/a\x7fb.html": "/2023/a%7Fb.html",
    "/2023/a\x85b\u3000c.html": "/2023/a%C2%85b%E3%80%80c.html",
    "/2023/1\ud800b.html": "/2023/1b.html",
    "/2023/1&#xD800;b.html": "/2023/1%EF%BF%BDb.html",
}


@pytest.mark.parametrize("href", WRITTEN_OUT)
def test_an_address_is_written_in_the_characters_of_rfc_3986(href: str) -> None:
    """What goes over the wire, into the archive and through the crawl is one address; escapes stay as they are."""
    html = (
        anchor(href) if '"' not in href else f"<a href='{href.replace(chr(39), '&#39;')}'>一条足够长的新闻标题在此</a>"
    )
    assert urls(html) == ["http://www.example.cn" + WRITTEN_OUT[href]]


def test_a_host_in_other_letters_is_written_as_idna_and_one_that_cannot_be_is_none() -> None:
    """中国 has an address; a space or a quotation mark in a name has none."""
    assert written("http://例子.中国/2023/") == "http://xn--fsqu00a.xn--fiqs8s/2023/"
    for name in ("a b", 'a"b', "a<b", "新 闻", "é" * 300):
        assert written(f"http://{name}/2023/") is None


def test_an_address_of_more_than_two_thousand_bytes_is_none() -> None:
    """As it is written, three bytes for each of a character's."""
    assert len(urls(anchor("/2023/0523/" + "新" * 210 + ".html"))[0]) <= LONGEST_URL
    assert urls(anchor("/2023/0523/" + "新" * 230 + ".html")) == []
    assert urls(anchor("/2023/0523/" + "a" * LONGEST_URL)) == []


PARTS_OF_AN_ADDRESS = st.lists(
    st.sampled_from(["http://", "https://", "//", "/", "./", "../", "..", ".", "www.example.cn", "WWW.Example.cn",
                     ":0", ":80", ":080", ":99999", "a", "b.html", "t20230523_1", "?", "&", "a=1", "%20", "%zz", "%",
                     ";", "@", "!", "$", "'", "(", ")", "*", "+", ",", "=", "~", "_", "-", ":", "#", "[", "]", " ",
                     "新", "\\"]),
    max_size=12,
).map("".join)  # fmt: skip


@given(
    PARTS_OF_AN_ADDRESS, st.sampled_from([LIST, "http://www.example.cn", "https://h.cn:81/a//b/../c?d", "http://h/?x"])
)
def test_the_short_way_of_resolving_gives_what_the_long_way_gives(href: str, base: str) -> None:
    """Most addresses need no closer look; those that are put together without one must not differ."""
    short, long = address.Base.of(base), address.Base(base)
    assert address.absolute(href, short) == address.absolute(href, long)


@pytest.mark.parametrize(
    "href", ["/a/1.html", "./a/1.html", "a/1.html", "../a/1.html", "http://www.example.cn/a/1.html"]
)
def test_ordinary_addresses_take_the_short_way(href: str) -> None:
    """They are nearly all of a list page's, and the long way takes ten times as long."""
    assert address.Base.of(LIST).plainly(href) is not None


@pytest.mark.parametrize("different", [False, True], ids=["one-address", "many-addresses"])
@pytest.mark.parametrize("selector", [None, "ul"])
def test_links_nested_in_one_another_are_walked_through_once(
    monkeypatch: pytest.MonkeyPatch, different: bool, selector: str | None
) -> None:
    """Each holds all that follow: reading the words of each would take the square of the page's size."""
    walked = 0

    def count(nodes: Iterator[object], most: int) -> Iterator[object]:
        nonlocal walked
        for node in islice(nodes, most):
            walked += 1
            yield node

    monkeypatch.setattr("crawler.discover.words.islice", count)
    html = "".join(
        f"<ul><div onclick=\"open('/2023/0523/{number if different else 1}.html')\">" for number in range(3_000)
    )
    found = find(html, LIST, ListPage(url=LIST, links=selector), SOURCE)
    assert walked < MOST_NODES + 1_000
    assert found.capped


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


def test_a_pattern_that_ends_with_the_address_means_it_with_a_tracker_as_well() -> None:
    """`.html$` is x.html?utm_source=…, which is asked for as it stands; a parameter that counts is another page."""
    source = Source(id="e", name="e", home="http://www.example.cn/", articles=Articles(patterns=(r"/c/\d+\.html$",)))
    page = anchor("/c/1.html?utm_source=list&amp;spm=a1") + anchor("/c/2.html?id=7") + anchor("/c/3.html")
    assert urls(page, source=source) == [
        "http://www.example.cn/c/1.html?utm_source=list&spm=a1",
        "http://www.example.cn/c/3.html",
    ]


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
        assert WRITTEN.fullmatch(link.url)
        assert len(link.url) <= LONGEST_URL
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
