"""Which errors are explained to a person in one sentence instead of a traceback."""

from __future__ import annotations

from archive.captures.errors import CaptureProblem
from archive.store.errors import ArchiveProblem
from crawler.errors import ConfigError


def explained(error: Exception) -> str | None:
    """The sentence for an error that a person can act on; None for a fault of ours, which keeps its traceback."""
    return str(error) if isinstance(error, ArchiveProblem | CaptureProblem | ConfigError) else None
