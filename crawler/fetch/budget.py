"""One budget per host, across everything that asks: all sources of a call, all processes, and over time.

A request waits for its host's turn (`turn`) right before it goes out, and books it in the hosts' file. Of several
sources that share a host, the longest delay and the smallest concurrency hold; so does a Crawl-delay, up to a cap. A
pause (Retry-After, back-off) stops one host and none of the others; a host that is busy (429, 503) is then asked at
half the pace, and gets it back with good answers, a little with each.

Scrapy keeps a download slot for each host, which holds the queue and the concurrency; the pace is kept here.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.fetch import hosts
from crawler.fetch.errors import Interrupted, RefusedError
from crawler.fetch.hostfile import HostFile, alive, this_process
from crawler.fetch.hosts import Host, Terms, UnderWay
from crawler.fetch.options import FetchOptions
from crawler.source import Politeness, Source
from crawler.source.hours import opens

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader

    from crawler.fetch.running import RunningJob

# Scrapy 2.19 counts a request as under way only once its task has begun: with a delay of 0 it starts all that wait in
# one go (limit 2: a server saw 16). With any delay it starts one at a time and counts right.
SHORTEST_DELAY = 0.02

TROUBLE_STATUS = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
BUSY_STATUS = frozenset({429, 503})  # the host asks for a pause (RFC 6585, 4; RFC 9110, 15.6.4)
LOOK_AGAIN = 5.0  # seconds; a clock may have jumped meanwhile
MOST_HOSTS = 10_000  # remembered at a time
HELD_BEYOND = 60.0  # seconds after its time-out in which a request of a process that was held still counts


def hosts_of(source: Source) -> set[str]:
    """The hosts that a source's own pages live on, without ports: a machine is one host, whatever its ports."""
    urls = (*(f"//{host}" for host in source.hosts), source.home, *(page.url for page in source.lists))
    return {host for host in (urlsplit(url).hostname for url in urls) if host}


