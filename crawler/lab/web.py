"""The lab's web: its sites behind a network of their own, and every request as the servers saw it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from crawler.lab.answers import Answered, Asked, answer
from crawler.lab.clock import Clock
from crawler.lab.loop import virtual
from crawler.lab.sites import Site, source_of
from crawler.lab.wire import Address

PATIENCE = 600  # seconds after which a server that hangs gives up


@dataclass(slots=True)
class Seen:
    """One request as the server saw it; `at` and `ended` in the clock's seconds, `ended` None while it is under way."""

    at: float
    site: str
    path: str
    conditional: bool
    user_agent: str
    ended: float | None = None
    status: int = 0  # 0: no whole answer
    retry_after: int = 0
    size: int = 0  # bytes of the answer's body


class LabWeb:
    """All sites at once: a `crawler.lab.loop.Network`. `seen` are the requests so far, in the order of arrival."""

    def __init__(self, sites: Sequence[Site], clock: Clock) -> None:
        self.sites: Mapping[str, Site] = {site.id: site for site in sites}
        self.clock = clock
        self.seen: list[Seen] = []
        self._by_host = {site.host: site for site in sites}
        self._by_ip = {site.ip: site for site in sites}
        self._servers: dict[str, tuple[asyncio.AbstractEventLoop, web.Server]] = {}

    @contextmanager
    def virtual(self) -> Iterator[None]:
        """Every `asyncio.run` inside runs in virtual time and knows these sites alone."""
        with virtual(self.clock, self):
            yield

    def base(self, site: Site) -> str:
        """A site's address, without a slash at the end."""
        return f"http://{site.host}"

    def write_config(self, folder: Path, every: str = "1h") -> None:
        """Write `sources/*.toml` for all sites."""
        sources = folder / "sources"
        sources.mkdir(parents=True, exist_ok=True)
        for site in self.sites.values():
            (sources / f"{site.id}.toml").write_text(source_of(site, self.base(site), every), "utf-8")

    # --- the network

    def resolve(self, host: str) -> str:
        """The address of a site's name. Raises socket.gaierror for others, and where the name is gone for now."""
        site = self._by_host.get(host)
        if site is None and host in self._by_ip:
            return host
        trouble = site.trouble(self.clock.now()) if site else None
        if site is None or (trouble and trouble.kind == "dns"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return site.ip

    async def connect(self, address: Address) -> None:
        """A connection takes a moment. ConnectionRefusedError where nobody listens."""
        site = self._by_ip.get(address[0])
        trouble = site.trouble(self.clock.now()) if site else None
        if site is None or address[1] != 80 or (trouble and trouble.kind == "refused"):
            raise ConnectionRefusedError(111, "Connection refused")

    def serve(self, address: Address) -> asyncio.BaseProtocol:
        """The site's server, one for each loop."""
        site, loop = self._by_ip[address[0]], asyncio.get_running_loop()
        known = self._servers.get(site.id)
        if known is None or known[0] is not loop:
            known = self._servers[site.id] = (loop, handler(site, self.base(site), self.clock, self.seen))
        return known[1]()


def handler(site: Site, base: str, clock: Clock, seen: list[Seen]) -> web.Server:
    """A server for one site that notes what it is asked."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        moment = clock.now()
        conditions = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        noted = Seen(
            clock.monotonic(), site.id, request.path_qs, any(conditions), request.headers.get("User-Agent", "")
        )
        seen.append(noted)
        try:
            found = answer(site, base, moment, Asked(request.path_qs, *conditions))
            return await _told(request, found, moment, noted)
        finally:
            noted.ended = clock.monotonic()

    return web.Server(handle, access_log=None, keepalive_timeout=30.0)


async def _hang(request: web.BaseRequest) -> None:
    """Say nothing until the other side has given up."""
    for _ in range(PATIENCE):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(1.0)


async def _told(request: web.BaseRequest, found: Answered, moment: datetime, noted: Seen) -> web.StreamResponse:
    if found.fate == "hanging":
        await _hang(request)
    if found.takes:
        await asyncio.sleep(found.takes)
    if found.fate != "whole":
        transport = request.transport
        if transport is not None:
            transport.abort()
        raise ConnectionResetError("broken off, as the site's trouble has it")
    noted.status, noted.retry_after, noted.size = found.status, found.retry_after, len(found.body)
    date = f"{moment:%a, %d %b %Y %H:%M:%S} GMT"
    response = web.Response(status=found.status, body=found.body, headers={"Date": date, "Server": "lab"})
    for name, value in found.headers:
        response.headers[name] = value
    return response
