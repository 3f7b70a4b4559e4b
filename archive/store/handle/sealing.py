"""Checksums of rows, given to those that wait for them."""

from __future__ import annotations

import math
import time

from archive.store import sealed
from archive.store.handle.base import Handle


class Sealing(Handle):
    """Checksums of rows, given to those that wait for them."""

    def seal(self, seconds: float = math.inf) -> int:
        """Give every row that is new or was changed its checksum, by which `verify` finds what changes it; how many.

        What is not done after so many seconds waits for the next call. Raises ArchiveBroken.
        """
        self._writable()
        return sealed.seal(self._connection, self._change, self.commit, time.monotonic() + seconds)
