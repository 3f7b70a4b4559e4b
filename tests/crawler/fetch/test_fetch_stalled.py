"""A job of which nothing comes is ended, whoever drives it: a worker, or a person's crawl."""

from __future__ import annotations

import asyncio
from asyncio import StreamWriter
from datetime import UTC, datetime
from pathlib import Path

from fetch_crawls import Tour, source
from fetch_site import Seen, Site

from archive.store import Archive
from crawler.fetch import FetchOptions, Job, fetch
from crawler.order import Order
from crawler.reader.here import Here
from crawler.run import crawl
from crawler.source import ListPage, Politeness, Source
from crawler.visit import Visit

QUICK = FetchOptions(tick=0.05, stalled=2.0, farewell=0.2)


async def silence(seen: Seen, writer: StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(100)


def test_a_job_of_which_nothing_comes_is_ended_and_the_others_go_on() -> None:
    """The limit is on progress: one that goes on for longer than the limit is not ended."""
    with Site({"*": silence}) as site, Site(address="127.0.0.2", slow=0.3) as other:
        hanging = Job(source("hanging", robots=False), Tour([Visit(site.url("/a"), "article")]))
        long = Job(source("long"), Tour([Visit(other.url(f"/{number}"), "article") for number in range(10)]))
        report = fetch([hanging, long], QUICK)
    assert (hanging.stalled.is_set(), long.stalled.is_set()) == (True, False)
    assert (report.sources["long"].captures, report.interrupted) == (10, False)


def test_a_person_s_crawl_of_which_nothing_comes_ends_as_failed_and_says_so(tmp_path: Path) -> None:
    """`jianbao crawl` has the same limit as the daemon."""
    with Site({"*": silence}) as site, Archive.open(tmp_path / "data", write=True) as archive:
        politeness = Politeness(delay=0.02, robots=False, allow_addresses=("127.0.0.0/8",))
        hanging = Source(
            id="hanging",
            name="hanging",
            home=site.url("/"),
            lists=(ListPage(url=site.url("/")),),
            politeness=politeness,
        )
        outcome = crawl([hanging], archive, Here(), lambda each: Order(), QUICK, lambda: datetime.now(UTC))
        assert [run.state for run in archive.runs("hanging")] == ["failed"]
    assert outcome.told["hanging"] == ["Nothing came of it for 2 s: it was ended."]
    assert (outcome.interrupted, outcome.exit_code) == (False, 1)
