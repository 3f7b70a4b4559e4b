"""The files that a path names, and what each holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.imports import exported, folder, warc
from crawler.imports.exported import Exported
from crawler.imports.page import Incoming, Passed

WARC_NAMES = (".warc", ".warc.gz", ".warc.zst", ".arc.gz", ".wacz")
LINES = (".jsonl", ".jsonl.gz", ".ndjson")

Item = Incoming | Exported | Passed


def files(path: Path) -> Iterator[tuple[Path, Iterator[Item]]]:
    """The files that a path names, with what each holds. A folder may hold WARC files, pages, or both."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and not each.is_symlink() and each.name.lower().endswith(WARC_NAMES):
                yield each, warc.pages(each)
        yield path, folder.pages(path)
    elif is_of_lines(path):
        yield path, exported.articles(path)
    else:
        yield path, warc.pages(path)


def is_of_lines(path: Path) -> bool:
    """Whether it holds our own JSON lines."""
    return path.name.lower().endswith(LINES) and not path.is_dir()
