"""What a hostile server, page or name server tries, and what becomes of it."""

import asyncio
import gzip
import socket
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from fetch_crawls import Tour, fetch_tours, source, visit_all
from fetch_site import Handler, Seen, Site, answer, packed, page, redirect

from archive.model import Capture
from crawler.fetch import FetchOptions
from crawler.visit import Outcome, Visit

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MEBIBYTE = 1024 * 1024


def listening() -> set[str]:
    """The sockets on which this process listens (inodes)."""
    rows = [
        line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/self/net/{table}").read_text().splitlines()
    ]
    waiting = {row[9] for row in rows if row[3] == "0A"}
    own = {str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}
    return {inode for inode in waiting if f"socket:[{inode}]" in own}


# Addresses


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]",
     "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
     "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1",
     "0.0.0.0", "0", "[fe80::1]", "[fd00::1]", "224.0.0.1", "255.255.255.255", "127.0.0.1.", "１２７.0.0.1"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused_in_every_notation(host: str) -> None:
    """Scrapy would ask each of them."""
    with Site() as site:
        url = f"http://{host}:{site.port}/a"
        tour = visit_all(url, allow_addresses=())
        assert site.seen == []
    assert tour.failure(url).kind == "refused-address"


def test_an_address_is_allowed_by_name_and_only_that_one() -> None:
    """A network in allow_addresses admits what lies in it."""
    with Site() as one, Site(address="127.0.0.2") as two:
        urls = one.url("/a"), two.url("/a")
        tour = visit_all(*urls, allow_addresses=("127.0.0.2/32",))
    assert tour.failure(urls[0]).kind == "refused-address"
    assert tour.capture(urls[1]).status == 200


def test_a_public_name_that_resolves_to_this_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is made on the very addresses that are then connected to, so that changing answers cannot slip in."""
    asked: list[str] = []

    def resolve(host: str, port: int, *args: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with Site() as site:
        url = f"http://news.example.org:{site.port}/a"
        refused = visit_all(url, allow_addresses=())
        allowed = visit_all(url, allow_addresses=("127.0.0.1",))
    assert refused.failure(url).kind == "refused-address"
    assert "127.0.0.1" in refused.failure(url).message
    assert allowed.capture(url).ip == "127.0.0.1"
    assert set(asked) == {"news.example.org"}


def test_of_several_addresses_of_a_name_only_the_public_ones_are_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server may mix a private address among public ones."""

    def resolve(host: str, port: int, *args: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in (1, 2)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with Site() as forbidden, Site(address="127.0.0.2") as site:
        forbidden_url, url = f"http://a.example.org:{forbidden.port}/", f"http://a.example.org:{site.port}/"
        tour = visit_all(forbidden_url, url, allow_addresses=("127.0.0.2",))
        assert forbidden.seen == []
    assert tour.capture(url).ip == "127.0.0.2"
    assert tour.failure(forbidden_url).kind == "connection"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "data:text/html,x",
        "ftp://127.0.0.1/x",
        "s3://bucket/key",
        "javascript:alert(1)",
        "about:blank",
    ],
)
def test_only_http_and_https_are_asked(url: str) -> None:
    """Scrapy would read the file and decode the data."""
    failure = visit_all(url).failure(url)
    assert "only http and https" in failure.message or "no address" in failure.message


@pytest.mark.parametrize(
    "location", ["file:///etc/hostname", "http://127.0.0.9/", "//[::1]/", "http://[::1/", "http://a:b/"]
)
def test_a_redirect_to_what_must_not_be_asked_is_refused(location: str) -> None:
    """Every hop passes the same guards."""
    with Site({"/a": redirect(location)}) as site:
        tour = visit_all(site.url("/a"), allow_addresses=("127.0.0.1",))
        assert site.targets() == ["/a"]
    assert tour.failure(site.url("/a")).kind in ("refused-address", "redirect")


