"""`source add`: what is asked of an unknown site, what is found out, and the file that comes of it."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Capture
from crawler.cli import main
from crawler.demo.sites import SITES
from crawler.demo.sites.site import Site
from crawler.demo.web import DemoWeb
from crawler.discover import Link
from crawler.order import Order
from crawler.preview import Preview
from crawler.probe.findings import Findings, FoundList, Rhythm, rhythm
from crawler.probe.inquiry import domain
from crawler.probe.look import look
from crawler.probe.pager import Pager, pager
from crawler.probe.patterns import common_family, patterns
from crawler.probe.probe import Probe
from crawler.probe.write import source_id, source_toml
from crawler.reader.here import Here
from crawler.source import Source, load_source
from crawler.visit import Crawl, Failure, Outcome, Visit

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
BASE = "http://news.example"


def driven(crawl: Crawl, pages: Mapping[str, bytes], down: bool = False) -> list[str]:
    """Drive a crawl against pages by address; gives what was asked, in order, one at a time."""
    asked: list[str] = []
    queue = list(crawl.first())
    while queue:
        visit = queue.pop(0)
        asked.append(visit.url)
        more = crawl.received(visit, answer(visit, pages, down=down))
        queue += asyncio.run(more) if asyncio.iscoroutine(more) else more  # type: ignore[arg-type]
    return asked


def answer(visit: Visit, pages: Mapping[str, bytes], *, down: bool) -> Outcome:
    """What a fetcher would hand over."""
    if down:
        return Failure(visit.url, "dns", f"{visit.url} cannot be reached.", of_host=True)
    body = pages.get(visit.url)
    return Capture(
        visit.url, "probe", NOW, 200 if body is not None else 404, body or b"", content=body or b"", kind=visit.kind
    )


def probed(pages: Mapping[str, bytes | str], url: str = f"{BASE}/") -> tuple[Findings, list[str]]:
    """What a probe finds out, and what it asked."""
    probe = Probe(url, Here(), NOW)
    asked = driven(probe, {key: page.encode() if isinstance(page, str) else page for key, page in pages.items()})
    return probe.found, asked


def loaded(found: Findings, folder: Path, name: str = "news") -> Source:
    """The file that comes of it, written and loaded."""
    file = folder / f"{name}.toml"
    file.write_text(source_toml(found, name, date(2026, 11, 4)), "utf-8")
    return load_source(file)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_every_demo_site_gets_a_file_by_which_its_articles_are_found(site: Site, tmp_path: Path) -> None:
    """Five content-management systems, four encodings: what the front page and three sections show is found."""
    built = site.build(BASE, 1, 1)
    pages = {BASE + path: each.body for path, each in built.answers.items() if each.status == 200}
    found, asked = probed(pages)
    assert found.usable
    assert len(asked) == found.requests <= 10
    source = loaded(found, tmp_path, site.id)
    preview = Preview(source, Here(), Order(), {}, NOW)
    driven(preview, pages)
    fetched = {url for url, _ in preview.wanted()}
    truth = {each.url for each in built.truth.values()}
    assert len(fetched & truth) >= min(5, len(truth) // 2)
    listed = {link.url for each in found.lists if each.articles for link in _links(pages[each.url], each.url, source)}
    assert truth & listed <= fetched


def _links(body: bytes, url: str, source: Source) -> tuple[Link, ...]:
    return tuple(look(body, "", url, source).articles)


def rows(numbers: range, head: str = "", foot: str = "") -> str:
    """A list page with a date beside each article."""
    items = "".join(
        f'<li><a href="/xw/2026/1103/{n}.html">州里新建三座变电站（第{n}号）</a>'
        f"<span>2026-11-{1 + n % 3:02} 0{n % 9}:15</span>"
        for n in numbers
    )
    return f"<html><head><title>首页_北原新闻网</title>{head}</head><body><ul>{items}</ul>{foot}</body></html>"


ARTICLE = (
    "<title>一</title><h1>州里新建三座变电站</h1><p>2026-11-03 09:15 来源：北原日报</p>"
    + "<p>电站建成以后，山区的用电更加稳定。</p>" * 9
)
FEED = f"<rss><channel><item><title>变电站</title><link>{BASE}/xw/2026/1103/1.html</link></item></channel></rss>"
INDEX = f"<sitemapindex><sitemap><loc>{BASE}/s/1.xml</loc></sitemap></sitemapindex>"
MAP = f"<urlset><url><loc>{BASE}/xw/2026/1103/1.html</loc></url></urlset>"


def test_feed_sitemap_pager_sections_and_rhythm_are_found_with_few_requests(tmp_path: Path) -> None:
    """One after the other; what is found stands in the file, and what is not known is said there."""
    head = '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    foot = '<a href="/gy/">工业</a><a href="/about.html">关于我们</a><a href="?p=2">2</a><a href="?p=3">3</a>'
    articles: dict[str, bytes | str] = {f"{BASE}/xw/2026/1103/{n}.html": ARTICLE for n in range(50)}
    pages: dict[str, bytes | str] = articles | {
        f"{BASE}/": rows(range(1, 20), head, foot),
        f"{BASE}/?p=2": rows(range(20, 39)),
        f"{BASE}/gy/": rows(range(40, 50)),
        f"{BASE}/rss.xml": FEED,
        f"{BASE}/robots.txt": f"User-agent: *\nDisallow:\nSitemap: {BASE}/all.xml\nSitemap: http://other.example/a.xml",
        f"{BASE}/all.xml": INDEX,
        f"{BASE}/s/1.xml": MAP,
    }
    found, asked = probed(pages)
    assert asked[:5] == [f"{BASE}/", f"{BASE}/robots.txt", f"{BASE}/rss.xml", f"{BASE}/gy/", f"{BASE}/?p=2"]
    assert len(asked) == 9
    assert not any("other.example" in url or "about" in url for url in asked)
    source = loaded(found, tmp_path)
    assert {page.url: page.kind for page in source.lists} == {
        f"{BASE}/rss.xml": "feed",
        f"{BASE}/": "html",
        f"{BASE}/gy/": "html",
        f"{BASE}/all.xml": "sitemap",
    }
    front = next(page for page in source.lists if page.url == f"{BASE}/")
    assert (front.next_pages, front.first_number, front.max_pages) == ("?p={n}", 2, 3)
    assert source.name == "北原新闻网"
    assert found.rhythm is not None
    assert found.rhythm.hours == (0, 8)
    assert all(source.is_article(f"{BASE}/xw/2026/1103/{n}.html") for n in (1, 12345))
    assert not source.is_article(f"{BASE}/gy/")
    assert not any("sitemap" in each for each in source.unknown)


def test_without_a_feed_the_sitemaps_are_asked_for(tmp_path: Path) -> None:
    """Those that robots.txt names; of an index the newest is looked at, and the index becomes the list."""
    pages: dict[str, bytes | str] = {
        f"{BASE}/": rows(range(1, 9)),
        f"{BASE}/robots.txt": f"sitemap: {BASE}/all.xml",
        f"{BASE}/all.xml": INDEX,
        f"{BASE}/s/1.xml": MAP,
    }
    found, asked = probed(pages)
    assert asked[2:4] == [f"{BASE}/all.xml", f"{BASE}/s/1.xml"]
    assert (f"{BASE}/all.xml", "sitemap", 3) in {(p.url, p.kind, p.max_pages) for p in loaded(found, tmp_path).lists}


def test_a_robots_txt_of_empty_lines_is_read_in_one_go() -> None:
    """Nobody would end the process that reads it: 200,000 lines, each looked at once, and the sitemap is found."""
    empty = "\n" * 199_000
    pages = {f"{BASE}/": rows(range(1, 9)), f"{BASE}/robots.txt": f"{empty} Sitemap :\t{BASE}/all.xml\r\n"}
    _, asked = probed({**pages, f"{BASE}/all.xml": MAP})
    assert f"{BASE}/all.xml" in asked


def test_a_pager_that_leads_to_nothing_new_is_not_trusted(tmp_path: Path) -> None:
    """A server that ignores the number shows the first page again: the file says so, and one page is walked."""
    first = rows(range(1, 9), foot='<a href="?p=2">下一页</a>')
    found, _ = probed({f"{BASE}/": first, f"{BASE}/?p=2": first})
    (page,) = loaded(found, tmp_path).lists
    assert (page.next_pages, page.max_pages) == (None, 1)
    assert any("goes on" in each for each in found.doubts)


def test_an_unreachable_site_and_one_without_articles_give_no_file() -> None:
    """The reason is a sentence."""
    probe = Probe(f"{BASE}/", Here(), NOW)
    assert driven(probe, {}, down=True) == [f"{BASE}/"]
    assert (probe.found.usable, probe.found.unreachable) == (False, f"{BASE}/ cannot be reached.")
    found, _ = probed({f"{BASE}/": "<title>空</title><p>建设中"})
    assert not found.usable


def test_a_hostile_front_page_gives_a_file_that_loads_or_none(tmp_path: Path) -> None:
    """Quotation marks, line breaks and brackets in titles, names and addresses stay where they belong."""
    evil = '"]\n[politeness]\nrobots = false\n#'
    section = f"<a href='/gy/{evil}/'>{evil}</a>"
    head = f"<link rel=alternate type=application/rss+xml href='/{evil}'>"
    text = rows(range(1, 9), head, section).replace("首页_北原新闻网", f"{evil}\x7f\0\\u0000\\")
    found, _ = probed({f"{BASE}/": text})
    source = loaded(found, tmp_path)
    assert source.politeness.robots
    assert source.id == "news"


@given(st.text(max_size=60), st.text(max_size=60), st.lists(st.text(max_size=30), max_size=3))
def test_whatever_a_site_calls_itself_the_file_is_toml_that_says_it(title: str, name: str, doubts: list[str]) -> None:
    """Every text comes back as it was; a lone surrogate, which TOML cannot hold, cannot come from a page."""
    found = Findings(f"{BASE}/", f"{BASE}/", title, ("news.example",), doubts=doubts)
    found.lists = [FoundList(f"{BASE}/", "html", name, 3)]
    read = tomllib.loads(source_toml(found, "news", date(2026, 11, 4)))
    assert read["name"] == (title or "news.example")
    assert read.get("unknown", []) == doubts
    assert read["lists"][0].get("section", [""]) == [name]


PATTERNS = {
    "dates keep their number, ids grow": (
        ["/xw/2026/1103/1.html", "/gy/2025/1203/12.html", "/gy/2025/0103/123.html"],
        "/zx/2024/0131/99999.html",
        "/zx/20240131/9.html",
    ),
    "a figure alone takes its folder with it": (
        ["/xw/101.html", "/xw/102.html", "/gy/103.html", "/gy/104.html"],
        "/gy/99999.html",
        "/about/1.html",
    ),
    "an id in the query": (
        [f"/detail?id={n}" for n in (8952, 9001, 12000)],
        "/detail?id=1",
        "/list?id=8952",
    ),
    "codes": (
        [f"/dy/article/{code}.html" for code in ("G33O1QTA05372UZS", "J22CN60P0514R9KQ", "J2PBDVUF0511A6N9")],
        "/dy/article/K9ABCD120511A6N9.html",
        "/dy/index.html",
    ),
    "hashes": (
        [f"/a/{letter * 32}.shtml" for letter in "abc"],
        f"/a/{'d' * 32}.shtml",
        "/a/deadbeef.shtml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS)
def test_addresses_give_an_expression_for_others_of_their_kind(name: str) -> None:
    """It matches all that it came from and what comes next, and not what is of another form."""
    seen, like, unlike = PATTERNS[name]
    (pattern,) = patterns(BASE + path for path in seen)
    assert all(re.search(pattern, BASE + path) for path in [*seen, like])
    assert not re.search(pattern, BASE + unlike)


def test_a_rare_form_is_told_as_well_but_not_many_of_them() -> None:
    """One article of another form among thirty is not lost; a handful of odd links are rather not articles."""
    many = [f"{BASE}/xw/2026/1103/{n}.html" for n in range(80)]
    assert len(patterns([*many, f"{BASE}/special/kaimu-news1.html"])) == 2
    odd = [f"{BASE}/{'a/' * n}{n}-x{'-y' * n}.html" for n in range(1, 4)]
    assert len(patterns([*many, *odd])) == 1


def test_addresses_of_too_many_forms_give_none() -> None:
    """Their looks tell articles better than a dozen expressions."""
    assert patterns(f"{BASE}/{'a/' * n}{n}-x{'-y' * n}.html" for n in range(1, 12)) == ()
    assert common_family([]) is None


PAGERS = {
    "TRS's call": ("<script>createPageHTML(25, 0, 'index', 'html');</script>", {}, Pager("index_{n}.html", 1)),
    "links 2 and 3": ("", {"2": "index_1.html", "3": "index_2.html"}, Pager("index_{n}.html", 1)),
    "in the query": ("", {"2": "?c=3&p=2&s=20", "3": "?c=3&p=3&s=20"}, Pager("?c=3&p={n}&s=20", 2)),
    "the next page alone": ("", {"下一页": "list_2.html"}, Pager("list_{n}.html", 2)),
    "in another folder": ("", {"2": "/p/2/", "3": "/p/3/"}, Pager(f"{BASE}/p/{{n}}/", 2)),
    "numbered from the end": ("", {"2": "99.htm", "3": "98.htm"}, None),
    "another host": ("", {"2": "http://other.example/2", "3": "http://other.example/3"}, None),
    "a next page without a number": ("", {"下一页": "next.html"}, None),
    "nothing": ("", {}, None),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGERS)
def test_how_further_pages_are_called_is_read_from_the_pager(name: str) -> None:
    """From the script's call, from two numbered links, or from the word for the next page."""
    markup, links, expected = PAGERS[name]
    url = f"{BASE}/cn/gy/"
    found = pager(markup, url, {words: urljoin(url, href) for words, href in links.items()})
    assert found == expected


