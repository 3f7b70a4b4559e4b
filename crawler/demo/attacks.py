"""What hostile servers do, case by case, and the verdict that each deserves.

Each case is a site of its own: a robots.txt, a list page that is sound unless the list is the attack, and one article
that is asked. A verdict is the kind of a failure (`crawler.visit`, or a page's in a crawl), or "read": the page came
and was dealt with as any other. tests/crawler/fetch/test_fetch_attacks.py runs the cases against the fetcher,
bench/attacks.py all of them against a crawl.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import count

import brotli  # type: ignore[import-untyped]

from crawler.demo.attacker import Answer
from crawler.demo.hostile import hostile_page

ARTICLE = "/a/202611/t20261103_1.html"
LIST = "/list/"
MEBIBYTE = 1024 * 1024
PAGE = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><title>园区通报</title></head><body>"
    "<h1>园区通报</h1><div class='c'>"
    + "<p>　　园区前三季度完成产值四十二亿元，同比增长百分之六点三，用工人数增加。</p>" * 5
    + "</div></body></html>"
).encode()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is played: the attacker's own address, and the port of a server that must never be asked."""

    base: str
    secret: int


@dataclass(frozen=True, slots=True)
class Attack:
    """One case. `names` are what a name server answers, one answer after the other; `kind` is that of the list."""

    name: str
    verdicts: tuple[str, ...]
    answers: Callable[[Place], Mapping[str, Answer]]
    kind: str = "html"
    pages: int = 1  # further list pages that the source allows
    names: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    whole: bool = False  # it takes a whole crawl: the fetcher alone has nothing to say to it


# --- responses


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole response; the length is told unless a header tells it."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def html(body: bytes, *headers: str) -> bytes:
    """A page."""
    return response(body, "Content-Type: text/html; charset=utf-8", *headers)


def listing(*links: str) -> bytes:
    """A list page with these links."""
    items = "".join(
        f"<li><a href='{link}'>园区前三季度运行情况通报之{number}</a></li>" for number, link in enumerate(links)
    )
    return html(f"<html><head><meta charset='utf-8'></head><body><ul>{items}</ul></body></html>".encode())


