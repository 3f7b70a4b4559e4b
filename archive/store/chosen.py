"""What an export takes: the articles that are asked for, fixed at the beginning, and their captures.

The ids of the articles are held, packed (16 bytes each), and nothing else; texts are read a batch at a time. So an
export has one stable order, knows how long it will take, and holds no transaction open while a reader is slow.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder
from archive.model import Article, Standing
from archive.query import Query
from archive.report.fact import Fact
from archive.store import facts, rows, written
from archive.store.articles import CURRENT
from archive.store.damage import ID, Dated, dated, dated_columns, sound, without_text
from archive.store.errors import DamagedRow
from archive.store.newest import believed, moment
from archive.store.newest import newest as newest_of
from archive.store.search import found
from archive.store.tables import article, capture, revision
from archive.store.taken import Records, Takings

BATCH = 100


@dataclass(frozen=True, slots=True)
class Taken:
    """An article with how it stands, and when its text became what it is."""

    article: Article
    standing: Standing
    changed: datetime

    @property
    def published(self) -> datetime:
        """When it was published, as far as that is believed, else first seen."""
        first_seen = self.standing.first_seen
        return believed(self.article.published or first_seen, first_seen)


def choose(
    connection: Connection,
    query: Query | None,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    newest: int | None,
    faults: dict[str, str],
) -> bytes:
    """The ids of the articles that are asked for, packed: by date and id; with `newest` that many, the newest first.

    A date is when the article was published, else first seen; `since` is included, `until` is not. Which are the
    newest, `archive.store.newest` tells. `faults` gets a sentence for each article whose id or date is none, and that
    had to be read for the query and cannot be.
    """

    def told(damaged: DamagedRow) -> None:
        faults.setdefault(damaged.what, str(damaged))

    dates, ids = array("q"), bytearray()
    for row in _asked(connection, query, source, since, until, told):
        dates.append(moment(row.dated))
        ids += row.id.encode()
    names, moments = np.frombuffer(ids, f"S{ID}"), np.frombuffer(dates, "i8")
    if newest is None:
        return names[np.lexsort((names, moments))].tobytes()
    return newest_of(connection, names, moments, newest, told).tobytes()


def _asked(
    connection: Connection,
    query: Query | None,
    source: str | None,
    since: datetime | None,
    until: datetime | None,
    told: Callable[[DamagedRow], None],
) -> Iterator[Dated]:
    conditions = [article.c.source_id == source] if source is not None else []
    conditions += [article.c.dated >= since] if since is not None else []
    conditions += [article.c.dated < until] if until is not None else []
    if query is not None:
        return found(connection, query, conditions, told)
    asked = sa.select(*dated_columns(connection)).where(*conditions)
    return dated(connection.execute(asked, execution_options={"yield_per": 1000}), told)


class Chosen:
    """The articles that were asked for, in their order."""

    def __init__(
        self,
        connection: Connection,
        folder: CaptureFolder,
        ids: bytes,
        watch: Callable[[int], None] = lambda done: None,
        faults: dict[str, str] | None = None,
    ) -> None:
        """Not to be called by others: see `Archive.choose`. `watch` is told how many articles were handed out."""
        self._connection, self._folder, self._ids, self._watch = connection, folder, ids, watch
        self._faults: dict[str, str] = {} if faults is None else faults

    def __len__(self) -> int:
        return len(self._ids) // ID

    def watched(self, watch: Callable[[int], None]) -> Chosen:
        """The same, and `watch` is told how many articles were handed out, or captures."""
        return Chosen(self._connection, self._folder, self._ids, watch, self._faults)

    def unwatched(self) -> Chosen:
        """The same, and nobody is told: for a second look at them."""
        return Chosen(self._connection, self._folder, self._ids, faults=self._faults)

    @property
    def faults(self) -> tuple[str, ...]:
        """A sentence for each article that could not be read back so far, and was left out."""
        return tuple(self._faults.values())

    def _fault(self, damaged: DamagedRow) -> None:
        self._faults.setdefault(damaged.what, str(damaged))  # another look may find another reason

    def articles(self, *, evidence: bool = True) -> Iterator[Taken]:
        """The articles with their newest texts; the evidence of their readings is left out where nobody wants it."""
        done = 0
        for ids in self._batches():
            read = sound(ids, partial(self._read, evidence=evidence), self._fault)
            self._complete(ids, len(read))
            taken = {each.standing.id: each for each in read}
            for identity in ids:
                if identity in taken:
                    yield taken[identity]
                done += 1
                self._watch(done)

    def facts(self) -> Iterator[Fact]:
        """What a report wants to know of the articles, in no order."""
        done = 0
        for ids in self._batches():
            read = sound(ids, partial(facts.of, self._connection), self._fault)
            self._complete(ids, len(read))
            yield from read
            done += len(ids)
            self._watch(done)

    def captures(self, *, every: bool = False) -> tuple[datetime, Iterator[Records]]:
        """The records of the captures that the articles' newest texts were read from, or with `every` all revisions'.

        Each once, in the order in which they lie in the capture files; what a record refers to comes before it. In
        front the moment at which the newest of them was fetched: that of an export which is to have the same bytes
        again. 1970 begins if there are none.
        """
        takings = Takings(self._connection, self._folder)
        for ids in self._batches():
            sound(ids, partial(takings.add, every=every), self._fault)
            self._complete(ids)
        return takings.newest, self._records(takings)

    def _records(self, takings: Takings) -> Iterator[Records]:
        for done, records in enumerate(takings.read(), 1):
            yield records
            self._watch(done)

    def _complete(self, ids: Sequence[str], read: int | None = None) -> None:
        """Where fewer were read, name those of which there is nothing to be read."""
        if read != len(ids):
            without_text(self._connection, ids, self._fault)

    def _batches(self) -> Iterator[Sequence[str]]:
        for start in range(0, len(self._ids), ID * BATCH):
            some = self._ids[start : start + ID * BATCH].decode()
            yield [some[at : at + ID].rstrip() for at in range(0, len(some), ID)]

    def _read(self, ids: Sequence[str], *, evidence: bool) -> Iterator[Taken]:
        columns: list[Any] = [article, *written.TEXT, revision.c.read_at]
        columns.append(capture.c.evidence if evidence else sa.null().label("evidence"))
        for row in self._connection.execute(sa.select(*columns).select_from(CURRENT).where(article.c.id.in_(ids))):
            read = written.article_of(row, rows.evidence_from_bytes(row.evidence))
            yield Taken(replace(read, source_id=row.source_id), rows.standing(row), row.read_at)
