"""Jobs that come and go while a call of fetch runs: admitted, ended, failed, stopped, hanging."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from asyncio import StreamWriter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fetch_crawls import Tour, source
from fetch_site import Seen, Site, answer

from crawler.fetch import FetchOptions, FetchReport, Job, fetch
from crawler.visit import Outcome, Visit


def tour_of(site: Site, count: int, name: str) -> Tour:
    """A crawl of that many pages."""
    return Tour([Visit(site.url(f"/{name}{number}"), "article") for number in range(count)])


def job_of(site: Site, count: int, name: str, **politeness: Any) -> Job:
    """A job of that many pages."""
    return Job(source(name, **politeness), tour_of(site, count, name))


@dataclass
class Desk:
    """Gives jobs one by one and notes what becomes of them."""

    jobs: list[Job] = field(default_factory=list)
    asked: int = 0
    ended: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    at_tick: Callable[[], None] = lambda: None

    def more(self) -> list[Job]:
        """The next job, if there is one."""
        self.asked += 1
        self.at_tick()
        return [self.jobs.pop(0)] if self.jobs else []

    def note_end(self, job: Job) -> None:
        """A job has ended."""
        self.ended.append(job.source.id)

    def note_failure(self, job: Job, error: Exception) -> None:
        """A crawl has failed."""
        self.failed.append((job.source.id, str(error)))

    def fetch(self, *jobs: Job, **options: Any) -> FetchReport:
        """Everything to its end."""
        terms = {"tick": 0.05} | options
        return fetch(jobs, FetchOptions(**terms), more=self.more, ended=self.note_end, failed=self.note_failure)


async def silence(seen: Seen, writer: StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(100)


def broken(visit: Visit, outcome: Outcome) -> Iterable[Visit]:
    """A crawl with a fault."""
    raise LookupError("a fault of one source")


def test_further_jobs_are_asked_for_until_there_are_none() -> None:
    """Each is begun when the one before has ended, and each end is told once, in its order."""
    with Site() as site:
        desk = Desk([job_of(site, 2, f"s{number}") for number in range(5)])
        report = desk.fetch(at_once=1)
    assert desk.ended == [f"s{number}" for number in range(5)]
    assert [each.captures for each in report.sources.values()] == [2] * 5
    assert [target[:3] for target in site.targets()] == [f"/s{number // 2}" for number in range(10)]


def test_a_job_may_come_while_others_run() -> None:
    """At a tick at the latest, though no job has ended: it begins beside the one that runs."""
    with Site(slow=0.3) as site, Site(address="127.0.0.2") as other:
        late = job_of(other, 1, "late")
        desk = Desk()
        desk.at_tick = lambda: desk.jobs.append(late) if site.asked("/slow1") and not other.seen else None
        desk.fetch(job_of(site, 6, "slow"))
        assert desk.ended[0] == "late"
        assert other.seen[0].at < site.seen[-1].at
    assert desk.asked > 3


def test_more_is_asked_at_every_tick_though_there_is_no_room() -> None:
    """What it gives then waits for its turn."""
    with Site(slow=0.15) as site:
        desk = Desk([job_of(site, 1, "b"), job_of(site, 1, "c")])
        desk.fetch(job_of(site, 4, "a"), at_once=1)
        assert [target[:2] for target in site.targets()] == ["/a"] * 4 + ["/b", "/c"]
    assert desk.ended == ["a", "b", "c"]


def test_a_job_without_visits_ends_at_once() -> None:
    """And makes room for the next, however many there are."""
    desk = Desk([Job(source(f"s{number}"), Tour([])) for number in range(200)])
    desk.fetch()
    assert desk.ended == [f"s{number}" for number in range(200)]


def test_one_source_s_fault_ends_that_source_alone() -> None:
    """It is told of in place of an end; in the first visits as well as at an outcome."""

    def visits() -> Iterable[Visit]:
        yield Visit("http://127.0.0.1:1/", "list")
        raise LookupError("no lists")

    with Site() as site, Site(address="127.0.0.2") as other:
        bad = Job(source("bad"), Tour(tour_of(site, 30, "bad").visits, broken))
        desk = Desk([Job(source("worse"), Tour(visits()))])
        report = desk.fetch(bad, job_of(other, 5, "good"))
        assert len(site.asked()) < 12
    assert sorted(desk.failed) == [("bad", "a fault of one source"), ("worse", "no lists")]
    assert desk.ended == ["good"]
    assert report.sources["good"].captures == 5
    assert report.sources["bad"].left + report.sources["bad"].captures == 30
    assert not report.interrupted


@pytest.mark.parametrize("where", ["more", "ended", "failed"])
def test_an_exception_of_the_caller_s_own_functions_ends_the_call(where: str) -> None:
    """They are the caller's, and so is what they raise."""

    def fail(*args: object) -> list[Job]:
        raise OSError(f"{where} cannot")

    with Site() as site:
        tour = tour_of(site, 3, "a")
        tour.more = broken if where == "failed" else tour.more
        given: dict[str, Any] = {where: fail}
        with pytest.raises(OSError, match=f"{where} cannot"):
            fetch([Job(source(), tour)], FetchOptions(), **given)


