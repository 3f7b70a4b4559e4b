"""JSON Lines: one article a line, in the stable shape of docs/article.md, evidence included."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import msgspec

from archive.model import article_json

if TYPE_CHECKING:
    from archive.store import Archive


def write(
    archive: Archive,
    stream: TextIO,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Write the articles by date (published, else first seen) and id; how many there were.

    Memory does not grow with the number of articles, and the same archive gives the same bytes.
    """
    count = 0
    for article, standing in archive.articles(source, since, until):
        stream.write(msgspec.json.encode(article_json(article, standing)).decode() + "\n")
        count += 1
    return count
