"""What is one story: articles grouped, and a story told."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

from archive.store import articles, copies, stories, telling
from archive.store.handle.sealing import Sealing
from archive.store.telling import ToldStory


class Storied(Sealing):
    """What is one story: articles grouped, and a story told."""

    def group(self, seconds: float = math.inf) -> int:
        """Put every article that is not grouped yet into its story; how many there were.

        What is not done after so many seconds waits for the next call: it stands where it did.
        """
        self._writable()
        return stories.catch_up(self._connection, self._change, self.commit, time.monotonic() + seconds)

    def keep_up(self, seconds: float = math.inf) -> None:
        """Let search know what runs have brought, put that into stories, and give rows their checksums; what is not
        done in time waits."""
        until = time.monotonic() + seconds
        self.index(seconds)
        self.group(until - time.monotonic())
        self.seal(until - time.monotonic())

    def describe(self, source_id: str, names: Sequence[str], trust: int = 0) -> None:
        """Remember by which names a source's site is known as an outlet, and how far it is one (-2 to 1)."""
        self._writable()
        with self._change():
            copies.describe(self._connection, source_id, names, trust)
        self._recorded()

    def outlets(self) -> Mapping[str, tuple[str, ...]]:
        """By which names each source's site is known, by the source's id; the first is its own."""
        return {source_id: each.names for source_id, each in copies.outlets(self._connection).items()}

    def story(self, id_or_url: str) -> ToldStory | None:
        """The story of an article, by its id or any address that it is known under; None if there is no such article.

        A story's own id is the id of one of its articles. What was stored since the last `group` is not in it yet.
        """
        with self._snapshot():
            found = articles.find(self._connection, id_or_url)
            return telling.tell(self._connection, found) if found else None
