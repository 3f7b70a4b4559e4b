"""Names → addresses, by the system's resolver, without the addresses that must not be asked.

Each name is looked up in a thread of its own that nobody waits for: a name server that does not answer keeps its thread
for half a minute, and in a common pool of threads a handful of dead names would stop all other sources, and the end of
the process as well.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.fetch.addresses import Network, may_ask

MOST_LOOK_UPS = 64  # at a time


class RefusedAddressError(OSError):
    """A name resolves to addresses that must not be asked."""


class Resolver(AbstractResolver):
    """The system's resolver. `allowed`: private addresses that may be asked; None: every address may."""

    def __init__(self, allowed: tuple[Network, ...] | None) -> None:
        self._allowed = allowed
        self._room = asyncio.Semaphore(MOST_LOOK_UPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host` that may be asked; RefusedAddressError if it has none but others, else OSError."""
        async with self._room:
            found = await _looked_up(host, port, family)
        fit = [each for each in found if self._may_ask(each)]
        if found and not fit:
            raise RefusedAddressError(f"{host} resolves to {found[0][4][0]}, which is not a public address")
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=str(at[0]), port=port, family=family, proto=proto, flags=numeric)
            for family, _, proto, _, at in fit
        ]

    def _may_ask(self, found: tuple[Any, ...]) -> bool:
        return self._allowed is None or may_ask(ip_address(str(found[4][0]).partition("%")[0]), self._allowed)

    async def close(self) -> None:
        """Nothing is held."""


async def _looked_up(host: str, port: int, family: socket.AddressFamily) -> list[tuple[Any, ...]]:
    """What getaddrinfo says, or raises; awaited without holding up the loop, nor the end of the process."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[tuple[Any, ...]]] = loop.create_future()

    def tell(found: list[tuple[Any, ...]], error: Exception | None) -> None:
        if answer.cancelled():
            return
        if error is None:
            answer.set_result(found)
        else:
            answer.set_exception(error)

    def look_up() -> None:
        found: list[tuple[Any, ...]] = []
        error: Exception | None = None
        try:
            found = list(
                socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, socket.IPPROTO_TCP, socket.AI_ADDRCONFIG)
            )
        except (OSError, UnicodeError) as refused:  # UnicodeError: a label of a name is empty or too long
            error = refused if isinstance(refused, OSError) else OSError(str(refused))
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, found, error)

    threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
    return await answer
