"""The archive's database and captures behind one handle. The only package that talks to the database."""

from archive.model import Change, FoundLink, Page
from archive.store.archive import Archive
from archive.store.errors import (
    ArchiveBroken,
    ArchiveBusy,
    ArchiveMissing,
    ArchiveNewer,
    ArchiveOutdated,
    ArchiveProblem,
    ArchiveUnreachable,
    NotWritable,
)
from archive.store.learnt import Profile, TemplateChange
from archive.store.recovery import Recovery
from archive.store.rows import CaptureRow
from archive.store.search import Hit, Hits
from archive.store.status import SourceStatus

__all__ = [
    "Archive",
    "ArchiveBroken",
    "ArchiveBusy",
    "ArchiveMissing",
    "ArchiveNewer",
    "ArchiveOutdated",
    "ArchiveProblem",
    "ArchiveUnreachable",
    "CaptureRow",
    "Change",
    "FoundLink",
    "Hit",
    "Hits",
    "NotWritable",
    "Page",
    "Profile",
    "Recovery",
    "SourceStatus",
    "TemplateChange",
]
