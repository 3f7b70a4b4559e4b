"""Which pages of files have an older copy behind a newer one; in constant memory, so that some more are named."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from archive.decide import GONE
from crawler.imports.belong import due
from crawler.imports.files import files, is_of_lines
from crawler.imports.page import BadFile, Incoming
from crawler.imports.tally import Terms

SLOTS = 1 << 22
"""Of nine bytes each. A page has two of them. One whose slots are both shared with others may be taken for one whose
copies are in no order: it is recorded later, and nothing else. Of a million pages with times in no order whatever, each
of which has one copy, 2 % are; with 1 << 20 slots it would be 25 %, and with one slot a page 11 %."""


class Backwards:
    """Told of every copy in the order of the files, it knows the pages whose copies are in no order of time."""

    def __init__(self) -> None:
        self._newest = array("d", [float("-inf")]) * SLOTS  # seconds
        self._found = bytearray(SLOTS)

    def saw(self, page: str, at: datetime) -> None:
        """The next copy is of this page, and of that time."""
        slots, seconds = _slots(page), at.timestamp()
        if all(seconds < self._newest[slot] for slot in slots):  # none is older than the page's own newest copy
            for slot in slots:
                self._found[slot] = 1
        for slot in slots:
            self._newest[slot] = max(seconds, self._newest[slot])

    def __contains__(self, page: object) -> bool:
        return isinstance(page, str) and all(self._found[slot] for slot in _slots(page))


def _slots(page: str) -> tuple[int, int]:
    number = int.from_bytes(blake2b(page.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    return number % SLOTS, (number >> 32) % SLOTS


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
