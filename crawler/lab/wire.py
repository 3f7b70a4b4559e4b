"""A connection inside one process: what one end writes, the other is given at the loop's next turn.

A socket's bytes are under way for a while that nobody knows, so a clock that jumps could jump over them. Here nothing
is ever under way but what the loop itself has still to do, which makes every run the same.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

Address = tuple[str, int]


class End(asyncio.Transport):
    """One end of a connection. `closed` is called when it is gone for good."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, own: Address, peer: Address, closed: Callable[[], None]
    ) -> None:
        super().__init__({"sockname": own, "peername": peer})
        self._loop = loop
        self._closed = closed
        self._protocol: Any = None
        self._other: End | None = None
        self._closing = False
        self._lost = False
        self._reading = True
        self._held: deque[bytes | None] = deque()  # None: the other end has finished

    def join(self, protocol: asyncio.BaseProtocol, other: End) -> None:
        """Set the protocol that is served, and the end that is written to."""
        self._protocol, self._other = protocol, other

    # --- as asyncio.Transport has it

    def write(self, data: Any) -> None:
        """Send bytes."""
        if data and not self._closing and self._other is not None:
            self._loop.call_soon(self._other.arrives, bytes(data))

    def write_eof(self) -> None:
        """Send nothing more."""
        if self._other is not None:
            self._loop.call_soon(self._other.arrives, None)

    def can_write_eof(self) -> bool:
        """It can."""
        return True

    def get_write_buffer_size(self) -> int:
        """Nothing waits here."""
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """There is no buffer."""

    def is_reading(self) -> bool:
        """Whether the protocol takes data."""
        return self._reading and not self._closing

    def pause_reading(self) -> None:
        """Hold what arrives."""
        self._reading = False

    def resume_reading(self) -> None:
        """Hand over what was held."""
        self._reading = True
        if self._held:
            self._loop.call_soon(self._hand_over)

    def is_closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._closing

    def get_protocol(self) -> asyncio.BaseProtocol:
        """The protocol that is served."""
        return self._protocol  # type: ignore[no-any-return]

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Serve another protocol."""
        self._protocol = protocol

    def close(self) -> None:
        """Finish in an orderly way: what was written before arrives."""
        if not self._closing:
            self.write_eof()
            self._end(None)

    def abort(self) -> None:
        """Break off: the other end is reset."""
        if not self._closing:
            if self._other is not None:
                self._loop.call_soon(self._other.breaks)
            self._end(None)

    # --- what the other end does

    def arrives(self, data: bytes | None) -> None:
        """Bytes have come, or the end of them."""
        self._held.append(data)
        self._hand_over()

    def breaks(self) -> None:
        """The other end has broken off."""
        self._end(ConnectionResetError(104, "Connection reset by peer"))

    def _hand_over(self) -> None:
        while self._held and self._reading and not self._closing:
            data = self._held.popleft()
            if data is not None:
                self._protocol.data_received(data)
            elif not self._protocol.eof_received():
                self.close()

    def _end(self, error: Exception | None) -> None:
        if not self._closing:
            self._closing = True
            self._held.clear()
            self._loop.call_soon(self._gone, error)

    def _gone(self, error: Exception | None) -> None:
        if not self._lost:
            self._lost = True
            self._protocol.connection_lost(error)
            self._closed()
            self._other = None


def join(
    loop: asyncio.AbstractEventLoop,
    client: asyncio.BaseProtocol,
    server: asyncio.BaseProtocol,
    addresses: tuple[Address, Address],
    closed: Callable[[], None],
) -> End:
    """Connect two protocols; returns the client's end. `addresses` are the client's and the server's."""
    near = End(loop, addresses[0], addresses[1], closed)
    far = End(loop, addresses[1], addresses[0], lambda: None)
    near.join(client, far)
    far.join(server, near)
    server.connection_made(far)
    client.connection_made(near)
    return near
