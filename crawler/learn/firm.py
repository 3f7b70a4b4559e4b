"""What is kept of a reading so that it can be told whether a profile would change it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from archive.model import Block


class Firm(msgspec.Struct, frozen=True, array_like=True):
    """A page's reading without a profile, of which the sums alone tell the body. Lines are numbers of noted ones."""

    text: str  # digest_of its article's blocks
    first: int  # of the lines of the body's element
    behind: int  # them
    shown: frozenset[int]  # lines that were left in the article


def digest_of(blocks: Sequence[Block]) -> str:
    """32 hexadecimal digits for a text in its blocks."""
    return blake2b(msgspec.json.encode(blocks), digest_size=16).hexdigest()
