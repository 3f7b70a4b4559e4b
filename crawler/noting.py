"""What is to be learnt of a source's pages, noted while they are read.

A source of which nothing is known yet is learnt at the end of its crawl, from its newest pages
(`crawler.learning`). Each of them would have to be taken out of its capture and parsed once more for that. Noted are
therefore the last pages of such a crawl as they come: a note beside a reading takes a third of the time of one by
itself. It is the same note. A page that was not noted, for whatever reason, is noted from its capture as before.

Of most pages the note and the reading beside it tell as well that no line of the text is touched by what was learnt
(`crawler.learn.untouched`), so that they need not be read with it a second time.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace

from crawler.learn.firm import Firm
from crawler.learn.learnt import SAMPLED
from crawler.reader import Answer, Reader, Task

LARGEST = 256 << 10
"""Bytes of a page that is noted while it is read: a larger one's note would count against the time of its reading."""

MOST_HELD = 32 << 20
"""Bytes of notes that are held at a time, packed: those of some 3,000 pages."""


class Notes:
    """Notes on pages by the ids of their captures, packed; the oldest are forgotten where there are too many."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most, self._held = most, 0
        self._packed: dict[str, bytes] = {}
        self._firm: dict[str, Firm] = {}

    def keep(self, capture_id: str, noted: bytes, firm: Firm | None = None) -> None:
        """Keep a note, JSON as it came from the reader, and what is known of the reading beside it."""
        packed = zlib.compress(noted, 1)
        self._held += len(packed) - len(self._packed.pop(capture_id, b""))
        self._packed[capture_id] = packed
        if firm is not None:
            self._firm[capture_id] = firm
        while self._held > self._most:
            oldest = next(iter(self._packed))
            self._held -= len(self._packed.pop(oldest))
            self._firm.pop(oldest, None)

    def taken(self, capture_id: str) -> bytes | None:
        """The note on a capture as JSON, which is forgotten with that; None if there is none."""
        packed = self._packed.pop(capture_id, None)
        if packed is None:
            return None
        self._held -= len(packed)
        return zlib.decompress(packed)

    def firm(self, capture_id: str) -> Firm | None:
        """What is known of the reading of a capture that was noted, which is forgotten with that."""
        return self._firm.pop(capture_id, None)


class Noting:
    """A reader that has pages noted as well while `wanted` says so."""

    def __init__(self, reader: Reader, notes: Notes, wanted: Callable[[], bool]) -> None:
        self._reader, self._notes, self._wanted = reader, notes, wanted

    async def read(self, task: Task) -> Answer:
        """Read the page; of an article what is to be learnt is kept."""
        if not task.id or task.note or task.list_page is not None or len(task.body) > LARGEST or not self._wanted():
            return await self._reader.read(task)
        answer = await self._reader.read(replace(task, note="also"))
        if answer.noted and answer.reading.verdict == "article":
            self._notes.keep(task.id, answer.noted, answer.firm)
        return answer


class Outstanding:
    """The visits of a crawl that have not come back, and whether those left are the last of it, worth noting."""

    def __init__(self) -> None:
        self.lists = self._others = 0

    def asked(self, kind: str) -> None:
        """One more is under way."""
        self._count(kind, 1)

    def came(self, kind: str) -> None:
        """One has come back. One that is made a second time was asked twice."""
        self._count(kind, -1)

    def _count(self, kind: str, by: int) -> None:
        if kind == "list":
            self.lists += by
        else:
            self._others += by

    @property
    def all(self) -> int:
        """How many they are."""
        return self.lists + self._others

    def are_last(self, waiting: int) -> bool:
        """No list is outstanding, which shows more, and with those that wait no more pages than are learnt from."""
        return self.lists <= 0 and self._others + waiting <= SAMPLED
