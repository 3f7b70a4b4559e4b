"""What `source add` finds behind a page: a script's endpoint, a newspaper's edition. Each is tried and can be had."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from test_probe import ARTICLE, BASE, NOW, driven, loaded, probed, rows

from crawler.order import Order
from crawler.preview import Preview
from crawler.probe.calls import calls
from crawler.probe.endpoints import next_pages_of
from crawler.probe.inquiry import MOST_REQUESTS
from crawler.probe.papers import paper_page, papers
from crawler.probe.shape import shape
from crawler.reader.here import Here
from crawler.source import Source

TITLE = "州里新建三座变电站（第{}号）"


def items(numbers: range) -> list[dict[str, object]]:
    """An endpoint's items, with what else stands in them."""
    return [
        {
            "id": n,
            "title": TITLE.format(n),
            "img": f"/img/{n}.html",
            "channelUrl": "/xw/index.html",
            "docpuburl": f"/xw/2026/1103/{n}.html",
            "publishTime": f"2026-11-03 0{n % 9}:15:00",
        }
        for n in numbers
    ]


def would_fetch(source: Source, pages: Mapping[str, bytes | str], now: datetime = NOW) -> set[str]:
    """What a crawl by a source's file would fetch."""
    preview = Preview(source, Here(), Order(), {}, now)
    driven(preview, {url: page.encode() if isinstance(page, str) else page for url, page in pages.items()})
    return {url for url, _ in preview.wanted()}


def scripted(head: str, body: str = "") -> str:
    """A page that shows nothing by itself."""
    return f"<html><head><title>北原新闻网</title>{head}</head><body><ul id=list></ul>{body}</body></html>"


ARTICLES = {f"{BASE}/xw/2026/1103/{n}.html": ARTICLE for n in range(1, 40)}
LIST = json.dumps({"code": 0, "data": {"total": 99, "rows": items(range(1, 20))}})
SECOND = json.dumps({"code": 0, "data": {"total": 99, "rows": items(range(20, 39))}})
PAGES = {f"{BASE}/api/news/list?cid=12&page=1&size=20": LIST, f"{BASE}/api/news/list?cid=12&page=2&size=20": SECOND}

SCRIPTS = {
    "put together by a script": "<script>var cid = '12', n = 1;\n"
    "$.getJSON('/api/news/list?cid=' + cid + '&page=' + n + '&size=20', show)</script>",
    "behind a name": "<script>const API = '/api/news';"
    "axios.get(API + '/list?cid=12&page=' + page + '&size=20')</script>",
    "a template string": "<script>fetch(`/api/news/list?cid=12&page=${page}&size=20`)</script>",
    "in an attribute": '</head><body><div data-url="/api/news/list?cid=12&amp;page=1&amp;size=20"></div>',
    "in a file": '<script src="/js/jquery.min.js"></script><script src="js/list.js"></script>',
}  # fmt: skip


@pytest.mark.parametrize("how", SCRIPTS)
def test_the_endpoint_behind_a_page_is_found_tried_and_written(how: str, tmp_path: Path) -> None:
    """Wherever its address stands; its second page is asked as well, and counters are not."""
    counter = "<script>$.get('/api/hits?id=1'); $.get('/api/login/list?page=1')</script>"
    file = "$.ajax({url: '/api/news/list?cid=12&page=1&size=20', success: show})"
    pages = {f"{BASE}/": scripted(counter + SCRIPTS[how]), f"{BASE}/js/list.js": file, **PAGES, **ARTICLES}
    found, asked = probed(pages)
    assert len(asked) == found.requests <= 9
    assert not any("hits" in url or "login" in url or "jquery" in url for url in asked)
    source = loaded(found, tmp_path)
    (page,) = source.lists
    assert (page.kind, page.items, page.item_url, page.item_title, page.item_time) == (
        "json", "data.rows", "docpuburl", None, "publishTime",
    )  # fmt: skip
    assert (page.next_pages, page.first_number, page.max_pages) == ("list?cid=12&page={n}&size=20", 2, 3)
    assert would_fetch(source, pages) == {f"{BASE}/xw/2026/1103/{n}.html" for n in range(1, 20)}
    text = (tmp_path / "news.toml").read_text("utf-8")
    assert f"of {BASE}/ names this endpoint." in text


