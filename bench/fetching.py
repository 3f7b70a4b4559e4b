"""Processor time of a fetched page and of a list page's links, beside Scrapy's defaults, in one run.

    python bench/fetching.py [ROUNDS]

Pages come from a server in a process of its own, 16 hosts of loopback addresses. Each fetcher runs in a process too, in
turns; its time is what that used between the first request and the last outcome (getrusage), without imports and start.
Ours does everything it does in a crawl: robots.txt, the hosts' file, captures. Scrapy is measured as it comes, and
without the log line that it writes for every page.

A list page of 245 links, menus and all. Scrapy's way parses the page, makes the addresses whole (LinkExtractor), makes
a Request of each and asks the duplicates' filter. Ours parses it, makes the addresses whole, chooses those that are
articles' and reads their words (`crawler.discover.links`), then gives each the form under which the archive knows it,
asks what was asked already and makes a visit. Both begin with the same bytes in a known encoding. "Whole" is ours from
the bytes as they came: with their encoding found out, and made fit for the parser.

    python bench/fetching.py --corpus FOLDER   the list alone, on the corpus's pages of 100 links and more

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
MANY = 100  # links of a page of the corpus
RUNS = 5
LIST = "http://www.example.cn/jj/"
HEADINGS = "links alone, with what a crawl does with them, whole, Scrapy's way, and how many times ours is cheaper:"
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
    print(f"a list page of {LINKS} links, ms of the processor, medians of {10 * rounds}; {HEADINGS}")
    ratios = [tell(f"run {number}", list_page(), LIST, rounds) for number in range(1, RUNS + 1)]
    print(f"median {statistics.median(ratios):.1f} times cheaper; the aim is {1 / MOST_OF_A_LIST:g}")
    return 0 if share <= MOST_OF_A_PAGE and statistics.median(ratios) >= 1 / MOST_OF_A_LIST else 1


def corpus_lists(corpus: Path, rounds: int) -> int:
    """Print the costs of the corpus's pages with most links."""
    rows = [
        json.loads(row)
        for name in ("index", "unlabelled")
        for row in (corpus / "pages" / "dev" / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    ratios = []
    print(f"pages of {MANY} links and more, ms of the processor; {HEADINGS}")
    for row in rows:
        body = gzip.decompress((corpus / "pages" / "dev" / row["html_file"]).read_bytes())
        if body.count(b"<a ") >= MANY:
            ratios.append(tell(row["id"][:24], body, row["url"], rounds))
    spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
    print(f"{len(ratios)} pages: {spread} times cheaper, median {statistics.median(ratios):.1f}")
    return 0 if statistics.median(ratios) >= 1 / MOST_OF_A_LIST else 1


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


def tell(name: str, body: bytes, url: str, rounds: int) -> float:
    """Print what a list page costs both; how many times Scrapy's way costs what ours does."""
    alone, ours, whole, theirs = lists(body, url, rounds)
    print(f"  {name:26} {alone:7.2f} {ours:7.2f} {whole:7.2f} {theirs:7.2f} {theirs / ours:6.1f}", flush=True)
    return theirs / ours


def list_page() -> bytes:
    """A list of articles below a menu."""
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
    return (
        '<html><head><meta charset="utf-8"><title>经济</title><link rel="stylesheet" href="/a.css"></head><body>'
        f'<div class="head"><div class="wrap"><ul class="nav">{menu}</ul></div></div>'
        f'<div class="main"><div class="left"><ul class="news">{items}</ul></div></div></body></html>'
    ).encode()


def lists(body: bytes, url: str, rounds: int) -> tuple[float, float, float, float]:
    """Milliseconds of the processor for a list page: our links alone, with visits, whole, and Scrapy's way."""
    from scrapy import Request
    from scrapy.dupefilters import RFPDupeFilter
    from scrapy.http import HtmlResponse
    from scrapy.linkextractors import LinkExtractor

    from archive.identity import canonical_url
    from crawler.decode import decode
    from crawler.discover import Link, links
    from crawler.discover.listed import listed
    from crawler.source import ListPage, Source
    from crawler.visit import Visit

    known = decode(body)
    source = Source(id="example", name="", home=url, lists=(ListPage(url=url),))

    def visits(found: Iterable[Link]) -> list[Visit]:
        asked: set[str] = set()
        hosts = source.all_hosts
        made = []
        for link in found:
            canonical = canonical_url(link.url, hosts)
            if canonical not in asked:
                asked.add(canonical)
                made.append(Visit(link.url, "article", url))
        return made

    def links_alone() -> int:
        return len(links(body.decode(known.encoding, "replace"), url, source.lists[0], source))

    def our_way() -> int:
        return len(visits(links(body.decode(known.encoding, "replace"), url, source.lists[0], source)))

    def the_whole_way() -> int:
        return len(visits(listed(body, "text/html", url, source.lists[0], source).links))

    def their_way() -> int:
        response = HtmlResponse(url, body=body, encoding=known.encoding)
        seen = RFPDupeFilter()
        found = [Request(link.url) for link in LinkExtractor().extract_links(response)]
        return sum(not seen.request_seen(request) for request in found)

    ways = (links_alone, our_way, the_whole_way, their_way)
    if url == LIST:
        assert [way() for way in ways] == [ARTICLES, ARTICLES, ARTICLES, LINKS]
    used: list[list[float]] = [[], [], [], []]
    for _ in range(10 * rounds):  # in turns, so that a busy machine is busy for all
        for times, way in zip(used, ways, strict=True):
            times.append(timed(way))
    alone, ours, whole, theirs = map(statistics.median, used)
    return alone, ours, whole, theirs


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
        case ["--corpus", folder]:
            sys.exit(corpus_lists(Path(folder), 1))
        case rest:
            sys.exit(main(int(rest[0]) if rest else 3))
