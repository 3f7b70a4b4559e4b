"""What a reading process may use, kept by the operating system, so that it holds whatever the process is busy with."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MOST_MEMORY = 1 << 30
"""Bytes of address space of a worker. The hungriest page that is known takes two fifths of it."""

GROWN = 300 << 20
"""Bytes in memory, after a page, from which on a worker is replaced by a fresh one."""

_TO_BYTES = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, KiB elsewhere (getrusage(2))


PATIENCE = 4
"""So many times its processor time a page may take by the clock: for one that waits for nothing, on a machine that is
busy with other things. (A sound page of 0.6 s was once stopped at a load of 13 a core, by the clock alone.)"""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End this process if the body takes longer: `seconds` of the processor, or PATIENCE times that by the clock.

    The signals keep their default actions and need no help of Python, which runs no handler while C code is at work.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def bound_memory() -> None:
    """Have allocations beyond MOST_MEMORY fail; leave no core file; be the first to go where memory runs out.

    macOS keeps no limit on address space; there only the system's own end of memory is left.
    """
    with suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def has_grown() -> bool:
    """Whether this process has held so much memory that it should make room for a fresh one."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _TO_BYTES > GROWN
