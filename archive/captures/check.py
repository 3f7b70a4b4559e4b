"""Is every record of a WARC file whole? Neither WARC library says: both hand back a torn last record as if it were.

A record is whole when its gzip member ends with its own checksum, the WARC header's Content-Length fits, the two
closing line breaks are there and the digests fit. What lies between whole records is damaged.
"""

from __future__ import annotations

import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from archive.captures.members import END, MAGIC, warc_headers

CHUNK = 64 * 1024
HEADER_LIMIT = 1024 * 1024
"""Bytes of a WARC or HTTP header; more is taken for damage."""


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """A record that was checked: its place in the file, its WARC-Type and the ids that it names."""

    offset: int
    length: int
    kind: str
    record_id: str
    concurrent_to: str = ""
    refers_to: str = ""
    payload_digest: str = ""


@dataclass(frozen=True, slots=True)
class DamagedSpan:
    """Bytes from `offset` up to `end` that are no whole record, and why."""

    offset: int
    end: int
    reason: str


def check(path: Path, start: int = 0, end: int | None = None) -> Iterator[WholeRecord | DamagedSpan]:
    """All of a file from the offset `start` on, up to `end` if given, in order and without gaps.

    Memory does not grow with the file.
    """
    size = path.stat().st_size
    size = size if end is None else min(end, size)
    offset = start
    with path.open("rb") as file:
        while offset < size:
            found = _record_at(file, offset)
            if isinstance(found, WholeRecord):
                yield found
                offset += found.length
                continue
            following = _next_whole(file, offset + 1, size)
            yield DamagedSpan(offset, following, found)
            offset = following


def _next_whole(file: BinaryIO, offset: int, size: int) -> int:
    """Where the next whole record begins; the file's size if there is none."""
    while offset < size:
        file.seek(offset)
        chunk = file.read(CHUNK)
        at = chunk.find(MAGIC)
        while at >= 0:
            if isinstance(_record_at(file, offset + at), WholeRecord):
                return offset + at
            at = chunk.find(MAGIC, at + 1)
        if len(chunk) < CHUNK:
            return size
        offset += CHUNK - len(MAGIC) + 1
    return size


def _record_at(file: BinaryIO, offset: int) -> WholeRecord | str:
    """The record whose gzip member begins here, or a sentence that says why there is none."""
    file.seek(offset)
    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
    record = _RecordCheck()
    read = 0
    while not member.eof:
        chunk = member.unconsumed_tail or file.read(CHUNK)
        if not chunk:
            return "The file ends inside a record."
        read += 0 if member.unconsumed_tail else len(chunk)
        try:
            record.feed(member.decompress(chunk, CHUNK))
        except zlib.error as error:
            return f"A record's compressed bytes are damaged: {error}."
        if record.fault:
            return record.fault
    record.finish()
    if record.fault:
        return record.fault
    headers = record.headers
    return WholeRecord(
        offset,
        read - len(member.unused_data),
        headers.get("warc-type", ""),
        headers.get("warc-record-id", ""),
        headers.get("warc-concurrent-to", ""),
        headers.get("warc-refers-to", ""),
        headers.get("warc-payload-digest", ""),
    )


class _RecordCheck:
    """Takes in the bytes of one record piece by piece and finds what is wrong with it (`fault`, "" for nothing)."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.fault = ""
        self._head = bytearray()  # of the WARC header, until it is whole
        self._http = bytearray()  # of the HTTP header, until it is whole
        self._in_payload = False
        self._left = -1  # bytes of the block still to come; -1 while the WARC header is not whole
        self._tail = bytearray()
        self._block = sha1(usedforsecurity=False)
        self._payload = sha1(usedforsecurity=False)

    def feed(self, piece: bytes) -> None:
        if self._left < 0:
            self._head += piece
            if bytes(self._head[:7]) != b"WARC/1."[: len(self._head)]:
                self.fault = "The compressed bytes are no WARC record."
                return
            end = self._head.find(END)
            if end < 0:
                self.fault = "The WARC header does not end." if len(self._head) > HEADER_LIMIT else ""
                return
            self._read_headers(bytes(self._head[:end]))
            piece = bytes(self._head[end + len(END) :])
        block, rest = piece[: max(self._left, 0)], piece[max(self._left, 0) :]
        self._left -= len(block)
        self._block.update(block)
        self._take_payload(block)
        self._tail += rest
        if len(self._tail) > len(END):
            self.fault = "The record is longer than its Content-Length."

    def _read_headers(self, head: bytes) -> None:
        self.headers = warc_headers(head)
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            self.fault = "The record has no Content-Length."
            length = "0"
        self._left = int(length)
        self._in_payload = not self.headers.get("content-type", "").startswith("application/http")

    def _take_payload(self, block: bytes) -> None:
        if self._in_payload:
            self._payload.update(block)
            return
        self._http += block
        end = self._http.find(END)
        if end >= 0:
            self._payload.update(self._http[end + len(END) :])
            self._http.clear()
            self._in_payload = True
        elif len(self._http) > HEADER_LIMIT:
            self.fault = "The HTTP header does not end."

    def finish(self) -> None:
        """To be called when the gzip member has ended with its own checksum."""
        if self._left != 0 or bytes(self._tail) != END:
            self.fault = self.fault or "The record is shorter than its Content-Length."
            return
        digests = [("warc-block-digest", self._block), ("warc-payload-digest", self._payload)]
        if self.headers.get("warc-type") == "revisit":  # its payload is another record's
            del digests[1]
        for name, made in digests:
            claimed = self.headers.get(name, "")
            if claimed.lower().startswith("sha1:") and claimed[5:].upper() != b32encode(made.digest()).decode():
                self.fault = f"The {name} does not fit."