def test_a_redirect_into_what_robots_txt_forbids_is_refused() -> None:
    """Also on another host, whose own robots.txt is asked."""
    with Site({"/robots.txt": answer(b"User-agent: *\nDisallow: /no")}, address="127.0.0.2") as other:
        with Site({"/a": redirect(other.url("/no")), "/b": redirect(other.url("/yes"))}) as site:
            tour = visit_all(site.url("/a"), site.url("/b"))
        assert other.targets() == ["/yes"]
    assert tour.failure(site.url("/a")).kind == "robots"
    assert tour.capture(site.url("/b")).url == other.url("/yes")


def test_a_redirect_loop_ends_after_five_hops() -> None:
    """Scrapy would go round twenty times and give no reason."""
    with Site({"/a": redirect("/b"), "/b": redirect("/a", 301)}) as site:
        tour = visit_all(site.url("/a"))
        assert site.targets() == ["/a", "/b"] * 3
    assert tour.failure(site.url("/a")).kind == "redirect"


# Sizes

BOMBS = {
    "gzip": gzip.compress(bytes(40 * MEBIBYTE)),
    "deflate": zlib.compress(bytes(40 * MEBIBYTE)),
    "br": brotli.compress(bytes(40 * MEBIBYTE), quality=5),
    "zstd": zstd.compress(bytes(40 * MEBIBYTE)),
    "gzip, gzip": gzip.compress(gzip.compress(bytes(40 * MEBIBYTE))),
}


@pytest.mark.parametrize("coding", BOMBS)
def test_what_unpacks_to_more_than_the_cap_is_too_large(coding: str) -> None:
    """However it is packed, also twice."""
    with Site({"/a": packed(b"", coding, BOMBS[coding]), "/b": page()}) as site:
        tour = visit_all(site.url("/a"), site.url("/b"))
    assert tour.failure(site.url("/a")).kind == "too-large"
    assert tour.capture(site.url("/b")).status == 200


