"""What was written outlives a loss of power: it is synced, and so is the folder that got a new name.

A file is whole under its name when it was written under another one, synced, renamed, and its folder synced
(POSIX: a directory is synced like a file).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, Any


def sync(file: IO[Any]) -> None:
    """Make what was written into an open file last. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def sync_path(path: Path) -> None:
    """The same for a file or a folder by its name: one that another program wrote, or that got or lost a name."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
