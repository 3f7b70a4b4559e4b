"""One budget per host for several processes and calls, counted at the server."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fetch_crawls import Tour, fetch_tours, source
from fetch_site import Site, answer, page

from crawler.fetch import FetchOptions
from crawler.visit import Visit

HERE = Path(__file__).parent

PROGRAM = """
import json, sys
from pathlib import Path
from fetch_crawls import *
urls, terms, hosts = json.loads(sys.argv[1]), json.loads(sys.argv[2]), Path(sys.argv[3])
tour = Tour([Visit(url, "article") for url in urls])
fetch_tours((source(**terms), tour), options=FetchOptions(hosts=hosts))
print(json.dumps(tour.kinds()))
"""


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The file that the processes share."""
    return tmp_path / "hosts.db"


LATE = 0.15  # seconds by which a request may come later to the server than another, on a busy machine


def start(shared: Path, *urls: str, **terms: object) -> subprocess.Popen[str]:
    """A process that fetches the addresses and prints what came."""
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(urls), json.dumps(terms), str(shared)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(HERE)},
    )


def came(process: subprocess.Popen[str]) -> list[str]:
    """What the process's visits came to."""
    out, err = process.communicate(timeout=60)
    assert err == ""
    kinds: list[str] = json.loads(out)
    return kinds


def fetched(shared: Path | None, *urls: str, options: FetchOptions | None = None, **terms: Any) -> Tour:
    """A call of fetch in this process."""
    tour = Tour([Visit(url, "article") for url in urls])
    fetch_tours((source(**terms), tour), options=options or FetchOptions(hosts=shared))
    return tour


def gaps(site: Site) -> list[float]:
    """Seconds between one request and the next, as the server saw them."""
    return [after.at - before.at for before, after in pairwise(site.seen)]


def paced(times: list[float], delay: float) -> bool:
    """Whether requests came a delay apart: each later than the one before, as far as a busy machine carries them alike,
    and all of them together in no less time than that many delays take.
    """
    each = all(after - before >= delay - LATE for before, after in pairwise(times))
    return each and times[-1] - times[0] >= delay * (len(times) - 1) - LATE


def test_two_processes_keep_one_delay(shared: Path) -> None:
    """The server sees no two requests closer together than the delay, whoever makes them; both come to their end."""
    with Site() as site:
        processes = [start(shared, *(site.url(f"/{name}{n}") for n in range(8)), delay=0.3) for name in "ab"]
        assert [came(process) for process in processes] == [["200"] * 8] * 2
        assert len(site.seen) >= 17  # robots.txt once, or twice if both begin at one moment
        assert paced([seen.at for seen in site.seen], 0.3)
        names = [seen.target[1] for seen in site.asked()]
        assert names != sorted(names)  # they ran at the same time


def test_two_processes_keep_the_longer_of_their_delays(shared: Path) -> None:
    """From the first request of the slow one on, the quick one is slow too."""
    with Site() as site:
        slow = start(shared, *(site.url(f"/slow{n}") for n in range(5)), delay=0.6)
        while not site.seen:
            time.sleep(0.02)
        quick = start(shared, *(site.url(f"/quick{n}") for n in range(5)), delay=0.02)
        assert (came(slow), came(quick)) == (["200"] * 5, ["200"] * 5)
        assert paced([seen.at for seen in site.seen], 0.6)


@pytest.mark.parametrize("most", [1, 2])
def test_two_processes_share_the_host_s_concurrency(shared: Path, most: int) -> None:
    """A slow server: never more under way than the source allows, although each process may have as many."""
    with Site(slow=0.4) as site:
        pages = {name: [site.url(f"/{name}{n}") for n in range(6)] for name in "ab"}
        processes = [start(shared, *pages[name], delay=0.02, concurrency=most) for name in "ab"]
        assert [came(process) for process in processes] == [["200"] * 6] * 2
        assert site.peak == most


def test_a_process_that_is_killed_with_a_request_under_way_holds_nobody_up(shared: Path) -> None:
    """Its place is free as soon as it is gone, long before the request's own time is over."""
    with Site(slow=20.0, rules={"/robots.txt": answer(b"", 404)}) as site:
        process = start(shared, site.url("/a"), robots=False)
        while not site.asked("/a"):
            time.sleep(0.02)
        process.kill()
        process.communicate()
        site.slow = 0.0
        began = time.monotonic()
        assert fetched(shared, site.url("/b"), robots=False).kinds() == ["200"]
        assert site.asked("/b")[0].at - began < 10.0


def test_a_retry_after_is_kept_by_the_next_run_and_by_other_processes(shared: Path) -> None:
    """Short enough, they wait for it."""
    with Site({"/a": answer(b"", 429, ("Retry-After", "2"))}) as site:
        fetched(shared, site.url("/a"), options=FetchOptions(hosts=shared, retries=0))
        process = start(shared, site.url("/b"))
        assert fetched(shared, site.url("/c")).kinds() == ["200"]
        assert came(process) == ["200"]
        busy = site.asked("/a")[0].at
        assert all(seen.at - busy >= 2.0 * 0.9 for path in ("/b", "/c") for seen in site.asked(path))


