"""A crawl from the request to the index of search, beside Scrapy with trafilatura and SQLite, in one run.

    python bench/whole.py [--hosts 8] [--articles 400] [--rounds 3]
    python bench/whole.py --profile FILE      # ours alone, once: where the crawl's own process spends its time

`bench/newsweb.py` serves the sites in a process of its own. Ours is `jianbao crawl` as people run it: robots.txt, the
lists, every article fetched, decoded, repaired, read with its facts and reasons, kept byte for byte, recorded with
revisions and evidence, put into stories and into the index of search; what is learnt of each source is learnt, and the
processes that read are counted. The peer is a spider with Scrapy's defaults that follows the lists' links
(LinkExtractor), hands each article to trafilatura with metadata and writes what comes to SQLite, a transaction a
hundred rows; it has no captures, no stories and no index.

Told is the processor's time from start to end of each, the interpreter's start and imports included, as pages a second
of one core. A short crawl beside each long one tells what the start takes, and what a further page. Exit code 1 if ours
are fewer than 100, or fewer than eight times the peer's.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import newsweb

ROOT = Path(__file__).resolve().parents[1]
LEAST, TIMES = 100, 8
FEW = 50
"""Articles of each host in the short crawl, which tells what a crawl takes before its first page."""
TICKS = os.sysconf("SC_CLK_TCK")

SOURCE = """\
id = "site{host}"
name = "{name}"
home = "http://{address}:{port}/news/"

[politeness]
delay = 0.0
concurrency = 8
allow_addresses = ["127.0.0.0/8"]

[[lists]]
url = "http://{address}:{port}/news/"
links = "ul.listnews a"
next_pages = "index_{{n}}.html"
max_pages = {pages}

[articles]
patterns = ['/news/\\d{{6}}/t\\d{{8}}_\\d+\\.html$']
"""


def main(hosts: int, articles: int, rounds: int) -> int:
    """Print what each of the two took, their ratio, and of both what the start takes and a further page."""
    few = min(FEW, articles // 2)
    with web(hosts, articles) as port, web(hosts, few) as other:
        runs, short = [], []
        for number in range(1, rounds + 1):
            runs.append(took(port, hosts, articles))
            short.append(took(other, hosts, few))
            rate, theirs = (pages_of(hosts, articles) / seconds for seconds in runs[-1])
            print(
                f"round {number}: {rate:.1f} pages a second of a core, Scrapy with trafilatura and SQLite "
                f"{theirs:.1f}: {rate / theirs:.1f} times",
                flush=True,
            )
    pages, less = pages_of(hosts, articles), pages_of(hosts, few)
    rate = statistics.median(pages / ours for ours, _ in runs)
    times = statistics.median(theirs / ours for ours, theirs in runs)
    for who, which in (("ours", 0), ("Scrapy", 1)):
        long, start = (statistics.median(each[which] for each in some) for some in (runs, short))
        further = (long - start) / (pages - less)
        print(
            f"{who}: {long:.1f} s for {pages} pages, {start:.1f} s for {less}: a further page {1000 * further:.1f} ms, "
            f"the start {start - less * further:.1f} s"
        )
    print(
        f"{pages} pages of {hosts} hosts: {rate:.0f} a second of a core (aim {LEAST}), {times:.1f} times (aim {TIMES})"
    )
    return 0 if rate >= LEAST and times >= TIMES else 1


def pages_of(hosts: int, articles: int) -> int:
    """How many pages a crawl fetches: articles and lists."""
    return hosts * (articles + newsweb.lists(articles))


def took(port: int, hosts: int, articles: int) -> tuple[float, float]:
    """Seconds of the processor for our crawl, all its processes together, and for Scrapy's."""
    with tempfile.TemporaryDirectory(prefix="jianbao-whole-") as folder:
        ours = our_times(Path(folder), port, hosts, articles)
        return sum(ours), their_time(Path(folder), port, hosts, articles)


def profile(hosts: int, articles: int, file: Path) -> None:
    """One crawl of ours: what the crawl's process and the reading ones took; the former by function, to a file."""
    pages = pages_of(hosts, articles)
    with web(hosts, articles) as port, tempfile.TemporaryDirectory(prefix="jianbao-whole-") as folder:
        call = [sys.executable, str(ROOT / "bench" / "sampled.py"), str(file)]
        crawl, reading = our_times(Path(folder), port, hosts, articles, call)
    print(
        f"{pages} pages of {hosts} hosts: {1000 * (crawl + reading) / pages:.1f} ms a page; "
        f"the crawl's process {1000 * crawl / pages:.1f}, the reading ones {1000 * reading / pages:.1f}"
    )