def moved(to: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return response(b"", f"Location: {to}", status=status)


async def _then(writer: asyncio.StreamWriter, head: bytes, piece: bytes, seconds: float) -> None:
    """The head, then the piece without end, with so long between."""
    writer.write(head)
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(seconds)


async def _silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _broken(writer: asyncio.StreamWriter, head: bytes) -> None:
    writer.write(head)
    await writer.drain()
    writer.transport.abort()


async def _closed(writer: asyncio.StreamWriter, head: bytes) -> None:
    writer.write(head)
    await writer.drain()
    writer.close()


def endless(head: bytes, piece: bytes, seconds: float = 0.0) -> Answer:
    """A response that never ends."""
    return partial(_then, head=head, piece=piece, seconds=seconds)


def _bomb(
    pack: Callable[[bytes], bytes], coding: str, size: int = 200 * MEBIBYTE
) -> Callable[[Place], Mapping[str, Answer]]:
    return lambda place: {ARTICLE: html(pack(bytes(size)), f"Content-Encoding: {coding}")}


def _brotli(data: bytes) -> bytes:
    packed: bytes = brotli.compress(data, quality=4)
    return packed


def _zstd(data: bytes) -> bytes:
    """A zstd frame of one repeated byte, by hand: a raw block of run-length (RFC 8878, 3.1.1.2.2) for each 128 KiB."""
    size, run_length = 131_072, 1
    block, last = (((size << 3) | (run_length << 1) | end).to_bytes(3, "little") + b"\0" for end in (0, 1))
    return b"\x28\xb5\x2f\xfd\x00\x58" + block * (len(data) // size - 1) + last


def article(answer: Answer) -> Callable[[Place], Mapping[str, Answer]]:
    """The article is answered so."""
    return lambda place: {ARTICLE: answer}


def to(target: str) -> Callable[[Place], Mapping[str, Answer]]:
    """The article is a redirect there; {secret} is the port of the server that must not be asked."""
    return lambda place: {ARTICLE: moved(target.replace("{secret}", str(place.secret)))}


def rules(answer: Answer) -> Callable[[Place], Mapping[str, Answer]]:
    """robots.txt is answered so; the article is sound."""
    return lambda place: {"/robots.txt": answer, ARTICLE: html(PAGE)}


def the_list(answer: Answer) -> Callable[[Place], Mapping[str, Answer]]:
    """The list is answered so; every other page is sound."""
    return lambda place: {LIST: answer, "*": html(PAGE)}


def shape(name: str) -> Attack:
    """A page that keeps a reader busy (`hostile.py`)."""
    return Attack(
        f"a page of {name}", ("read", "unreadable"), lambda place: {ARTICLE: html(hostile_page(name))}, whole=True
    )


def _calendar(place: Place) -> Mapping[str, Answer]:
    """Every page of the list leads to a next one."""
    numbers = count(1)

    async def more(writer: asyncio.StreamWriter) -> None:
        writer.write(listing(*(f"/a/202611/t20261103_{next(numbers)}.html" for _ in range(5))))
        await writer.drain()

    return {LIST: more, **{f"/list/index_{number}.html": more for number in range(1, 1000)}, "*": html(PAGE)}


def _sessions(place: Place) -> Mapping[str, Answer]:
    """Every answer links to the same articles under addresses never seen before."""
    numbers = count(1)

    async def new(writer: asyncio.StreamWriter) -> None:
        links = (f"/a/202611/t20261103_{n}.html?sid={next(numbers):032x}" for n in range(20))
        writer.write(listing(*links))
        await writer.drain()

    return {LIST: new, "*": new}


def _growing(place: Place) -> Mapping[str, Answer]:
    """Every answer redirects to a longer address."""
    steps = count(1)

    async def on(writer: asyncio.StreamWriter) -> None:
        writer.write(moved(f"{ARTICLE}?step={'x' * next(steps)}"))
        await writer.drain()

    return {"*": on, LIST: listing(ARTICLE)}


def _xml(text: str) -> Callable[[Place], Mapping[str, Answer]]:
    return lambda place: {
        LIST: response(text.replace("{secret}", str(place.secret)).encode(), "Content-Type: application/xml"),
        "*": html(PAGE),
    }


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)
FEED = (
    "<rss version='2.0'><channel><title>{}</title><item><title>园区通报全文发布</title><link>"
    + ARTICLE
    + "</link></item></channel></rss>"
)
Names = Mapping[str, tuple[tuple[str, ...], ...]]
PRIVATE: Names = {"inside.hostile.test": (("127.0.0.3",),)}
MIXED: Names = {"mixed.hostile.test": (("127.0.0.3", "10.0.0.1"),)}
CHANGING: Names = {"changing.hostile.test": (("127.0.0.2",), ("127.0.0.3",))}
REFUSED = ("refused-address",)
NO_HTTP = ("other", "connection")
SLOW = ("timeout",)

ADDRESSES = (
    "http://127.0.0.3:{secret}/", "http://2130706435:{secret}/", "http://0x7f000003:{secret}/",
    "http://0177.0.0.3:{secret}/", "http://127.3:{secret}/", "http://127.0.0.3.:{secret}/",
    "http://[::1]:{secret}/", "http://[::ffff:127.0.0.3]:{secret}/", "http://[::ffff:7f00:3]:{secret}/",
    "http://[64:ff9b::7f00:3]:{secret}/", "http://[2002:7f00:3::]:{secret}/", "http://[::127.0.0.3]:{secret}/",
    "http://0.0.0.0:{secret}/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://[fd00::1]/", "http://[fe80::1]/",
    "http://localhost:{secret}/", "http://127.0.0.2@127.0.0.3:{secret}/", "http://inside.hostile.test:{secret}/",
    "http://mixed.hostile.test:{secret}/",
)  # fmt: skip

ADDRESSED: tuple[Attack, ...] = (
    *(
        Attack(f"redirect to {target.replace(':{secret}', '')}", REFUSED, to(target), names={**PRIVATE, **MIXED})
        for target in ADDRESSES
    ),
    Attack(
        "a name that resolves to something else the second time",
        ("read", *REFUSED, "connection"),
        to("http://changing.hostile.test:{secret}/"),
        names=CHANGING,
    ),
    Attack("redirect to a file", REFUSED, to("file:///etc/hostname")),
    Attack("redirect to ftp", REFUSED, to("ftp://127.0.0.3/x")),
    Attack("redirect to no address at all", ("redirect", "refused-address"), to("http://[bad/")),
    Attack("meta refresh to a private address", ("read",), article(
        html(b"<meta http-equiv=refresh content='0; url=http://127.0.0.3/'>" + PAGE))),
)  # fmt: skip

REDIRECTED: tuple[Attack, ...] = (
    Attack("a page that redirects to itself", ("redirect",), to(ARTICLE)),
    Attack("a chain of redirects without end", ("redirect",), _growing),
    Attack("a redirect to an address of 15,000 characters", ("other", "redirect"), to("/" + "x" * 15_000)),
    Attack("a redirect that tries to add a header", ("other", "redirect", "404", "read"), article(
        b"HTTP/1.1 302 Found\r\nLocation: /x%0d%0aSet-Cookie:%20a=1\r\nContent-Length: 0\r\n\r\n")),
)  # fmt: skip

BODIES: tuple[Attack, ...] = (
    Attack("gzip bomb", ("too-large",), _bomb(gzip.compress, "gzip")),
    Attack("deflate bomb", ("too-large",), _bomb(zlib.compress, "deflate")),
    Attack("brotli bomb", ("too-large",), _bomb(_brotli, "br")),
    Attack("zstd bomb", ("too-large",), _bomb(_zstd, "zstd")),
    Attack("a gzip bomb in a gzip bomb", ("too-large",), _bomb(
        lambda data: gzip.compress(gzip.compress(data)), "gzip, gzip")),
    Attack("fifty codings", ("encoding", "too-large"), article(
        html(gzip.compress(PAGE), "Content-Encoding: " + ", ".join(["gzip"] * 50)))),
    Attack("a gzip bomb that says nothing of it", ("read", "unreadable"), lambda place: {
        ARTICLE: html(gzip.compress(bytes(200 * MEBIBYTE)))}),
    Attack("a packed body that breaks off", ("encoding",), article(
        html(gzip.compress(PAGE * 50)[:300], "Content-Encoding: gzip"))),
    Attack("a body without end", ("too-large",), article(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536))),
    Attack("a chunked body without end", ("too-large",), article(
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 32_768 + b"\r\n"))),
    Attack("a body that drips", SLOW, article(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.2))),
    Attack("an announced length of 8 GB", ("too-large",), article(html(b"x", "Content-Length: 8589934592"))),
    Attack("a body shorter than announced", ("connection",), article(
        partial(_closed, head=html(PAGE, f"Content-Length: {len(PAGE) + 100}")))),
    Attack("a body shorter than announced, and the line kept open", SLOW, article(
        html(PAGE, f"Content-Length: {len(PAGE) + 100}"))),
    Attack("a body longer than announced", ("read",), article(
        html(PAGE, f"Content-Length: {len(PAGE)}") + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")),
    Attack("a line that breaks in the middle of the body", ("connection",), article(
        partial(_broken, head=html(PAGE[:200], "Content-Length: 100000")))),
    Attack("204 with a body", ("read", "204", "other"), article(response(PAGE, status="204 No Content"))),
    Attack("304 that nobody asked for", ("read", "304"), article(response(b"", status="304 Not Modified"))),
)  # fmt: skip

HEADS: tuple[Attack, ...] = (
    Attack("a negative length", NO_HTTP, article(html(PAGE, "Content-Length: -5"))),
    Attack("two lengths", NO_HTTP, article(html(PAGE, "Content-Length: 5", "Content-Length: 7"))),
    Attack("a length and chunks", ("read", *NO_HTTP), article(
        html(b"5\r\nhello\r\n0\r\n\r\n", "Transfer-Encoding: chunked", "Content-Length: 3"))),
    Attack("a chunk of no length", NO_HTTP, article(html(b"zz\r\nhello\r\n", "Transfer-Encoding: chunked"))),
    Attack("a chunk of 16 exabytes", ("connection", "other", "timeout"), article(
        html(b"ffffffffffffffff\r\nhello\r\n", "Transfer-Encoding: chunked"))),
    Attack("a chunk's extension without end", ("connection", "other", "timeout", "too-large"), article(
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"x" * 65_536))),
    Attack("trailers without end", ("connection", "other", "timeout", "too-large"), article(
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: 1\r\n" * 4096))),
    Attack("20,000 headers", NO_HTTP, article(html(PAGE, *(f"X-{n}: 1" for n in range(20_000))))),
    Attack("a header of 2 MB", NO_HTTP, article(html(PAGE, "X: " + "a" * 2_000_000))),
    Attack("headers without end", (*NO_HTTP, *SLOW), article(endless(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n" * 4096))),
    Attack("a header line without end", (*NO_HTTP, *SLOW), article(endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65_536))),
    Attack("headers that drip", SLOW, article(endless(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n", 0.2))),
    Attack("a status line without end", (*NO_HTTP, *SLOW), article(endless(b"HTTP/1.1 200 ", b"O" * 65_536))),
    Attack("no HTTP at all", NO_HTTP, article(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")),
    Attack("HTTP/0.9", NO_HTTP, article(partial(_closed, head=PAGE))),
    Attack("a status of 99999", NO_HTTP, article(html(PAGE).replace(b"200 OK", b"99999 OK"))),
    Attack("a status of 999", ("999", "http-999", "read"), article(html(PAGE).replace(b"200 OK", b"999 Denied"))),
    Attack("NUL in a header", ("read", *NO_HTTP), article(html(PAGE, "X-A: a\0b"))),
    Attack("continue without end", (*NO_HTTP, *SLOW), article(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500))),
    Attack("a change of protocols that nobody asked for", ("101", "http-101", *NO_HTTP, *SLOW, "read"), article(
        response(b"", "Upgrade: websocket", "Connection: Upgrade", status="101 Switching Protocols"))),
    Attack("silence", SLOW, article(_silence)),
    Attack("a line that is cut at once", ("connection",), article(partial(_broken, head=b""))),
    Attack("150 cookies", ("read",), article(html(PAGE, *(f"Set-Cookie: c{n}={'v' * 50}" for n in range(150))))),
    Attack("TLS that is none", ("tls", "connection"), lambda place: {
        ARTICLE: moved(place.base.replace("http:", "https:") + "/x")}),
    Attack("a pause of thirty years", ("paused",), article(
        response(b"", "Retry-After: 999999999", status="503 Busy"))),
)  # fmt: skip

SAID: tuple[Attack, ...] = (
    Attack("a picture that is a page", ("read", "unreadable"), article(response(PAGE, "Content-Type: image/png"))),
    Attack("a page that is a zip file", ("read", "unreadable"), article(html(b"PK\x03\x04" + bytes(50_000)))),
    Attack("a charset that is none", ("read",), article(response(PAGE, "Content-Type: text/html; charset=\x01;utf-7"))),
    Attack("UTF-7", ("read",), article(
        response(b"<p>+ADw-script+AD4-</p>" + PAGE, "Content-Type: text/html; charset=utf-7"))),
    Attack("a page full of NUL", ("read", "unreadable"), article(html(b"\0".join([PAGE[:1], *[PAGE] * 50])))),
)  # fmt: skip


def robots_txts() -> Sequence[Attack]:
    """What a robots.txt tries."""
    return (
    Attack("a robots.txt without end", ("read",), rules(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"# nothing\n" * 4096))),
    Attack("a robots.txt that is a bomb", ("read",), lambda place: {
        "/robots.txt": html(gzip.compress(b"#" * (200 * MEBIBYTE)), "Content-Encoding: gzip"), ARTICLE: html(PAGE)}),
    Attack("a robots.txt that redirects to itself", ("read",), rules(moved("/robots.txt"))),
    Attack("a robots.txt that redirects to a private address", REFUSED, rules(moved("http://127.0.0.3/robots.txt"))),
    Attack("a robots.txt of 20,000 groups of 15,000 rules", ("read",), rules(html(
        b"".join(b"User-agent: b%d\n" % n for n in range(20_000))
        + b"".join(b"Disallow: /%d\n" % n for n in range(15_000))))),
    Attack("a robots.txt of 25,000 rules of stars", ("read",), rules(html(
        b"User-agent: *\n" + b"".join(b"Disallow: *a*b%d\n" % n for n in range(25_000))))),
    Attack("a robots.txt that drips", SLOW, rules(endless(b"HTTP/1.1 200 OK\r\n\r\n", b"#", 0.2))),
    Attack("a robots.txt that breaks off", ("connection",), rules(partial(_broken, head=b"HTTP/1.1 200 OK\r\n"))),
    )  # fmt: skip


def lists() -> Sequence[Attack]:
    """What a list tries."""
    return (
    Attack("a calendar without end", ("read",), _calendar, pages=3, whole=True),
    Attack("a session's number in every link", ("read",), _sessions, whole=True),
    Attack("a list of 60,000 links to foreign pages", ("no-links", "unreadable"), the_list(
        listing(*(f"http://h{n}.example.org/a/202611/t20261103_{n}.html" for n in range(60_000)))), whole=True),
    Attack("a list that is a bomb", ("too-large",), lambda place: {
        LIST: html(gzip.compress(bytes(200 * MEBIBYTE)), "Content-Encoding: gzip")}, whole=True),
    Attack("a feed of a billion laughs", ("unreadable", "list", "read", "empty-list"), _xml(
        LAUGHS + "]>" + FEED.format("&m;")), kind="feed", whole=True),
    Attack("a feed that reads a file", ("unreadable", "list", "read", "empty-list"), _xml(
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + FEED.format("&x;")), kind="feed", whole=True),
    Attack("a feed that asks a private address", ("unreadable", "list", "read", "empty-list"), _xml(
        '<!DOCTYPE l SYSTEM "http://127.0.0.3:{secret}/x.dtd">' + FEED.format("园区")), kind="feed", whole=True),
    Attack("a feed of a title a thousand times 100,000 characters", ("unreadable", "list", "read", "empty-list"), _xml(
        f'<!DOCTYPE l [<!ENTITY a "{"ha" * 50_000}">]>' + FEED.format("&a;" * 1000)), kind="feed", whole=True),
    Attack("a feed nested 100,000 deep", ("no-links",), _xml(
        "<rss><channel>" + "<x>" * 100_000), kind="feed", whole=True),
    Attack("a feed of an element of 100,000 attributes", ("unreadable",), _xml(
        "<rss><channel><item " + " ".join(f"a{n}='1'" for n in range(100_000)) + ">"), kind="feed", whole=True),
    Attack("a sitemap of itself", ("unreadable", "list", "read", "empty-list"), _xml(
        f"<sitemapindex><sitemap><loc>{LIST}</loc></sitemap></sitemapindex>"), kind="sitemap", pages=3, whole=True),
    Attack("a sitemap of 100,000 addresses elsewhere", ("unreadable", "read", "list-capped", "empty-list"), _xml(
        "<urlset>" + "".join(f"<url><loc>http://h{n}.example.org/{n}.html</loc></url>" for n in range(100_000))
        + "</urlset>"), kind="sitemap", whole=True),
    Attack("JSON nested 100,000 deep", ("unreadable", "list", "read", "empty-list"), the_list(
        response(b"[" * 100_000, "Content-Type: application/json")), kind="json", whole=True),
    Attack("JSON of a million quotation marks", ("unreadable",), the_list(
        response(b"{a:" + b'"\\' * 1_000_000, "Content-Type: application/json")), kind="json", whole=True),
    )  # fmt: skip


SHAPES_TRIED = (
    "200,000 attributes",
    "100,000 nested <div>",
    "100,000 nested tables",
    "one attribute of 4 million characters",
)
"""Of the 115 shapes of `hostile.py`, which bench/safety.py tries one and all."""


@cache
def attacks() -> Sequence[Attack]:
    """All cases, each with a name of its own."""
    return (*ADDRESSED, *REDIRECTED, *BODIES, *HEADS, *SAID, *robots_txts(), *lists(), *map(shape, SHAPES_TRIED))
