"""How what was kept is looked after: checked and saved elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.store import backup, verify
from archive.store.backup import Saved
from archive.store.handle.base import Handle
from archive.store.verify import Difference, Watcher


class Keeping(Handle):
    """How what was kept is looked after."""

    def verify(self, sample: int | None = None, watch: Watcher = lambda progress: None) -> Iterator[Difference]:
        """Each thing in files, database or index that is not as it should be. Reads all, changes nothing.

        With `sample` so many captures and articles are looked at, chosen by chance.
        """
        return verify.differences(self._connection, self._folder, sample, watch)

    def backup(self, to: Path, sample: int | None = None, watch: backup.Watcher = lambda *far: None) -> Saved:
        """Save the archive into another folder, also while another process writes to it (docs/archive.md).

        What is saved is checked, all of it or with `sample` so many captures and articles; where anything differs the
        backup is not given its names. Raises BackupRefused, ArchiveBusy, or OSError if it cannot be written.
        """
        return backup.save(self._connection, self._folder.folder.parent, to, sample, watch)
