"""How what was kept is looked after: checked and saved elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from archive.store import backup, compact, verify
from archive.store.backup import Saved, files_held
from archive.store.compact import Compacted, Group, Policy
from archive.store.handle.base import Handle
from archive.store.verify import Difference, Watcher

DEFAULT = Policy()


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

    def compaction(self, policy: Policy = DEFAULT) -> tuple[Group, ...]:
        """What `compact` would do."""
        return tuple(compact.plan(self._connection, policy, self._clock()))

    def compact(self, policy: Policy = DEFAULT, watch: Callable[[int, int], None] = lambda *far: None) -> Compacted:
        """Merge small capture files, and keep bodies once; each file a transaction of its own.

        It ends early where another process waits to write: what is left is done the next time. Raises ArchiveBusy
        while a backup is made, ArchiveBroken where disk or database fail.
        """
        self._writable()
        self.commit()
        done = Compacted()
        with files_held(self._folder.folder.parent):
            compact.clear(self._folder)
            groups = self.compaction(policy)
            total, so_far = sum(group.bytes for group in groups), 0
            for group in groups:
                self._writing += 1
                try:
                    compact.carry_out(self._connection, self._folder, group, policy, self._clock(), done)
                except (OSError, SQLAlchemyError) as error:
                    raise self._give_up(error) from error
                finally:
                    self._writing -= 1
                so_far += group.bytes
                watch(so_far, total)
                if self.is_wanted:
                    break
        return done