def test_a_rhythm_needs_three_times_and_says_hours_only_where_they_are_known() -> None:
    """Days alone give a rate; what is to come or older than a month counts for nothing."""
    days = [NOW - timedelta(days=n) for n in range(5)]
    assert rhythm(days[:2], NOW) is None
    assert rhythm([NOW + timedelta(hours=1)] * 5, NOW) is None
    assert rhythm(days, NOW) == Rhythm(5, 5, (20, 20))
    midnights = [datetime(2026, 11, n, tzinfo=UTC) - timedelta(hours=8) for n in range(1, 5)]
    assert rhythm(midnights, NOW) == Rhythm(4, 4)


def test_an_id_is_made_of_any_host() -> None:
    """IDN, ports and odd letters included."""
    assert source_id("xn--fiqs8s.cn:8080") == "xn-fiqs8s-cn-8080"
    assert source_id("___") == "source"


def test_source_add_writes_once_and_source_test_works_on_it(tmp_path: Path) -> None:
    """By the command, over HTTP: the file is written, never over another, and nothing else is touched."""
    config = tmp_path / "config"
    (config / "sources").mkdir(parents=True)
    runner = CliRunner()
    site = next(site for site in SITES if site.id == "huanlan")
    with DemoWeb(sites=(site,)) as web:
        url = web.urls["huanlan"]
        terms = ["--allow-address", "127.0.0.1", "--config", str(config), "--data", str(tmp_path / "data")]
        dry = runner.invoke(main, ["source", "add", url, "--id", "farm", "--dry-run", *terms])
        assert (dry.exit_code, list((config / "sources").iterdir())) == (0, [])
        done = runner.invoke(main, ["source", "add", url, "--id", "farm", *terms])
        assert done.exit_code == 0
        asked = [each.path for each in web.requests]
        again = runner.invoke(main, ["source", "add", url, "--id", "farm", *terms])
        assert again.exit_code == 2
        assert "is there already" in again.output
        tried = runner.invoke(main, ["source", "test", "farm", "--samples", "1", "--json", *terms[2:]])
        none = runner.invoke(main, ["source", "add", f"{url}no-such-page", "--id", "other", *terms])
        assert (none.exit_code, "answered 404" in none.stderr) == (1, True)  # somebody was reached
        away = runner.invoke(main, ["source", "add", "127.0.0.1:9", "--id", "other", *terms])
        assert away.exit_code == 3
    assert "asking for" in done.stderr
    assert asked.count("/robots.txt") == 2  # once by each of the two
    assert f"{len(asked) // 2} requests; with articles: " in done.stderr
    report = json.loads(tried.stdout)[0]
    assert (tried.exit_code, report["source"], len(report["articles"])) == (0, "farm", 1)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "word", ["ftp://news.example/", "mailto:a@news.example", "http://", "a b", "http://a.cn:99999/"]
)
def test_what_is_no_address_is_refused_before_anything_is_asked(word: str) -> None:
    """Another scheme is not taken for a host."""
    done = CliRunner().invoke(main, ["source", "add", word, "--dry-run"])
    assert (done.exit_code, "asking for" in done.output) == (2, False)
    assert "http:// or https://" in " ".join(done.output.split())


