"""An event loop whose clock jumps to the next thing that is to happen, over a network that is in this process alone.

`with virtual(clock, network):` makes every `asyncio.run` inside, those of `crawler.fetch` among them, run on such a
loop. Names are resolved and connections made by the network; a connection to anywhere else is refused, so that no
request leaves the process. The clock stands still as long as anything runs: a call that is ready, work in a thread.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import pkgutil
import selectors
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from crawler.lab.clock import Clock
from crawler.lab.wire import Address, join

CLIENT = "127.0.0.1"
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class Network(Protocol):
    """Who answers at which address."""

    def resolve(self, host: str) -> str:
        """The IPv4 address of a name. Raises socket.gaierror."""
        ...

    async def connect(self, address: Address) -> None:
        """Wait for as long as a connection takes. Raises OSError where nobody takes it."""
        ...

    def serve(self, address: Address) -> asyncio.BaseProtocol:
        """The server's side of a connection that was made."""
        ...


TURN = 1e-6
"""Seconds that a turn of the loop takes: who waits for what rounding left of a second must not wait for ever."""


class StalledError(RuntimeError):
    """Nothing is left to happen, and something is still waited for: in real time this would hang for ever."""


class _Jumping(selectors.BaseSelector):
    """A selector that lets the clock jump instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        self._real = selectors.DefaultSelector()
        self._clock = clock
        self.busy: Callable[[], bool] = lambda: False

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready. With nothing ready and nothing under way, the time that would be waited passes at once."""
        self._clock.advance(TURN)
        if timeout is not None and timeout <= 0:
            return self._real.select(0) if self.busy() else []
        if self.busy():
            return self._real.select(None)
        if found := self._real.select(0):
            return found
        if timeout is None:
            raise StalledError("Nothing is left to happen, and something is still waited for.")
        self._clock.advance(timeout)
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """As selectors has it."""
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """As selectors has it."""
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """As selectors has it."""
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Any:
        """As selectors has it."""
        return self._real.get_map()

    def close(self) -> None:
        """As selectors has it."""
        self._real.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time."""

    def __init__(self, clock: Clock, network: Network) -> None:
        selector = _Jumping(clock)
        self._clock, self._network = clock, network
        self._dialled: dict[socket.socket, Address] = {}
        self._port = 40_000
        self._under_way = 0  # pieces of work that a thread does
        super().__init__(selector)
        selector.busy = lambda: self._under_way > 0

    def time(self) -> float:
        """The clock's seconds."""
        return self._clock.monotonic()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """As asyncio has it; time stands still meanwhile."""
        future = super().run_in_executor(executor, func, *args)
        self._under_way += 1
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _: object) -> None:
        self._under_way -= 1

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """As asyncio has it, which does it in a thread as well."""
        self._under_way += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._under_way -= 1

    async def getaddrinfo(self, host: Any, port: Any, **kind: Any) -> list[Any]:
        """The network's address for a name."""
        found = self._network.resolve(host.decode() if isinstance(host, bytes) else str(host))
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (found, int(port or 0)))]

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Note where a socket would lead; it stays unconnected."""
        await self._network.connect((str(address[0]), int(address[1])))
        self._dialled[sock] = (str(address[0]), int(address[1]))

    async def create_connection(self, protocol_factory: Any, host: Any = None, port: Any = None, **kind: Any) -> Any:
        """A connection within the process, to where the socket was led. TLS is not spoken here."""
        if kind.get("ssl"):
            raise OSError("the lab's network speaks no TLS")
        sock: socket.socket | None = kind.get("sock")
        if sock is None:
            address = (self._network.resolve(str(host)), int(port))
            await self._network.connect(address)
        else:
            address = self._dialled.pop(sock)
        self._port = 40_000 + (self._port - 39_999) % 20_000
        protocol = protocol_factory()
        closed = sock.close if sock is not None else _nothing
        end = join(self, protocol, self._network.serve(address), ((CLIENT, self._port), address), closed)
        return end, protocol


def _nothing() -> None:
    pass


class _Policy(asyncio.DefaultEventLoopPolicy):
    def __init__(self, clock: Clock, network: Network) -> None:
        super().__init__()
        self._made_of = clock, network

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return VirtualLoop(*self._made_of)


MODULES = (
    "crawler.crawl", "crawler.run", "scrapy.core.downloader", "scrapy.core.engine", "scrapy.core.scheduler",
    "scrapy.core.scraper", "scrapy.downloadermiddlewares.httpproxy", "scrapy.logformatter", "scrapy.statscollectors",
    "aiohttp.web",
)  # fmt: skip
"""What a crawl would load while it runs; loaded after the clock came into force, it would not read it."""


def _load() -> None:
    for each in pkgutil.iter_modules(importlib.import_module("crawler.fetch").__path__, "crawler.fetch."):
        importlib.import_module(each.name)
    for name in MODULES:
        importlib.import_module(name)


async def _looked_up(host: str, port: int, family: int = 0) -> list[Any]:
    """The loop's own answer, where the crawl would ask the system."""
    return list(await asyncio.get_running_loop().getaddrinfo(host, port))


@contextmanager
def virtual(clock: Clock, network: Network) -> Iterator[None]:
    """Everything asynchronous inside runs in virtual time on the network; proxies of the environment are left alone."""
    _load()
    resolver = importlib.import_module("crawler.fetch.resolver")
    look_up = resolver._looked_up
    before = asyncio.get_event_loop_policy()
    environment = {name: os.environ.pop(name) for name in (*PROXIES, *map(str.upper, PROXIES)) if name in os.environ}
    with clock.in_force():
        asyncio.set_event_loop_policy(_Policy(clock, network))
        vars(resolver)["_looked_up"] = _looked_up  # a thread of its own for each name, of which the clock knows nothing
        try:
            yield
        finally:
            vars(resolver)["_looked_up"] = look_up
            asyncio.set_event_loop_policy(before)
            os.environ.update(environment)
