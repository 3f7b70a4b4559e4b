"""How what was kept is looked after: checked and saved elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from archive.store import verify
from archive.store.handle.base import Handle
from archive.store.verify import Difference, Watcher


class Keeping(Handle):
    """How what was kept is looked after."""

    def verify(self, sample: int | None = None, watch: Watcher = lambda progress: None) -> Iterator[Difference]:
        """Each thing in files, database or index that is not as it should be. Reads all, changes nothing.

        With `sample` so many captures and articles are looked at, chosen by chance.
        """
        return verify.differences(self._connection, self._folder, sample, watch)