@pytest.mark.parametrize(
    "coding", ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "GZIP", "identity", "utf-8", ""]
)
def test_every_coding_is_undone_within_the_cap(coding: str) -> None:
    """Also those that were not asked for; names that are no codings are passed over."""
    text = "西藏".encode() * 1000
    compress = {"deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress,
                "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)), "x-gzip": gzip.compress,
                "gzip": gzip.compress, "GZIP": gzip.compress}  # fmt: skip
    body = compress.get(coding, bytes)(text)
    with Site({"/a": packed(b"", coding, body)}) as site:
        capture = visit_all(site.url("/a")).capture(site.url("/a"))
    assert (capture.content, capture.body) == (text, body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_packed_body_that_breaks_off_is_no_page(coding: str) -> None:
    """Half an article stored as the whole would be an untruth."""
    whole = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}[coding](
        bytes(range(256)) * 40
    )
    with Site({"/a": packed(b"", coding, whole[: len(whole) // 2])}) as site:
        assert visit_all(site.url("/a")).failure(site.url("/a")).kind == "encoding"


def test_an_announced_size_beyond_the_cap_is_not_even_begun() -> None:
    """The server says 4 GB; nothing of it is read."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 4000000000\r\n\r\n"
    with Site({"/a": head}) as site:
        assert visit_all(site.url("/a")).failure(site.url("/a")).kind == "too-large"


def chunks(piece: bytes, pause: float = 0.0) -> Handler:
    """A chunked body without end."""

    async def respond(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
            await asyncio.sleep(pause)

    return respond


def test_a_body_without_end_is_cut_off_at_the_cap() -> None:
    """Whatever its Content-Length says or leaves out."""
    with Site({"/a": chunks(bytes(65536))}) as site:
        tour = visit_all(site.url("/a"), max_bytes=MEBIBYTE)
    assert tour.failure(site.url("/a")).kind == "too-large"


def test_a_body_that_is_shorter_than_announced_is_a_broken_connection() -> None:
    """And is asked again, since it may be whole the next time."""

    async def half(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    with Site({"/a": half}) as site:
        assert visit_all(site.url("/a")).failure(site.url("/a")).kind == "connection"
        assert len(site.asked("/a")) == 3


def test_a_connection_that_breaks_is_tried_again_by_the_budget_alone() -> None:
    """aiohttp would ask a second time for every one of ours, at once and uncounted."""

    async def hang_up(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    with Site({"/a": hang_up}) as site:
        tour = Tour([Visit(site.url("/a"), "article")])
        report = fetch_tours((source(), tour))
        assert len(site.asked("/a")) == 3
        assert len(site.seen) == report.sources["test"].requests == 4
    assert tour.kinds() == ["connection"]


# Time


async def silence(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """No answer at all."""
    await asyncio.sleep(30)


async def slow_page(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """A byte every moment, and a whole page after four seconds."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
    for _ in range(40):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def slow_headers(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """One header a moment, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("rule", [silence, slow_headers, slow_page], ids=["silent", "headers", "drip"])
def test_the_whole_request_has_a_time_not_only_its_pauses(rule: Handler) -> None:
    """A byte every moment keeps an idle timer waiting for ever; the other pages of the host go on."""
    with Site({"/a": rule, "/b": page()}) as site:
        tour = visit_all(site.url("/a"), site.url("/b"), timeout=0.6)
    assert tour.failure(site.url("/a")).kind == "timeout"
    assert tour.capture(site.url("/b")).status == 200


# Answers that are none


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(20_000)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 2_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 " + b"2" * 100_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["many-headers", "long-header", "long-status", "ssh", "binary", "negative", "two-lengths", "bad-chunk"],
)
def test_an_answer_that_is_no_http_is_a_failure_and_the_crawl_goes_on(response: bytes) -> None:
    """A clear verdict, bounded, and nothing else is lost."""

    async def respond(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(response)
        await writer.drain()
        writer.close()

    with Site({"/a": respond, "/b": page()}) as site:
        tour = visit_all(site.url("/a"), site.url("/b"), timeout=5.0)
    assert tour.failure(site.url("/a")).kind in ("other", "connection")
    assert len(tour.failure(site.url("/a")).message) < 500
    assert tour.capture(site.url("/b")).status == 200


def test_nobody_there_is_a_connection_failure_and_no_such_name_a_dns_failure() -> None:
    """Both in a sentence."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening
        nobody, nameless = f"http://127.0.0.1:{held.getsockname()[1]}/", "http://no-such-host.invalid/"
        tour = visit_all(nobody, nameless)
    assert tour.failure(nobody).kind == "connection"
    assert tour.failure(nameless).kind == "dns"
    assert tour.failure(nobody).of_host
    assert tour.failure(nameless).of_host
    assert "no-such-host.invalid" in tour.failure(nameless).message


@pytest.mark.parametrize("robots", [True, False])
def test_what_a_host_in_trouble_says_is_not_said_of_its_page(robots: bool) -> None:
    """No connection and no name: with robots.txt or without, nothing was learnt about the page."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        urls = f"http://127.0.0.1:{held.getsockname()[1]}/", "http://no-such-host.invalid/"
        tour = visit_all(*urls, robots=robots)
    assert [tour.failure(url).of_host for url in urls] == [True, True]


def test_a_page_that_breaks_off_or_takes_too_long_has_itself_to_blame() -> None:
    """Its host answered: robots.txt came."""

    async def hang_up(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    with Site({"/reset": hang_up, "/silent": silence, "/too-large": chunks(bytes(65536))}) as site:
        urls = [site.url(path) for path in ("/reset", "/silent", "/too-large")]
        tour = visit_all(*urls, timeout=0.6, max_bytes=MEBIBYTE, options=FetchOptions(retries=0))
    assert [tour.failure(url).of_host for url in urls] == [False, False, False]


def test_a_page_that_redirects_to_a_host_in_trouble_has_itself_to_blame() -> None:
    """A page that moved to a name that is gone would else be asked for ever; on its own host the host is to blame."""
    with Site({"/a": redirect("http://no-such-host.invalid/")}) as site:
        failure = visit_all(site.url("/a")).failure(site.url("/a"))
    assert (failure.kind, failure.of_host) == ("dns", False)


def test_nothing_listens_while_a_crawl_runs() -> None:
    """Scrapy would open a telnet console and a remote control."""
    during: list[set[str]] = []

    def note(visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        during.append(listening())
        return ()

    with Site() as site:
        before = listening()
        tour = Tour([Visit(site.url("/a"), "article")], note)
        fetch_tours((source(), tour))
    assert isinstance(tour.came[0][1], Capture)
    assert during == [before]
