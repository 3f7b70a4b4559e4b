"""Put the archive in order when it is opened for writing, whatever happened to the process that wrote last.

The WARC files are the truth of what was captured; the database is the truth of what was read. A file whose size is
the one of the last commit is not looked into. One that is longer holds captures that no row points to: they get a row
and wait to be read. One that is shorter or holds damaged records is repaired; captures that are gone are marked, and
their pages are asked for again without validators.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder, DamagedCapture, KeptCapture, Place, Repaired, repair
from archive.captures.disk import sync_path
from archive.captures.files import OPEN, SUFFIX
from archive.store import kept, pages, rows, runs
from archive.store.tables import warc_file


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the opening repaired. All zero and empty after a clean end."""

    interrupted_runs: int = 0
    files: tuple[str, ...] = ()  # capture files that were not as the last commit left them
    torn_bytes: int = 0  # moved to captures/torn
    found: tuple[str, ...] = ()  # ids of captures that no row pointed to; they wait to be read
    lost: tuple[str, ...] = ()  # ids of captures whose record is gone
    pages_to_fetch: int = 0  # pages that are asked for again because of that
    reasons: tuple[str, ...] = field(default_factory=tuple)  # why records were refused, as sentences

    @property
    def needed(self) -> bool:
        """Whether anything had to be repaired."""
        return bool(self.interrupted_runs or self.files)


@dataclass(slots=True)
class _Log:
    files: list[str] = field(default_factory=list)
    torn_bytes: int = 0
    found: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)
    revisits: list[tuple[KeptCapture, Place]] = field(default_factory=list)  # their originals may lie in later files


def recover(connection: Connection, folder: CaptureFolder) -> Recovery:
    """See that files and database agree, and make them agree."""
    log = _Log()
    interrupted = runs.close_interrupted(connection)
    committed: dict[str, int] = {row.name: row.size for row in connection.execute(sa.select(warc_file))}
    for name in [name for name, size in committed.items() if size < 0]:  # emptied by a compaction that was killed
        if (path := folder.path(name)) is not None:
            path.unlink()
        connection.execute(warc_file.delete().where(warc_file.c.name == name))
        del committed[name]
    _part_names(folder.folder)
    for name in folder.names():
        _file(connection, folder, name, committed.pop(name, None), log)
    for whole, place in log.revisits:
        _adopt(connection, folder, whole, place, log)
    for name, size in committed.items():
        if size:
            _mark_lost(connection, name, 0, (), log)
            record_size(connection, name, 0)
            log.files.append(name)
            log.reasons.append(f"The capture file {name} is missing.")
    if log.files:
        kept.heal(connection, folder)
        bereft = kept.bereft(connection)
        log.lost += bereft
        log.pages.update(kept.mark_lost(connection, bereft))
    pages.ask_again(connection, log.pages)
    connection.commit()
    return Recovery(
        interrupted,
        tuple(log.files),
        log.torn_bytes,
        tuple(log.found),
        tuple(log.lost),
        len(log.pages),
        tuple(log.reasons),
    )


def record_size(connection: Connection, name: str, size: int, head_crc: int | None = None) -> None:
    """Remember how long a capture file is as of this commit, and if given the CRC-32 of what precedes its captures."""
    known = {"size": size} if head_crc is None else {"size": size, "head_crc": head_crc}
    statement = rows.insert(connection, warc_file).values(name=name, **known)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=known))


def _file(connection: Connection, folder: CaptureFolder, name: str, committed: int | None, log: _Log) -> None:
    path = folder.path(name)
    assert path is not None
    size = path.stat().st_size
    if size != committed:
        start = committed if committed is not None and size > committed else 0
        repaired = repair(path, folder.folder / "torn", start)
        _take_in(connection, folder, name, start, repaired, log)
        head = None
        if start == 0 and repaired.captures:
            head = zlib.crc32(folder.raw(Place(name, 0, repaired.captures[0].offset)))
        record_size(connection, name, repaired.size, head)
        log.files.append(name)
    if path.name.endswith(OPEN):
        _close(path)


def _take_in(
    connection: Connection, folder: CaptureFolder, name: str, start: int, repaired: Repaired, log: _Log
) -> None:
    log.torn_bytes += repaired.torn_bytes
    log.reasons += [f"{name} at {span.offset}: {span.reason}" for span in repaired.damaged]
    for capture in repaired.captures:
        place = Place(name, capture.offset, capture.length)
        place = replace(place, crc=zlib.crc32(folder.raw(place)))
        if kept.moved(connection, capture.id, place, capture.original or None):
            continue
        if capture.original:
            log.revisits.append((capture, place))
        else:
            _adopt(connection, folder, capture, place, log)
    _mark_lost(connection, name, start, repaired.captures, log)


def _adopt(connection: Connection, folder: CaptureFolder, whole: KeptCapture, place: Place, log: _Log) -> None:
    """Give a capture that no row points to a row. One that is not ours to read (no capture of this archive) is left."""
    if whole.original and (original := kept.row_of(connection, whole.original)):
        place = replace(place, original=original.place)
    try:
        capture = folder.read(whole.id, place)
    except DamagedCapture as error:
        log.reasons.append(f"{place.file} at {place.offset}: {error}")
        return
    kept.add(connection, capture, place, whole.original or None)
    log.found.append(capture.id)


def _mark_lost(connection: Connection, name: str, start: int, there: tuple[KeptCapture, ...], log: _Log) -> None:
    present = {capture.id for capture in there}
    gone = [row.id for row in kept.in_file(connection, name, start) if row.id not in present]
    gone = list(dict.fromkeys([*gone, *kept.revisits_of(connection, gone)]))
    log.lost += gone
    log.pages.update(kept.mark_lost(connection, gone))


def _part_names(folder: Path) -> None:
    """If a copy put a closed file beside the open one of its name, the open one gets a name of its own."""
    for path in sorted(folder.glob(f"*{SUFFIX}{OPEN}")):
        stem = path.name.removesuffix(SUFFIX + OPEN)
        number, free = 1, folder / (stem + SUFFIX)
        while free.exists():
            number += 1
            free = folder / f"{stem}-{number}{SUFFIX}"
        if number > 1:
            path.rename(free)


def _close(path: Path) -> None:
    """Give a file that a killed process was writing its final name; one without a byte holds nothing to keep."""
    final = path.with_name(path.name.removesuffix(OPEN))
    if path.stat().st_size == 0:
        path.unlink()
    else:
        path.rename(final)
    sync_path(path.parent)
