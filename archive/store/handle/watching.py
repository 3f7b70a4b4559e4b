"""When sources are due and who is at them. Each change lasts at once, for it is what other processes go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from archive.model import Run, Watch
from archive.store import days, runs, watch
from archive.store.handle.base import Handle
from archive.tally import Tally


class Watching(Handle):
    """When sources are due and who is at them. Each change lasts at once, for it is what other processes go by."""

    def enrol(self, watches: Sequence[Watch]) -> int:
        """Watch sources that were not watched yet; what is known of the others stays. How many were new."""
        return self._at_once(lambda: watch.enrol(self._connection, watches))

    def claim(
        self, owner: str, now: datetime, lease: timedelta, limit: int, only: Sequence[str] | None = None
    ) -> tuple[Watch, ...]:
        """Take up to `limit` sources that are due and that nobody is at, longest due first.

        They are the owner's until `now + lease` or until they are released. `only` leaves out all other sources.
        """
        return self._at_once(lambda: watch.claim(self._connection, owner, now, lease, limit, only))

    def renew(self, owner: str, until: datetime) -> frozenset[str]:
        """Keep all leases of the owner alive until then; the sources that are still the owner's."""
        return self._at_once(lambda: watch.renew(self._connection, owner, until))

    def release(self, owner: str, ended: Watch) -> bool:
        """Give a source back, with when it is due next and how it fared.

        False, and nothing is written, if the source is not the owner's any more.
        """
        return self._at_once(lambda: watch.release(self._connection, owner, ended))

    def is_marked(self) -> bool:
        """Whether the last worker ended without a word: its mark stands in the data folder still."""
        self._writable()
        assert self._lock is not None  # it is open for writing
        return self._lock.is_marked()

    def begin_work(self) -> None:
        """Leave a mark in the data folder that a worker is at work. Raises OSError where the disk is full."""
        self._writable()
        assert self._lock is not None  # it is open for writing
        self._lock.begin_work()

    def end_work(self) -> None:
        """Take the mark away. It can be done when nothing can be written any more."""
        if self._lock is not None:
            self._lock.end_work()

    def void(self, owner: str, in_order: Sequence[str] = ()) -> tuple[Watch, ...]:
        """End all leases but the owner's and count a death for each, anew where pages had come; the sources.

        Whoever holds the archive for writing knows that no other worker is alive. At the sources `in_order` none died:
        it ended in order and could not give them back.
        """
        return self._at_once(lambda: watch.void(self._connection, owner, in_order))

    def amend(self, amended: Watch) -> bool:
        """Change when a source is due or how it stands; False, and nothing is written, if somebody is at it."""
        return self._at_once(lambda: watch.amend(self._connection, amended))

    def end_watched(self, run: Run, owner: str, ended: Watch, tally: Tally | None = None) -> bool:
        """Record how a run ended, what it saw, and give its source back: all or nothing.

        False if the source was not the owner's. `keep_up` puts what the run brought into the index and stories.
        """

        def write() -> bool:
            runs.end(self._connection, run)
            if tally is not None:
                days.keep(self._connection, run, tally)
            return watch.release(self._connection, owner, ended)

        return self._at_once(write)

    def watches(self) -> Mapping[str, Watch]:
        """When each source is due and who is at it, by source, the longest due first."""
        return watch.all_of(self._connection)

    def dated(self, article_ids: Sequence[str]) -> tuple[datetime, ...]:
        """When the articles were published, or first seen where that is not known; oldest first."""
        return watch.dated(self._connection, article_ids)