class Budget:
    """The delays, concurrencies and pauses of the hosts."""

    def __init__(self, downloader: Downloader, options: FetchOptions) -> None:
        self._downloader = downloader
        self._options = options
        self._file = HostFile(options.hosts, options.tell)
        self._process = this_process()
        self._claims: dict[str, dict[str, Politeness]] = {}  # host → source → its politeness
        self._crawl_delays: dict[str, float] = {}
        self._strikes: dict[str, tuple[int, float]] = {}  # troubles in a row, and when the last one came

    @property
    def file(self) -> HostFile:
        """What all processes know of the hosts."""
        return self._file

    # --- terms

    def enter(self, source: Source) -> None:
        """Put a source's politeness into force for its own hosts, beside what holds there already."""
        for host in hosts_of(source):
            self.claim(host, source.id, source.politeness)

    def leave(self, source: Source) -> None:
        """The source asks no more."""
        for host in [host for host, claims in self._claims.items() if claims.pop(source.id, None)]:
            if self._claims[host]:
                self._apply(host)
            else:
                del self._claims[host]
                self._downloader.per_slot_settings.pop(host, None)

    def claim(self, host: str, source_id: str, politeness: Politeness) -> None:
        """Put a source's politeness into force for a host that it asks."""
        claims = self._claims.setdefault(host, {})
        if claims.get(source_id) is not politeness:
            claims[source_id] = politeness
            self._apply(host)

    def crawl_delay(self, host: str, seconds: float | None) -> None:
        """Keep to what the host's robots.txt asks for."""
        if seconds is None:
            self._crawl_delays.pop(host, None)
        else:
            _bound(self._crawl_delays)
            self._crawl_delays[host] = min(seconds, self._options.longest_crawl_delay)

    def _terms(self, host: str) -> Terms:
        claims = self._claims.get(host, {}).values()
        delays = (each.delay for each in claims)
        delay = max(SHORTEST_DELAY, self._crawl_delays.get(host, 0.0), max(delays, default=0.0))
        return Terms(delay, min((each.concurrency for each in claims), default=1))

    def _apply(self, host: str) -> None:
        """Tell Scrapy how many requests it may have under way."""
        most = self._terms(host).most
        self._downloader.per_slot_settings[host] = {"delay": SHORTEST_DELAY, "concurrency": most, "jitter": 0.0}
        slot = self._downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.concurrency = SHORTEST_DELAY, most

    # --- turns

    async def turn(self, request: Request, host: str) -> UnderWay:
        """Wait until the host may be asked, and book it; to be given back by one of `answered`, `unreached`, `over`.

        Raises RefusedError("paused") if that is further away than a visit may wait, Interrupted if the job is to end.
        """
        job: RunningJob = request.meta["job"]
        booked = self._book(request, host)
        if isinstance(booked, UnderWay):
            return booked
        try:
            async with asyncio.timeout(None) as patience:
                job.in_line.add(patience)
                try:
                    while not isinstance(booked, UnderWay):
                        await asyncio.sleep(min(booked, LOOK_AGAIN))
                        booked = self._book(request, host)
                    return booked
                finally:
                    job.in_line.discard(patience)
        except TimeoutError as error:
            raise Interrupted from error

    def _book(self, request: Request, host: str) -> UnderWay | float:
        """The booking, or the seconds to wait."""
        if request.meta["job"].over:
            raise Interrupted
        politeness: Politeness = request.meta["politeness"]
        if politeness.hours and (opening := opens(politeness.hours, self._options.now())):
            wait = (opening - self._options.now()).total_seconds()
            message = f"{host} is asked again from {opening:%Y-%m-%d %H:%M} on: its hours are {politeness.hours}"
            return self._bearable(wait, message, opening)
        terms, longest = self._terms(host), self._options.longest_back_off
        now = self._file.now()
        known = self._file.last_known(host)
        wait = known.wait(terms, now, longest)
        if wait <= 0 or known.ahead(now):
            mine = UnderWay(self._process, now, now + politeness.timeout + HELD_BEYOND)
            wait = self._file.change(host, lambda known: hosts.asked(known, terms, now, longest, mine, alive))
            if wait <= 0:
                return mine
        until = self._options.now() + timedelta(seconds=wait)
        return self._bearable(
            wait, f"{host} asks to be left alone until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC", until
        )

    def _bearable(self, wait: float, message: str, until: datetime) -> float:
        """The seconds to wait, if a visit may wait so long."""
        if wait > self._options.longest_wait:
            raise RefusedError("paused", message, of_host=True, not_before=until)
        return wait

    # --- what came of it

    def answered(
        self,
        host: str,
        booked: UnderWay,
        sent: float,
        status: int,
        retry_after_header: str,
        tries: int,
        date_header: str = "",
    ) -> None:
        """Take note of an answer before the next request can go out; a trouble status pauses the host.

        A Retry-After that is a moment is reckoned from the server's own Date: our clock may be wrong. A busy host is
        asked ever more slowly. Other troubles may be one page's own: their pause grows with its `tries`.
        """
        now, terms = self._file.now(), self._terms(host)
        if status not in TROUBLE_STATUS:
            self._strikes.pop(host, None)
            self._file.change(host, lambda known: (hosts.good(hosts.over(known, booked, sent)), None))
            return
        strikes = self._strike(host)
        if status not in BUSY_STATUS:
            pause = self._back_off(terms, tries)
            self._file.change(host, lambda known: (hosts.paused(hosts.over(known, booked, sent), now, pause), None))
            return
        asked = retry_after(retry_after_header, _moment(date_header) or self._options.now())

        def busy(known: Host) -> tuple[Host, None]:
            known = hosts.slowed(hosts.over(known, booked, sent), booked.since, now)
            pause = self._back_off(terms, known.busy) if asked is None else min(asked, self._options.longest_pause)
            if strikes >= self._options.patience:
                pause = max(pause, self._options.rest)
            return hosts.paused(known, now, pause), None

        self._file.change(host, busy)

    def unreached(self, host: str, booked: UnderWay, tries: int) -> None:
        """Take note that no answer came, the page's `tries`-th time."""
        self._strike(host)
        now, pause = self._file.now(), self._back_off(self._terms(host), tries)
        self._file.change(host, lambda known: (hosts.paused(hosts.over(known, booked, now), now, pause), None))

    def over(self, host: str, booked: UnderWay) -> None:
        """A request came to its end that says nothing of its host."""
        self._file.change(host, lambda known: (hosts.over(known, booked, self._file.now()), None))

    def _strike(self, host: str) -> int:
        _bound(self._strikes)
        strikes = self.strikes(host) + 1
        self._strikes[host] = strikes, monotonic()
        return strikes

    def strikes(self, host: str) -> int:
        """How many troubles in a row the host has had. After its rest it may have one more."""
        strikes, at = self._strikes.get(host, (0, 0.0))
        rested = strikes >= self._options.patience and monotonic() - at > self._options.rest
        return self._options.patience - 1 if rested else strikes

    def _back_off(self, terms: Terms, times: int) -> float:
        """Seconds: the host's delay, doubled that many times."""
        return min(terms.delay * 2.0 ** min(times, 16), self._options.longest_back_off)


def _bound(known: dict[str, Any]) -> None:
    """Forget the oldest of too many hosts."""
    if len(known) >= MOST_HOSTS:
        del known[next(iter(known))]


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from a Retry-After header (RFC 9110, 10.2.3): a number or a date. None if it says nothing.

    >>> retry_after("Sun, 01 Jan 2023 00:00:30 GMT", datetime(2023, 1, 1, tzinfo=UTC))
    30.0
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    moment = _moment(value)
    return None if moment is None else (moment - now).total_seconds()


def _moment(value: str) -> datetime | None:
    """A header's moment (RFC 9110, 5.6.7); None if it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None
