"""How a worker names itself on a lease: nobody else is ever called so, before or after it."""

from __future__ import annotations

import os
import socket
import uuid
from datetime import datetime
from functools import cache

from archive.model import Watch


def this_machine() -> str:
    """How the names of all workers of this machine begin."""
    return f"{socket.gethostname()}:"


@cache
def _of_process(pid: int) -> str:
    return f"{this_machine()}{pid}:{uuid.uuid4().hex[:8]}"


def me() -> str:
    """The host, the process, and a word that tells it from a later process with the same number.

    >>> me() == me() and me().split(":")[1] == str(os.getpid())
    True
    """
    return _of_process(os.getpid())


def is_held_by(watch: Watch, pid: int | None, now: datetime) -> bool:
    """Whether a source's lease is that of a process of this machine; without one, whether it still holds at all.

    A lease that a killed process has left says nothing of who is at work now.
    """
    if watch.lease_owner is None:
        return False
    if pid is None:
        return watch.lease_until is not None and watch.lease_until > now
    host, number, _ = f"{watch.lease_owner}::".split(":", 2)
    return (host, number) == (socket.gethostname(), str(pid))
