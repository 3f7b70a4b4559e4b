"""Do the capture files look as the database says? A stat for each file, not a byte read."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import CaptureFolder
from archive.captures.files import OPEN
from archive.store.tables import capture, page, warc_file


def differences(connection: Connection, folder: CaptureFolder) -> tuple[str, ...]:
    """A sentence for each thing that is not as it should be; none if all is well.

    A file that is being written may be longer than it was at the last commit. One that was closed or went on between
    the look at the database and the look at the folder is looked at twice.
    """
    found = _files(connection, folder)
    if found:
        again = set(_files(connection, folder))
        found = [sentence for sentence in found if sentence in again]
    return (*found, *_captures(connection))


def _files(connection: Connection, folder: CaptureFolder) -> list[str]:
    found = []
    recorded: dict[str, int] = {row.name: row.size for row in connection.execute(sa.select(warc_file))}
    emptied = {name for name, size in recorded.items() if size < 0}  # they are about to be removed
    for name in sorted({*recorded, *folder.names()} - emptied):
        path, expected = folder.path(name), recorded.get(name, 0)
        if path is None:
            if expected:
                found.append(f"The capture file {name} is missing.")
            continue
        size = path.stat().st_size
        if size < expected or (size > expected and not path.name.endswith(OPEN)):
            found.append(f"The capture file {name} has {size} bytes, and {expected} are recorded.")
    return found


def _captures(connection: Connection) -> list[str]:
    waiting = capture.join(page, page.c.id == capture.c.page_id)  # a page that was fetched again has a copy
    lost, unread = (
        connection.execute(sa.select(sa.func.count()).select_from(rows).where(*condition)).scalar_one()
        for rows, condition in (
            (waiting, (capture.c.lost, page.c.state == "pending")),
            (capture, (capture.c.verdict.is_(None), ~capture.c.lost)),
        )
    )
    found = []
    if lost:
        found.append(f"Captures whose record is gone from its file: {lost}. The next crawl fetches their pages again.")
    if unread:
        found.append(f"Captures that nobody has read yet: {unread}. The next crawl reads them first.")
    return found
