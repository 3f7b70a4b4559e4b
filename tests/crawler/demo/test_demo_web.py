"""The demo web answers as the real one does: validators, a 429 once, traps, two days."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.demo import SITES, DemoWeb
from crawler.source import load_sources


@pytest.fixture
def web() -> Iterator[DemoWeb]:
    """A demo web of its own for each test, on day one."""
    with DemoWeb(seed=1) as served:
        yield served


def ask(
    url: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers (names in lower case) and body of one plain request."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_every_site_answers_with_its_front_page_and_a_robots_file(web: DemoWeb) -> None:
    """Six sites, each at a port of its own."""
    assert len(web.urls) == len({urlsplit(url).port for url in web.urls.values()}) == len(SITES) == 6
    for url in web.urls.values():
        assert ask(url)[0] == 200
        status, headers, body = ask(f"{url}robots.txt")
        assert (status, headers["content-type"]) == (200, "text/plain")
        assert body.startswith(b"User-agent: *\nDisallow: /")


def test_a_page_that_is_asked_again_with_its_validators_is_not_sent_again(web: DemoWeb) -> None:
    """ETag and Last-Modified both earn a 304 without a body; a wrong ETag beats a right date."""
    url = next(url for url, truth in web.truth().items() if truth.source_id == "lanchuan")
    _, headers, _ = ask(url)
    etag, date = headers["etag"], headers["last-modified"]
    assert ask(url, {"If-None-Match": etag})[0] == 304
    assert ask(url, {"If-Modified-Since": date})[0::2] == (304, b"")
    assert ask(url, {"If-None-Match": '"other"', "If-Modified-Since": date})[0] == 200
    assert ask(url, {"If-Modified-Since": "no date"})[0] == 200
    assert [request.conditional for request in web.requests] == [False, True, True, True, True]
    assert [request.status for request in web.requests] == [200, 304, 304, 200, 200]


def test_one_site_sends_gzip_to_those_who_take_it(web: DemoWeb) -> None:
    """The same page plain and compressed; the validator is one."""
    url = web.urls["lanchuan"]
    _, plain, body = ask(url)
    _, packed, small = ask(url, {"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain
    assert packed["content-encoding"] == "gzip"
    assert gzip.decompress(small) == body


def test_one_address_is_busy_the_first_time_and_only_then(web: DemoWeb) -> None:
    """Asked all over, exactly one article answers 429 with Retry-After: 1, and 200 afterwards."""
    busy = []
    for url in web.truth():
        status, headers, _ = ask(url)
        if status == 429:
            busy.append(url)
            assert headers["retry-after"] == "1"
    assert len(busy) == 1
    assert ask(busy[0])[0] == 200


def test_the_traps_are_what_they_are_called(web: DemoWeb) -> None:
    """A soft 404 and a challenge answer 200, a dead link 404; the forbidden page is named in robots.txt."""
    traps = {trap: url for url, trap in web.traps().items()}
    assert set(traps) == {"soft-404", "missing", "challenge", "robots"}
    status, _, soft = ask(traps["soft-404"])
    assert status == 200
    assert "页面没有找到" in soft.decode()
    assert ask(traps["missing"])[0] == 404
    status, _, challenge = ask(traps["challenge"])
    assert status == 200
    assert b"<body></body>" in challenge
    parts = urlsplit(traps["robots"])
    rules = ask(f"http://{parts.netloc}/robots.txt")[2].decode()
    assert any(parts.path.startswith(line.removeprefix("Disallow: ")) for line in rules.splitlines()[1:])
    assert not set(traps.values()) & set(web.truth())


def test_head_answers_without_a_body_and_what_is_unknown_is_404(web: DemoWeb) -> None:
    """HEAD tells the length of what GET sends."""
    status, headers, body = ask(web.urls["gongxin"], method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == len(ask(web.urls["gongxin"])[2])
    assert ask(web.urls["gongxin"] + "nothing/here.html")[0] == 404


def test_day_two_revises_two_stories_takes_one_away_and_brings_three(web: DemoWeb) -> None:
    """What changes at the sites that publish; a copier keeps what it once took."""
    before = {url: truth for url, truth in web.truth().items() if truth.role == "origin"}
    copied = {url: truth for url, truth in web.truth().items() if truth.role in {"reprint", "mirror"}}
    web.advance()
    after = {url: truth for url, truth in web.truth().items() if truth.role == "origin"}
    assert len(after.keys() - before.keys()) == 3
    gone = before.keys() - after.keys()
    assert [ask(url)[0] for url in gone] == [404]
    revised = [url for url in before.keys() & after.keys() if before[url] != after[url]]
    assert len(revised) == 2
    growth = sorted(len(after[url].blocks) - len(before[url].blocks) for url in revised)
    assert growth == [0, 1]  # a figure corrected, a paragraph added
    assert {url: web.truth()[url] for url in copied} == copied


def test_on_day_two_the_vanished_story_is_no_longer_listed(web: DemoWeb) -> None:
    """Its address stands on no list page of its site."""
    before = set(web.truth())
    web.advance()
    vanished = next(url for url in before - set(web.truth()) if url.startswith(web.urls["lanchuan"]))
    lists = [f"{web.urls['lanchuan']}cn/{section}/" for section in ("jjxw", "gy", "zx")]
    name = vanished.rsplit("/", 1)[1]
    assert not any(name in ask(url)[2].decode() for url in lists)


def test_on_day_two_every_counted_page_has_other_bytes_and_every_uncounted_one_the_same(web: DemoWeb) -> None:
    """The view counter changes everywhere but at the office, which has none and answers 304 for what it left alone."""
    before = web.truth()
    ask(next(url for url, truth in before.items() if truth.source_id == "chiling"))  # the address that is busy once
    etags = {url: ask(url)[1].get("etag", "") for url in before}
    web.advance()
    after = web.truth()
    same = {url for url in before.keys() & after.keys() if before[url] == after[url]}
    status = {url: ask(url, {"If-None-Match": etags[url]})[0] for url in same}
    answers = Counter((before[url].source_id == "gongxin", code) for url, code in status.items())
    assert set(answers) == {(True, 304), (False, 200)}


def test_two_webs_of_one_seed_serve_the_same_bytes_and_another_seed_another_mirror() -> None:
    """Deterministic but for the port in absolute links; the seed decides the mirror's damage."""

    def mirrored(seed: int) -> dict[str, bytes]:
        with DemoWeb(seed=seed) as web:
            found = [url for url, truth in web.truth().items() if truth.source_id == "mirror"]
            return {urlsplit(url).path: ask(url)[2] for url in found}

    first, second, other = mirrored(1), mirrored(1), mirrored(2)
    assert first == second
    assert first.keys() == other.keys()
    assert first != other


