"""JSON Lines: one article a line, in the stable shape of docs/article.md, evidence included."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import msgspec

from archive.export import Options, Written
from archive.model import article_json

if TYPE_CHECKING:
    from archive.store.chosen import Chosen


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write each article as a line."""
    encoder = msgspec.json.Encoder()
    count = 0
    for taken in chosen.articles():
        stream.write(encoder.encode(article_json(taken.article, taken.standing)) + b"\n")
        count += 1
    return Written(count, faults=chosen.faults)
