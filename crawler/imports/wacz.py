"""WACZ packages (https://specs.webrecorder.net/wacz/1.1.1/) → the WARC files in them, read where they lie.

A package is a ZIP whose WARC files stand in `archive/`. Nothing is unpacked onto the disk. The package's own lists
(`datapackage.json`, `indexes/`) are not needed: each record says what it is and what its digest is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from crawler.imports.page import BadFile

BEGINNING = b"PK\x03\x04"

MEMBER = re.compile(r"archive/[^/\\]{1,250}\.warc(?:\.gz)?", re.IGNORECASE)

MOST_DIRECTORY = 8 << 20
"""Bytes of a ZIP's list of contents (some 80,000 names), which is held in memory."""

Opening = Callable[[], BinaryIO]


def members(path: Path) -> Iterator[tuple[str, Opening]]:
    """The WARC files of a package, by name. Raises BadFile where there is none, or the package cannot be read."""
    try:
        with zipfile.ZipFile(_Bounded(io.FileIO(path))) as package:
            found = sorted(
                (each for each in package.infolist() if MEMBER.fullmatch(each.filename)), key=lambda each: each.filename
            )
            if not found:
                raise BadFile(
                    "It is a ZIP without a WARC file in its folder archive/: unpack it, and import what it holds."
                )
            for each in found:
                yield each.filename, lambda name=each: cast(BinaryIO, package.open(name))  # type: ignore[misc]
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        raise BadFile(f"Its list of contents cannot be read: {error}.") from error


class _Bounded(io.BufferedReader):
    """A file of which nobody takes more into memory at once than a list of contents may have."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file. Raises BadZipFile where that is more."""
        found = super().read(MOST_DIRECTORY + 1 if size is None or size < 0 else min(size, MOST_DIRECTORY + 1))
        if len(found) > MOST_DIRECTORY:
            raise zipfile.BadZipFile(f"it is longer than {MOST_DIRECTORY >> 20} MiB")
        return found
