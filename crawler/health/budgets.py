"""The hosts that are in trouble, from what all processes know of them. Pure; crawler.fetch.hostfile reads the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from crawler.fetch.hosts import Host


class HostNow(msgspec.Struct, frozen=True):
    """A host that is left alone for a while, or asked more slowly than its terms would have it."""

    host: str
    paused_until: datetime | None  # None: it may be asked
    why: str  # as a sentence's end; "" if nothing is wrong
    busy: int  # answers in a row by which it said that it is busy (429, 503)
    pace_ratio: float  # the share of its pace that it is asked at: 1 is all of it
    delay_seconds: float  # between two requests, as it is slowed down now; 0 where it was not asked of late
    under_way: int  # requests on the wire
    asked_last: datetime | None

    @property
    def is_in_trouble(self) -> bool:
        """Whether it is left alone, or not asked as its terms have it."""
        return self.paused_until is not None or bool(self.busy) or self.pace_ratio < 1

    def told(self, moment: Callable[[datetime], str]) -> str:
        """How it is asked, for a person; `moment` writes a time."""
        words = [
            f"left alone until {moment(self.paused_until)}" if self.paused_until else "",
            f"asked at {self.pace_ratio:.0%} of its pace" if self.pace_ratio < 1 else "",
            f"every {self.delay_seconds:g} s" if self.delay_seconds else "",
            f"{self.under_way} under way" if self.under_way else "",
        ]
        return "; ".join(filter(None, (", ".join(filter(None, words)) or "asked as ever", self.why)))


def in_trouble(hosts: Mapping[str, Host], now: datetime, steady: float) -> tuple[HostNow, ...]:
    """Those of the hosts, the longest paused first, then the slowest. See `host_now`."""
    known = (host_now(name, host, now, steady) for name, host in hosts.items() if _may_be(host, steady))
    found = [each for each in known if each.is_in_trouble]
    return tuple(sorted(found, key=lambda each: (-_stamp(each.paused_until), each.pace_ratio, each.host)))


def _may_be(host: Host, moment: float) -> bool:
    """Cheap: of ten thousand hosts nearly all are well."""
    return bool(host.busy) or host.rate < 1 or bool(host.pause(moment)) or host.ahead(moment)


def host_now(name: str, known: Host, now: datetime, steady: float) -> HostNow:
    """How a host stands; `steady` is the moment `now` by the clock of its own moments. Told is the time of day."""
    moment, ahead = steady, now.timestamp() - steady
    host = known.settled(moment)
    pause = host.pause(moment)
    delay = host.delay / host.rate if moment < host.delay_until and host.rate > 0 else 0.0
    until = datetime.fromtimestamp(moment + pause + ahead, UTC).replace(microsecond=0) if pause else None
    asked = datetime.fromtimestamp(host.last + ahead, UTC).replace(microsecond=0) if host.last else None
    under_way = sum(moment < each.until for each in host.under_way)
    why = _why(host, paused=bool(pause))
    return HostNow(name, until, why, host.busy, round(host.rate, 4), round(delay, 1), under_way, asked)


def _why(host: Host, *, paused: bool) -> str:
    """What the host's state proves; the file holds no reasons."""
    if host.busy:
        times = "once" if host.busy == 1 else f"{host.busy} times in a row"
        return f"it said {times} that it is busy"
    if paused:
        return "it could not be reached, or answered with an error"
    return "it was busy before, and is asked faster with each good answer" if host.rate < 1 else ""


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
