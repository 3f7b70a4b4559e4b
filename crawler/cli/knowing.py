"""For commands that store nothing: reading as a crawl would, with what the archive knows of a source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.cli.options import Common
    from crawler.reader import Reader
    from crawler.source import Source


def informed(common: Common, reader: Reader, sources: Iterable[Source]) -> Reader:
    """The reader, told what was learnt of these sources; as it is where there is no archive yet.

    An archive that cannot be opened is told of and stands in nobody's way: what is read here is stored nowhere.
    """
    from archive.store import ArchiveMissing, ArchiveProblem
    from crawler.learning import Informed, known

    try:
        with common.archive() as archive:
            learnt = {source.id: known(archive, source.id) for source in sources}
    except ArchiveMissing:
        return reader
    except ArchiveProblem as problem:
        common.say(f"Reading without what was learnt of the source: {problem}")
        return reader
    return Informed(reader, learnt.get)