@contextmanager
def web(hosts: int, articles: int) -> Iterator[int]:
    """The sites, served; gives their port."""
    call = [sys.executable, str(ROOT / "bench" / "newsweb.py"), str(hosts), str(articles)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


JIANBAO = (sys.executable, "-m", "crawler.cli")


def our_times(
    folder: Path, port: int, hosts: int, articles: int, jianbao: Sequence[str] = JIANBAO
) -> tuple[float, float]:
    """Seconds of the processor for our crawl, of its own process and of those that read.

    Refuses to count one that did not bring every article.
    """
    sources = folder / "config" / "sources"
    sources.mkdir(parents=True)
    for host in range(hosts):
        text = SOURCE.format(
            host=host,
            name=newsweb.name(host),
            address=newsweb.address(host),
            port=port,
            pages=newsweb.lists(articles),
        )
        (sources / f"site{host}.toml").write_text(text, "utf-8")
    terms = ["--json", "-q", "--config", str(folder / "config"), "--data", str(folder / "data")]
    seconds, told = used([*jianbao, "crawl", *terms])
    new = sum(run["counts"]["new"] for run in json.loads(told)["runs"])
    assert new == hosts * articles, f"{new} articles came of {hosts * articles}"
    return seconds


def their_time(folder: Path, port: int, hosts: int, articles: int) -> float:
    """Seconds of the processor for Scrapy's."""
    seconds, told = used([sys.executable, __file__, "scrapy", str(folder / "items.db"), str(port), str(hosts)])
    assert int(told) == hosts * articles, f"{told} articles came of {hosts * articles}"
    return sum(seconds)


def used(call: Sequence[str]) -> tuple[tuple[float, float], str]:
    """What a process used of the processor, what all those that it started did, and what it printed.

    Looked up in /proc (proc(5)) twenty times a second: the system buries the readers itself, and counts them nowhere.
    """
    terms = {**os.environ, "PYTHONPATH": str(ROOT)}
    seconds: dict[int, float] = {}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(call, stdout=out, stderr=errors, cwd=ROOT, env=terms, start_new_session=True)
        while process.poll() is None:
            seconds.update(of_session(process.pid))
            time.sleep(0.05)
        told = ["".join(each) for each in (from_start(out), from_start(errors))]
    if process.returncode:
        raise SystemExit(f"{' '.join(call)} ended with {process.returncode}:\n{told[1][-3000:]}{told[0][-500:]}")
    own = seconds.pop(process.pid, 0.0)
    return (own, sum(seconds.values())), told[0]


def from_start(file: IO[str]) -> IO[str]:
    """A file that was written, to be read."""
    file.seek(0)
    return file


def of_session(leader: int) -> Iterator[tuple[int, float]]:
    """The processor's seconds of each process of a session, by its number."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            words = file.read_text().rpartition(")")[2].split()
            if int(words[3]) == leader:
                yield int(file.parent.name), (int(words[11]) + int(words[12])) / TICKS


def scrapy(file: str, port: str, hosts: int) -> None:
    """The peer: prints how many articles it has written."""
    import sqlite3

    import trafilatura
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess
    from scrapy.linkextractors import LinkExtractor

    database = sqlite3.connect(file)
    database.execute("CREATE TABLE article (url TEXT PRIMARY KEY, title TEXT, date TEXT, author TEXT, text TEXT)")
    follow = LinkExtractor(allow=r"/news/(\d{6}/t\d{8}_\d+|index_\d+)\.html$")

    class News(Spider):
        name = "news"
        written = 0

        async def start(self):  # type: ignore[no-untyped-def]
            for host in range(hosts):
                yield Request(f"http://{newsweb.address(host)}:{port}/news/", self.parse)

        def parse(self, response, **kwargs):  # type: ignore[no-untyped-def]
            number = int(response.url.partition("index_")[2].partition(".")[0] or 0)
            yield response.follow(f"/news/index_{number + 1}.html", self.parse)
            for link in follow.extract_links(response):
                if "index_" not in link.url:
                    yield response.follow(link, self.article)

        def article(self, response, **kwargs):  # type: ignore[no-untyped-def]
            read = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
            row = (response.url, read.title, read.date, read.author, read.text)
            database.execute("INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?)", row)
            News.written += 1
            if News.written % 100 == 0:
                database.commit()

    process = CrawlerProcess({})
    process.crawl(News)
    process.start()
    database.commit()
    print(database.execute("SELECT count(*) FROM article WHERE text != ''").fetchone()[0])


if __name__ == "__main__":
    if sys.argv[1:2] == ["scrapy"]:
        scrapy(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        arguments.add_argument("--hosts", type=int, default=8)
        arguments.add_argument("--articles", type=int, default=400)
        arguments.add_argument("--rounds", type=int, default=3)
        arguments.add_argument("--profile", type=Path, metavar="FILE")
        wanted = arguments.parse_args()
        if wanted.profile is not None:
            profile(wanted.hosts, wanted.articles, wanted.profile)
            sys.exit()
        sys.exit(main(wanted.hosts, wanted.articles, wanted.rounds))