def test_an_address_made_of_an_id_is_read_from_the_page_s_script(tmp_path: Path) -> None:
    """The items of a single-page application hold ids alone: the page's script says what becomes of them."""
    head = "<script>$.get('/api/list?p=0', d => go('/xzweb/detail?id=' + item.newsId + '&from=list'))</script>"
    answer = json.dumps([{"newsId": 8952 + n, "name": TITLE.format(n), "day": "2026-11-03"} for n in range(5)])
    pages: dict[str, bytes | str] = {f"{BASE}/": scripted(head), f"{BASE}/api/list?p=0": answer}
    found, _ = probed(pages)
    source = loaded(found, tmp_path)
    assert would_fetch(source, pages) == {f"{BASE}/xzweb/detail?id={8952 + n}&from=list" for n in range(5)}
    assert source.lists[0].item_title == "name"
    assert source.lists[0].next_pages is None  # its second page was not there


def test_the_answers_of_known_systems_are_lists(tmp_path: Path) -> None:
    """大汉's build unit answers JSON with HTML in it, its jpage XML with HTML in it, news.cn's data source JSON."""
    links = "".join(f'<li><a href="/art/2026/art_{n:032x}.html">{TITLE.format(n)}</a></li>' for n in range(1, 6))
    unit = "<script parseType=buildstatic url=/unit querydata=\"{'webId':'8d8','pageId':'1'}\"></script>"
    jpage = (
        '<script type="text/xml"><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&webid=1"></a>]]>'
    )
    source_of_news = '<ul class=wz-list data="datasource:2026abc"></ul>'
    cases: dict[str, tuple[str, str, str]] = {
        "unit": (unit, f"{BASE}/unit?webId=8d8&pageId=1", json.dumps({"data": {"html": f"<ul>{links}</ul>"}})),
        "jpage": (
            f"{jpage}</nextgroup></script>",
            f"{BASE}/module/web/jpage/dataproxy.jsp?page=1&webid=1",
            f"<?xml version='1.0'?><datastore><recordset><record><![CDATA[{links}]]></record></recordset></datastore>",
        ),
        "news": (
            source_of_news,
            f"{BASE}/ds_2026abc.json",
            json.dumps({"datasource": [{"title": TITLE.format(n), "publishUrl": f"/20261103/{n:032x}/c.html"}
                                       for n in range(5)]}),
        ),
    }  # fmt: skip
    for name, (markup, address, answer) in cases.items():
        pages: dict[str, bytes | str] = {f"{BASE}/": scripted("", markup), address: answer}
        found, asked = probed(pages)
        assert address in asked, name
        source = loaded(found, tmp_path, name)
        assert len(would_fetch(source, pages)) == 5, name
        assert found.family == ("xinhua" if name == "news" else "jcms")


def test_an_endpoint_on_another_host_of_the_domain_is_a_list_of_the_source(tmp_path: Path) -> None:
    """news.cn's nodeart (seen 2018-2020): JSONP with bare keys, its address put together from a node's number."""
    head = (
        "<script>var nid = '111837'; var api = 'http://qc.news.example/nodeart/';"
        "$.ajax({url: api + 'list?nid=' + nid + '&pgnum=' + page + '&cnt=10&tp=1'})</script>"
    )
    rows_ = ",".join(f'{{LinkUrl:"{BASE}/2018-09/04/c_{n}.htm",Title:"{TITLE.format(n)}"}}' for n in range(11, 16))
    address = "http://qc.news.example/nodeart/list?nid=111837&pgnum=1&cnt=10&tp=1"
    pages: dict[str, bytes | str] = {f"{BASE}/": scripted(head), address: f"({{status:0,data:{{list:[{rows_}]}}}})"}
    found, _ = probed(pages)
    source = loaded(found, tmp_path)
    assert (source.family, source.other_hosts) == ("xinhua", ("qc.news.example",))
    (page,) = source.lists
    assert (page.url, page.items, page.item_url, page.item_title) == (address, "data.list", "LinkUrl", "Title")
    assert would_fetch(source, pages) == {f"{BASE}/2018-09/04/c_{n}.htm" for n in range(11, 16)}


def test_an_answer_that_shows_no_articles_makes_no_list() -> None:
    """Settings, menus, one item, pictures, broken JSON, another domain's endpoint: nothing is written."""
    answers = {
        "/api/list?a=1": json.dumps({"data": {"rows": items(range(1))}}),
        "/api/list?a=2": json.dumps([{"name": "首页", "url": "/index.html"}, {"name": "关于", "url": "/about/"}]),
        "/api/list?a=3": '{"data": [',
        "/api/list?a=4": "[" * 5_000,
    }
    calls = "".join(f"$.get('{path}');" for path in [*answers, "http://other.example/api/list?page=1"])
    found, asked = probed(
        {f"{BASE}/": scripted(f"<script>{calls}</script>")} | {BASE + k: v for k, v in answers.items()}
    )
    assert {BASE + path for path in answers} <= set(asked)
    assert not found.usable
    assert not any("other.example" in url for url in asked)


