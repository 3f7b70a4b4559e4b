"""Which addresses are one article."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.identity import article_id, canonical_url, twin_hint, url_hint

TIBET = ("www.tibet.cn", "tibet.cn", "m.tibet.cn", "ttt.tibet.cn")

ONE_ADDRESS = [
    ("http://a.cn/x.html", "https://a.cn/x.html", "the scheme"),
    ("http://a.cn/x.html", "HTTP://A.CN/x.html", "capitals of scheme and host"),
    ("http://a.cn/x.html", "http://a.cn:80/x.html", "the port of http"),
    ("http://a.cn/x.html", "https://a.cn:443/x.html", "the port of https"),
    ("http://a.cn/x.html", "http://a.cn./x.html", "the root's dot"),
    ("http://a.cn/x.html", "http://user:secret@a.cn/x.html", "a user's name"),
    ("http://a.cn/x.html", "//a.cn/x.html", "an address without a scheme"),
    ("http://a.cn/x.html", "a.cn/x.html", "an address as it is typed"),
    ("http://a.cn/x.html", "  http://a.cn/x.html\n", "white space around it"),
    ("http://a.cn/x.html", "http://a.cn/\nx.html", "a line break in it"),
    ("http://a.cn/x.html", "http://a.cn/x.html#comments", "a place on the page"),
    ("http://a.cn/x.html", "http://a.cn/b/.././x.html", "dots in the path"),
    ("http://a.cn/x.html", "http://a.cn\\x.html", "backslashes"),
    ("http://a.cn/x.html", "http://a.cn/x.html?", "an empty query"),
    ("http://a.cn/x.html", "http://a.cn/x.html?utm_source=w&UTM_medium=b", "Google's campaign"),
    ("http://a.cn/x.html", "http://a.cn/x.html?spm=a1z.2&from=timeline&isappinstalled=0", "Alibaba and WeChat"),
    ("http://a.cn/x.html", "http://a.cn/x.html?hmsr=toutiao&utm%5Fid=1", "Baidu, and an escaped name"),
    ("http://a.cn/x.html?id=1", "http://a.cn/x.html?id=1&&fbclid=2", "Facebook beside what counts"),
    ("http://a.cn/x.jhtml?id=1", "http://a.cn/x.jhtml;jsessionid=0A1B?id=1", "a Java session"),
    ("http://a.cn/", "http://a.cn", "no path"),
    ("http://a.cn/n/", "http://a.cn/n/index.html", "an index page"),
    ("http://a.cn/n/", "http://a.cn/n/index.shtml", "an index page with server-side includes"),
    ("http://a.cn/n/", "http://a.cn/n/Default.htm", "an index page of IIS"),
    ("http://a.cn/n/", "http://a.cn/n/index.jhtml", "an index page of JEECMS"),
    ("http://a.cn/n/?id=3", "http://a.cn/n/index.html?id=3", "an index page with a query"),
    ("http://a.cn/~x", "http://a.cn/%7ex", "an escape that need not be"),
    ("http://a.cn/%E4%B8%AD", "http://a.cn/%e4%b8%ad", "capitals of an escape"),
    ("http://a.cn/%E4%B8%AD", "http://a.cn/中", "Chinese in the path"),
    ("http://a.cn/?q=%E4%B8%AD", "http://a.cn/?q=中", "Chinese in the query"),
    ("http://a.cn/a%20b", "http://a.cn/a b", "a blank in the path"),
    ("http://xn--fiqs8s.xn--fiqs8s/", "http://中国。中国/", "a Chinese host"),
    ("http://[2001:db8::1]/x", "http://[2001:DB8::1]:80/x", "IPv6"),
]

TWO_ADDRESSES = [
    ("http://a.cn/x.html", "http://www.a.cn/x.html", "www of an unknown site"),
    ("http://a.cn/x.html", "http://m.a.cn/x.html", "the mobile host of an unknown site"),
    ("http://a.cn/x.html", "http://a.cn:8080/x.html", "another port"),
    ("http://a.cn/x.html", "http://a.cn/X.html", "capitals in the path"),
    ("http://a.cn/x", "http://a.cn/x/", "a slash at the end"),
    ("http://a.cn/x", "http://a.cn//x", "a double slash"),
    ("http://a.cn/d?id=8952", "http://a.cn/d?id=8953", "a number in the query"),
    ("http://a.cn/d?sid=101", "http://a.cn/d?sid=102", "sid, which is a section and no session"),
    ("http://a.cn/d?from=tibet", "http://a.cn/d?from=gansu", "from, where it chooses what is shown"),
    ("http://a.cn/d?a=1&b=2", "http://a.cn/d?b=2&a=1", "the order of a query"),
    ("http://a.cn/d?a", "http://a.cn/d?a=", "a parameter without a value"),
    ("http://a.cn/t20190411_524573865.html", "http://a.cn/t20190411_524573865_1.html", "page 2 of TRS"),
    ("http://a.cn/content-520-98019-1.html", "http://a.cn/content-520-98019-2.html", "page 2 of PHPCMS"),
    ("http://a.cn/n/", "http://a.cn/n/index_1.html", "page 2 of a list"),
    ("http://a.cn/n/", "http://a.cn/n/myindex.html", "a page whose name ends in index"),
    ("http://a.cn/?id=1", "http://a.cn/index.php?id=1", "a script that may be another than the directory's"),
    ("http://a.cn/a%2Fb", "http://a.cn/a/b", "an escaped slash"),
    ("http://a.cn/%25e4", "http://a.cn/%E4", "an escaped percent sign"),
    ("http://a.cn/%D6%D0", "http://a.cn/%E4%B8%AD", "one character in two encodings"),
    ("http://a.cn/#/detail?id=1", "http://a.cn/#/detail?id=2", "the routes of an application"),
    ("http://a.cn/#!a", "http://a.cn/#!b", "the routes of an older application"),
]


ARTICLE = "/cn/edu/202305/t20230523_7421774.html"

ONE_SITE = [
    (f"https://tibet.cn{ARTICLE}", "the bare name, over TLS"),
    (f"http://m.tibet.cn{ARTICLE}", "the mobile host"),
    (f"http://ttt.tibet.cn{ARTICLE}", "the test host that is public"),
    (f"https://WWW.TIBET.CN:443{ARTICLE}#text", "capitals, a port, a place on the page"),
    (f"m.tibet.cn{ARTICLE}?from=singlemessage&isappinstalled=0", "typed, from WeChat"),
    (f"http://www.tibet.cn{ARTICLE}?tdsourcetag=s_pctim_aiomsg", "shared in QQ"),
    (f"//tibet.cn/cn/edu/../edu/202305/.{ARTICLE.removeprefix('/cn/edu/202305')}", "dots, without a scheme"),
    (f"http://tibet.cn.{ARTICLE};jsessionid=9A", "the root's dot, a Java session"),
]

TWO_ON_A_SITE = [
    (f"http://www.tibet.cn{ARTICLE}", f"http://media.tibet.cn{ARTICLE}", "a subdomain with articles of its own"),
    (f"http://www.tibet.cn{ARTICLE}", f"http://eng.tibet.cn/eng{ARTICLE[3:]}", "the English edition"),
    (f"http://www.tibet.cn{ARTICLE}", f"http://tb.tibet.cn/tb{ARTICLE[3:]}", "the Tibetan edition"),
    (f"http://www.tibet.cn{ARTICLE}", f"http://www.tibet.cn/BIG5{ARTICLE}", "the Traditional twin"),
    (f"http://www.tibet.cn{ARTICLE}", f"http://www.tibet.cn{ARTICLE[:-5]}_1.html", "page 2 of TRS"),
    (f"http://www.tibet.cn{ARTICLE}", "http://www.tibet.cn/cn/fp/202305/t20230523_7421774.html", "another section"),
    (f"http://www.tibet.cn{ARTICLE}", f"http://www.tibet.cn{ARTICLE[:-4]}shtml", "another ending"),
    ("http://www.tibet.cn/cn/edu/", "http://www.tibet.cn/cn/edu/index_1.html", "page 2 of a list"),
    ("http://www.tibet.cn/cn/edu/", "http://www.tibet.cn/cn/edu/list.html", "a list beside the directory's"),
    ("http://m.tibet.cn/xzweb/detail?id=8952&sid=101", "http://www.tibet.cn/xzweb/detail?id=8952&sid=102", "sid"),
    ("http://m.tibet.cn/#/detail/1", "http://www.tibet.cn/#/detail/2", "a route of the mobile application"),
    ("http://m.tibet.cn/#!/detail/1", "http://www.tibet.cn/#!/detail/2", "an older route"),
    ("http://www.tibet.cn/n/content_32754452.htm", "http://tibet.cn/n/content_32754452_2.htm", "page 2 of Founder"),
    ("http://www.tibet.cn/n1/c1-1.html", "http://www.tibet.cn/n1/c1-1-2.html", "page 2 of people.com.cn"),
    ("http://www.tibet.cn/show-1-2-1.html", "http://www.tibet.cn/show-1-2-2.html", "page 2 of PHPCMS"),
    ("http://www.tibet.cn/a/1.html?page=1", "http://www.tibet.cn/a/1.html?page=2", "page 2 in the query"),
]


@pytest.mark.parametrize("url", [case[0] for case in ONE_SITE], ids=[case[1] for case in ONE_SITE])
def test_the_names_of_one_site_and_all_spellings_are_one_article(url: str) -> None:
    """http and https, www, m and the bare name, trackers and fragments: each alone and all together."""
    assert canonical_url(url, TIBET) == f"http://www.tibet.cn{ARTICLE}"


@pytest.mark.parametrize(("one", "two"), [case[:2] for case in TWO_ON_A_SITE], ids=[case[2] for case in TWO_ON_A_SITE])
def test_articles_of_one_site_that_differ_stay_apart(one: str, two: str) -> None:
    """Though its names are merged."""
    assert canonical_url(one, TIBET) != canonical_url(two, TIBET)


TWINS = {
    "http://big5.news.cn/gate/big5/www.news.cn/politics/c_1.htm": "http://www.news.cn/politics/c_1.htm",
    "https://big5.www.gov.cn/gate/big5/www.gov.cn/a/index.htm#x": "http://www.gov.cn/a/",
    "http://big5.news.cn/gate/big5/xj.news.cn/": "http://xj.news.cn/",
    "http://big5.news.cn/gate/big5/": None,
    "http://www.news.cn/politics/c_1.htm": None,
    "": None,
}


@pytest.mark.parametrize("url", TWINS)
def test_an_official_gateway_names_the_page_that_it_converts(url: str) -> None:
    """As a hint for stories: the addresses themselves stay two."""
    assert twin_hint(url) == TWINS[url]
    if TWINS[url]:
        assert canonical_url(url) != TWINS[url]


@pytest.mark.parametrize(
    ("canonical", "url"), [case[:2] for case in ONE_ADDRESS], ids=[case[2] for case in ONE_ADDRESS]
)
def test_spellings_of_one_address_get_one_form(canonical: str, url: str) -> None:
    """What cannot change the page does not change the canonical address."""
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(("one", "two"), [case[:2] for case in TWO_ADDRESSES], ids=[case[2] for case in TWO_ADDRESSES])
def test_addresses_that_may_differ_stay_apart(one: str, two: str) -> None:
    """Nothing is merged on a guess."""
    assert canonical_url(one) != canonical_url(two)


def test_the_hosts_of_one_site_are_the_first_of_them() -> None:
    """tibet.cn, www, m and ttt share their paths and fall together; media.tibet.cn is not among them."""
    path = "/cn/edu/202305/t20230523_7421774.html"
    forms = {canonical_url(f"{scheme}://{host}{path}", TIBET) for host in TIBET for scheme in ("http", "https")}
    assert forms == {f"http://www.tibet.cn{path}"}
    assert canonical_url(f"http://media.tibet.cn{path}", TIBET) == f"http://media.tibet.cn{path}"


def test_hosts_may_be_given_with_a_port_and_in_any_spelling() -> None:
    """A host with a port means that port only; one without means every port, which stays."""
    assert canonical_url("http://127.0.0.1:8081/x", ["127.0.0.1:8080", "127.0.0.1:8081"]) == "http://127.0.0.1:8080/x"
    assert canonical_url("http://127.0.0.1:9/x", ["127.0.0.1:8080"]) == "http://127.0.0.1:9/x"
    assert canonical_url("http://m.a.cn:8080/x", ["WWW.a.cn", "m.a.cn"]) == "http://www.a.cn:8080/x"


@pytest.mark.parametrize(
    "url",
    [
        *("", "::", "?q", "/only/a/path", "javascript:void(0)", "mailto:a@b.cn", "data:text/html,x"),
        *(
            "http://",
            "http:///x",
            "http://[::1",
            "http://a..b/",
            "http://a b.cn/",
            "http://.../",
            f"http://{'中' * 300}/",
        ),
    ],
)
def test_what_is_no_web_address_is_only_tidied(url: str) -> None:
    """A broken or foreign address comes back as it was."""
    assert canonical_url(url) == url


PIECES = [
    "http://",
    "https://",
    "//",
    "/",
    "?",
    "#",
    "#/",
    "index.html",
    "default.aspx",
    "index.php",
    ";jsessionid=1",
    "utm_a=1",
    "from=timeline",
    "&",
    "=",
    "..",
    ".",
    "%2e",
    "%",
    "%2F",
    "\\",
    "@",
    "[::1]",
    ":80",
    ":443",
    ":8080",
    ":0",
    "tibet.cn",
    "M.Tibet.CN",
    "中国",
    "²",
    "ß",
    "x",
    "1",
    ";",
    "+",
]
FRAGMENTS = st.lists(st.sampled_from([*PIECES, "\n", " ", "\x00", "\ud800"]), max_size=10).map("".join)


@given(st.one_of(FRAGMENTS, st.text(), st.text(string.printable).map("http://".__add__)), st.sampled_from([(), TIBET]))
@example("http://::", ())
@example("http://0:0:", ())
@example("HTTP://²..", ())
@example("https://x:80/", ())
@example("http://0/.;jsEssionid=", ())
def test_any_text_has_a_form_that_stays(url: str, hosts: tuple[str, ...]) -> None:
    """The canonical form is total, and that of a canonical form is itself."""
    once = canonical_url(url, hosts)
    assert canonical_url(once, hosts) == once
    assert len(article_id(once)) == 16


PATHS = (
    "/",
    "./",
    "../",
    ".",
    "a",
    "B1",
    "index.html",
    "Default.shtml",
    "index.php",
    "t20230523_1.html",
    "?id=1",
    ";",
)


@given(
    st.sampled_from(("http://m.tibet.cn", "https://a.cn", "http://a.cn:8080", "HTTP://A.cn.")),
    st.lists(st.sampled_from(PATHS)),
)
@example("http://m.tibet.cn", ["/", "a", "/", "index.html"])
@example("https://a.cn", ["/", "a", "/", "../", "t20230523_1.html"])
def test_a_plain_address_gets_the_form_that_the_long_way_gives(site: str, pieces: list[str]) -> None:
    """A fragment takes the long way, and goes."""
    url = site + "".join(pieces)
    long_way = canonical_url(f"{url}#a", TIBET)
    assert canonical_url(url, TIBET) == long_way or long_way.endswith("#a")


@given(st.integers(min_value=1), st.integers(min_value=1))
def test_numbers_in_an_address_are_never_merged(one: int, two: int) -> None:
    """Addresses that differ in an id, a page or a parameter are one exactly if the numbers are equal."""
    for form in ("http://a.cn/d?id={}", "http://a.cn/content_{}.htm", "http://a.cn/t20190411_5_{}.html"):
        assert (canonical_url(form.format(one)) == canonical_url(form.format(two))) == (one == two)


def test_article_ids_are_short_stable_and_tell_articles_of_one_page_apart() -> None:
    """The id of an article never changes between versions: archives hold it."""
    url = "http://www.tibet.cn/cn/edu/202305/t20230523_7421774.html"
    assert article_id(url) == "4c7e7f81d193afc5"
    assert len({article_id(url, ordinal) for ordinal in range(100)}) == 100


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://tibet.cn/cn/edu/202305/t20230523_7421774.html", "t20230523_7421774"),
        ("http://mirror.example/cn/edu/202305/t20230523_7421774.html", "t20230523_7421774"),
        ("https://www.ts.cn/xwzx/jjxw/202311/t20231101_17036812.shtml", "t20231101_17036812"),
        ("http://a.cn/20190411/t20190411_524573865_1.html", "t20190411_524573865"),
        ("http://a.cn/t20190411_5.html?x=1#y", "t20190411_5"),
        ("http://a.cn/cn/edu/202305/", None),
        ("http://a.cn/t20190411_5", None),
        ("http://a.cn/art20190411_5.html", None),
        ("", None),
    ],
)
def test_the_hint_is_what_mirrors_keep_of_a_trs_address(url: str, hint: str | None) -> None:
    """Date and number, without host, folder and page; nothing for other addresses."""
    assert url_hint(url) == hint
