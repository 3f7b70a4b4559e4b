"""Where a damaged WARC file can be read again: at the next gzip member, or the next line, that begins as a record does.

What is looked through again is bounded by the file's size, so that a hostile file cannot have itself read once for each
of its bytes. A body that holds lines of a record of its own is mistaken for one where the record around it is damaged.
"""

from __future__ import annotations

import os
import zlib
from typing import BinaryIO

MAGIC = b"\x1f\x8b\x08"  # gzip, deflate (RFC 1952, 2.3.1)
GZIP = MAGIC[:2]
VERSION = b"WARC/1."
END = b"\r\n\r\n"

CHUNK = 1 << 16
GLANCE = 1 << 10
"""Packed bytes that must show how a record begins; a block's tables of codes take some 300 (RFC 1951, 3.2.7)."""

MOST_HEAD = 1 << 17
AGAIN = 64 << 20
"""Bytes that may be looked through again in any file, beside four times its size."""


class Damaged:
    """A file in which reading has failed. Raises EOFError where it has too many damaged places to look behind all."""

    def __init__(self, file: BinaryIO) -> None:
        self.size = file.seek(0, os.SEEK_END)  # first: at the end of a packed file in a package this costs nothing
        file.seek(0)
        beginning = file.read(len(VERSION))
        self.packed = _alike(beginning, MAGIC) >= 2  # a bit of them may be what is damaged
        self.plain = not self.packed and _alike(beginning, VERSION) >= len(VERSION) - 1
        self._file, self._left = file, AGAIN + 4 * self.size

    def broken(self, at: int, last: int | None, length: int) -> tuple[int, bool]:
        """Where the damage begins, and whether the last record that was read is whole.

        `at`: where reading began, `last`: where that record begins, None if there was none, `length`: of its block.
        """
        if not self.packed:
            end = None if last is None else self._end_of_record(last, length)
            return (at, True) if last is None else (last, False) if end is None else (end, True)
        if last is not None and self._read(last, len(GZIP)) == GZIP:
            end = self._end_of_member(last)
            return (last, False) if end is None else (end, True)
        while (end := self._end_of_member(at)) is not None:  # records that are no members of their own
            at = end
        return at, True

    def following(self, at: int) -> int | None:
        """Where the next record begins, there or behind it; None if nowhere."""
        if not self.packed and not self.plain:
            return None
        mark, back = (MAGIC, 0) if self.packed else (b"\n" + VERSION, 1)
        at = max(at - back, 0)
        while at < self.size:
            chunk = self._read(at, CHUNK + GLANCE)
            found = chunk.find(mark, 0, CHUNK + len(mark) - 1)
            while found >= 0:
                if not self.packed or self._begins_a_record(chunk[found : found + GLANCE]):
                    return at + found + back
                found = chunk.find(mark, found + 1, CHUNK + len(mark) - 1)
            at += CHUNK
        return None

    def is_longer(self, last: int, length: int) -> bool:
        """Whether a plain record claims more than the file has."""
        return self.plain and last + length > self.size

    def _read(self, at: int, count: int) -> bytes:
        self._spend(count)
        self._file.seek(at)
        return self._file.read(count)

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise EOFError("it is damaged in too many places")

    def _begins_a_record(self, packed: bytes) -> bool:
        self._spend(GLANCE)
        try:
            return zlib.decompressobj(wbits=31).decompress(packed, len(VERSION)) == VERSION
        except zlib.error:
            return False

    def _end_of_member(self, at: int) -> int | None:
        """Where the gzip member that begins there ends; None if it is not whole."""
        member = zlib.decompressobj(wbits=31)
        try:
            while chunk := self._read(at, CHUNK):
                at += len(chunk)
                while chunk and not member.eof:
                    member.decompress(chunk, CHUNK)
                    chunk = member.unconsumed_tail
                if member.eof:
                    return at - len(member.unused_data)
        except zlib.error:
            pass  # that is what was asked
        return None

    def _end_of_record(self, last: int, length: int) -> int | None:
        """Where the plain record ends whose block has that length; None if no record ends there."""
        head = self._read(last, MOST_HEAD).find(END)
        end = last + head + len(END) + length
        return end + len(END) if head >= 0 and self._read(end, len(END)) == END else None


def _alike(beginning: bytes, mark: bytes) -> int:
    return sum(one == other for one, other in zip(beginning, mark, strict=False))