@pytest.mark.parametrize("kept", [True, False])
def test_a_host_that_asks_for_a_long_pause_is_not_asked_at_all(shared: Path, kept: bool) -> None:
    """Its visits fail at once, say so and until when; robots.txt is not asked either, nor in the next run."""
    hour = answer(b"", 503, ("Retry-After", "3600"))
    with Site({"/a": hour}) as site, Site(address="127.0.0.2") as other:
        options = FetchOptions(hosts=shared if kept else None, retries=0)
        tour = fetched(None, site.url("/a"), site.url("/b"), other.url("/c"), options=options)
        failure = tour.failure(site.url("/b"))
        assert (failure.kind, failure.of_host) == ("paused", True)
        assert failure.not_before is not None
        assert timedelta(minutes=58) < failure.not_before - datetime.now(UTC) < timedelta(minutes=61)
        assert tour.capture(other.url("/c")).status == 200
        before = len(site.seen)
        again = fetched(None, site.url("/b"), options=options)
        assert again.kinds() == (["paused"] if kept else ["200"])
        assert (len(site.seen) == before) is kept


def test_a_host_that_was_busy_is_asked_at_half_the_pace_by_the_next_run(shared: Path) -> None:
    """Until good answers have given the pace back."""
    options = FetchOptions(hosts=shared, retries=0, longest_pause=0.1)
    with Site({"/busy": answer(b"", 429, ("Retry-After", "0"))}) as site:
        fetched(None, site.url("/busy"), options=options, delay=0.2)
        fetched(None, *(site.url(f"/{n}") for n in range(4)), options=options, delay=0.2)
        assert paced([seen.at for seen in site.seen[-4:]], 0.35)
        fetched(None, *(site.url(f"/late{n}") for n in range(18)), options=options, delay=0.2)
        assert min(gaps(site)[-2:]) < 0.35


def test_robots_txt_is_asked_for_once_in_its_lifetime_by_all_processes(shared: Path) -> None:
    """Its rules and its Crawl-delay hold for those that did not ask for it; then it is asked for anew."""
    rules = b"User-agent: *\nDisallow: /no\nCrawl-delay: 0.5"
    with Site({"/robots.txt": answer(rules)}) as site:
        fetched(shared, site.url("/a"))
        process = start(shared, site.url("/no"), *(site.url(f"/{n}") for n in range(4)))
        assert sorted(came(process)) == ["200"] * 4 + ["robots"]
        assert len(site.asked("/robots.txt")) == 1
        assert paced([seen.at for seen in site.seen[1:]], 0.5)
        site.rules["/robots.txt"] = answer(b"User-agent: *\nDisallow: /", 200)
        assert fetched(None, site.url("/z"), options=FetchOptions(hosts=shared, robots_lifetime=0.0)).kinds() == [
            "robots"
        ]
        assert len(site.asked("/robots.txt")) == 2


def test_a_crawl_delay_holds_while_the_robots_txt_is_asked_for_anew(shared: Path) -> None:
    """The file is past its lifetime and the host in trouble: it is not asked more often than the file wanted."""
    with Site({"/robots.txt": [answer(b"User-agent: *\nCrawl-delay: 0.4"), answer(b"", 503), answer(b"")]}) as site:
        fetched(shared, site.url("/a"))
        with closing(sqlite3.connect(shared)) as file, file:
            file.execute("DELETE FROM host")  # a day later the host's pace is forgotten
        fetched(None, site.url("/b"), options=FetchOptions(hosts=shared, robots_lifetime=0.0))
        assert len(site.asked("/robots.txt")) == 3
        assert paced([seen.at for seen in site.seen[2:]], 0.4)


def test_a_robots_txt_that_is_missing_is_not_asked_for_again(shared: Path) -> None:
    """One that cannot be had is: that is no answer."""
    with Site() as site, Site({"/robots.txt": [answer(b"", 503), page("")]}, address="127.0.0.2") as other:
        for _ in range(2):
            fetched(shared, site.url("/a"), options=FetchOptions(hosts=shared, retries=0))
        assert len(site.asked("/robots.txt")) == 1
        kinds = [
            fetched(None, other.url("/a"), options=FetchOptions(hosts=shared, retries=0)).kinds() for _ in range(2)
        ]
        assert kinds == [["robots-unavailable"], ["200"]]


def test_a_broken_file_is_told_and_the_fetch_goes_on(shared: Path) -> None:
    """It is put aside."""
    told: list[str] = []
    shared.write_bytes(b"no database at all" * 50)
    with Site() as site:
        tour = fetched(None, site.url("/a"), options=FetchOptions(hosts=shared, tell=told.append))
    assert tour.kinds() == ["200"]
    assert len(told) == 1


def test_outside_its_hours_a_source_is_not_asked() -> None:
    """Its visits fail at once and say from when on it may be; within them it is asked; just before, they wait."""
    moments = {"00:30": ["200"], "05:59": ["200"], "06:00": ["paused"], "12:00": ["paused"], "22:00": ["200"]}
    with Site() as site:
        for clock, expected in moments.items():
            now = datetime.fromisoformat(f"2026-11-22T{clock}:00+08:00")
            options = FetchOptions(now=partial(datetime.fromtimestamp, now.timestamp(), UTC))
            tour = fetched(None, site.url(f"/{clock}"), options=options, hours="22:00-06:00")
            assert tour.kinds() == expected, clock
            if expected == ["paused"]:
                failure = tour.failure(site.url(f"/{clock}"))
                assert failure.of_host
                assert failure.not_before == datetime.fromisoformat("2026-11-22T22:00:00+08:00")
        assert [seen.target for seen in site.asked()] == ["/00:30", "/05:59", "/22:00"]


def test_a_visit_waits_for_hours_that_begin_soon() -> None:
    """Up to `longest_wait`."""
    begun = time.monotonic()

    def clock() -> datetime:
        return datetime.fromisoformat("2026-11-22T21:59:59+08:00") + timedelta(seconds=time.monotonic() - begun)

    with Site() as site:
        tour = fetched(None, site.url("/a"), options=FetchOptions(now=clock), hours="22:00-06:00")
        assert site.seen[0].at - begun >= 0.9
    assert tour.kinds() == ["200"]
