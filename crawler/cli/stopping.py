"""How a long command is stopped: SIGTERM ends it as Ctrl-C does, in order and with a sentence.

What was done is kept by whoever does it, at the latest when the archive is closed on the way out. A second signal does
not wait for what is awaited; nor does it lose what was kept.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from crawler.cli import INTERRUPTED
from crawler.cli.options import Common


@contextmanager
def stoppable(common: Common, sentence: str) -> Iterator[None]:
    """SIGTERM and Ctrl-C end what is done here: the sentence is said, and the exit code is that of an interruption."""
    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _as_ctrl_c) if in_main else None
    try:
        yield
    except KeyboardInterrupt:
        common.say(sentence)
        raise click.exceptions.Exit(INTERRUPTED) from None
    finally:
        if in_main:
            signal.signal(signal.SIGTERM, before)


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    """What Ctrl-C does at this moment: an event loop cancels what it runs. A script's `&` has a shell ignore Ctrl-C."""
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        raise KeyboardInterrupt
    handler(number, frame)
