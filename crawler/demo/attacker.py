"""A server that does what no server should: it answers with raw bytes, or as a coroutine of its own sees fit.

It serves on one loopback address in a thread of its own, so that tests, the lab and benches can set it against a
crawl. What it does is data (`attacks.py`); it notes what it was asked.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import TracebackType

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
"""The bytes of a whole response, or what writes one."""

MISSING = b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"


class Attacker:
    """The server. `answers` by path; "*" for every path that has none; else 404."""

    def __init__(self, address: str = "127.0.0.2", answers: Mapping[str, Answer] | None = None) -> None:
        self.address = address
        self.answers: Mapping[str, Answer] = answers or {}
        self.asked: list[str] = []
        self.port = 0

    @property
    def base(self) -> str:
        """The address of the site, without a slash at its end."""
        return f"http://{self.address}:{self.port}"

    def __enter__(self) -> Attacker:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise RuntimeError(f"the server on {self.address} does not start")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda loop, context: None)  # clients that go away in the middle
        server = await asyncio.start_server(self._connected, self.address, 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._done.wait()
        server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, IndexError):
            first = await reader.readexactly(1)
            if first == b"\x16":  # the client begins to speak TLS
                writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            while first != b"\x16":
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1")
                self.asked.append(path)
                answer = self.answers.get(path, self.answers.get("*", MISSING))
                if callable(answer):
                    await answer(writer)
                else:
                    writer.write(answer)
                    await writer.drain()
        writer.close()
