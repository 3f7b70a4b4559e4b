"""What a file to be imported holds, one thing after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from archive.model import Headers

MOST_BYTES = 32 << 20
"""Of one page, as it lies in the file. What is larger is passed over."""

ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\ud800-\udfff]{1,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A response as it was once received, its body without transfer coding."""

    url: str
    at: datetime
    body: bytes
    status: int = 200
    reason: str = ""
    headers: Headers = ()
    request_headers: Headers = ()
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that is no page, or cannot be taken, and why. `fault`: the file is not as it should be."""

    why: str
    where: str = ""
    fault: bool = False


class BadFile(Exception):  # noqa: N818 - a state of a file
    """A file cannot be read, or not to its end. Says why."""


def is_address(url: str) -> bool:
    """Whether a page can have been fetched from there."""
    return ADDRESS.fullmatch(url) is not None