@pytest.mark.parametrize("word", ["http://one:secret@x.cn/", "one:secret@x.cn/a"])
def test_an_address_with_a_password_is_refused_and_not_repeated(word: str) -> None:
    """It would stand in a log."""
    done = CliRunner().invoke(main, ["source", "add", word, "--dry-run"])
    assert (done.exit_code, "secret" in done.output) == (2, False)


def test_a_private_address_is_refused_with_the_option_that_permits_it(tmp_path: Path) -> None:
    """The key of a source's file is no help to who has none yet."""
    done = CliRunner().invoke(main, ["source", "add", "127.0.0.1:1", "--dry-run", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "--allow-address can permit it" in done.stderr
    assert "allow_addresses" not in done.output


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("szb.gansudaily.com.cn", "gansudaily.com.cn"),
        ("news.a.bj.cn", "a.bj.cn"),
        ("a.xj.cn", "a.xj.cn"),
        ("www.a.com.hk", "a.com.hk"),
        ("b.github.io", "b.github.io"),
        ("www.a.cn", "a.cn"),
        ("127.0.0.1:80", ""),
    ],
)
def test_hosts_of_one_domain_are_one_site_and_those_of_two_owners_are_two(host: str, expected: str) -> None:
    """Names below a province's label, or a host's of others' pages, are given to anybody."""
    assert domain(host) == expected
