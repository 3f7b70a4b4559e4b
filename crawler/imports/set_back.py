"""Copies that stand in the files in no order of their times, set back until all are there; then the oldest comes first.

None of them is in the archive before its turn: a process that is killed leaves of each page the oldest copies, and the
next one goes on with the newer ones. They lie in a file without a name, which goes with the process.
"""

from __future__ import annotations

import pickle
import tempfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from uuid import UUID

from archive.model import Capture
from crawler.imports.kept import Kept
from crawler.source import Source

QUICKLY = 1
"""Of zlib's levels."""


class SetBack:
    """Given copies in any order, it gives them back by their times. `room` is the folder on whose disk they lie."""

    def __init__(self, room: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=room)  # noqa: SIM115 - `__exit__` closes it
        self._sources: dict[str, Source] = {}
        self._times = array("d")  # seconds; of each copy, as the two below
        self._ids = array("Q")  # the first half; of copies of one time the order is the same in every run
        self._places = array("Q")

    def add(self, capture: Capture, source: Source, address: str) -> None:
        """A copy and its canonical address. Raises OSError where the disk is full."""
        self._sources[source.id] = source
        self._times.append(capture.fetched_at.timestamp())
        self._ids.append(UUID(capture.id).int >> 64)
        self._places.append(self._file.tell())
        packed = zlib.compress(pickle.dumps((capture, address), pickle.HIGHEST_PROTOCOL), QUICKLY)
        self._file.write(len(packed).to_bytes(8) + packed)

    def __iter__(self) -> Iterator[Kept]:
        """All of them, oldest first. When that is begun none is added any more."""
        for number in sorted(range(len(self._times)), key=lambda each: (self._times[each], self._ids[each])):
            self._file.seek(self._places[number])
            packed = self._file.read(int.from_bytes(self._file.read(8)))
            capture, address = pickle.loads(zlib.decompress(packed))  # noqa: S301 - we wrote it, and nobody else can
            yield Kept(capture, self._sources[capture.source_id], address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        self._file.close()