def test_a_job_can_be_stopped_from_inside_and_the_others_go_on() -> None:
    """What is on the wire and what waits is given up, whatever the server does; the end is told."""
    with Site({"*": silence}) as site, Site(address="127.0.0.2") as other:
        hanging, good = job_of(site, 20, "hanging", robots=False), job_of(other, 4, "good")
        desk = Desk()
        desk.at_tick = lambda: hanging.stop() if site.seen else None
        report = desk.fetch(hanging, good)
        assert site.targets() == ["/hanging0"]
    assert isinstance(hanging.crawl, Tour)
    assert hanging.crawl.came == []
    assert report.sources["hanging"].left == 20
    assert set(desk.ended) == {"hanging", "good"}
    assert not report.interrupted


def test_a_job_that_is_stopped_while_its_page_is_taken_in_ends_after_the_farewell() -> None:
    """A crawl that waits for ever is not waited for; its end is told only then."""
    begun: list[object] = []

    class Endless(Tour):
        async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:  # type: ignore[override]
            begun.append(visit)
            try:
                await asyncio.sleep(1000)
            finally:
                begun.append("given up")
            return ()

    with Site() as site:
        job = Job(source(), Endless([Visit(site.url("/a"), "article")]))
        desk = Desk()
        desk.at_tick = lambda: job.stop() if begun else None
        ends: list[int] = []
        fetch([job], FetchOptions(tick=0.05, farewell=0.2), more=desk.more, ended=lambda job: ends.append(len(begun)))
    assert ends == [2]


def test_those_that_wait_for_a_stopped_job_s_robots_txt_ask_for_it_anew() -> None:
    """Two sources of one site: the one that had asked for the rules is stopped."""
    turns = iter([silence])

    async def robots(seen: Seen, writer: StreamWriter) -> None:
        if first := next(turns, None):
            await first(seen, writer)
        writer.write(b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n")

    with Site({"/robots.txt": robots}) as site:
        first, second = job_of(site, 1, "first"), job_of(site, 1, "second", concurrency=2)
        desk = Desk()
        desk.at_tick = lambda: first.stop() if site.asked("/robots.txt") else None
        desk.fetch(first, second)
        assert site.targets() == ["/second0"]
    assert set(desk.ended) == {"first", "second"}


def test_sources_that_hang_take_nobody_s_place() -> None:
    """With room for one, three whose servers never answer: the fourth begins and ends long before they do."""
    with Site({"*": silence}) as site, Site(address="127.0.0.2") as other:
        hanging = [job_of(site, 1, f"hanging{number}", timeout=1.5) for number in range(3)]
        good = job_of(other, 3, "good")
        desk = Desk()
        desk.fetch(*hanging, good, at_once=1, slow=0.3, retries=0)
    assert desk.ended[0] == "good"
    assert len(desk.ended) == 4


def test_a_signal_s_end_is_no_end_of_the_jobs_it_cuts_short() -> None:
    """`ended` tells of those alone of which nothing is left."""
    with Site(slow=0.2) as site:
        desk = Desk()
        long, short = job_of(site, 30, "long"), job_of(site, 1, "short")

        def interrupt() -> None:
            if "short" in desk.ended:
                os.kill(os.getpid(), signal.SIGTERM)

        desk.at_tick = interrupt
        report = desk.fetch(short, long)
    assert report.interrupted
    assert desk.ended == ["short"]


def test_name_servers_that_do_not_answer_hold_up_nobody_else_nor_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty dead names at a time: more than a common pool of threads would bear."""
    found = socket.getaddrinfo
    begun = time.monotonic()

    def dead(host: str, *args: Any) -> Any:
        if host.endswith(".example.org"):
            time.sleep(30)
        return found(host, *args)

    monkeypatch.setattr(socket, "getaddrinfo", dead)
    with Site() as site:
        lost = [
            Job(source(f"dead{n}", timeout=2.0), Tour([Visit(f"http://dead{n}.example.org/", "article")]))
            for n in range(20)
        ]
        good = Tour([Visit(f"http://localhost:{site.port}/{n}", "article") for n in range(3)])
        desk = Desk()
        desk.fetch(*lost, Job(source("good"), good), at_once=25, retries=0)
        assert site.seen[-1].at - begun < 20
    assert time.monotonic() - begun < 25
    assert good.kinds() == ["200"] * 3
    assert desk.ended[0] == "good"
    assert all(each.crawl.kinds() == ["timeout"] for each in lost if isinstance(each.crawl, Tour))


def test_large_pages_that_wait_to_be_read_stop_nobody_else() -> None:
    """Scrapy stops all sources at 5 MB of unread pages; a source that is read slowly waits alone, within bounds."""
    read = asyncio.Event()

    class Slow(Tour):
        async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:  # type: ignore[override]
            await asyncio.wait_for(read.wait(), 30)
            return super().received(visit, outcome)

    def done(visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        if len(quick.came) == 5:
            read.set()
        return ()

    with Site({"*": answer(bytes(7 * 1024 * 1024))}, address="127.0.0.2") as large, Site() as site:
        slow = Slow([Visit(large.url(f"/{n}"), "article") for n in range(10)])
        quick = tour_of(site, 5, "quick")
        quick.more = done
        terms = {"delay": 0.3, "concurrency": 1}
        fetch([Job(source("slow", concurrency=4), slow), Job(source("quick", **terms), quick)], FetchOptions())
        before = [seen for seen in large.asked() if seen.at < site.seen[-1].at]
    assert quick.kinds() == ["200"] * 5
    assert slow.kinds() == ["200"] * 10
    assert len(before) <= 8  # half of 48 MiB, and what was under way when that was reached