def test_the_written_configuration_is_one_that_the_crawler_loads(web: DemoWeb, tmp_path: Path) -> None:
    """Every site's source file is valid, is quick and may ask 127.0.0.1."""
    web.write_config(tmp_path)
    sources = load_sources(tmp_path)
    assert set(sources) == set(web.urls)
    for site, source in sources.items():
        assert source.home == web.urls[site]
        assert source.politeness.allow_addresses == ("127.0.0.1",)
        assert source.politeness.delay == 0.05
        assert all(ask(page.url)[0] == 200 for page in source.lists)


def test_list_pages_link_in_every_style_and_end_with_a_404(web: DemoWeb) -> None:
    """./, ../, absolute, root-relative and onclick links; the page after the last is missing."""
    home = web.urls["lanchuan"]
    pages = ""
    for section in ("jjxw", "gy", "zx"):
        number = 0
        while True:
            status, _, body = ask(f"{home}cn/{section}/" + (f"index_{number}.html" if number else ""))
            if status == 404:
                break
            pages += body.decode()
            number += 1
            assert number < 10
    for style in ('href="./', 'href="../', f'href="{home}cn/', 'href="/cn/', "onclick=\"window.open('/cn/"):
        assert style in pages, style


def test_closing_gives_the_ports_back() -> None:
    """After the with block nobody answers."""
    with DemoWeb(seed=1) as web:
        url = web.urls["gongxin"]
        assert ask(url)[0] == 200
    with pytest.raises(ConnectionError):
        ask(url)
