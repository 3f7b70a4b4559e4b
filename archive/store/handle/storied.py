"""What is one story: articles grouped, and a story told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from archive.store import articles, copies, stories, telling
from archive.store.handle.base import Handle
from archive.store.telling import ToldStory


class Storied(Handle):
    """What is one story: articles grouped, and a story told."""

    def group(self) -> int:
        """Put every article that is not grouped yet into its story; how many there were."""
        self._writable()
        self._writing += 1
        try:
            grouped = stories.catch_up(self._connection, self.commit)
        except SQLAlchemyError as error:
            raise self._give_up(error) from error
        finally:
            self._writing -= 1
        return grouped

    def describe(self, source_id: str, names: Sequence[str], trust: int = 0) -> None:
        """Remember by which names a source's site is known as an outlet, and how far it is one (-2 to 1)."""
        self._writable()
        with self._change():
            copies.describe(self._connection, source_id, names, trust)
        self._recorded()

    def story(self, id_or_url: str) -> ToldStory | None:
        """The story of an article, by its id or any address that it is known under; None if there is no such article.

        A story's own id is the id of one of its articles. What was stored since the last `group` is not in it yet.
        """
        with self._snapshot():
            found = articles.find(self._connection, id_or_url)
            return telling.tell(self._connection, found) if found else None
