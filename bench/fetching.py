"""Processor time of a fetched page and of a list page's links, beside Scrapy's defaults, in one run.

    python bench/fetching.py [ROUNDS]

Pages come from a server in a process of its own, 16 hosts of loopback addresses. Each fetcher runs in a process too, in
turns; its time is what that used between the first request and the last outcome (getrusage), without imports and start.
Ours does everything it does in a crawl: robots.txt, the hosts' file, captures. Scrapy is measured as it comes, and
without the log line that it writes for every page.

A list page of 245 links, menus and all: `crawler.discover.links` against LinkExtractor, a Request for each link and the
duplicates' filter.

Exit code 1 if a page costs more than half of Scrapy's, or a list more than an eighth.
"""

from __future__ import annotations

import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

HOSTS = 16
PAGES = 640
PARAGRAPH = "<p>　　园区前三季度完成产值四十二亿元，同比增长百分之六点三，用工人数增加，新开工项目十一个。</p>\n"
PAGE = ("<html><head><meta charset=utf-8><title>园区通报</title></head><body>" + PARAGRAPH * 400).encode()
LINKS, ARTICLES = 245, 160  # of a list page: the rest are menus
MOST_OF_A_PAGE = 0.5
MOST_OF_A_LIST = 1 / 8
FETCHERS = ("ours", "scrapy", "scrapy, quiet")


