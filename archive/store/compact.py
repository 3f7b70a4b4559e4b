"""Merge small capture files into large ones, keep bodies once, leave out what is to be kept no longer.

A file is written anew beside the old ones, synced and named; then the rows that lead to it, and the mark that the old
files are empty now, are committed together; only then the old files are removed. Killed before the commit, the next
opening finds a file that it does not know and takes its captures for what they are; killed behind it, it removes what
is marked (recovery). Every capture is read back before it is written, and one that cannot be read leaves its file as
it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import deflate
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder, DamagedCapture, Original, captures_among
from archive.captures.check import DamagedSpan, WholeRecord, check
from archive.captures.disk import sync, sync_path
from archive.captures.files import ROTATE_AT, SOFTWARE, SUFFIX, day_of
from archive.captures.members import members, pack
from archive.captures.records import capture_records, warcinfo_record
from archive.store import kept, summed
from archive.store.recovery import record_size
from archive.store.rows import CaptureRow
from archive.store.tables import article, capture, page, revision, warc_file

BATCH = 500
EMPTY = -1
"""The size of a capture file whose captures all lie elsewhere: it is to be removed."""

PREFIX = "merged-"
PART = ".part"
REVISIT = 1100
"""Bytes that a revisit takes, about."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done. By default nothing that was captured is left out."""

    drop_lists_before: datetime | None = None  # captures of list pages that are older, but the newest of each page
    recompress: bool = False  # also files that are large enough
    rotate_at: int = ROTATE_AT


@dataclass(frozen=True, slots=True)
class Group:
    """Files that become one; the captures in them that become revisits, or are left out."""

    files: tuple[str, ...]
    bytes: int
    captures: int
    same: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    spared: int = 0  # bytes that these two take, about


@dataclass(slots=True)
class Compacted:
    """What was done."""

    files_before: int = 0
    files_after: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    referred: int = 0  # captures that became revisits
    dropped: int = 0
    left: list[str] = field(default_factory=list)  # files that were left as they are, a sentence each


def plan(connection: Connection, policy: Policy, now: datetime) -> list[Group]:
    """The groups of files that are worth the work. Those of today are left: they are gone on with."""
    drop = dict(_droppable(connection, policy))
    same = {} if drop else dict(_same(connection))  # what is left out now must not be referred to
    rows = sa.exists().where(capture.c.file == warc_file.c.name, ~capture.c.lost)
    stale = set(connection.execute(sa.select(warc_file.c.name).where(warc_file.c.size > 0, ~rows)).scalars())
    groups: list[Group] = []
    files: list[tuple[str, int]] = []
    query = sa.select(warc_file.c.name, warc_file.c.size).where(warc_file.c.size > 0).order_by(warc_file.c.name)
    for name, size in connection.execute(query).all():
        worth = policy.recompress or name in same or name in drop or name in stale or size < policy.rotate_at // 2
        if name.startswith(day_of(now)) or not worth:
            continue
        if files and sum(each for _, each in files) + size > policy.rotate_at:
            groups += _group(connection, files, same, drop, stale, policy)
            files = []
        files.append((name, size))
    return [*groups, *_group(connection, files, same, drop, stale, policy)]


def _group(
    connection: Connection,
    files: Sequence[tuple[str, int]],
    same: dict[str, dict[str, int]],
    drop: dict[str, dict[str, int]],
    stale: set[str],
    policy: Policy,
) -> Iterator[Group]:
    names = tuple(name for name, _ in files)
    refer, leave = ({id: size for name in names for id, size in each.get(name, {}).items()} for each in (same, drop))
    refer = {id: size for id, size in refer.items() if id not in leave}
    if len(names) > 1 or (names and (refer or leave or stale.intersection(names) or policy.recompress)):
        spared = sum(leave.values()) + sum(max(0, size - REVISIT) for size in refer.values())
        count = sa.select(sa.func.count()).select_from(capture).where(capture.c.file.in_(names), ~capture.c.lost)
        amount = connection.execute(count).scalar_one()
        yield Group(names, sum(size for _, size in files), amount, frozenset(refer), frozenset(leave), spared)


def _same(connection: Connection) -> Iterator[tuple[str, dict[str, int]]]:
    """By file, the captures whose body an older one holds as well, and to which none refers: no chains."""
    older, reference = capture.alias("older"), capture.alias("reference")
    before = sa.or_(
        older.c.fetched_at < capture.c.fetched_at,
        sa.and_(older.c.fetched_at == capture.c.fetched_at, older.c.id < capture.c.id),
    )
    there = sa.exists().where(
        older.c.payload_digest == capture.c.payload_digest, older.c.original_id.is_(None), ~older.c.lost, before
    )
    referred = sa.exists().where(reference.c.original_id == capture.c.id)
    query = sa.select(capture.c.file, capture.c.id, capture.c.length)
    query = query.where(capture.c.original_id.is_(None), ~capture.c.lost, capture.c.length > REVISIT, there, ~referred)
    yield from _by_file(connection, query)