def test_what_no_address_may_hold_spoils_no_file(tmp_path: Path) -> None:
    """Braces in an attribute, in robots.txt or in a script's address stand for nothing that a file knows."""
    body = '<div data-url="/api/list?page={page}&id=%7Bx%7D"></div><div data-src="/api/list/{id}"></div>'
    head = "<script>$.get('/api/list?page=1&q={}&r=%7B', f)</script>"
    pages: dict[str, bytes | str] = {f"{BASE}/": scripted(head, body), f"{BASE}/robots.txt": "Sitemap: /{yyyy}/m.xml"}
    pages |= {f"{BASE}/api/list?page=1&q=%7B%7D&r=%7B": LIST, f"{BASE}/%7Byyyy%7D/m.xml": "<urlset></urlset>"}
    found, asked = probed(pages)
    assert not any("{" in url for url in asked)
    (page,) = loaded(found, tmp_path).lists
    assert page.url == f"{BASE}/api/list?page=1&q=%7B%7D&r=%7B"


def test_a_page_that_shows_its_list_asks_for_nothing_behind_it() -> None:
    """A front page full of articles has scripts for the weather and for votes as well."""
    head = "<script>$.getJSON('/api/list?page=1')</script>"
    _, asked = probed({f"{BASE}/": rows(range(1, 20), head)} | ARTICLES)
    assert not any("/api/" in url for url in asked)


def edition(day: str, page: int, *, pages: int = 4) -> str:
    """A page of a day of a paper, in the older form."""
    others = "".join(f"<a href=node_{n}.htm>第{n:02}版</a>" for n in range(1, pages + 1))
    shown = "".join(f"<li><a href=content_{page}{n}_{day}.htm>{TITLE.format(n)}</a></li>" for n in range(1, 4))
    return f"<title>北原日报</title>{others}<ul>{shown}</ul>"


def paper(folder: str) -> dict[str, bytes | str]:
    """Two days of a paper."""
    days = {"2026-11/04": "20261104", "2026-11/03": "20261103"}
    return {
        f"{folder}/html/{path}/node_{n}.htm": edition(day, n) for path, day in days.items() for n in range(1, 5)
    }  # fmt: skip


SZB = "http://szb.news.example"
WAYS = {
    "a link to a page of the day": f'<a href="{SZB}/html/2026-11/04/node_2.htm">今日</a>'
    f'<a href="{SZB}/html/2026-11/04/node_1.htm">一</a>',
    "a door that leads to the day": f'<a href="{SZB}/">数字报</a>',
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_newspaper_s_edition_becomes_a_list_with_an_address_a_day(way: str, tmp_path: Path) -> None:
    """Beside the site's own articles: both are found by the file, on both days, on every page."""
    refresh = '<html><head><meta http-equiv="refresh" content="0; URL=html/2026-11/04/node_1.htm"></head></html>'
    pages: dict[str, bytes | str] = {
        f"{BASE}/": rows(range(1, 20), foot=WAYS[way]),
        f"{SZB}/": refresh,
        **paper(SZB),
        **ARTICLES,
    }
    found, asked = probed(pages)
    assert len(asked) <= 10
    source = loaded(found, tmp_path)
    lists = {page.kind: page for page in source.lists}
    assert lists["epaper"].url == f"{SZB}/html/{{yyyy}}-{{mm}}/{{dd}}/node_1.htm"
    fetched = would_fetch(source, pages)
    assert {url for url in fetched if url.startswith(BASE)} == {f"{BASE}/xw/2026/1103/{n}.html" for n in range(1, 20)}
    assert len({url for url in fetched if url.startswith(SZB)}) == 2 * 4 * 3
    assert "The edition of 2026-11-04 was seen" in (tmp_path / "news.toml").read_text("utf-8")


def test_a_paper_alone_is_a_source_as_well(tmp_path: Path) -> None:
    """The address that is named may be a page of a day itself, or the paper's front page."""
    refresh = '<html><meta http-equiv=refresh content="0;url=/html/2026-11/04/node_1.htm"></html>'
    for name, url in {"page": f"{BASE}/html/2026-11/04/node_2.htm", "front": f"{BASE}/"}.items():
        pages: dict[str, bytes | str] = {f"{BASE}/": refresh, **paper(BASE)}
        found, _ = probed(pages, url)
        source = loaded(found, tmp_path, name)
        assert [page.kind for page in source.lists if "{dd}" in page.url] == ["epaper"]
        assert len(would_fetch(source, pages)) >= 2 * 4 * 3


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("http://a.cn/xzrb/html/2018-05/14/node_4.htm", "http://a.cn/xzrb/html/{yyyy}-{mm}/{dd}/node_4.htm"),
        ("https://a.cn/pc/layout/202501/08/col01.html", "https://a.cn/pc/layout/{yyyy}{mm}/{dd}/col01.html"),
        ("http://a.cn/html/2018-13/14/node_4.htm", None),
        ("http://a.cn/html/2018-02/30/node_4.htm", None),
        ("http://a.cn/html/2018-05/14/content_4.htm", None),
        ("http://a.cn/{n}/html/2018-05/14/node_4.htm", None),
        ("http://a.cn/xw/node_4.htm", None),
    ],
)
def test_the_day_in_an_address_becomes_a_field(url: str, pattern: str | None) -> None:
    """Only where a whole day stands there, and it is one."""
    page = paper_page(url)
    assert (page.pattern if page else None) == pattern