def main(rounds: int) -> int:
    """Print both tables."""
    used: dict[str, list[float]] = {}
    with subprocess.Popen([sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        for _ in range(rounds):
            for packed in ("plain", "gzip"):
                for name in FETCHERS:
                    used.setdefault(f"{name}, {packed}", []).append(measured(name, port, packed))
        server.terminate()
    medians = {name: 1000 * statistics.median(times) / PAGES for name, times in used.items()}
    print(f"{PAGES} pages of {len(PAGE):,} bytes from {HOSTS} hosts, ms of the processor a page, medians of {rounds}:")
    for name, each in medians.items():
        print(f"  {name:24} {each:.2f}")
    share = max(medians[f"ours, {packed}"] / medians[f"scrapy, {packed}"] for packed in ("plain", "gzip"))
    quiet = max(medians[f"ours, {packed}"] / medians[f"scrapy, quiet, {packed}"] for packed in ("plain", "gzip"))
    print(
        f"ours is {share:.2f} of Scrapy's defaults ({quiet:.2f} of them without the log); the aim is {MOST_OF_A_PAGE}"
    )
    booking = hosts_file()
    print(f"of ours, the hosts' file takes {booking:.3f} ms a request\n")
    ours, theirs = lists(rounds)
    print(
        f"a list page of {LINKS} links: ours {ours:.2f} ms, LinkExtractor + Request + filter {theirs:.2f} ms: ", end=""
    )
    print(f"{theirs / ours:.1f} times cheaper; the aim is {1 / MOST_OF_A_LIST:g}")
    return 0 if share <= MOST_OF_A_PAGE and ours <= MOST_OF_A_LIST * theirs else 1


def measured(name: str, port: str, packed: str) -> float:
    """Seconds of the processor that a fetcher uses for all pages, in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, name, port, packed], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    told = json.loads(done.stdout)
    assert told["pages"] == PAGES, told
    return float(told["seconds"])


def urls(port: str, packed: str) -> list[str]:
    """The pages' addresses, host by host in turn."""
    return [f"http://127.0.1.{number % HOSTS + 1}:{port}/{packed}/{number}.html" for number in range(PAGES)]


def processor() -> float:
    """Seconds of the processor that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- one fetcher each, in a process of its own


def ours(port: str, packed: str) -> None:
    """A crawl that keeps the outcome of every page, 16 sources side by side."""
    from crawler.fetch import FetchOptions, Job, fetch
    from crawler.source import Politeness, Source
    from crawler.visit import Outcome, Visit

    politeness = Politeness(delay=0.0, concurrency=8, allow_addresses=("127.0.0.0/8",))
    pages = 0
    begun = 0.0

    class Tour:
        def __init__(self, visits: Iterable[Visit]) -> None:
            self.visits = visits

        def first(self) -> Iterable[Visit]:
            nonlocal begun
            begun = begun or processor()
            return self.visits

        def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
            nonlocal pages
            pages += len(getattr(outcome, "content", b"") or b"") == len(PAGE)
            return ()

    jobs = []
    for number in range(HOSTS):
        own = urls(port, packed)[number::HOSTS]
        source = Source(id=f"s{number}", name="", home=own[0], politeness=politeness)
        jobs.append(Job(source, Tour([Visit(url, "article") for url in own])))
    with tempfile.TemporaryDirectory() as folder:
        fetch(jobs, FetchOptions(at_once=HOSTS, hosts=Path(folder) / "hosts.db"))
        print(json.dumps({"pages": pages, "seconds": processor() - begun}))


def scrapy(port: str, packed: str, settings: dict[str, object]) -> None:
    """Scrapy as it comes."""
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    pages = 0
    begun = 0.0

    class Pages(Spider):
        name = "pages"

        async def start(self):  # type: ignore[no-untyped-def]
            nonlocal begun
            begun = processor()
            for url in urls(port, packed):
                yield Request(url)

        def parse(self, response, **kwargs):  # type: ignore[no-untyped-def]
            nonlocal pages
            pages += len(response.body) == len(PAGE)

        def closed(self, reason):  # type: ignore[no-untyped-def]
            print(json.dumps({"pages": pages, "seconds": processor() - begun}))

    process = CrawlerProcess(settings)
    process.crawl(Pages)
    process.start()


def serve() -> None:
    """Answer every path with the page, packed if the path says so; print the port."""
    import asyncio

    packed = gzip.compress(PAGE)
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
    whole = f"{head}{len(PAGE)}\r\n\r\n".encode() + PAGE
    small = f"{head}{len(packed)}\r\nContent-Encoding: gzip\r\n\r\n".encode() + packed

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                missing = b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"
                writer.write(missing if b" /robots" in asked else small if b" /gzip" in asked else whole)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.1.1", 0)
        port = server.sockets[0].getsockname()[1]
        others = [await asyncio.start_server(answer, f"127.0.1.{n}", port) for n in range(2, HOSTS + 1)]
        print(port, flush=True)
        async with server:
            await asyncio.gather(*(each.serve_forever() for each in (server, *others)))

    asyncio.run(run())


# --- parts


def hosts_file() -> float:
    """Milliseconds of the processor for the two bookings of a request in the hosts' file."""
    from crawler.fetch import hosts
    from crawler.fetch.hostfile import HostFile

    with tempfile.TemporaryDirectory() as folder:
        file = HostFile(Path(folder) / "hosts.db")
        begun, times = time.process_time(), 2_000
        for number in range(times):
            now = 1_790_000_000.0 + number
            mine = hosts.UnderWay("machine:1", now, now + 30)
            terms = hosts.Terms(0.5, 1)
            file.change("www.example.cn", lambda known: hosts.asked(known, terms, now, 60.0, mine, lambda _: True))  # noqa: B023
            file.change("www.example.cn", lambda known: (hosts.good(hosts.over(known, mine, now)), None))  # noqa: B023
        return 1000 * (time.process_time() - begun) / times


def lists(rounds: int) -> tuple[float, float]:
    """Milliseconds of the processor for the links of a list page: ours, and Scrapy's way."""
    from scrapy import Request
    from scrapy.dupefilters import RFPDupeFilter
    from scrapy.http import HtmlResponse
    from scrapy.linkextractors import LinkExtractor

    from crawler.discover import links
    from crawler.source import ListPage, Source

    url = "http://www.example.cn/jj/"
    items = "".join(
        f'<li class="item"><span class="date">2026-11-{n % 28 + 1:02}</span><i class="dot"></i>'
        f'<a href="./202611/t202611{n % 28 + 1:02}_{4_000_000 + n}.html" target="_blank" '
        f'title="园区前三季度完成产值第{n}期通报">园区前三季度完成产值第{n}期通报</a></li>\n'
        for n in range(ARTICLES)
    )
    menu = "".join(
        f'<li class="nav-item"><a href="/channel{n}/" class="nav-link"><span>频道{n}</span></a></li>\n'
        for n in range(LINKS - ARTICLES)
    )
    text = (
        '<html><head><meta charset="utf-8"><title>经济</title><link rel="stylesheet" href="/a.css"></head><body>'
        f'<div class="head"><div class="wrap"><ul class="nav">{menu}</ul></div></div>'
        f'<div class="main"><div class="left"><ul class="news">{items}</ul></div></div></body></html>'
    )
    source = Source(id="example", name="", home=url, lists=(ListPage(url=url),))

    def our_way() -> int:
        return len(links(text, url, source.lists[0], source))

    def their_way() -> int:
        response = HtmlResponse(url, body=text.encode(), encoding="utf-8")
        seen = RFPDupeFilter()
        found = [Request(link.url) for link in LinkExtractor().extract_links(response)]
        return sum(not seen.request_seen(request) for request in found)

    assert (our_way(), their_way()) == (ARTICLES, LINKS)
    ours, theirs = [], []
    for _ in range(10 * rounds):  # in turns, so that a busy machine is busy for both
        ours.append(timed(our_way))
        theirs.append(timed(their_way))
    return statistics.median(ours), statistics.median(theirs)


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of the processor that a call takes."""
    begun = time.process_time()
    call()
    return 1000 * (time.process_time() - begun)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["ours", port, packed]:
            ours(port, packed)
        case ["scrapy", port, packed]:
            scrapy(port, packed, {})
        case ["scrapy, quiet", port, packed]:
            scrapy(port, packed, {"LOG_ENABLED": False})
        case rest:
            sys.exit(main(int(rest[0]) if rest else 3))
