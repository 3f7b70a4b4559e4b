"""WARC 1.1: the captures that the articles were read from, their records copied as they are kept, gzip members whole.

Two requests for one page are two captures; two articles of one page share one. Each record was checked against its
digests before it is written, so that what is handed out is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from archive.captures.records import warcinfo_record
from archive.export import SOFTWARE, Options, Written
from archive.model import Capture

if TYPE_CHECKING:
    from typing import BinaryIO

    from archive.store.chosen import Chosen
    from archive.store.taken import Records


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write a file that begins with its own warcinfo."""
    return copied(chosen, chosen.captures(every=options.every), stream.write, options)


def copied(
    chosen: Chosen,
    captures: tuple[datetime, Iterator[Records]],
    put: Callable[[bytes], object],
    options: Options,
    seen: Callable[[Capture, bytes, int], None] = lambda capture, records, offset: None,
) -> Written:
    """Put the records into a file that is being written; `seen` is told of each capture and where its records lie.

    The file's own moment is that of the newest capture.
    """
    newest, found = captures
    head = warcinfo_record(options.name, newest, SOFTWARE)
    put(head)
    offset, count, faults = len(head), 0, []
    for records in found:
        if records.capture is None:
            faults.append(records.fault)
            continue
        put(records.data)
        seen(records.capture, records.data, offset)
        offset += len(records.data)
        count += 1
    return Written(len(chosen) - len(chosen.faults), count, (*chosen.faults, *faults))
