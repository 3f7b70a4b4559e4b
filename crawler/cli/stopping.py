"""How a long command is stopped: SIGTERM ends it as Ctrl-C does, in order and with a sentence.

What was done is kept by whoever does it, at the latest when the archive is closed on the way out. A second signal does
not wait for what is awaited; nor does it lose what was kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from crawler.cli import INTERRUPTED
from crawler.cli.options import Common
from crawler.cli.signals import sigterm_as_ctrl_c


@contextmanager
def stoppable(common: Common, sentence: str) -> Iterator[None]:
    """SIGTERM and Ctrl-C end what is done here: the sentence is said, and the exit code is that of an interruption."""
    try:
        with sigterm_as_ctrl_c():
            yield
    except KeyboardInterrupt:
        common.say(sentence)
        raise click.exceptions.Exit(INTERRUPTED) from None
