"""The archive's database and captures behind one handle. The only package that talks to the database.

Its modules are imported when a name of theirs is asked for: `archive.store.glance` does without most of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.model import Change, FoundLink, Page
    from archive.store.archive import Archive
    from archive.store.errors import (
        ArchiveBroken,
        ArchiveBusy,
        ArchiveForeign,
        ArchiveMissing,
        ArchiveNewer,
        ArchiveOutdated,
        ArchiveProblem,
        ArchiveUnreachable,
        ArchiveUnreadable,
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
    "ArchiveForeign",
    "ArchiveMissing",
    "ArchiveNewer",
    "ArchiveOutdated",
    "ArchiveProblem",
    "ArchiveUnreachable",
    "ArchiveUnreadable",
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

_HOMES = {
    "archive.model": (
        "Change",
        "FoundLink",
        "Page",
    ),
    "archive.store.archive": ("Archive",),
    "archive.store.errors": (
        "ArchiveBroken",
        "ArchiveBusy",
        "ArchiveForeign",
        "ArchiveMissing",
        "ArchiveNewer",
        "ArchiveOutdated",
        "ArchiveProblem",
        "ArchiveUnreachable",
        "ArchiveUnreadable",
        "NotWritable",
    ),
    "archive.store.learnt": (
        "Profile",
        "TemplateChange",
    ),
    "archive.store.recovery": ("Recovery",),
    "archive.store.rows": ("CaptureRow",),
    "archive.store.search": (
        "Hit",
        "Hits",
    ),
    "archive.store.status": ("SourceStatus",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(home), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
