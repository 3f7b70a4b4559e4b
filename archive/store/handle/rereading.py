"""Pages that are read again with today's rules, without a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from archive.model import Article, Change
from archive.reread import Copy, HeldArticle, ReadAgain, Undone
from archive.store import application, reread, rows
from archive.store.handle.storied import Storied


class Rereading(Storied):
    """Pages that are read again with today's rules: what there is, how far it is, recording and undoing it."""

    def copies(self, source_id: str) -> Iterator[Copy]:
        """The captures of a source's article pages that answered with success and were read, newest first."""
        return reread.copies(self._connection, source_id)

    def leads(self, source_id: str) -> Mapping[str, str]:
        """The pages of a source whose articles stand under another address, and which."""
        return reread.leads(self._connection, source_id)

    def articles_held(self, source_id: str) -> list[HeldArticle]:
        """The articles of a source, without their texts."""
        return reread.held(self._connection, source_id)

    def texts(self, address: str) -> list[tuple[HeldArticle, Article, str]]:
        """The articles of an address, whichever source brought them, and the digests of what they were read from."""
        return reread.texts(self._connection, address)

    def as_stored(self, article: Article) -> Article:
        """An article as it would be read back."""
        return rows.as_stored(article)

    def readings(self, source_id: str) -> Mapping[str, str]:
        """By address, the key that a page was read again by; without those that could not be read."""
        return reread.known(self._connection, source_id)

    def keep_readings(self, source_id: str, read: Sequence[ReadAgain]) -> None:
        """Remember what reading pages again gave, at once."""
        self._at_once(lambda: reread.keep(self._connection, source_id, read))

    def read_again(self, source_id: str, *, whole: bool = False) -> Iterator[ReadAgain]:
        """What was read of a source's pages, by address; with `whole` those that are to be recorded, with that."""
        return reread.results(self._connection, source_id, whole=whole)

    def begin_application(self, at: datetime) -> int:
        """Begin to record what was read again, or go on where that was cut off."""
        return self._at_once(lambda: application.begin(self._connection, at))

    def unfinished_application(self) -> int | None:
        """The application that was cut off; None if none was."""
        return application.unfinished(self._connection)

    def apply(
        self, number: int, source_id: str, batch: Sequence[tuple[ReadAgain, Mapping[int, int]]]
    ) -> list[tuple[Change, ...] | None]:
        """Record what reading pages again gave, as revisions whose reason is `re-read`; all of it or nothing, for good.

        Beside each page stand the revisions that it was compared with, by ordinal. Told is what changed, for each page;
        None for one where others stand meanwhile: nothing of it is recorded.
        """
        return self._at_once(lambda: application.apply(self._connection, number, source_id, batch))

    def end_application(self, number: int, at: datetime) -> None:
        """Everything is recorded; search is told of it."""
        self._at_once(lambda: application.end(self._connection, number, at))
        self.keep_up()

    def undo_application(self, at: datetime) -> Undone | None:
        """Give every article that the newest application changed its former text again; None if there is none.

        What was cut off goes on when it is asked for again.
        """
        newest = application.newest(self._connection)
        if newest is None:
            return None
        number, _ = newest
        counts = {"back": 0, "gone": 0, "left": 0}
        for article_id in application.to_undo(self._connection, number):
            with self._change():
                counts[application.undo(self._connection, number, article_id)] += 1
            self._recorded()
        self._at_once(lambda: application.undone(self._connection, number, at))
        self.keep_up()
        return Undone(**counts)
