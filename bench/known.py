"""What a look at a source costs that shows nothing new, by how many pages of it are known.

    python bench/known.py [PAGES ...]

An archive is filled with that many articles of three years, each checked as the ladder of revisits asks for. A look is
`SourceCrawl` as `crawl` drives it, without a wire: its list page comes, shows forty known articles, and is read here.
Printed are milliseconds of the clock, the median of nine looks: all of the look, what its statements took to begin
(rows are fetched after that), and what loading every page took, as looks did before; how many statements there were,
and how many pages were loaded.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from archive.model import Capture
from archive.store import Archive
from archive.store.tables import page
from crawler.crawl import SourceCrawl
from crawler.order import Order
from crawler.reader.here import Here
from crawler.revisit import next_check
from crawler.source import Articles, ListPage, Source

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOME = "http://news.example/"
SOURCE = Source(
    id="news", name="新闻", home=HOME, lists=(ListPage(url=HOME),), articles=Articles(patterns=("/t[0-9]+[.]html$",))
)
SHOWN = 40
LOOKS = 9


def fill(archive: Archive, amount: int) -> None:
    """Articles of three years, the newest last; each was looked at whenever it was due."""
    chance = random.Random(amount)
    values = []
    for number in range(amount):
        first_seen = NOW - timedelta(days=3 * 365) * (1 - number / amount) - timedelta(minutes=1)
        checked = first_seen
        while (moment := next_check(first_seen, checked)) is not None and moment < NOW - timedelta(minutes=15):
            checked = moment + timedelta(minutes=15) * chance.random()
        url = f"{HOME}t{number}.html"
        values.append(
            {
                "source_id": "news",
                "canonical_url": url,
                "url": url,
                "kind": "article",
                "state": "fetched",
                "first_seen": first_seen,
                "last_checked": checked,
                "last_fetched": first_seen,
                "content_digest": f"{number:064x}",
            }
        )
    archive._connection.execute(page.insert(), values)
    archive.commit()


class Database:
    """The seconds and statements of a connection."""

    def __init__(self, archive: Archive) -> None:
        self.seconds, self.statements = 0.0, 0
        engine = archive._connection.engine
        sa.event.listen(engine, "before_cursor_execute", self._begin)
        sa.event.listen(engine, "after_cursor_execute", self._end)

    def _begin(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _end(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began
        self.statements += 1


def the_list(amount: int, look: int) -> Capture:
    """The list page with its newest articles, and a counter that makes it another content each time."""
    items = "".join(
        f"<li><a href='/t{number}.html'>岚川工业园区第{number}批设备投产，年产能提高</a></li>"
        for number in range(amount - SHOWN, amount)
    )
    body = f"<html><title>新闻</title><body><ul>{items}</ul><p>浏览{look}</p></body></html>".encode()
    at = NOW + timedelta(seconds=look)
    return Capture(
        HOME, "news", at, 200, body, response_headers=(("Content-Type", "text/html; charset=utf-8"),), kind="list"
    )


def look(archive: Archive, amount: int, number: int) -> int:
    """One look; how many pages it has loaded. What is due besides is not visited here."""
    now = NOW + timedelta(seconds=number)
    crawl = SourceCrawl(SOURCE, archive, Here(), Order(revisit="due"), lambda: now)
    visits = list(crawl.first())
    asyncio.run(_received(crawl, visits[0], the_list(amount, number)))
    assert crawl.run is not None
    archive.end_run(crawl.run, crawl.seen)
    return len(crawl.held)


async def _received(crawl: SourceCrawl, visit: object, capture: Capture) -> None:
    assert not list(await crawl.received(visit, capture))  # type: ignore[arg-type]


def main(amounts: list[int]) -> None:
    """Print a line for each."""
    print(f"{'known':>8}{'look, ms':>10}{'database':>10}{'statements':>12}{'loaded':>8}{'load all':>10}")
    for amount in amounts:
        with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder), write=True) as archive:
            fill(archive, amount)
            took, asked, loaded = [], [], 0
            database = Database(archive)
            look(archive, amount, 0)
            for number in range(1, LOOKS + 1):
                database.seconds, database.statements = 0.0, 0
                began = time.perf_counter()
                loaded = look(archive, amount, number)
                took.append(1000 * (time.perf_counter() - began))
                asked.append(1000 * database.seconds)
            began = time.perf_counter()
            archive.pages("news")
            every = 1000 * (time.perf_counter() - began)
            figures = f"{median(took):10.1f}{median(asked):10.1f}{database.statements:12}{loaded:8}{every:10.1f}"
            print(f"{amount:8}{figures}")


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [1_000, 10_000, 100_000])
