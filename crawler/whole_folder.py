"""Folders that others see whole or not at all."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.whole_file import OLD, named


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """An empty folder to be filled, which appears under its name when all of it is written.

    The name must be free, or that of an empty folder. Whatever is raised meanwhile leaves nothing, and what killed
    processes left beside it goes, unless it was written to within the last minute. Raises FileExistsError or OSError.
    """
    target = target.resolve()
    refuse_full(target)
    _clear(target)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.mkdir()
    try:
        with named(target):
            yield beside
        beside.replace(target)  # an empty folder of that name gives way; one that was filled meanwhile does not
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def refuse_full(target: Path) -> None:
    """Raise FileExistsError where something stands under this name that is no empty folder."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FileExistsError(17, "It is there already; name a new folder or an empty one", str(target))


def _clear(target: Path) -> None:
    for left in target.parent.glob(f".{target.name}.*"):
        if left.suffix[1:].isdigit() and left.is_dir() and not left.is_symlink():
            newest = max((each.stat().st_mtime for each in (left, *left.iterdir())), default=0.0)
            if time.time() - newest > OLD:
                shutil.rmtree(left, ignore_errors=True)
