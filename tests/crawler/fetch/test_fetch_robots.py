"""robots.txt by RFC 9309: which group speaks to us, where a line ends, what a rule means."""

from __future__ import annotations

import time
from asyncio import StreamWriter
from pathlib import Path

import pytest
from fetch_crawls import Tour, fetch_tours, source, visit_all
from fetch_site import Seen, Site, answer, redirect

from crawler.fetch import FetchOptions
from crawler.fetch.robots import parse
from crawler.visit import Visit

US = "jianbao/0.1 (+https://example.org)"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        # 2.2.1: our product's token, in any case, whatever version stands behind it; no other product's
        ("User-agent: JIANBAO\nDisallow: /", "/x", False),
        ("User-agent: jianbao/2.0\nDisallow: /", "/x", False),
        ("user-AGENT :  jianbao # us\nDisallow: /", "/x", False),
        ("User-agent: jian\nDisallow: /", "/x", True),
        ("User-agent: jianbao-news\nDisallow: /", "/x", True),
        ("User-agent: bao\nDisallow: /", "/x", True),
        ("User-agent: *\nDisallow: /", "/x", False),
        ("User-agent: jianbao\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/x", True),
        # groups for one product are one group; a group may name several products
        ("User-agent: jianbao\nDisallow: /a\nUser-agent: x\nUser-agent: jianbao\nDisallow: /c", "/c", False),
        ("User-agent: x\nUser-agent: jianbao\nDisallow: /c", "/c", False),
        ("User-agent: x\n\n# between\n\nUser-agent: jianbao\nDisallow: /c", "/c", False),
        # 2.2.2: the longest match holds, and of two as long the one that allows; no rule allows
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow:", "/x", True),
        ("Disallow: /", "/x", True),
        # 2.2.3: * and $, and characters that are escaped or not
        ("User-agent: *\nDisallow: /*.gif$", "/a/b.gif", False),
        ("User-agent: *\nDisallow: /*.gif$", "/a/b.gif?x", True),
        ("User-agent: *\nDisallow: /新闻", "/%E6%96%B0%E9%97%BB/1", False),
        ("User-agent: *\nDisallow: /%E6%96%B0", "/%E6%96%B0%E9%97%BB/1", False),
        ("User-agent: *\nDisallow: /a%3Cd", "/a%3cd/x", False),
        # lines end with CR, LF or both, and with nothing else
        ("User-agent: *\rDisallow: /a\rDisallow: /b", "/b", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("# nothing\u2028User-agent: *\u2028Disallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /a\x00b", "/ab", True),
        ("Sitemap: http://a.cn/s.xml\nUser-agent: *\nCrawl-delay: 1\nDisallow: /a", "/a", False),
        ("<html><body>Disallow: /</body></html>", "/a", True),
    ],
)  # fmt: skip
def test_a_rule_means_what_the_rfc_says(text: str, path: str, allowed: bool) -> None:
    """Protego alone takes a group for "jian" as ours, and one for "jianbao/2.0" as none of ours."""
    assert parse(text.encode(), US).allows(f"http://example.org{path}") is allowed


@pytest.mark.parametrize(("value", "seconds"), [("2.5", 2.5), ("soon", None), ("-1", None), ("1e400", None)])
def test_a_crawl_delay_is_a_number_of_seconds(value: str, seconds: float | None) -> None:
    """Anything else says nothing; another product's is none of ours."""
    assert parse(f"User-agent: *\nCrawl-delay: {value}".encode(), US).delay() == seconds
    assert parse(f"User-agent: other\nCrawl-delay: {value}".encode(), US).delay() is None


def test_many_groups_of_many_rules_are_read_once() -> None:
    """Each rule is kept once and not once for every group: that would be 300 million."""
    text = b"".join(b"User-agent: b%d\n" % n for n in range(20_000)) + b"".join(
        b"Disallow: /%d\n" % n for n in range(15_000)
    )
    begun = time.process_time()
    assert parse(text, US).allows("http://example.org/1")
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(("hops", "kinds"), [(5, ["robots"]), (6, ["200"])])
def test_five_redirects_are_followed_to_another_host_as_well(hops: int, kinds: list[str]) -> None:
    """The rules hold for the host that redirects; beyond five the file is as good as missing (2.3.1.2)."""
    with Site(address="127.0.0.2") as other, Site() as site:
        other.rules |= {f"/{n}": redirect(site.url(f"/{n + 1}")) for n in range(1, hops, 2)}
        site.rules |= {f"/{n}": redirect(other.url(f"/{n + 1}")) for n in range(2, hops, 2)}
        site.rules["/robots.txt"] = redirect(other.url("/1"))
        (other if hops % 2 else site).rules[f"/{hops}"] = answer(b"User-agent: *\nDisallow: /a")
        other.rules["/robots.txt"] = answer(b"User-agent: *\nDisallow:")
        assert visit_all(site.url("/a")).kinds() == kinds


def test_a_robots_txt_is_asked_for_again_after_its_lifetime() -> None:
    """In one call as well: a daemon's lasts for weeks."""
    with Site({"/robots.txt": [answer(b"", 404), answer(b"User-agent: *\nDisallow: /b")]}) as site:
        tour = Tour(
            [Visit(site.url("/a"), "list")],
            lambda visit, outcome: [Visit(site.url("/b"), "article")] if visit.kind == "list" else [],
        )
        fetch_tours((source(delay=0.3), tour), options=FetchOptions(robots_lifetime=0.1))
    assert tour.kinds() == ["200", "robots"]


def test_each_origin_has_a_robots_txt_of_its_own() -> None:
    """Another port is another origin, though it is the same machine (2.3)."""

    async def rules(seen: Seen, writer: StreamWriter) -> None:
        writer.write(answer(b"User-agent: *\nDisallow: /"))

    with Site({"/robots.txt": rules}) as closed, Site() as open_:
        tour = visit_all(closed.url("/a"), open_.url("/a"))
    assert sorted(tour.kinds()) == ["200", "robots"]


def test_who_visits_a_robots_txt_is_given_the_file_that_was_asked_for(tmp_path: Path) -> None:
    """It is asked for once, also where another process has asked; a rule that forbids everything does not hide it."""
    options = FetchOptions(hosts=tmp_path / "hosts.db")
    rules = b"User-agent: *\nDisallow: /no\nDisallow: /robots\nSitemap: /s.xml"
    with Site({"/robots.txt": answer(rules)}) as site:
        for _ in range(2):
            tour = visit_all(site.url("/a"), site.url("/robots.txt"), options=options)
            assert tour.kinds() == ["200", "200"]
            assert tour.capture(site.url("/robots.txt")).content == rules
        assert len(site.asked("/robots.txt")) == 1
        assert visit_all(site.url("/robots.txt")).kinds() == ["200"]
        assert len(site.asked("/robots.txt")) == 2
    with Site() as bare:
        assert sorted(visit_all(bare.url("/a"), bare.url("/robots.txt")).kinds()) == ["200", "404"]
