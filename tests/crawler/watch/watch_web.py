"""Several sources on one web of plain values, and a fetcher that crawls them step by step, side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from inspect import isawaitable
from pathlib import Path

from fake_web import FakeWeb

from archive.model import Capture
from archive.store import Archive
from crawler.fetch import FetchOptions, FetchReport, Job
from crawler.reader.here import Here
from crawler.source import Articles, ListPage, Schedule, Source
from crawler.visit import Failure, Outcome, Visit
from crawler.watch import Ended, Policy, Report, Told, run_due_once
from crawler.watch.round import Round


def site(name: str) -> str:
    """The address of a source's front page."""
    return f"http://{name}.example"


def source(
    name: str,
    every: str = "1h",
    *,
    cron: str | None = None,
    enabled: bool = True,
    revisit: tuple[tuple[str, str], ...] | None = (),
) -> Source:
    """A source with one list page. Its articles are not asked for again by their age unless `revisit` says so."""
    return Source(
        id=name,
        name=name,
        home=f"{site(name)}/",
        lists=(ListPage(url=f"{site(name)}/news/"),),
        articles=Articles(patterns=(r"/t\d+\.html$",)),
        schedule=Schedule(cron=cron) if cron else Schedule(every=every),
        enabled=enabled,
        revisit=revisit,
    )


def article(name: str, number: int) -> str:
    """An article's page."""
    return (
        f"<html><head><title>{name}第{number}条</title></head><body><h1>{name}的第{number}条工业消息</h1>"
        f"<p>2026-11-03 10:{number:02}:00 来源：{name}日报</p><div>"
        f"<p>记者从工业园区了解到，{name}的第{number}批设备已经运到，"
        "预计下月投入使用，年产能将达到三千吨，带动当地就业八百余人，上下游企业也将陆续入驻。</p>"
        "<p>园区负责人介绍，下一步还将建设两条新的生产线，完善水电路等配套设施，为企业提供更好的服务。</p></div></body></html>"
    )


@dataclass
class Sites(FakeWeb):
    """Sources by name, each with so many articles. `meanwhile` is called at each visit, and may raise."""

    interrupt_after: int | None = None  # visits
    left_alone: dict[str, datetime] = field(default_factory=dict)  # sources whose host wants a pause, until then
    stuck: set[str] = field(default_factory=set)  # hosts of which no answer ever comes
    meanwhile: Callable[[Visit], None] = lambda visit: None
    most_at_once: int = 0
    calls: int = 0

    def publish(self, name: str, count: int) -> None:
        """Let a source show that many articles."""
        links = "".join(
            f"<li><a href='/t{number}.html'>{name}的第{number}条工业消息</a></li>" for number in range(count)
        )
        self.pages[f"{site(name)}/news/"] = f"<html><body><ul>{links}</ul></body></html>"
        for number in range(count):
            self.pages[f"{site(name)}/t{number}.html"] = article(name, number)

    def visited(self, name: str) -> int:
        """How many visits a source has had."""
        return sum(visit.url.startswith(site(name)) for visit in self.visits)

    def of(self, job: Job, visit: Visit) -> Outcome:
        """The answer to one of a source's visits."""
        if (until := self.left_alone.get(job.source.id)) and self.now < until:
            return Failure(visit.url, "paused", "it asks to be left alone", of_host=True, not_before=until)
        outcome = self.answer(visit)
        self.meanwhile(visit)
        return replace(outcome, source_id=job.source.id) if isinstance(outcome, Capture) else outcome

    def fetch(
        self,
        jobs: Sequence[Job],
        options: FetchOptions,
        *,
        more: Callable[[], Sequence[Job]],
        ended: Callable[[Job], None],
        failed: Callable[[Job, Exception], None],
    ) -> FetchReport:
        """As `crawler.fetch.fetch`, one visit after the other, in turns."""
        return asyncio.run(self._fetch(list(jobs), options, more, ended, failed))

    async def _fetch(
        self,
        queue: list[Job],
        options: FetchOptions,
        more: Callable[[], Sequence[Job]],
        ended: Callable[[Job], None],
        failed: Callable[[Job, Exception], None],
    ) -> FetchReport:
        self.calls += 1
        moved: dict[str, datetime] = {}
        running: list[tuple[Job, deque[Visit]]] = []
        while True:
            while len(running) < options.at_once:
                queue += () if queue else more()
                if not queue:
                    break
                job = queue.pop(0)
                try:
                    running.append((job, deque(job.crawl.first())))
                except Exception as error:  # noqa: BLE001 - the crawl's
                    failed(job, error)
            self.most_at_once = max(self.most_at_once, len(running))
            if not running:
                return FetchReport(interrupted=False, sources={})
            job, waiting = running.pop(0)
            if self.interrupt_after is not None and len(self.visits) >= self.interrupt_after:
                return FetchReport(interrupted=True, sources={})
            queue += more()  # a tick
            began = moved.setdefault(job.source.id, self.now)
            if job.source.id in self.stuck and (self.now - began).total_seconds() > options.stalled:
                job.stalled.set()
                job.stop()
            if job.stopped.is_set():
                ended(job)
            elif job.source.id in self.stuck:
                running.append((job, waiting))
                self.now += timedelta(seconds=1)
            elif not waiting:
                ended(job)
            else:
                visit = waiting.popleft()
                try:
                    came = job.crawl.received(visit, self.of(job, visit))
                    waiting.extend(await came if isawaitable(came) else came)
                except Exception as error:  # noqa: BLE001 - the crawl's
                    failed(job, error)
                else:
                    running.append((job, waiting)) if waiting else ended(job)


@dataclass
class Scene:
    """An archive, sources and what a worker tells. The fetcher is put in place by the fixture of that name."""

    data: Path
    web: Sites
    sources: dict[str, Source] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    policy: Policy = field(default_factory=Policy)
    at_once: int = 4
    stalled: float = 600.0

    def watch(self, *sources: Source, articles: int = 2) -> None:
        """Add sources that show so many articles."""
        for each in sources:
            self.sources[each.id] = each
            self.web.publish(each.id, articles)

    def run(self, *, only: Sequence[str] | None = None, limit: int | None = None) -> Report:
        """Do what is due, as `run-due` does."""
        with Archive.open(self.data, write=True) as archive:
            return self.run_in(archive, only=only, limit=limit)

    def run_in(self, archive: Archive, *, only: Sequence[str] | None = None, limit: int | None = None) -> Report:
        """Do what is due in an archive that is open."""
        told = Told(say=self.said.append, ended=self.ended.append)
        options = FetchOptions(at_once=self.at_once, stalled=self.stalled)
        return run_due_once(
            archive, self.sources, Here(), options, self.clock, self.policy, only=only, limit=limit, told=told
        )

    def round(self, archive: Archive, spread: timedelta = timedelta(0)) -> Round:
        """A round that has not begun."""
        told = Told(say=self.said.append, ended=self.ended.append)
        options = FetchOptions(at_once=self.at_once, stalled=self.stalled)
        terms = (archive, self.sources, Here(), options, self.clock, self.policy)
        return Round(*terms, done=set(), spread=spread, told=told)

    def clock(self) -> datetime:
        """The web's own time."""
        return self.web.now

    def names(self) -> list[str]:
        """The sources of which a look has ended, in that order; the list begins anew."""
        names = [each.source_id for each in self.ended]
        self.ended.clear()
        return names

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.web.now += timedelta(**span)
