"""Files that others read while we write them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(target: Path) -> Iterator[BinaryIO]:
    """A stream for a file that appears under its name, or takes the place of what was there, when all of it is written.

    A link is followed. What is no regular file (a device, a pipe) cannot be replaced and is written into as it is.
    Whatever is raised meanwhile leaves what was there, and what killed processes left beside it goes. Raises OSError.
    """
    if target.exists() and not target.is_file():  # before links are followed: those of /proc to a pipe lead nowhere
        with named(target), target.open("wb") as stream:
            yield stream
        return
    target = target.resolve()
    _clear(target)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with named(target), beside.open("wb") as stream:
            yield stream
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def named(target: Path | str) -> Iterator[None]:
    """Give an OSError that names no file (a disk that is full while it is written to) this one's name."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(target)
        raise


def write_whole(target: Path, content: bytes) -> None:
    """Write a file so that whoever reads it sees all of it or what was there before. Raises OSError."""
    with whole(target) as stream:
        stream.write(content)


OLD = 60.0  # seconds after which nobody is at it any more: writing takes a moment


def _clear(target: Path) -> None:
    for left in target.parent.glob(f".{target.name}.*"):
        with suppress(FileNotFoundError):  # another has cleared it
            if left.suffix[1:].isdigit() and time.time() - left.stat().st_mtime > OLD:
                left.unlink()
