"""What people ask of the archive: articles, captures, runs, search, and whether all is in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from archive.fold import spaced
from archive.model import Article, Capture, Revision, Run, Standing
from archive.query import Tag, both, parse
from archive.shanghai import SHANGHAI
from archive.store import articles, check, kept, runs, search, status
from archive.store.handle.base import Handle
from archive.store.rows import CaptureRow
from archive.store.search import Hits
from archive.store.status import SourceStatus


class Reading(Handle):
    """What people ask of the archive: articles, captures, runs, search, and whether all is in order."""

    def article(self, id_or_url: str) -> tuple[Article, Standing] | None:
        """An article by its id or any address that it is known under, with the evidence of its reading."""
        return articles.find(self._connection, id_or_url)

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """All revisions of an article, oldest first."""
        return articles.revisions(self._connection, article_id)

    def articles(
        self,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        evidence: bool = True,
    ) -> Iterator[tuple[Article, Standing]]:
        """Articles by date (published, else first seen), then id; `since` is included, `until` is not."""
        return articles.select(self._connection, source, since, until, evidence=evidence)

    def captures(
        self,
        source: str | None = None,
        url: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[CaptureRow]:
        """What is known of captures, oldest first; `url` is the address that answered or the canonical one."""
        return kept.select(self._connection, source, url, since, until)

    def capture(self, capture_id: str) -> Capture | None:
        """A capture, read back whole from its file; None if there is no such id.

        Raises DamagedCapture if its record is gone.
        """
        row = kept.row_of(self._connection, capture_id)
        return kept.read_whole(self._connection, self._folder, row) if row else None

    def capture_at(self, url: str, moment: datetime) -> CaptureRow | None:
        """What is known of the capture of an address that was fetched nearest to a moment; None if there is none."""
        return kept.at(self._connection, url, moment)

    def search(
        self,
        query: str | Sequence[str],
        source: str | None = None,
        limit: int = 20,
        offset: int = 0,
        *,
        order: search.Order = "newest",
        count: bool = True,
    ) -> Hits:
        """The articles that a query asks for (docs/search.md), and with `count` how many there are in all.

        Several queries are put as one, with blanks between them. Raises QueryError, which names the place.
        """
        asked = parse(query if isinstance(query, str) else " ".join(query), self._clock().astimezone(SHANGHAI).date())
        if asked is None:
            return Hits(0 if count else None, ())
        if source is not None:
            asked = both(asked, Tag("source", spaced(source)))
        if self._writer is not None:
            self.index()
        with self._snapshot():
            return search.search(self._connection, asked, limit, offset, order, count=count)

    def status_of(self, source_id: str) -> SourceStatus:
        """How one source stands, in numbers."""
        return status.of_source(self._connection, source_id)

    def status(self) -> tuple[SourceStatus, ...]:
        """How each source stands, in numbers."""
        return status.of_all(self._connection)

    def runs(self, source: str | None = None, limit: int = 20) -> tuple[Run, ...]:
        """The newest runs, newest first."""
        return tuple(runs.newest(self._connection, source, limit))

    def check(self) -> tuple[str, ...]:
        """A sentence for each capture file that is not as long as it should be, and for what is lost or unread.

        Reads no file: see `verify` for a look at every byte.
        """
        return check.differences(self._connection, self._folder)
