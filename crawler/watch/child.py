"""The worker's process as its supervisor holds it: started, told, watched, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

from crawler.watch.beat import Beat, beat_of

_PROGRAM = """
import sys
count = int(sys.argv[1])
sys.path[:] = sys.argv[2:2 + count]  # modules are found where we found ours, and not in the folder we happen to be in
sys.argv[1:] = sys.argv[2 + count:]
from crawler.cli import main
main(prog_name="jianbao")
"""


class Child:
    """A worker in a session of its own: no signal of a terminal reaches it but through its supervisor."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """Start `jianbao` with these arguments."""
        command = [sys.executable, "-c", _PROGRAM, str(len(sys.path)), *sys.path, *arguments]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.started = datetime.now(UTC)
        self.beat = Beat("starting")
        self.heard = self.born = monotonic()
        self.heard_at: datetime | None = None
        self._listener = threading.Thread(target=self._listen, name="beats", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """How it ended; None while it lives."""
        return self._process.poll()

    def tell(self, order: bytes) -> None:
        """Give it an order; one that has ended hears nothing."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(order + b"\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """Ask it to end in order. Not by a signal: whoever stops all processes of a service has sent it one already."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()

    def kill(self) -> None:
        """End it now, with whatever it has started in its own process group."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def bury(self) -> None:
        """Give its pipes back, once it has ended."""
        self._process.wait()
        self._listener.join(1.0)  # somebody who was started by it may hold the pipe open still
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):  # the pipe is closed
            for line in self._process.stdout:
                if (beat := beat_of(line)) is not None:
                    self.beat, self.heard, self.heard_at = beat, monotonic(), datetime.now(UTC)
