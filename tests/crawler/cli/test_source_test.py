"""`source test` and `source list`: all kinds of lists, and nothing written but the hosts' budget."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from crawler.cli import main
from crawler.demo.sites.site import Answer, Built, Site
from crawler.demo.web import DemoWeb
from crawler.fetch.hostfile import HostFile
from crawler.fetch.hosts import Host
from crawler.shanghai import SHANGHAI

TODAY = datetime.now(UTC).astimezone(SHANGHAI).date()
PAPER = f"/html/{TODAY:%Y-%m}/{TODAY:%d}"
TITLE = "州里新建三座变电站（第{}号）"
ARTICLE = f"<title>一</title><h1>{TITLE.format(1)}</h1><p>2026-11-03 09:15 来源：北原日报</p>" + (
    "<p>电站建成以后，山区的用电更加稳定，沿线的工厂不再为停电发愁。</p>" * 9
)


def path(number: int) -> str:
    """An article's path; of each kind of list another hundred."""
    return f"/xw/202611/t20261103_{number}.html"


def built(base: str, day: int, seed: int) -> Built:
    """A site with a list of every kind."""
    urls = {kind: [base + path(start + n) for n in range(5)] for start, kind in
            ((100, "html"), (200, "feed"), (300, "sitemap"), (400, "json"))}  # fmt: skip
    pages = {
        "/html/": "".join(f'<li><a href="{url}">{TITLE.format(n)}</a>' for n, url in enumerate(urls["html"])),
        "/feed.xml": "<rss><channel>"
        + "".join(f"<item><title>{TITLE.format(1)}</title><link>{url}</link></item>" for url in urls["feed"])
        + "</channel></rss>",
        "/maps.xml": "<sitemapindex>"
        + "".join(f"<sitemap><loc>{base}/map{n}.xml</loc></sitemap>" for n in range(5))
        + "</sitemapindex>",
        **{f"/map{n}.xml": f"<urlset><url><loc>{urls['sitemap'][n]}</loc></url></urlset>" for n in range(5)},
        "/api": json.dumps({"data": [{"title": TITLE.format(n), "url": url} for n, url in enumerate(urls["json"])]}),
        **{
            f"{PAPER}/node_{n}.htm": f'<a href="content_{n}.htm">{TITLE.format(n)}</a>'
            + "".join(f'<a href="node_{m}.htm">第{m}版</a>' for m in range(1, 7))
            for n in range(1, 7)
        },
        **{path(start + n): ARTICLE for start in (100, 200, 300, 400) for n in range(5)},
    }  # fmt: skip
    return Built({name: Answer(text.encode()) for name, text in pages.items()}, {})


def source_of(base: str) -> str:
    """Its file."""
    lists = [
        ("html", "/html/", ""),
        ("feed", "/feed.xml", ""),
        ("sitemap", "/maps.xml", "max_pages = 5"),
        ("json", "/api", 'items = "data"\nitem_url = "url"'),
        ("epaper", "/html/{yyyy}-{mm}/{dd}/node_1.htm", "days = 1"),
    ]
    tables = "\n".join(f'[[lists]]\nkind = "{kind}"\nurl = "{base}{url}"\n{more}' for kind, url, more in lists)
    return (
        f'id = "all"\nname = "例"\nhome = "{base}/"\n[politeness]\ndelay = 0.05\nallow_addresses = ["127.0.0.1"]\n'
        f"[articles]\npatterns = ['/t\\d{{8}}_\\d+\\.html$', '/content_\\d+\\.htm$']\n{tables}\n"
    )


SITE = Site("all", built, source_of)


