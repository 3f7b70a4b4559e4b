"""How long this machine has been up: a clock that all its processes share, and that nobody sets."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def uptime() -> tuple[str, float] | None:
    """The name of this start of the machine, and the seconds since, those asleep included; None where it is not told.

    Linux tells both (proc(5), clock_gettime(2)). Of two moments with one name the difference is what really passed,
    whatever became of the time of day meanwhile.
    """
    try:
        return _start(), time.clock_gettime(time.CLOCK_BOOTTIME)
    except (OSError, AttributeError):
        return None


@cache
def _start() -> str:
    """The name of this start: no process outlives it, and the clock is asked several times for each request."""
    return _BOOT_ID.read_text().strip()