def test_of_a_paper_the_first_page_of_the_newest_day_is_taken() -> None:
    """A calendar links to other days, a page to the others of its day."""
    links = [f"{SZB}/html/2026-11/0{day}/node_{n}.htm" for day in (3, 4, 2) for n in (3, 1, 12)]
    (page,) = papers(links)
    assert (page.day, page.url) == (date(2026, 11, 4), f"{SZB}/html/2026-11/04/node_1.htm")


def test_a_probe_is_bounded_in_requests_and_time() -> None:
    """A site that always leads on, and one that always keeps us waiting; what is known by then is used."""
    doors = "".join(f"<a href=/list{n}/>栏目{'一二三四五六'[n % 6]}</a>" for n in range(40))
    papers_ = "".join(f"<a href=http://p{n}.news.example/>数字报</a>" for n in range(9))
    maps = "".join(f"Sitemap: {BASE}/m{n}.xml\n" for n in range(50))
    calls_ = "".join(f"<script>$.get('/api/list?page=1&x={n}')</script>" for n in range(50))
    files = "".join(f"<script src=/s{n}.js></script>" for n in range(50))
    page = scripted(calls_ + files, doors + papers_)
    pages: dict[str, bytes | str] = {f"{BASE}/": page, f"{BASE}/robots.txt": maps}
    pages |= {f"{BASE}/list{n}/": page for n in range(40)} | {f"{BASE}/s{n}.js": "" for n in range(50)}
    _, asked = probed(pages)
    assert len(asked) <= MOST_REQUESTS
    from crawler.probe.probe import Probe

    clock = iter(range(0, 100_000, 100))
    slow = Probe(f"{BASE}/", Here(), datetime.now(UTC), clock=lambda: float(next(clock)))
    assert len(driven(slow, {f"{BASE}/": page.encode()})) <= 3
    assert any("asking ended" in doubt for doubt in slow.found.doubts)


HOSTILE = {
    "quotation marks": '"' * 300_000,
    "strings": "'/api/list?page='" * 20_000,
    "sums": "'/a'+" * 60_000,
    "one address again and again": "'/ab'," * 100_000,
    "names and strings": "a+'/b';" * 60_000,
    "names": "a.b.c+" * 60_000 + "'/x'",
    "an open string": "'/api/list?page=1" + "a" * 300_000,
    "backticks": "`/${a.b}" * 40_000,
    "assignments": "a=1;b='x';" * 40_000,
    "a call of brackets": "$.get(" * 60_000 + "'/api/list'",
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_script_costs_little(what: str) -> None:
    """Each character is looked at a bounded number of times."""
    begun = time.process_time()
    calls(HOSTILE[what])
    assert time.process_time() - begun < 4


def test_a_hostile_answer_costs_little() -> None:
    """Deep, wide, or with thousands of lists in it."""
    source = Source(id="a", name="a", home=f"{BASE}/")
    answers = [
        "[" * 900 + "]" * 900,
        json.dumps({str(n): [{"url": "/a"}] * 3 for n in range(20_000)}),
        json.dumps([{f"k{n}": n for n in range(3_000)}] * 60),
        json.dumps({"a": "<a href=" * 50_000}),
    ]
    begun = time.process_time()
    for each in answers:
        assert shape(each.encode(), "application/json", f"{BASE}/api", source).articles == ()
    assert time.process_time() - begun < 15


def test_the_number_of_the_page_is_told_from_other_numbers() -> None:
    """The first page is 0 or 1, and called so."""
    assert next_pages_of(f"{BASE}/a/list?id=1&pgnum=1") == ("list?id=1&pgnum={n}", 2)
    assert next_pages_of(f"{BASE}/list?pageIndex=0&cid=1") == ("list?pageIndex={n}&cid=1", 1)
    assert next_pages_of(f"{BASE}/list?id=1&page=12") is None
