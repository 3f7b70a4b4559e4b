"""Drives the real crawl over the lab's web for a span of virtual time, and keeps what it told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import structs

from archive.model import Change
from archive.store import Archive
from crawler.fetch import FetchOptions
from crawler.lab.web import LabWeb
from crawler.reader import Reader
from crawler.reader.here import Here
from crawler.source import Schedule, Source, load_sources
from crawler.watch import Ended, Policy, Told, run_due_once
from crawler.watch.freed import give_back

AGENT = "jianbao/lab (+http://www.lab.example/about)"
PASS = timedelta(minutes=1)
"""How often due sources are looked for, as cron or a daemon's tick would."""


@dataclass(slots=True)
class Record:
    """What the crawl told while it watched."""

    ended: list[Ended] = field(default_factory=list)
    changes: list[tuple[datetime, Change]] = field(default_factory=list)
    said: list[tuple[datetime, str]] = field(default_factory=list)
    passes: int = 0


def watch(
    web: LabWeb,
    archive: Archive | Callable[[], Archive],
    sources: Mapping[str, Source],
    until: datetime,
    *,
    reader: Reader | None = None,
    options: FetchOptions | None = None,
    policy: Policy | None = None,
    record: Record | None = None,
    after_pass: Callable[[Record], None] = lambda record: None,
) -> Record:
    """Watch the sources until a moment. Inside `web.virtual()`; the archive is open for writing, on the web's clock.

    What opens it may be given in its place: it is opened for each pass and closed after it, as a daemon's worker does.
    """
    kept, clock = record or Record(), web.clock
    told = Told(
        say=lambda sentence: kept.said.append((clock.now(), sentence)),
        ended=kept.ended.append,
        note=lambda change: kept.changes.append((clock.now(), change)),
    )
    chosen = options or lab_options(web)
    while clock.now() < until:
        with archive() if callable(archive) else nullcontext(archive) as opened:
            report = run_due_once(opened, sources, reader or Here(), chosen, clock.now, policy or Policy(), told=told)
            kept.passes += 1
            after_pass(kept)
        if callable(archive):
            give_back()
        if report.interrupted:
            break
        if report.next_due is None or report.next_due >= until:
            clock.advance_to(until)
            break
        clock.advance_to(_next_pass(max(report.next_due, clock.now()), clock.start))
    return kept


def lab_options(web: LabWeb, hosts: Path | None = None) -> FetchOptions:
    """Fetching in the lab: all sites side by side, by its clock."""
    return FetchOptions(user_agent=AGENT, at_once=max(4, len(web.sites)), now=web.clock.now, hosts=hosts)


def _next_pass(moment: datetime, start: datetime) -> datetime:
    passed = (moment - start).total_seconds()
    return start + timedelta(seconds=-(-passed // PASS.total_seconds()) * PASS.total_seconds())


def prepared(web: LabWeb, folder: Path, every: str = "") -> tuple[Archive, Mapping[str, Source]]:
    """A new archive in a folder, open for writing, and the sources of all sites.

    They are watched by the rhythm that is learnt, unless `every` gives an interval for all.
    """
    web.write_config(folder / "config", every or "1h")
    sources = load_sources(folder / "config")
    if not every:
        sources = {name: structs.replace(source, schedule=Schedule()) for name, source in sources.items()}
    return Archive.open(folder, write=True, clock=web.clock.now), sources
