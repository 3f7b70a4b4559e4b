"""A web site on a loopback address, in a thread of the test process, that sees what a crawler really does.

It answers with raw bytes, so that it can lie, stall, drip and break off; it notes every request with its time and
headers, and how many were under way at one moment.
"""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Seen:
    """One request as the server saw it. `target` is as it stood in the request line."""

    target: str
    headers: tuple[tuple[str, str], ...]
    at: float

    def header(self, name: str) -> str | None:
        """The header of that name, any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Handler = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes = b"", status: int = 200, *headers: tuple[str, str]) -> bytes:
    """A whole, honest HTTP response."""
    lines = [f"HTTP/1.1 {status} Status", *(f"{key}: {value}" for key, value in headers)]
    if status != 304:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def page(text: str = "<p>正文</p>") -> bytes:
    """A page in UTF-8."""
    return answer(text.encode(), 200, ("Content-Type", "text/html; charset=utf-8"))


def packed(text: bytes, coding: str = "gzip", body: bytes | None = None) -> bytes:
    """A response with a Content-Encoding, gzip of `text` unless a body is given."""
    return answer(gzip.compress(text) if body is None else body, 200, ("Content-Encoding", coding))


def redirect(location: str, status: int = 302) -> bytes:
    """A redirect."""
    return answer(b"", status, ("Location", location))


@dataclass
class Site:
    """Answers by path: bytes, a list of bytes (one after the other, the last again and again) or a coroutine.

    Without a rule, robots.txt is 404 and every other path a page.
    """

    rules: dict[str, bytes | list[bytes] | Handler] = field(default_factory=dict)
    address: str = "127.0.0.1"
    slow: float = 0.0  # seconds before an answer
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    peak: int = 0
    port: int = 0
    _active: int = 0

    def __enter__(self) -> Site:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._main, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(10)

    def url(self, path: str) -> str:
        """The absolute address of a path."""
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}{path}"

    def asked(self, path: str | None = None) -> list[Seen]:
        """The requests for a path; for all but robots.txt if none is given."""
        return [
            seen for seen in self.seen if (seen.target == path if path else not seen.target.endswith("/robots.txt"))
        ]

    def targets(self) -> list[str]:
        """What was asked, in order, without robots.txt."""
        return [seen.target for seen in self.asked()]

    def _main(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda loop, context: None)  # clients that go away in mid-answer
        server = await asyncio.start_server(self._connection, self.address, 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._done.wait()
        server.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                pairs = tuple(
                    (key, value.strip()) for key, _, value in (line.partition(":") for line in head[1:] if line)
                )
                seen = Seen(head[0].split(" ")[1], pairs, time.monotonic())
                self.seen.append(seen)
                self._active += 1
                self.peak = max(self.peak, self._active)
                try:
                    if self.slow:
                        await asyncio.sleep(self.slow)
                    await self._respond(seen, writer)
                finally:
                    self._active -= 1
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _respond(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        rule = self.rules.get(seen.target, self.rules.get("*"))
        if seen.target.endswith("/robots.txt") and seen.target not in self.rules:
            rule = answer(b"nothing here", 404)
        if callable(rule):
            await rule(seen, writer)
            return
        if isinstance(rule, list):
            rule = rule.pop(0) if len(rule) > 1 else rule[0]
        writer.write(page() if rule is None else rule)
        await writer.drain()
