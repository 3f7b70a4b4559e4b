"""Crawls of one or several sources, from opening their runs to closing them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from archive.identity import canonical_url
from archive.model import Change, Counts, Run
from archive.store import Archive
from crawler.crawl import MOST_TOLD, SourceCrawl
from crawler.fetch import FetchOptions, Job, fetch
from crawler.health.alarms import REPEAT
from crawler.health.examine import Examined, examine
from crawler.held import Held
from crawler.intake import problem_of, take_in
from crawler.keeping_up import kept_up
from crawler.learning import Informed, after_crawl, known
from crawler.listing import Lists
from crawler.noting import Notes
from crawler.order import Order
from crawler.reader import Reader
from crawler.shanghai import SHANGHAI
from crawler.source import Source
from crawler.visit import Visit

State = Literal["interrupted", "failed", "finished"]

Watch = Callable[[str, Counts], None]
"""Called with a source's id and its counts so far after every response."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a crawl of several sources came to."""

    runs: tuple[Run, ...]
    interrupted: bool = False
    told: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the first problems of each source, as sentences
    changed: Mapping[str, str] = field(default_factory=dict)  # sources of which a template changed, a sentence each
    read_again: Mapping[str, int] = field(default_factory=dict)  # articles that learning made to be read otherwise
    faults: int = 0  # what of ours failed once the pages were recorded; it is told
    examined: Mapping[str, Examined] = field(default_factory=dict)  # what became of each source's alarms

    @property
    def exit_code(self) -> int:
        """0 fine, 1 something needs attention, 3 nothing could be reached, 130 interrupted (DESIGN: command line)."""
        if self.interrupted:
            return 130
        if self.runs and all(run.counts.requests and not run.counts.answered for run in self.runs):
            return 3
        return (
            1
            if self.changed
            or self.faults
            or any(each.alarms.standing for each in self.examined.values())
            or any(run.counts.problems or run.counts.quarantined for run in self.runs)
            else 0
        )


def crawl(
    sources: Sequence[Source],
    archive: Archive,
    reader: Reader,
    orders: Callable[[Source], Order],
    options: FetchOptions,
    clock: Callable[[], datetime],
    watch: Watch = lambda source_id, counts: None,
    note: Callable[[Change], None] = lambda change: None,
    command: str = "crawl",
    repeat: timedelta | None = REPEAT,
) -> Outcome:
    """Crawl the sources side by side and record a run for each. The archive must be open for writing."""
    informed, notes = Informed(reader, partial(known, archive)), Notes()
    crawls = [
        SourceCrawl(
            source,
            archive,
            informed,
            orders(source),
            clock,
            watch=partial(watch, source.id),
            note=note,
            command=command,
            notes=notes,
        )
        for source in sources
    ]
    jobs = [Job(each.source, each) for each in crawls]
    try:
        interrupted = fetch(jobs, options).interrupted
    except BaseException:
        with suppress(Exception):  # the first error is the one to be told
            ended(archive, crawls, clock(), "failed")
        raise
    stalled = {job.source.id for job in jobs if job.stalled.is_set()}
    for each in crawls:
        if each.source.id in stalled:
            each.tell(told_stalled(options))
            each.tally["problems"] += 1
    runs = ended(archive, crawls, clock(), "interrupted" if interrupted else "finished", stalled)
    told = {each.source.id: each.told for each in crawls if each.told}
    if interrupted:
        examined = _examined(archive, runs, clock(), repeat)
        archive.keep_up(CUT_SHORT)
        return Outcome(runs, interrupted, told, examined=examined)
    lessons = asyncio.run(after_crawl(archive, reader, sources, clock(), notes))
    changed = {source: change.sentence for source, change in lessons.changes.items()}
    for source_id, sentences in lessons.faults.items():
        told[source_id] = [*told.get(source_id, ()), *sentences][:MOST_TOLD]
    examined = _examined(archive, runs, clock(), repeat)
    faults = sum(map(len, lessons.faults.values()))
    if runs and (fault := kept_up(archive, KEEPING_UP)):
        faults += 1
        told[runs[-1].source_id] = [*told.get(runs[-1].source_id, ()), fault]
    return Outcome(runs, False, told, changed, lessons.read_again, faults, examined)


KEEPING_UP, CUT_SHORT = 60.0, 3.0
"""Seconds at the end of a crawl, or of one that was interrupted, for the index of search and for stories."""


def _examined(archive: Archive, runs: Sequence[Run], at: datetime, repeat: timedelta | None) -> dict[str, Examined]:
    return {run.source_id: examine(archive, run, at, repeat) for run in runs}


def told_stalled(options: FetchOptions) -> str:
    """What is said of a crawl that the fetcher has ended (`Job.stalled`)."""
    return f"Nothing came of it for {options.stalled:g} s: it was ended."


def ended(
    archive: Archive, crawls: Sequence[SourceCrawl], at: datetime, state: State, stalled: Collection[str] = ()
) -> tuple[Run, ...]:
    """Record the end of every crawl that began; the runs as recorded. Those of the `stalled` sources have failed."""
    runs = tuple(
        closed(each.run, each, at, "failed" if each.source.id in stalled else state)
        for each in crawls
        if each.run is not None
    )
    for run, each in zip(runs, (each for each in crawls if each.run is not None), strict=True):
        archive.end_run(run, each.seen)
    archive.commit()
    return runs


def closed(run: Run, each: SourceCrawl, at: datetime, state: State) -> Run:
    """The run as it is to be recorded: one in which no server answered has failed.

    One that was only told to come later, by hosts that ask for a pause, was cut short: it proves nothing.
    """
    counts = each.counts
    if state == "finished" and counts.requests > 0 and not counts.answered:
        state = "interrupted" if each.failures.keys() == {"paused"} else "failed"
    return replace(run, finished=at, state=state, counts=counts, failures=dict(each.failures))


def take_in_orphans(
    archive: Archive, reader: Reader, sources: Mapping[str, Source], tell: Callable[[str], None] = lambda problem: None
) -> int:
    """Read what was kept by a process that was killed before it could record it; returns how many captures.

    `tell` is given a sentence for each that could not be read as it should be.
    """
    return asyncio.run(_take_in_orphans(archive, Informed(reader, partial(known, archive)), sources, tell))


async def _take_in_orphans(
    archive: Archive, reader: Reader, sources: Mapping[str, Source], tell: Callable[[str], None]
) -> int:
    taken = 0
    held: dict[str, Held] = {}
    for capture in archive.orphans():
        if source := sources.get(capture.source_id):
            asked = canonical_url(capture.requested_url or capture.url, source.names)
            if source.id not in held:
                held[source.id] = Held(archive, source)
            lists = Lists(source, capture.fetched_at.astimezone(SHANGHAI).date(), held[source.id])
            place = lists.of(asked, capture.found_on) if capture.kind == "list" else None
            read = await take_in(archive, reader, source, capture, asked, None, place, held[source.id])
            optional = place.optional if place else False
            visit = Visit(capture.url, capture.kind, number=place.number if place else 1, optional=optional)
            if problem := problem_of(visit, capture, read):
                tell(problem[1])
            taken += 1
    archive.commit()
    return taken