def contents(folder: Path) -> dict[str, str]:
    """Every file of a data folder but the hosts' budgets, by its bytes; what SQLite makes to read a database aside."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.stat().st_size and file.is_file() and not file.name.startswith(("hosts.db", "archive.db-shm"))
    }


def test_all_kinds_of_lists_are_looked_at_and_nothing_but_the_budget_is_written(tmp_path: Path) -> None:
    """Without a data folder none is made; in one that a crawl has made, the archive stays byte for byte."""
    runner = CliRunner()
    with DemoWeb(sites=(SITE,)) as web:
        web.write_config(tmp_path)
        data = tmp_path / "data"
        terms = ["--config", str(tmp_path), "--data", str(data)]
        done = runner.invoke(main, ["source", "test", "all", "--json", "--samples", "2", *terms])
        assert (done.exit_code, data.exists()) == (0, False), done.output
        (report,) = json.loads(done.stdout)
        kinds = {page["url"].partition("/html/20")[0]: page["kind"] for page in report["pages"] if page["kind"]}
        assert set(kinds.values()) == {"html", "feed", "sitemap", "json", "epaper"}
        wanted = {each["url"].removeprefix(web.urls["all"][:-1]) for each in report["would_fetch"]}
        assert {path(start + n) for start in (100, 200, 400) for n in range(5)} <= wanted
        assert len({each for each in wanted if "/t20261103_3" in each}) == 3  # of the index's sitemaps, three
        assert len({each for each in wanted if "/content_" in each}) == 4  # the paper's first page and three more
        left = {page["url"]: page["further_lists_not_looked_at"] for page in report["pages"]}
        assert sorted(left.values())[-2:] == [2, 2]
        assert len(report["articles"]) == 2

        assert runner.invoke(main, ["crawl", "all", "-q", *terms]).exit_code in (0, 1)
        before, asked = contents(data), len(web.requests)
        assert any(name.startswith("captures") for name in before)
        again = runner.invoke(main, ["source", "test", "all", "--json", "--samples", "1", "--limit", "3", *terms])
        assert len(json.loads(again.stdout)[0]["would_fetch"]) <= 3
        assert contents(data) == before
        assert "/robots.txt" not in [each.path for each in web.requests[asked:]]  # it stands in hosts.db
    with sqlite3.connect(data / "hosts.db") as hosts:
        assert hosts.execute("SELECT count(*) FROM host").fetchone() == (1,)


def test_a_host_that_wants_a_pause_is_left_alone_by_a_test_too(tmp_path: Path) -> None:
    """A Retry-After that a crawl was told holds for `source test`: it says so and asks nothing."""
    busy = Site("all", lambda base, day, seed: Built({"/html/": Answer(b"", status=503)}, {}), source_of)
    with DemoWeb(sites=(busy,)) as web:
        web.write_config(tmp_path)
        data = tmp_path / "data"
        data.mkdir()
        file = HostFile(data / "hosts.db")
        now = file.now()
        file.change("127.0.0.1", lambda host: (Host(paused_from=now, paused_until=now + 7_200), None))
        file.close()
        done = CliRunner().invoke(main, ["source", "test", "all", "--config", str(tmp_path), "--data", str(data)])
        assert done.exit_code == 3
        assert web.requests == ()
        assert "problem" in done.stdout


def test_the_list_of_sources_says_kinds_and_schedules(tmp_path: Path) -> None:
    """How many lists of which kind, those that are off, and whether the rhythm or a clock rules."""
    (tmp_path / "sources").mkdir()
    text = source_of("http://news.example").replace("[politeness]", '[schedule]\nbudget = "24/d"\n[politeness]')
    off = '[[lists]]\nurl = "http://news.example/off/"\nenabled = false\n'
    (tmp_path / "sources" / "all.toml").write_text(text + off, "utf-8")
    fixed = 'id = "fixed"\nname = "定"\nhome = "http://a.cn/"\n[schedule]\ncron = "30 7 * * mon-fri"\n'
    (tmp_path / "sources" / "fixed.toml").write_text(fixed, "utf-8")
    shown = CliRunner().invoke(main, ["source", "list", "--config", str(tmp_path)]).stdout
    assert "1 html, 1 feed, 1 sitemap, 1 json, 1 epaper (1 off)" in shown
    assert "by its rhythm, 24/d" in shown
    assert "cron 30 7 * * mon-fri" in shown
    assert "none" in shown
