"""What a worker is told while it works: by its supervisor, line by line on stdin, and by signals.

`look`: something may be due. `retire`: finish what is under way and end. The end of the pipe means that the supervisor
is gone: then the worker ends as by SIGTERM, in order.
"""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType

LOOK, RETIRE = b"look", b"retire"


class Orders:
    """The orders so far. All may be read from any thread."""

    def __init__(self) -> None:
        self._given = threading.Condition()
        self._look = True  # whoever starts a worker wants it to look
        self.retire = False
        self.stop = False

    @property
    def to_end(self) -> bool:
        """Whether nothing new is to be begun."""
        return self.stop or self.retire

    def wait(self, seconds: float | None = None, *, for_look: bool = True) -> None:
        """Wait until something is ordered, or for so many seconds; without `for_look`, only until it is to end."""
        with self._given:
            self._given.wait_for(lambda: self.to_end or (for_look and self._look), seconds)
            self._look = self._look and not for_look

    def heed_signals(self) -> None:
        """SIGTERM and SIGINT end the worker in order; a second one ends it at once. For the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signalled)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        self.stop = True
        # Whoever waits is the thread that this handler interrupts: it may hold the lock, so another one has to tell it.
        threading.Thread(target=self._tell, daemon=True).start()

    def _tell(self) -> None:
        with self._given:
            self._given.notify_all()

    def listen(self, descriptor: int) -> None:
        """Take orders from a pipe, in a thread, to its end."""
        threading.Thread(target=self._listen, args=(descriptor,), name="orders", daemon=True).start()

    def _listen(self, descriptor: int) -> None:
        rest = b""
        while some := os.read(descriptor, 4096):
            *lines, rest = (rest + some).split(b"\n")
            with self._given:
                self._look = self._look or LOOK in lines
                self.retire = self.retire or RETIRE in lines
                self._given.notify_all()
        if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # else a signal came as well, and a second one kills
            os.kill(os.getpid(), signal.SIGTERM)  # so that a fetch that is under way hears of it
