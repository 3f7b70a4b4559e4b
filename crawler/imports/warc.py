"""WARC files, 1.0 and 1.1, packed or not, by themselves or in a WACZ → pages: CC-NEWS, wget, Browsertrix, our own.

Read in constant memory, one record at a time. Taken are `response` records of HTTP and `resource` records of HTML; the
rest is counted by its kind. A `revisit` holds no page: what it refers to is another record. A record whose digest does
not fit, or that says it was truncated, is passed over: half an article stored as the whole would be an untruth. Behind
what is damaged reading goes on where the next record begins (`damaged`).

Tools differ in whether a body is stored with its transfer coding: wget keeps it, Browsertrix and CC-NEWS undo it and
rename the header. A body is taken to be chunked where its header says so and it is.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from archive.model import Headers
from crawler.imports import wacz
from crawler.imports.damaged import GZIP, Damaged
from crawler.imports.page import BEFORE_THE_WEB, MOST_BYTES, THE_WEB, BadFile, Incoming, Passed, in_utc, no_address

MOST_HEADERS = 64 << 10
"""Bytes of a record's or a response's header lines; browsers take a quarter of that."""

CHUNK = 1 << 16

SHOWN = 200
"""Characters of an address that is told."""

UNREADABLE = (OSError, ValueError, LookupError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile)
"""What FastWARC raises, and a ZIP's file: RuntimeError where it is encrypted or packed in a way we do not know."""

HTML = ("text/html", "application/xhtml+xml")
BESIDE = frozenset({"warcinfo", "request", "metadata"})
"""Records that belong to another one; they are not counted."""

OTHERS = frozenset({"revisit", "conversion", "continuation"})


def pages(path: Path) -> Iterator[Incoming | Passed]:
    """What a WARC file holds, or a WACZ package; what it is its first bytes say, whatever it is called.

    Raises BadFile where it is neither, or breaks off.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(wacz.BEGINNING)) == wacz.BEGINNING
    except OSError as error:
        raise BadFile(f"It cannot be read: {error}.") from error
    if not packed:
        yield from _records(lambda: path.open("rb"))
        return
    for name, opening in wacz.members(path):
        try:
            yield from _records(opening, f"{name[:200]}, ")
        except BadFile as bad:
            raise BadFile(f"{name[:200]}: {bad}") from bad


def _records(opening: wacz.Opening, within: str = "") -> Iterator[Incoming | Passed]:
    try:
        with opening() as file:  # of a path FastWARC would believe the name: gzip is no `.warc` for it
            yield from _Reading(file, within).all()
    except UNREADABLE as error:
        raise BadFile(f"It cannot be read: {error}.") from error


class _Reading:
    """The records of a file, from one damaged place to the next."""

    def __init__(self, file: BinaryIO, within: str) -> None:
        self._file, self._within = file, within
        self._at: int | None = 0  # where reading goes on
        self._records = 0
        self._last: int | None = None  # where the last one begins of those that were read since the damage
        self._length = 0
        self._held: Incoming | Passed | None = None  # what it is; only what follows it shows whether it is whole
        self._damaged: Damaged | None = None

    def all(self) -> Iterator[Incoming | Passed]:
        """What they are, and what is damaged between them. Raises BadFile where there is no going on."""
        while self._at is not None:
            trouble: Exception | None = None
            try:
                yield from self._from(self._at)
            except zipfile.BadZipFile:  # of the package: it is not a record that is damaged
                raise
            except (*UNREADABLE, BadFile) as error:
                trouble = error
            yield from self._behind(self._at, trouble)

    def _from(self, at: int) -> Iterator[Incoming | Passed]:
        self._last = self._held = None
        if at:
            self._file.seek(at)
        for record in ArchiveIterator(self._file, parse_http=False, max_header_len=MOST_HEADERS):
            if self._held is not None:
                yield self._held
            self._held, self._last, self._length = None, record.stream_pos, record.content_length
            self._records += 1
            self._held = _taken(record, f"{self._within}record {self._records}")

    def _behind(self, at: int, trouble: Exception | None) -> Iterator[Incoming | Passed]:
        """What there is to tell before reading goes on."""
        held = [] if self._held is None else [self._held]
        if trouble is None and not self._records:
            raise BadFile("It holds no WARC record.")
        damaged = self._damaged = self._damaged or Damaged(self._file)
        if trouble is None and not (self._last is not None and damaged.is_longer(self._last, self._length)):
            self._at = None
            yield from held
            self._file.seek(0)
            if breaks_off(self._file, self._last or 0):
                raise BadFile(f"It breaks off behind its record {self._records}.")
            return
        broken, whole = damaged.broken(at, self._last, self._length)
        self._at = damaged.following(broken + (broken == at or not whole))
        if whole or (self._at is None and trouble is None):
            yield from held
        if self._at is None and trouble is not None:
            raise BadFile(_the_end(trouble, self._records, broken, packed=damaged.packed)) from trouble
        if self._at is not None and self._at > broken:
            place = f"{self._within}behind record {self._records - (not whole)}"
            yield Passed("damaged", f"{place}, {self._at - broken:,} bytes from byte {broken:,} on", fault=True)


def _the_end(trouble: Exception, records: int, broken: int, *, packed: bool) -> str:
    """Why there is no going on, as sentences."""
    if isinstance(trouble, BadFile):
        return str(trouble)
    place = f"It cannot be read behind its record {records}, from byte {broken:,} on: {trouble}."
    return f"{place} No gzip member that begins with a record stands behind that to go on at." if packed else place


def breaks_off(file: BinaryIO, last: int) -> bool:
    """Whether a gzip file ends within a member, given where its last record begins: FastWARC does not say so.

    Where the records are no members of their own the place is none: then the whole file is looked through.
    """
    if file.read(len(GZIP)) != GZIP:
        return False
    file.seek(last)
    is_member = file.read(len(GZIP)) == GZIP
    file.seek(last if is_member else 0)
    return _ends_within(file)


def _ends_within(file: BinaryIO) -> bool:
    member = zlib.decompressobj(wbits=31)
    try:
        while chunk := file.read(CHUNK):
            while chunk:
                member.decompress(chunk, CHUNK)
                chunk = member.unconsumed_tail
                if member.eof:
                    chunk, member = member.unused_data.lstrip(b"\0"), zlib.decompressobj(wbits=31)
                    if not chunk and not (chunk := file.read(CHUNK)):
                        return False
    except zlib.error:
        return False  # what stands behind the last member is none
    return True


def _taken(record: Any, where: str) -> Incoming | Passed | None:
    headers = {name.lower(): value for name, value in record.headers.items()}
    kind = headers.get("warc-type", "").lower()
    if kind in BESIDE:
        return None
    url = headers.get("warc-target-uri", "").strip("<> ")  # wget writes <…>, as WARC 1.0 asked for
    where = f"{where}, {url[:SHOWN]}" if url else where
    if kind not in ("response", "resource"):
        return Passed(f"a {kind if kind in OTHERS else 'nameless'} record", where)
    if (bad := no_address(url)) is not None:
        return Passed(bad[0], where, fault=bad[1])
    if "warc-truncated" in headers:
        return Passed("a record that was truncated", where)
    if record.content_length > MOST_BYTES:
        return Passed(f"larger than {MOST_BYTES >> 20} MiB", where)
    if (at := _moment(headers.get("warc-date", ""))) is None:
        return Passed("a record without a date", where, fault=True)
    if at < THE_WEB:
        return Passed(BEFORE_THE_WEB, where, fault=True)
    block = record.reader.read(MOST_BYTES + 1)
    if len(block) != record.content_length:
        raise BadFile(f"It breaks off in the record of {url[:SHOWN]}.")
    if not _fits(headers, block):
        return Passed("a record that does not fit its digest", where, fault=True)
    if kind == "resource":
        return _resource(url, at, headers, block)
    return _response(url, at, headers, block)


def _moment(date: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(date)
        return in_utc(at if at.tzinfo else at.replace(tzinfo=UTC))
    except ValueError:
        return None


def _fits(headers: Mapping[str, str], block: bytes) -> bool:
    """Whether the block's digest is what the record says; one in another algorithm than SHA-1 proves nothing."""
    from archive.captures.records import digest

    said = headers.get("warc-block-digest", "")
    return not said.lower().startswith("sha1:") or len(said) != 37 or said[5:].upper() == digest(block)[5:]


