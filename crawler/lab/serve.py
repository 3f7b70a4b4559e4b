"""The lab's sites on real sockets, for a crawler that runs by itself: each on an address of its own of 127.77.0.0/16.

A system that gives the loopback interface all of 127.0.0.0/8 (Linux) needs no set-up for that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.lab.clock import Clock
from crawler.lab.sites import Site
from crawler.lab.web import Seen, handler


class RunningClock(Clock):
    """A clock that goes by itself, `speed` times as fast as the real one."""

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        super().__init__(start)
        self._began, self._speed = time.monotonic(), speed

    def now(self) -> datetime:
        """The moment."""
        return self.start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds of the lab's time since the start."""
        return (time.monotonic() - self._began) * self._speed


def base_at(site: Site, port: int) -> str:
    """The address of a site that is served on a port, without a slash at the end."""
    return f"http://{site.ip}:{port}"


async def serve(sites: Sequence[Site], clock: Clock, port: int, seen: list[Seen], ready: asyncio.Event) -> None:
    """Serve until it is cancelled. `seen` takes every request, `ready` is set when all ports are open."""
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(handler(site, base_at(site, port), clock, seen), site.ip, port) for site in sites
    ]
    ready.set()
    try:
        await asyncio.Event().wait()
    finally:
        for server in servers:
            server.close()
