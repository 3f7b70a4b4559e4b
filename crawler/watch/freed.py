"""Memory that was freed goes back to the system between two looks.

A look at hundreds of pages takes tens of megabytes and frees them again; glibc keeps most of that for itself, in pieces
that the next look does not always fit into. In one process that looked 10,000 times the resident set so grew by 1.2 MB
with each 1,000 looks although what Python held did not (bench/soak.py).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Give the system back what is free. Takes some milliseconds; does nothing where the C library is not glibc."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """glibc's `malloc_trim`, or nothing in its place: musl, macOS and Windows have none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return trim or (lambda kept: 0)
