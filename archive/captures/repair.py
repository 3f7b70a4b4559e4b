"""Put a WARC file in order after an accident: whole records stay, damaged spans are moved aside, nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from archive.captures.check import DamagedSpan, WholeRecord, check
from archive.captures.disk import sync, sync_path
from archive.captures.records import URN, refers_to


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """A whole capture in a file: its id, and where its records (metadata, request, response) lie.

    `original` is the id of the capture that holds its body, where its last record is a revisit; else "".
    """

    id: str
    offset: int
    length: int
    original: str = ""
    payload_digest: str = ""  # as the record has it


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was found in a file and done to it. `captures` are those at or after the offset where the look began."""

    size: int
    captures: tuple[KeptCapture, ...]
    damaged: tuple[DamagedSpan, ...] = ()

    @property
    def torn_bytes(self) -> int:
        """The bytes that were moved aside."""
        return sum(span.end - span.offset for span in self.damaged)


def repair(path: Path, torn: Path, start: int = 0) -> Repaired:
    """Check the file from `start` on; move what is damaged to the folder `torn`.

    A torn end is cut off. Damage with whole records behind it makes the file be written anew without it, so that a
    reader that walks through the file finds every record; their offsets change then.
    """
    found = list(check(path, start))
    damaged = tuple(span for span in found if isinstance(span, DamagedSpan))
    records = [record for record in found if isinstance(record, WholeRecord)]
    size = path.stat().st_size
    if not damaged:
        return Repaired(size, tuple(captures_among(records)))
    _keep_aside(path, torn, damaged)
    if len(damaged) == 1 and damaged[0].end == size:
        with path.open("r+b") as file:
            file.truncate(damaged[0].offset)
            sync(file)
        return Repaired(damaged[0].offset, tuple(captures_among(records)), damaged)
    records = _write_anew(path, start, records)
    return Repaired(path.stat().st_size, tuple(captures_among(records)), damaged)


def captures_among(records: Iterable[WholeRecord]) -> Iterator[KeptCapture]:
    """The captures among the records: each response or revisit with the records before it that belong to it."""
    began: dict[str, int] = {}
    for record in records:
        if record.concurrent_to:
            began.setdefault(record.concurrent_to, record.offset)
        elif record.kind in ("response", "revisit") and record.record_id.startswith(URN):
            offset = began.get(record.record_id, record.offset)
            length = record.offset + record.length - offset
            original = refers_to(record.refers_to) if record.kind == "revisit" else ""
            yield KeptCapture(refers_to(record.record_id), offset, length, original, record.payload_digest)
            began.clear()


def _keep_aside(path: Path, torn: Path, damaged: tuple[DamagedSpan, ...]) -> None:
    torn.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source:
        for span in damaged:
            name = f"{path.name.removesuffix('.open')}.{span.offset}"
            with free_name(torn / name).open("xb") as aside:
                _copy(source, span.offset, span.end, aside)
                sync(aside)


def _write_anew(path: Path, start: int, records: list[WholeRecord]) -> list[WholeRecord]:
    """Write the file without what is damaged. The old one is there until the new one is safe."""
    moved = []
    new = path.with_name(path.name + ".repairing")
    with path.open("rb") as source, new.open("wb") as target:
        _copy(source, 0, start, target)
        for record in records:
            place = target.tell()
            _copy(source, record.offset, record.offset + record.length, target)
            moved.append(replace(record, offset=place))
        sync(target)
    new.replace(path)
    sync_path(path.parent)
    return moved


def _copy(source: BinaryIO, start: int, end: int, target: BinaryIO) -> None:
    source.seek(start)
    left = end - start
    while left > 0:
        chunk = source.read(min(left, 1 << 20))
        target.write(chunk)
        left -= len(chunk)
    target.flush()


def free_name(path: Path) -> Path:
    """The path, or if it is taken the same with the first free number behind it."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
