"""One writer for a data directory."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from archive.store.errors import ArchiveBusy


class WriterLock:
    """Held by the process that writes; the operating system releases it when that process ends, however it ends."""

    def __init__(self, data: Path) -> None:
        """Take the lock. Raises ArchiveBusy if another process, or another handle of this one, holds it."""
        self._pid_file = data / "writer.pid"
        self._lock = FileLock(data / "writer.lock", timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise ArchiveBusy(data, self._other_pid()) from error
        self._pid_file.write_text(f"{os.getpid()}\n")

    def release(self) -> None:
        """Let others write."""
        self._pid_file.unlink(missing_ok=True)
        self._lock.release()

    def _other_pid(self) -> int | None:
        try:
            return int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
