"""Crawls of one or several sources, from opening their runs to closing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from archive.identity import canonical_url
from archive.model import Change, Counts, Page, Run
from archive.store import Archive
from crawler.crawl import Order, SourceCrawl
from crawler.fetch import FetchOptions, Job, fetch
from crawler.intake import take_in
from crawler.listing import list_pages
from crawler.source import Source

Watch = Callable[[str, Counts], None]
"""Called with a source's id and its counts so far after every response."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a crawl of several sources came to."""

    runs: tuple[Run, ...]
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """0 fine, 1 something needs attention, 3 nothing could be reached, 130 interrupted (DESIGN: command line)."""
        if self.interrupted:
            return 130
        if self.runs and all(run.counts.requests and not reached(run.counts) for run in self.runs):
            return 3
        return 1 if any(run.counts.problems or run.counts.quarantined for run in self.runs) else 0


def reached(counts: Counts) -> int:
    """How many requests were answered by a server."""
    return counts.pages + counts.not_modified


def crawl(
    sources: Sequence[Source],
    archive: Archive,
    orders: Callable[[Source], Order],
    options: FetchOptions,
    clock: Callable[[], datetime],
    watch: Watch = lambda source_id, counts: None,
    note: Callable[[Change], None] = lambda change: None,
    command: str = "crawl",
) -> Outcome:
    """Crawl the sources side by side and record a run for each. The archive must be open for writing."""
    crawls = [
        SourceCrawl(
            source,
            archive,
            archive.begin_run(source.id, clock(), command),
            orders(source),
            clock,
            watch=partial(watch, source.id),
            note=note,
        )
        for source in sources
    ]
    interrupted = True
    try:
        interrupted = fetch([Job(each.source, each) for each in crawls], options).interrupted
    finally:
        runs = tuple(close(each, clock(), interrupted=interrupted) for each in crawls)
        for run in runs:
            archive.end_run(run)
        archive.commit()
    return Outcome(runs, interrupted)


def close(each: SourceCrawl, at: datetime, *, interrupted: bool) -> Run:
    """The run as it is to be recorded."""
    counts = each.counts
    failed = counts.requests > 0 and not reached(counts)
    state: Literal["interrupted", "failed", "finished"]
    state = "interrupted" if interrupted else "failed" if failed else "finished"
    return replace(each.run, finished=at, state=state, counts=counts, failures=dict(each.failures))


def take_in_orphans(archive: Archive, sources: Mapping[str, Source]) -> int:
    """Read what was kept by a process that was killed before it could record it; returns how many captures."""
    taken = 0
    held: dict[str, Mapping[str, Page]] = {}
    for capture in archive.orphans():
        if source := sources.get(capture.source_id):
            asked = canonical_url(capture.requested_url or capture.url, source.all_hosts)
            place = dict(list_pages(source)).get(asked) if capture.kind == "list" else None
            if source.id not in held:
                held[source.id] = archive.pages(source.id)
            take_in(archive, source, capture, asked, None, place, held[source.id])
            taken += 1
    archive.commit()
    return taken
