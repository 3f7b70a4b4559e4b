"""The lab's clock and loop."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import timedelta

import pytest
from lab_webs import site

from crawler.fetch import budget, hostfile
from crawler.lab import OPENS, Clock, LabWeb
from crawler.lab.loop import StalledError


def test_a_day_of_waiting_passes_at_once() -> None:
    """Timers come in their order, and the clock stands at the last one's moment afterwards."""
    clock, order = Clock(OPENS), []

    async def wait(hours: float) -> None:
        await asyncio.sleep(hours * 3600)
        order.append((hours, round(clock.monotonic() / 3600, 3)))

    async def all_of_them() -> None:
        await asyncio.gather(wait(24), wait(1), wait(0.5))

    with LabWeb([], clock).virtual():
        asyncio.run(all_of_them())
    assert order == [(0.5, 0.5), (1, 1.0), (24, 24.0)]
    assert timedelta(0) <= clock.now() - OPENS - timedelta(days=1) < timedelta(seconds=1)


def test_what_waits_for_nothing_is_told_and_does_not_hang() -> None:
    """A future that nobody will ever set ends the run."""

    async def wait() -> None:
        await asyncio.get_running_loop().create_future()

    with LabWeb([], Clock(OPENS)).virtual(), pytest.raises(StalledError):
        asyncio.run(wait())


def test_the_clock_stands_still_while_a_thread_works() -> None:
    """Work handed to a thread takes real time and no virtual time, though a timer is waiting."""
    clock = Clock(OPENS)

    async def work() -> float:
        timer = asyncio.ensure_future(asyncio.sleep(60))
        await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.05)
        passed = clock.monotonic()
        await timer
        return passed

    with LabWeb([], clock).virtual():
        assert asyncio.run(work()) < 1
    assert clock.monotonic() >= 60


def test_a_wait_that_rounding_has_made_too_short_ends() -> None:
    """Who asks the clock again and again until a moment has come is not asked for ever: each turn takes a while."""
    clock = Clock(OPENS)

    async def until(moment: float) -> None:
        while clock.monotonic() < moment:
            await asyncio.sleep(0)

    with LabWeb([], clock).virtual():
        asyncio.run(until(1e-4))


def test_modules_read_the_clock_while_it_is_in_force_and_not_afterwards() -> None:
    """A function that was imported by name, the module itself, and a parameter's default: all are put back."""

    def known() -> tuple[object, ...]:
        return vars(budget)["monotonic"], vars(hostfile)["time"], hostfile.HostFile.__init__.__defaults__

    before = known()
    clock = Clock(OPENS)
    clock.advance(5)
    with clock.in_force():
        assert vars(budget)["monotonic"]() == 5
        assert vars(hostfile)["time"].monotonic() == 5
        assert hostfile.HostFile(None).now() == OPENS.timestamp() + 5
        vars(hostfile)["time"].sleep(10)
        assert clock.monotonic() == 15
    assert known() == before
    assert before[:2] == (time.monotonic, time)


def test_only_the_labs_own_sites_can_be_reached() -> None:
    """No name and no address leads out of the process."""
    web = LabWeb([site()], Clock(OPENS))

    async def ask() -> list[str]:
        loop = asyncio.get_running_loop()
        found: list[str] = []
        for host in ("www.lab-001.example", "www.example.org"):
            try:
                found.append(str((await loop.getaddrinfo(host, 80))[0][4][0]))
            except socket.gaierror:
                found.append("no such name")
        with pytest.raises(ConnectionRefusedError):
            await loop.create_connection(asyncio.Protocol, "www.lab-001.example", 8080)
        return found

    with web.virtual():
        assert asyncio.run(ask()) == ["127.77.0.2", "no such name"]
