"""`source add` as a command, over HTTP and with readers in processes of their own."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import main
from crawler.demo.sites.site import Answer, Built, Site
from crawler.demo.web import DemoWeb
from crawler.shanghai import SHANGHAI

TODAY = datetime.now(UTC).astimezone(SHANGHAI).date()
DAY = f"/html/{TODAY:%Y-%m}/{TODAY:%d}"
TITLE = "州里新建三座变电站（第{}号）"
ARTICLE = f"<title>一</title><h1>{TITLE.format(1)}</h1><p>2026-11-03 09:15 来源：北原日报</p>" + (
    "<p>电站建成以后，山区的用电更加稳定，沿线的工厂不再为停电发愁。</p>" * 9
)


def built(base: str, day: int, seed: int) -> Built:
    """A front page that a script fills, a newspaper, a sitemap that robots.txt names, an endpoint that it forbids."""
    front = (
        "<html><head><title>北原新闻网</title><script>"
        "$.getJSON('/forbidden/api/list.json?page=1'); $.getJSON('/open/api/list?page=' + page + '&size=9')"
        "</script></head>"
        f'<body><a href="{DAY}/node_1.htm">数字报</a></body></html>'
    )
    rows = [{"title": TITLE.format(n), "url": f"{base}/xw/202611/t20261103_{n}.html"} for n in range(1, 6)]
    page = "".join(f'<li><a href="content_{n}.htm">{TITLE.format(n)}</a>' for n in range(1, 4))
    sitemap = f"<urlset><url><loc>{base}/xw/202611/t20261102_9.html</loc></url></urlset>"
    texts = {
        "/": front,
        "/robots.txt": "User-agent: *\nDisallow: /forbidden/\nSitemap: /tell/map.xml\n",
        "/tell/map.xml": sitemap,
        "/open/api/list?page=1&size=9": json.dumps({"data": {"list": rows}}),
        "/forbidden/api/list.json?page=1": json.dumps(rows),
        f"{DAY}/node_1.htm": page,
        **{row["url"].removeprefix(base): ARTICLE for row in rows},
    }
    return Built({path: Answer(text.encode()) for path, text in texts.items()}, {})


SITE = Site("paper", built, lambda base: "")


def test_everything_behind_a_front_page_is_found_over_http(tmp_path: Path) -> None:
    """robots.txt is asked for once and obeyed, progress is JSON if asked for, the file fetches what was shown."""
    (tmp_path / "sources").mkdir()
    with DemoWeb(sites=(SITE,)) as web:
        terms = ["--config", str(tmp_path), "--data", str(tmp_path / "data")]
        add = ["source", "add", web.urls["paper"], "--id", "paper", "--allow-address", "127.0.0.1", "--log-json"]
        done = CliRunner().invoke(main, [*add, *terms])
        assert done.exit_code == 0, done.output
        asked = Counter(each.path for each in web.requests)
        tried = CliRunner().invoke(main, ["source", "test", "paper", "--json", *terms])
    assert asked["/robots.txt"] == 1
    assert not any(path.startswith("/forbidden") for path in asked)
    told = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    kinds = ", ".join(f"1 list of kind {kind}" for kind in ("epaper", "json", "sitemap"))
    assert f"{asked.total()} requests; with articles: {kinds}." in told
    assert asked.total() <= 8
    (report,) = json.loads(tried.stdout)
    assert (tried.exit_code, report["failures"]) == (0, [])  # that yesterday had no edition is no problem
    wanted = {each["url"].partition("/xw/")[2] or each["url"].rpartition("/")[2] for each in report["would_fetch"]}
    assert {f"202611/t20261103_{n}.html" for n in range(1, 6)} <= wanted
    assert {"202611/t20261102_9.html", "content_1.htm", "content_3.htm"} <= wanted


@pytest.mark.parametrize("as_json", [False, True])
def test_a_dry_run_writes_nothing_and_prints_the_file(as_json: bool, tmp_path: Path) -> None:
    """On stdout alone, so that it can be redirected."""
    with DemoWeb(sites=(SITE,)) as web:
        words = ["source", "add", web.urls["paper"], "--dry-run", "--allow-address", "127.0.0.1", "-q"]
        done = CliRunner().invoke(main, [*words, "--config", str(tmp_path), *(["--json"] if as_json else [])])
    assert (done.exit_code, done.stderr) == (0, "")
    text = json.loads(done.stdout)["toml"] if as_json else done.stdout
    assert 'kind = "epaper"' in text
    assert list(tmp_path.iterdir()) == []
