"""How a worker names itself on a lease: nobody else is ever called so, before or after it."""

from __future__ import annotations

import os
import socket
import uuid
from functools import cache


@cache
def _of_process(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{uuid.uuid4().hex[:8]}"


def me() -> str:
    """The host, the process, and a word that tells it from a later process with the same number.

    >>> me() == me() and me().split(":")[1] == str(os.getpid())
    True
    """
    return _of_process(os.getpid())
