"""Everything that `jianbao status` and the metrics show, gathered from where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from archive.store.glance import Glance, glance
from crawler.fetch.hostfile import alive, hosts_in, steady_in
from crawler.fetch.hosts import Host
from crawler.health.attendance import Attendance, attendance, daemon_of
from crawler.health.budgets import HostNow, in_trouble
from crawler.health.configured import configured, judges
from crawler.health.standing import Standing, as_json, as_plain, standings
from crawler.watch.beat import DaemonNow, read


class Overview(msgspec.Struct, frozen=True):
    """All sources, who is at work, and the hosts in trouble, at one moment."""

    now: datetime
    sources: tuple[Standing, ...]
    attendance: Attendance
    hosts: tuple[HostNow, ...] = ()
    writer: int | None = None
    never_crawled: tuple[str, ...] = ()  # sources that are enabled and that the archive does not know
    strangers: bool = False  # the configuration knows none of the archive's sources: it is not judged by

    @property
    def ill(self) -> bool:
        """Whether anything needs attention."""
        return bool(self.attendance.ill) or any(each.ill for each in self.sources)

    def late(self, each: Standing) -> tuple[str, ...]:
        """That a source is overdue and nobody is at work, as a sentence; nothing if that is not so."""
        if each.source_id not in self.attendance.overdue or self.attendance.is_there:
            return ()
        return ("It is overdue, and nobody is at work.",)


def overview(data: Path, database: str | None, config: Path, now: datetime) -> Overview:
    """How everything stands. Raises ArchiveProblem where the archive cannot be read."""
    return gathered(
        glance(data, database),
        read(data / "daemon.json"),
        hosts_in(data / "hosts.db"),
        config,
        now,
        steady_in(data / "hosts.db", now.timestamp()),
    )


def ill_without_archive(data: Path, now: datetime) -> tuple[str, ...]:
    """What is wrong with the daemon, as sentences: all that can be told where the archive cannot be read."""
    return attendance((), daemon_of(read(data / "daemon.json"), now, alive), alive, now).ill


def gathered(
    seen: Glance, told: DaemonNow | None, hosts: Mapping[str, Host], config: Path, now: datetime, steady: float
) -> Overview:
    """What was read, judged together; `steady` is the moment `now` by the clock of the hosts' moments."""
    known = configured(config)
    judged = judges(config, known, frozenset(seen.sources))
    sources = standings(seen, known if judged else None)
    there = attendance(sources, daemon_of(told, now, alive), alive, now)
    never = tuple(name for name, enabled in known.items() if enabled and name not in seen.sources) if judged else ()
    troubled, strangers = in_trouble(hosts, now, steady), bool(seen.sources) and not judged
    return Overview(now, sources, there, troubled, seen.writer, never, strangers)


def to_json(found: Overview, sources: tuple[Standing, ...]) -> dict[str, Any]:
    """All of it, with these sources, as `jianbao status --json` prints it. Moments stay moments."""
    there = found.attendance
    return {
        "ill": list(there.ill),
        "daemon": {"state": there.daemon.state, **as_plain(there.daemon.told)} if there.daemon else None,
        "writer": found.writer,
        "under_way": list(there.at),
        "overdue": list(there.overdue),
        "next_due": there.next_due,
        "hosts": as_plain(found.hosts),
        "never_crawled": list(found.never_crawled),
        "sources": [as_json(each) for each in sources],
    }
