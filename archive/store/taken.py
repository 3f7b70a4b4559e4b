"""The captures that an export takes: gathered by their places, each once, and read back whole."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder, DamagedCapture, Place
from archive.model import Capture
from archive.store import kept, rows, written
from archive.store.damage import as_stored, moment_of
from archive.store.tables import article, capture, revision

BATCH = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ID = 36  # characters of a capture's id


@dataclass(frozen=True, slots=True)
class Records:
    """A capture's records as they are kept (whole gzip members), and what they hold; None if they are damaged."""

    capture_id: str
    data: bytes
    capture: Capture | None
    fault: str = ""


class _Part(msgspec.Struct, frozen=True):
    """A further page that an article was joined from."""

    capture_id: str = ""


class _Evidence(msgspec.Struct, frozen=True):
    parts: tuple[_Part, ...] = ()


class _Joined(msgspec.Struct, frozen=True):
    """Of a revision's article the captures that it was joined from, and nothing else."""

    evidence: _Evidence = _Evidence()


JOINED = msgspec.json.Decoder(_Joined)


class Takings:
    """Places of captures, packed: some 60 bytes each."""

    def __init__(self, connection: Connection, folder: CaptureFolder) -> None:
        self._connection, self._folder = connection, folder
        self._files: dict[str, int] = {}
        self._file, self._offset, self._length, self._lost = array("l"), array("q"), array("q"), array("b")
        self._ids = bytearray()
        self.newest = EPOCH
        """When the newest of them was fetched, as far as that can be read."""

    def add(self, article_ids: Sequence[str], *, every: bool) -> Sequence[str]:
        """Take the captures of these articles' newest revisions, or of all, and of the pages they were joined from.

        Gives the captures' ids. Raises DamagedRow, and nothing is taken then.
        """
        query = sa.select(revision.c.capture_id, *written.TEXT).where(revision.c.article_id.in_(article_ids))
        if not every:
            newest = sa.and_(article.c.id == revision.c.article_id, article.c.revision == revision.c.number)
            query = query.join(article, newest)
        wanted: dict[str, None] = {}
        for row in self._connection.execute(query):
            wanted[row.capture_id] = None
            with rows.damage_told():
                joined = JOINED.decode(written.json_of(row)).evidence.parts
            wanted |= dict.fromkeys(each.capture_id for each in joined)
        self._add(list(wanted))
        return list(wanted)

    def _add(self, capture_ids: Sequence[str]) -> None:
        columns = (capture.c.id, capture.c.file, capture.c.offset, capture.c.length, capture.c.lost)
        fetched = as_stored(self._connection, capture.c.fetched_at).label("fetched")
        for start in range(0, len(capture_ids), BATCH):
            some = capture.c.id.in_(capture_ids[start : start + BATCH])
            for row in self._connection.execute(sa.select(*columns, fetched).where(some)):
                self._file.append(self._files.setdefault(row.file, len(self._files)))
                self._offset.append(row.offset)
                self._length.append(row.length)
                self._lost.append(row.lost)
                self._ids += row.id.encode().ljust(ID)
                with suppress(ValueError):  # its record tells it all the same
                    self.newest = max(self.newest, moment_of(row.fetched))

    def read(self) -> Iterator[Records]:
        """Their records, each capture once, as they lie in the files."""
        names = list(self._files)
        ranks = np.argsort(np.argsort(np.array(names))) if names else np.array([], "i8")
        order = np.lexsort((np.frombuffer(self._offset, "i8"), ranks[np.array(self._file, "i8")]))
        before = ""
        for at in order.tolist():
            capture_id = self._ids[at * ID : (at + 1) * ID].decode().rstrip()
            if capture_id != before:
                place = Place(names[self._file[at]], self._offset[at], self._length[at])
                yield self._records(capture_id, place, lost=bool(self._lost[at]))
            before = capture_id

    def _records(self, capture_id: str, place: Place, *, lost: bool) -> Records:
        if lost:
            return Records(capture_id, b"", None, _told(place, f"the capture {capture_id}, which lay there, is lost."))
        try:
            return Records(capture_id, self._folder.records(capture_id, place), self._folder.read(capture_id, place))
        except DamagedCapture as error:
            row = kept.row_of(self._connection, capture_id)
            now = row.place if row else place
            if now != place:  # it was moved meanwhile, or is a revisit
                return self._records(capture_id, now, lost=False)
            return Records(capture_id, b"", None, _told(now, str(error)))


def _told(place: Place, fault: str) -> str:
    """The fault with the file and offset at which it is."""
    return fault if place.file in fault else f"{place.file}, offset {place.offset}: {fault}"
