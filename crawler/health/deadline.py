"""A bound on how long one message takes as a whole, whatever the other side sends: a byte now and then is not enough.

A timeout of a socket is for each of its steps, and a server that drips starts it anew with every byte.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Deadline:
    """Connections that are shut down once the time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[socket.socket] = []
        self.passed = False
        self.met = False  # what was to be done by then is done; what follows is courtesy

    def guard(self, connection: socket.socket) -> None:
        """Shut this connection down too; it may be wrapped in TLS later."""
        with self._lock:
            self._held.append(connection.dup())  # TLS takes the socket itself away from whoever made it
            if self.passed:
                self._shut()

    def pass_(self) -> None:
        """The time is over."""
        with self._lock:
            self.passed = True
            self._shut()

    def _shut(self) -> None:
        for each in self._held:
            with suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            for each in self._held:
                each.close()
            self._held.clear()


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """What is done inside ends after so many seconds: with TimeoutError, however the cut is told by what was cut."""
    deadline = Deadline()
    timer = threading.Timer(seconds, deadline.pass_)
    timer.daemon = True
    timer.start()
    try:
        yield deadline
    except Exception as error:
        if deadline.passed:
            raise TimeoutError(f"it took longer than {seconds:g} s") from error
        raise
    else:  # a header that was cut off reads like the last one
        if deadline.passed and not deadline.met:
            raise TimeoutError(f"it took longer than {seconds:g} s")
    finally:
        timer.cancel()
        deadline.close()
