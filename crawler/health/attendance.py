"""Is anybody watching? Judged from due times, leases and what a daemon tells of itself. Pure: a moment and values in.

Only a source that was scheduled can be overdue: whoever crawls by hand alone has no row in `watch`, and misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from archive.runs import Watch
from crawler.health.standing import Standing
from crawler.shanghai import in_words
from crawler.watch.beat import DaemonNow

MARGIN = timedelta(minutes=15)
"""By which a source may be late, beside its own interval: a cron job's rhythm, a daemon with much to do."""

FRESH = 60.0
"""Seconds after its last tick for which a daemon is taken to be at work, as crawler.watch.supervisor has it."""

FAREWELL = timedelta(minutes=2)
"""After a daemon's last tick its worker may still give a source back: nobody has taken over by that."""

UNREACHED = "nothing could be reached"
"""What crawler.watch.outage gives as the reason of a due time while the network is gone."""


class Daemon(msgspec.Struct, frozen=True):
    """What a daemon told last, and whether it lives: `silent` is one whose process is there and does not tick."""

    told: DaemonNow
    state: Literal["alive", "silent", "gone"]

    @property
    def troubles(self) -> tuple[str, ...]:
        """What it says is wrong: with itself, its configuration, the archive, its worker."""
        told = (self.told.trouble, self.told.worker.trouble if self.told.worker else "")
        return tuple(dict.fromkeys(" ".join(each.split()) for each in told if each))


def daemon_of(told: DaemonNow | None, now: datetime, exists: Callable[[str], bool]) -> Daemon | None:
    """How the daemon stands that wrote `daemon.json`; None where there is none. `exists` tells of `host:pid`."""
    if told is None:
        return None
    if not exists(f"{told.host}:{told.pid}"):
        return Daemon(told, "gone")
    age = abs((now - told.last_tick).total_seconds())
    return Daemon(told, "alive" if age < max(FRESH, 3 * told.tick) else "silent")


def overdue(each: Standing, now: datetime) -> bool:
    """Whether a source should have been looked at long ago: it is late by more than its own interval and the margin."""
    watch, run = each.seen.watch, each.seen.last_run
    if watch is None or not each.watched or each.state == "running":
        return False
    interval = max(watch.due - watch.last_ended, timedelta(0)) if watch.last_ended else timedelta(0)
    since = watch.due
    if run is not None and run.started > watch.due:  # crawled by hand meanwhile: as good as a look
        since = run.started + interval
    return now > since + interval + MARGIN


class Attendance(msgspec.Struct, frozen=True):
    """Who is at work. `at` are the sources that a worker has claimed, `overdue` those that nobody came to."""

    daemon: Daemon | None
    at: tuple[str, ...]
    overdue: tuple[str, ...]
    scheduled: int  # sources that are watched and have a due time
    next_due: datetime | None
    ill: tuple[str, ...]  # sentences

    @property
    def is_there(self) -> bool:
        """Whether a daemon or a `run-due` is at work."""
        return bool(self.at) or (self.daemon is not None and self.daemon.state == "alive")


def attendance(
    seen: Sequence[Standing], daemon: Daemon | None, exists: Callable[[str], bool], now: datetime
) -> Attendance:
    """Who watches the sources. A lease proves a worker only if its process exists: one that was killed leaves them."""
    watched = [each for each in seen if each.watched and each.seen.watch is not None]
    watches = {each.source_id: each.seen.watch for each in watched if each.seen.watch is not None}
    at = tuple(name for name, watch in watches.items() if _is_claimed(watch, exists, now))
    late = tuple(each.source_id for each in watched if overdue(each, now))
    next_due = min((watch.due for name, watch in watches.items() if name not in at), default=None)
    found = Attendance(daemon, at, late, len(watches), next_due, ())
    return Attendance(daemon, at, late, len(watches), next_due, tuple(_ill(found, watched)))


def _is_claimed(watch: Watch, exists: Callable[[str], bool], now: datetime) -> bool:
    if watch.lease_owner is None or watch.lease_until is None or watch.lease_until <= now:
        return False
    return exists(watch.lease_owner.rpartition(":")[0])  # host:pid:word, as crawler.watch.owner has it


def _ill(found: Attendance, watched: Sequence[Standing]) -> Iterator[str]:
    if found.overdue and not found.is_there:
        yield _nobody(found, watched)
    daemon = found.daemon
    if daemon is not None and daemon.state == "gone" and not _taken_over(daemon, watched):
        yield f"{_the(daemon)} was killed, after {in_words(daemon.told.last_tick)}: start `jianbao daemon` again."
    elif daemon is not None and daemon.state == "silent":
        last = in_words(daemon.told.last_tick)
        yield f"{_the(daemon)} has not ticked since {last}: it hangs, or its process is another now."
    if daemon is not None and daemon.state != "gone":
        yield from (f"The daemon is in trouble: {trouble}" for trouble in daemon.troubles)
    dark = [each for each in watched if each.seen.watch is not None and each.seen.watch.reason == UNREACHED]
    if dark:
        yield f"Nothing could be reached at the last try, of {_counted(len(dark))}: the network seems to be gone."


def _nobody(found: Attendance, watched: Sequence[Standing]) -> str:
    start = "start `jianbao daemon`, or have `jianbao run-due` started by cron"
    late = [each.seen.watch.due for each in watched if each.source_id in found.overdue and each.seen.watch is not None]
    longest = f"the longest since {in_words(min(late))}"
    looks = [look for each in watched if (look := last_look(each)) is not None]
    if len(late) < len(watched):
        return f"{len(late)} of {_counted(len(watched))} are overdue, {longest}, and nobody is at work: {start}."
    since = f"since {in_words(max(looks))}" if looks else "ever"
    are = "is" if len(late) == 1 else "are"
    return f"Nobody has looked {since}; {_counted(len(late))} {are} overdue, {longest}: {start}."


def last_look(each: Standing) -> datetime | None:
    """When somebody was last at a source, whoever it was."""
    watch, run = each.seen.watch, each.seen.last_run
    looks = (
        watch.last_ended if watch else None,
        watch.last_started if watch else None,
        run.finished if run else None,
        run.started if run else None,
    )
    return max((look for look in looks if look is not None), default=None)


def _taken_over(daemon: Daemon, watched: Sequence[Standing]) -> bool:
    """Whether somebody has looked at a source since the daemon was gone: `run-due`, or a person."""
    looks = (last_look(each) for each in watched)
    return any(look is not None and look > daemon.told.last_tick + FAREWELL for look in looks)


def _the(daemon: Daemon) -> str:
    return f"The daemon (process {daemon.told.pid})"


def _counted(sources: int) -> str:
    return f"{sources} source{'s' * (sources != 1)}"
