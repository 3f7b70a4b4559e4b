"""The folder of WARC files: append, read back, rotate.

A file that is being written is called `….warc.gz.open`; its last part goes when it is closed. The database names files
without that part, and a reader looks for both names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import deflate

from archive.captures.disk import sync_path
from archive.captures.errors import DamagedCapture
from archive.captures.records import Original, capture_records, read_body, read_capture, warcinfo_record
from archive.model import Capture

SUFFIX = ".warc.gz"
OPEN = ".open"
ROTATE_AT = 256 * 1024 * 1024
"""Bytes after which a file is closed; one is closed at the end of each day as well."""

SOFTWARE = "jianbao"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of a capture lie; of a revisit also where those of the capture lie that holds its body.

    `crc` is the CRC-32 of what lies there, None where it is not known: it finds a changed bit that gzip does not mind.
    """

    file: str
    offset: int
    length: int
    original: Place | None = None
    crc: int | None = field(default=None, compare=False)


class CaptureFolder:
    """Reads captures from the folder; many may do so while one process writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> Iterator[str]:
        """The names of all capture files, those being written included, in the order of their making."""
        found = {path.name.removesuffix(OPEN) for path in self.folder.glob(f"*{SUFFIX}*") if path.is_file()}
        return iter(sorted(name for name in found if name.endswith(SUFFIX)))

    def path(self, name: str) -> Path | None:
        """The file of that name, closed or being written; None if there is none."""
        for path in (self.folder / name, self.folder / (name + OPEN)):
            if path.is_file():
                return path
        return None

    def read(self, capture_id: str, place: Place, *, undone: bool = True) -> Capture:
        """The capture of that id, which lies there; unless its codings are to be `undone`, without its `content`.

        Raises DamagedCapture if the file is gone or holds something else.
        """
        body = self.body(place.original) if place.original else None
        return read_capture(self._whole(place), body, identity=capture_id, undone=undone)

    def body(self, place: Place) -> bytes:
        """The body of the capture that lies there, which is no revisit. Raises DamagedCapture."""
        return read_body(self._whole(place))

    def _whole(self, place: Place) -> bytes:
        data = self.raw(place)
        if len(data) != place.length:
            raise DamagedCapture(f"{place.file} holds no whole capture at {place.offset}.")
        if place.crc is not None and deflate.crc32(data) != place.crc:
            raise DamagedCapture(f"{place.file} holds other bytes at {place.offset} than were written there.")
        return data

    def records(self, capture_id: str, place: Place) -> bytes:
        """The records of a capture, whole gzip members that stand alone: of a revisit the response with its body.

        Raises DamagedCapture.
        """
        return self.raw(place) if place.original is None else capture_records(self.read(capture_id, place))

    def raw(self, place: Place) -> bytes:
        """The bytes that lie there, as they are; fewer where the file ends. Raises DamagedCapture if it is gone."""
        for _ in range(2):  # a writer may rename the file between the look and the opening
            path = self.path(place.file)
            if path is None:
                break
            try:
                with path.open("rb") as file:
                    file.seek(place.offset)
                    return file.read(place.length)
            except FileNotFoundError:
                continue
        raise DamagedCapture(f"The capture file {place.file} is not in {self.folder}.")


class CaptureWriter:
    """Appends captures. One at a time: whoever has one holds the archive's lock."""

    def __init__(self, folder: Path, rotate_at: int = ROTATE_AT) -> None:
        self.folder, self.rotate_at = folder, rotate_at
        self.name: str | None = None  # of the file being written
        self.size = 0
        self.head_crc: int | None = None  # of what lies before the first capture of a file that was begun here
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, capture: Capture, now: datetime, original: Original | None = None) -> Place:
        """Write the capture; its bytes are with the operating system when this returns, on the disk after `sync`.

        With the original of its body it is written as a revisit. Raises OSError if the disk is full; nothing of the
        capture is left in the file then.
        """
        records = capture_records(capture, original)
        if self._descriptor is None:
            self._open(now)
        assert self.name is not None
        offset = self.size
        self._write(records)
        return Place(self.name, offset, len(records), crc=deflate.crc32(records))

    def take_back(self, place: Place) -> None:
        """Undo the last `append`: what could not be remembered must not lie in the file unseen."""
        assert self._descriptor is not None
        self.size = place.offset
        os.ftruncate(self._descriptor, self.size)

    def sync(self) -> None:
        """Make what was appended last."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)

    def is_full(self, now: datetime) -> bool:
        """Whether the file should be closed before more is appended."""
        return self.name is not None and (self.size >= self.rotate_at or not self.name.startswith(day_of(now)))

    def close(self) -> str | None:
        """Close the file and give it its final name, which is handed back; None if nothing was being written."""
        if self._descriptor is None or self.name is None:
            return None
        os.fsync(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = None
        name, self.name = self.name, None
        (self.folder / (name + OPEN)).rename(self.folder / name)
        sync_path(self.folder)
        return name

    def let_go(self) -> None:
        """Close the file as it is, where writing failed: it is put in order at the next opening."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = self.name = None

    def _write(self, data: bytes) -> None:
        assert self._descriptor is not None
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(data)

    def _open(self, now: datetime) -> None:
        """Go on with the day's last file as long as it is not full, else begin a new one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        last = max((_number(path, now) for path in self.folder.glob(f"{day_of(now)}-*{SUFFIX}")), default=0)
        self.name = f"{day_of(now)}-{last:04}{SUFFIX}"
        if last and (self.folder / self.name).stat().st_size < self.rotate_at:
            (self.folder / self.name).rename(self.folder / (self.name + OPEN))
        else:
            self.name = f"{day_of(now)}-{last + 1:04}{SUFFIX}"
        path = self.folder / (self.name + OPEN)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.size = os.fstat(self._descriptor).st_size
        sync_path(self.folder)
        self.head_crc = None
        if self.size == 0:
            head = warcinfo_record(self.name, now, SOFTWARE)
            self._write(head)
            self.head_crc = deflate.crc32(head)


def _number(path: Path, now: datetime) -> int:
    """The number in a file's name; 0 for one that is not named as ours are (a copy, what an accident left apart)."""
    number = path.name.removesuffix(SUFFIX).removeprefix(day_of(now) + "-")
    return int(number) if re.fullmatch(r"[0-9]{4,9}", number) else 0


def day_of(now: datetime) -> str:
    """What the names of a day's files begin with."""
    return "captures-" + now.astimezone(UTC).strftime("%Y%m%d")
