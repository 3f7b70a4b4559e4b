"""What is known of one host, and when it may be asked again. Pure: a host and a moment in, a host out.

Moments are seconds since 1970, as they are shared by processes and outlive them. A clock may jump: what lies ahead of
it is taken to be of this moment, so that no wait is longer than the delay or pause that it comes from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

TERMS_KEPT = 600.0  # seconds that the strictest terms of anyone who asked hold for everyone
SLOWEST = 1 / 64  # the least share of its pace that a busy host is asked at
RELAXED = 1 / 32  # what each good answer gives back of it: 16 for each halving
SAME_MOMENT = 1.0  # seconds by which a clock is corrected now and then
LOOK_AGAIN = 0.1  # seconds after which another process may have come to the end of its request


@dataclass(frozen=True, slots=True)
class Terms:
    """How a host is to be asked: seconds between two requests, and how many may be under way."""

    delay: float
    most: int


class UnderWay(msgspec.Struct, frozen=True, array_like=True):
    """A request that is under way. It is void after `until`, and once its process is gone."""

    process: str
    since: float
    until: float


class Host(msgspec.Struct, frozen=True, omit_defaults=True):
    """One host as all processes know it."""

    last: float = 0.0  # a request went out
    delay: float = 0.0  # the longest delay of late, and until when it holds
    delay_until: float = 0.0
    most: int = 1  # the smallest concurrency of late, and until when it holds
    most_until: float = 0.0
    rate: float = 1.0  # the share of its pace that it is asked at: halved when it is busy, relaxed slowly
    slowed: float = 0.0  # when it was last halved
    busy: int = 0  # how often in a row it was
    paused_from: float = 0.0
    paused_until: float = 0.0
    under_way: tuple[UnderWay, ...] = ()

    def pace(self, terms: Terms, now: float, longest: float) -> Terms:
        """The terms in force: the strictest of late, slowed down as the host was busy, to `longest` seconds at most."""
        delay = max(terms.delay, self.delay) if _holds(self.delay_until, now) else terms.delay
        most = min(terms.most, self.most) if _holds(self.most_until, now) else terms.most
        return Terms(max(delay, min(delay / self.rate, longest)), most)

    def pause(self, now: float) -> float:
        """Seconds for which the host is to be left alone."""
        return max(0.0, min(self.paused_until - now, self.paused_until - self.paused_from))

    def ahead(self, now: float) -> bool:
        """Whether the clock was put back since the host was last asked or paused."""
        return max(self.last, self.paused_from, self.slowed) > now + SAME_MOMENT

    def settled(self, now: float) -> Host:
        """The host as this clock has it."""
        if not self.ahead(now):
            return self
        paused_from = min(self.paused_from, now)
        return msgspec.structs.replace(
            self,
            last=min(self.last, now),
            slowed=min(self.slowed, now),
            paused_from=paused_from,
            paused_until=paused_from + self.paused_until - self.paused_from,
        )

    def wait(self, terms: Terms, now: float, longest: float) -> float:
        """Seconds until it may be asked again, as far as pace and pause go."""
        delay = self.pace(terms, now, longest).delay
        return max(self.pause(now), min(self.last + delay - now, delay), 0.0)


def _holds(until: float, now: float) -> bool:
    return now < until <= now + TERMS_KEPT


def asked(
    host: Host, terms: Terms, now: float, longest: float, mine: UnderWay, alive: Callable[[str], bool]
) -> tuple[Host, float]:
    """The host with `mine` booked, and 0.0; or the host as it was, and the seconds after which to try again."""
    host = host.settled(now)
    wait = host.wait(terms, now, longest)
    if wait > 0:
        return host, wait
    under_way = tuple(each for each in host.under_way if each.since <= now + SAME_MOMENT and now < each.until)
    most = host.pace(terms, now, longest).most
    if len(under_way) >= most:
        under_way = tuple(each for each in under_way if alive(each.process))
    if len(under_way) >= most:
        return host, LOOK_AGAIN
    booked = msgspec.structs.replace(host, last=now, under_way=(*under_way, mine))
    if not _holds(host.delay_until, now) or terms.delay >= host.delay:
        booked = msgspec.structs.replace(booked, delay=terms.delay, delay_until=now + TERMS_KEPT)
    if not _holds(host.most_until, now) or terms.most <= host.most:
        booked = msgspec.structs.replace(booked, most=terms.most, most_until=now + TERMS_KEPT)
    return booked, 0.0


def over(host: Host, mine: UnderWay, sent: float) -> Host:
    """The host after one of its requests has come to its end. Connecting takes time: it was asked when it was sent."""
    under_way = tuple(each for each in host.under_way if each != mine)
    return msgspec.structs.replace(host, last=max(host.last, sent), under_way=under_way)


def good(host: Host) -> Host:
    """The host after a good answer."""
    return msgspec.structs.replace(host, busy=0, rate=min(1.0, host.rate + RELAXED))


def slowed(host: Host, began: float, now: float) -> Host:
    """The host after it said that it is busy. What was under way when it was slowed down says nothing new."""
    rate = host.rate if began < host.slowed <= now else max(SLOWEST, host.rate / 2)
    return msgspec.structs.replace(host, busy=host.busy + 1, rate=rate, slowed=now)


def paused(host: Host, now: float, seconds: float) -> Host:
    """The host, to be left alone for so long; a longer pause is not cut short."""
    if seconds <= host.pause(now):
        return host
    return msgspec.structs.replace(host, paused_from=now, paused_until=now + seconds)
