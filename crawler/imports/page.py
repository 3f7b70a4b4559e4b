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

THE_WEB = datetime(1990, 12, 20, tzinfo=UTC)
"""When there was a first page, at CERN. Nobody has captured one before: a clock was wrong, or a time is a file's that
was packed without one (1970, 1980)."""

BEFORE_THE_WEB = "a time before there was a web"

NONE_OF_THE_WEB = "an address that is none of the web"

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
    place: str = ""  # in its folder, where that alone told the address


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that is no page, or cannot be taken, and why. `fault`: the file is not as it should be.

    `where` is its place in the file, or in the folder; `remedy` a sentence for whoever wants it taken in all the same;
    `is_file` says that it is a file of a folder, and counted as one.
    """

    why: str
    where: str = ""
    fault: bool = False
    remedy: str = ""
    is_file: bool = False


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

    >>> is_address("http://www.tibet.cn/cn/"), is_address("http://[::1/bad"), is_address("http://www.tibet.cn:99999/")
    (True, False, False)
    """
    return no_address(url) is None


def no_address(url: str) -> tuple[str, bool] | None:
    """Why a page cannot have been fetched from there, and whether somebody made a mistake; None if it can have been.

    Addresses of other kinds are none: web archives hold `dns:`, `metadata:` and `urn:` beside pages. A backslash in the
    place of the host is none of the web's: one reader takes the host before it, another the one behind it.

    >>> no_address("dns:www.tibet.cn"), no_address("http://www..cn/")
    (('an address that is none of the web', False), ('an address whose host cannot be', True))
    """
    if re.match(r"https?:", url, re.IGNORECASE) is None and (not url or re.match(r"[a-z][a-z0-9+.-]*:", url, re.I)):
        return NONE_OF_THE_WEB, not url
    if len(url) > LONGEST:
        return f"an address of more than {LONGEST:,} characters", False
    found = ADDRESS.fullmatch(url)
    if found is None:
        return "an address that is broken", True
    if "\\" in found[1] or not is_host(host_of(url)):
        return "an address whose host cannot be", True
    return None
