"""What a file to be imported holds, one thing after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.model import Headers
from crawler.shanghai import SHANGHAI
from crawler.source import host_of
from crawler.source.check import is_host

MOST_BYTES = 32 << 20
"""Of one page, as it lies in the file. What is larger is passed over."""

LONGEST = 2_008
"""Characters of an address."""

ADDRESS = re.compile(r"https?://([^/?#\s]+)[^\s\x00-\x20\x7f-\x9f\ud800-\udfff]*", re.IGNORECASE)


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


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError where it is none there or none in Shanghai, at either end of the years.

    >>> in_utc(datetime.fromisoformat("2026-11-04T08:00:00+08:00")).isoformat()
    '2026-11-04T00:00:00+00:00'
    """
    try:
        moment.astimezone(SHANGHAI)  # as everything is shown
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{moment.isoformat()} is no time in UTC") from error


def is_address(url: str) -> bool:
    """Whether a page can have been fetched from there: it has a host that can be, and a port that can.

    A backslash in the place of the host is none of the web's: one reader takes the host before it, another the one
    behind it.

    >>> is_address("http://www.tibet.cn/cn/"), is_address("http://[::1/bad"), is_address("http://www.tibet.cn:99999/")
    (True, False, False)
    """
    found = ADDRESS.fullmatch(url) if len(url) <= LONGEST else None
    return found is not None and "\\" not in found[1] and is_host(host_of(url))
