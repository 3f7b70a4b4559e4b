"""What follows a run's end: search learns what came, and it is put into stories. The run itself is recorded by then."""

from __future__ import annotations

from archive.store import Archive, ArchiveProblem
from crawler.blame import is_the_machine_s


def kept_up(archive: Archive, seconds: float) -> str:
    """Bring the index of search and stories up to date, for so many seconds; a sentence where that is a fault of ours.

    What is wrong with the archive or the machine is raised.
    """
    try:
        archive.keep_up(seconds)
    except Exception as error:
        if isinstance(error, ArchiveProblem) or is_the_machine_s(error):
            raise
        return f"Putting what came into the index or stories failed, which is our fault: {error!r}"
    return ""
