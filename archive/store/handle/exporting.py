"""What leaves the archive: the articles that an export takes, and their captures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from archive.query import parse
from archive.shanghai import SHANGHAI
from archive.store import chosen, facts
from archive.store.chosen import Chosen
from archive.store.handle.base import Handle


class Exporting(Handle):
    """What leaves the archive."""

    def choose(
        self,
        query: str = "",
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        newest: int | None = None,
    ) -> Chosen:
        """The articles that a query asks for (docs/search.md; "" for all), by date and id; which ones is fixed now.

        A date is when the article was published, else first seen; `since` is included, `until` is not. With `newest`
        they are that many at most, the newest first. Raises QueryError, which names the place.
        """
        asked = parse(query, self._clock().astimezone(SHANGHAI).date())
        faults: dict[str, str] = {}
        with self._snapshot():
            ids = chosen.choose(self._connection, asked, source, since, until, newest, faults)
        return Chosen(self._connection, self._folder, ids, faults=faults)

    def looked(self) -> Mapping[str, datetime]:
        """Since when each source has been looked at: when the first of its articles was seen."""
        return facts.looked(self._connection)