def _droppable(connection: Connection, policy: Policy) -> Iterator[tuple[str, dict[str, int]]]:
    """By file, the old captures of list pages that nothing rests on."""
    if policy.drop_lists_before is None:
        return
    newer, reference = capture.alias("newer"), capture.alias("reference")
    needed = sa.or_(
        ~sa.exists().where(
            newer.c.page_id == capture.c.page_id, newer.c.fetched_at > capture.c.fetched_at, ~newer.c.lost
        ),
        sa.exists().where(revision.c.capture_id == capture.c.id),
        sa.exists().where(article.c.capture_id == capture.c.id),
        sa.exists().where(reference.c.original_id == capture.c.id, ~reference.c.lost),
    )
    query = sa.select(capture.c.file, capture.c.id, capture.c.length).select_from(capture.join(page))
    query = query.where(
        capture.c.kind == "list", page.c.kind == "list", ~capture.c.lost, capture.c.verdict.is_not(None)
    )
    yield from _by_file(connection, query.where(capture.c.fetched_at < policy.drop_lists_before, ~needed))


def _by_file(connection: Connection, query: sa.Select[Any]) -> Iterator[tuple[str, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    for file, identity, length in connection.execute(query):
        found.setdefault(file, {})[identity] = length
    yield from found.items()


def carry_out(
    connection: Connection, folder: CaptureFolder, group: Group, policy: Policy, now: datetime, done: Compacted
) -> None:
    """Write the group's captures into one file, commit, and remove the old ones.

    Raises OSError or SQLAlchemyError; nothing is lost then.
    """
    sizes = {name: path.stat().st_size for name in group.files if (path := folder.path(name)) is not None}
    sound = [name for name in group.files if name in sizes and _is_sound(connection, folder, name, sizes[name], done)]
    if not sound:
        return
    name = _free_name(folder, now)
    part = folder.folder / (name + PART)
    try:
        moved, size, head = _write(connection, folder, group, policy, sound, part, name, now)
    except DamagedCapture as error:
        part.unlink(missing_ok=True)
        done.left.append(f"{', '.join(sound)}: {error}")
        return
    if moved:
        part.rename(folder.folder / name)
        sync_path(folder.folder)
        record_size(connection, name, size, head)
    else:
        part.unlink()
    for start in range(0, len(moved), BATCH):
        connection.execute(MOVE, moved[start : start + BATCH])
    connection.execute(warc_file.update().where(warc_file.c.name.in_(sound)).values(size=EMPTY))
    done.dropped += _drop(connection, group.dropped, sound, now)
    summed.outdate(connection)
    connection.commit()
    remove_emptied(connection, folder)
    done.files_before += len(sound)
    done.files_after += bool(moved)
    done.bytes_before += sum(sizes[each] for each in sound)
    done.bytes_after += size if moved else 0
    done.referred += sum(row["key"] in group.same and row["to_original"] is not None for row in moved)


def remove_emptied(connection: Connection, folder: CaptureFolder) -> None:
    """Remove the files that are marked as empty: what they held lies elsewhere, and that is committed."""
    names = connection.execute(sa.select(warc_file.c.name).where(warc_file.c.size == EMPTY)).scalars().all()
    for name in names:
        if (path := folder.path(name)) is not None:
            path.unlink()
    if names:
        sync_path(folder.folder)
        connection.execute(warc_file.delete().where(warc_file.c.size == EMPTY))
        connection.commit()


MOVE = (
    capture.update()
    .where(capture.c.id == sa.bindparam("key"))
    .values(
        file=sa.bindparam("to_file"),
        offset=sa.bindparam("to_offset"),
        length=sa.bindparam("to_length"),
        crc=sa.bindparam("to_crc"),
        original_id=sa.bindparam("to_original"),
    )
)


def _drop(connection: Connection, ids: frozenset[str], files: Sequence[str], now: datetime) -> int:
    wanted, amount = sorted(ids), 0
    for start in range(0, len(wanted), BATCH):
        some = (capture.c.id.in_(wanted[start : start + BATCH]), capture.c.file.in_(files))
        amount += connection.execute(capture.update().where(*some).values(lost=True, dropped=now)).rowcount
    return amount


def _is_sound(connection: Connection, folder: CaptureFolder, name: str, size: int, done: Compacted) -> bool:
    """Whether rows lead to all that a file holds behind its head, here or elsewhere: nothing else is thrown away."""
    query = sa.select(sa.func.min(capture.c.offset), sa.func.sum(capture.c.length), sa.func.count())
    first, length, count = connection.execute(query.where(capture.c.file == name, ~capture.c.lost)).one()
    if count and first + length == size:
        return True
    path = folder.path(name)
    unknown = unknown_bytes(connection, path) if path else 0
    if unknown:
        done.left.append(f"{name}: it holds {unknown} bytes that no row leads to.")
    return not unknown


def unknown_bytes(connection: Connection, path: Path) -> int:
    """How many bytes of a capture file are damaged, or not kept as far as the rows know, here or elsewhere, nor left
    out on purpose.
    """
    found = list(check(path))
    records = [one for one in found if isinstance(one, WholeRecord)]
    unknown = sum(one.end - one.offset for one in found if isinstance(one, DamagedSpan))
    unknown += sum(record.length for record in records if record.kind != "warcinfo")
    for whole in captures_among(records):
        row = kept.row_of(connection, whole.id)
        if row is not None and (not row.lost or row.dropped is not None):
            unknown -= whole.length
    return unknown


def _write(
    connection: Connection,
    folder: CaptureFolder,
    group: Group,
    policy: Policy,
    files: Sequence[str],
    part: Path,
    name: str,
    now: datetime,
) -> tuple[list[dict[str, Any]], int, int]:
    """Write the new file; what is to be written into the rows, its size, and the CRC of its head."""
    head = warcinfo_record(name, now, SOFTWARE)
    moved: list[dict[str, Any]] = []
    with part.open("wb") as target:
        target.write(head)
        offset = len(head)
        for row in _rows(connection, files):
            if row.id in group.dropped:
                continue
            records, original = _records(connection, folder, row, refer=row.id in group.same, policy=policy)
            target.write(records)
            place = {"to_file": name, "to_offset": offset, "to_length": len(records), "to_crc": deflate.crc32(records)}
            moved.append({"key": row.id, **place, "to_original": original})
            offset += len(records)
        sync(target)
    return moved, offset, deflate.crc32(head)


def _rows(connection: Connection, files: Sequence[str]) -> Iterator[CaptureRow]:
    query = sa.select(*kept.COLUMNS).select_from(kept.CAPTURES).where(~capture.c.lost)
    for name in files:
        last = -1
        here = query.where(capture.c.file == name).order_by(capture.c.offset).limit(BATCH)
        while batch := connection.execute(here.where(capture.c.offset > last)).all():
            yield from (CaptureRow(**row._mapping) for row in batch)
            last = batch[-1].offset


def _records(
    connection: Connection, folder: CaptureFolder, row: CaptureRow, *, refer: bool, policy: Policy
) -> tuple[bytes, str | None]:
    """A capture's records as they are to lie, and which capture they refer to. Raises DamagedCapture."""
    read, raw = folder.read(row.id, row.place, undone=False), folder.raw(row.place)
    if refer and (original := _oldest(connection, folder, row, read.body)) is not None:
        return capture_records(read, original), original.id
    if policy.recompress:
        try:
            raw = min(raw, b"".join(pack(member) for member in members(raw)), key=len)
        except ValueError as error:
            raise DamagedCapture(str(error)) from error
    return raw, row.original_id


def _oldest(connection: Connection, folder: CaptureFolder, row: CaptureRow, body: bytes) -> Original | None:
    """The oldest capture that holds the same body, if that is another one."""
    query = sa.select(*kept.COLUMNS).select_from(kept.CAPTURES).order_by(capture.c.fetched_at, capture.c.id).limit(1)
    same = (capture.c.payload_digest == row.payload_digest, capture.c.original_id.is_(None), ~capture.c.lost)
    first = connection.execute(query.where(*same)).first()
    if first is None or first.id == row.id:
        return None
    found = CaptureRow(**first._mapping)
    return Original(found.id, found.url, found.fetched_at) if folder.body(found.place) == body else None


def _free_name(folder: CaptureFolder, now: datetime) -> str:
    stem, number = f"{PREFIX}{now.astimezone(UTC):%Y%m%dT%H%M%S%f}", 1
    while folder.path(f"{stem}-{number:04}{SUFFIX}") is not None:
        number += 1
    return f"{stem}-{number:04}{SUFFIX}"


def clear(folder: CaptureFolder) -> None:
    """Remove what a compaction that was killed had not finished."""
    for path in folder.folder.glob(f"{PREFIX}*{SUFFIX}{PART}"):
        path.unlink()