def _resource(url: str, at: datetime, headers: Mapping[str, str], block: bytes) -> Incoming | Passed:
    kind = headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() not in HTML:
        return Passed("no HTML", url)
    return Incoming(url, at, block, headers=(("Content-Type", kind),), ip=headers.get("warc-ip-address"))


def _response(url: str, at: datetime, headers: Mapping[str, str], block: bytes) -> Incoming | Passed:
    end, blank = _end(block)
    start, *lines = block[:end].decode("latin-1").replace("\r\n", "\n").split("\n")
    words = start.split(" ", 2)
    if not start.startswith("HTTP/") or len(words) < 2 or not words[1].isdecimal() or len(words[1]) != 3:
        return Passed("no answer of HTTP", url)
    pairs: Headers = tuple((name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    pairs = tuple((name, value) for name, value in pairs if name)
    body = block[end + blank :]
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in pairs):
        body = without_chunks(body)
    reason = words[2].strip() if len(words) > 2 else ""
    return Incoming(url, at, body, int(words[1]), reason, pairs, ip=headers.get("warc-ip-address"))


def _end(block: bytes) -> tuple[int, int]:
    """Where the header lines end, and how long the empty line behind them is; some tools write bare line feeds."""
    ends = [(at, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := block.find(mark, 0, MOST_HEADERS)) >= 0]
    return min(ends, default=(min(len(block), MOST_HEADERS), 0))


def without_chunks(body: bytes) -> bytes:
    """The body with its chunked transfer coding undone (RFC 9112 7.1); as it is where it has none.

    >>> without_chunks(b"4\\r\\ntext\\r\\n0\\r\\n\\r\\n"), without_chunks(b"<p>text")
    (b'text', b'<p>text')
    """
    found = bytearray()
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 100)
        size = body[at:end].partition(b";")[0].strip() if end >= 0 else b""
        if not size or len(size) > 8 or any(byte not in b"0123456789abcdefABCDEF" for byte in size):
            return body
        length = int(size, 16)
        if length == 0:
            return bytes(found)
        if body[end + 2 + length : end + 4 + length] != b"\r\n":
            return body
        found += body[end + 2 : end + 2 + length]
        at = end + 4 + length
