"""The archive as one handle: open, record, read, search."""

from __future__ import annotations

from archive.store.handle.exporting import Exporting
from archive.store.handle.importing import Importing
from archive.store.handle.judging import Judging
from archive.store.handle.keeping import Keeping
from archive.store.handle.learning import Learning
from archive.store.handle.reading import Reading
from archive.store.handle.rereading import Rereading
from archive.store.handle.watching import Watching


class Archive(Importing, Learning, Watching, Judging, Reading, Exporting, Keeping, Rereading):
    """An open archive: many may read, one writes. A handle is used by one thread at a time.

    Whatever was kept or recorded lasts from the next `commit` on, which comes by itself after 50 records or 2 seconds
    and when the archive is closed. A process that is killed in between loses nothing that it had kept: the next one
    that opens the archive for writing finds it (`recovery`, `orphans`).
    """
