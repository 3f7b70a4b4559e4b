"""Which pages of files have an older copy behind a newer one; in constant memory, so that some more are named."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zlib import crc32

from archive.decide import GONE
from crawler.imports.belong import due
from crawler.imports.files import files, is_of_lines
from crawler.imports.page import BadFile, Incoming
from crawler.imports.tally import Terms

SLOTS = 1 << 20
"""Of nine bytes each. Pages that share a slot are taken for one: they are recorded a little later, and nothing else."""


class Backwards:
    """Told of every copy in the order of the files, it knows the pages whose copies are in no order of time."""

    def __init__(self) -> None:
        self._newest = array("d", [float("-inf")]) * SLOTS  # seconds
        self._found = bytearray(SLOTS)

    def saw(self, page: str, at: datetime) -> None:
        """The next copy is of this page, and of that time."""
        slot, seconds = crc32(page.encode("utf-8", "surrogatepass")) % SLOTS, at.timestamp()
        if seconds < self._newest[slot]:
            self._found[slot] = 1
        else:
            self._newest[slot] = seconds

    def __contains__(self, page: object) -> bool:
        return isinstance(page, str) and self._found[crc32(page.encode("utf-8", "surrogatepass")) % SLOTS] == 1


def look_through(paths: Iterable[Path], terms: Terms, now: datetime) -> Backwards:
    """The pages of files, as they are taken in one after the other, whose copies are in no order of time."""
    found = Backwards()
    for path in paths:
        for _, items in () if is_of_lines(path) else files(path):
            with suppress(BadFile):  # it is told when it is taken in
                for item in items:
                    each = due(item, terms, now)
                    if each.source is not None and isinstance(item, Incoming) and item.status not in GONE:
                        found.saw(each.article, item.at)
    return found
