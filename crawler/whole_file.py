"""Files that others read while we write them."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that whoever reads it sees all of it or what was there before. Raises OSError.

    What processes left beside it that were killed while they wrote goes.
    """
    _clear(target)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


OLD = 60.0  # seconds after which nobody is at it any more: writing takes a moment


def _clear(target: Path) -> None:
    for left in target.parent.glob(f".{target.name}.*"):
        with suppress(FileNotFoundError):  # another has cleared it
            if left.suffix[1:].isdigit() and time.time() - left.stat().st_mtime > OLD:
                left.unlink()
