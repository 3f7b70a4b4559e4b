"""The conversation between a crawl, which decides, and a fetcher, which fetches.

A fetcher (`crawler.fetch`) knows HTTP and politeness and nothing of articles; a crawl (`crawler.crawl`) knows sources,
articles and the archive and nothing of HTTP. They exchange these values.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from archive.model import Capture, PageKind

FailureKind = Literal[
    "dns",
    "connection",
    "tls",
    "timeout",
    "too-large",
    "robots",  # robots.txt forbids it
    "robots-unavailable",  # it cannot be had, which forbids everything for now (RFC 9309, 2.3.1.4)
    "refused-address",
    "redirect",
    "encoding",
    "paused",
    "other",
]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that is to be made. `etag` and `last_modified` are the validators of the copy that we hold."""

    url: str
    kind: PageKind
    found_on: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    number: int = 1  # of a list page within its list: 1 is the newest
    optional: bool = False  # a list page that need not be there: the list's end, a day without an edition


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says 304 to our validators."""

    url: str


@dataclass(frozen=True, slots=True)
class Failure:
    """No response could be had. `message` is a sentence for the person who must act.

    `of_host` says that nothing was learnt about the page, because the whole host is in trouble: its robots.txt cannot
    be had, its name does not resolve, it refuses connections, it is left alone for now. `not_before` is the moment from
    which on it may be asked again, where that is known: it asked for a pause, or its opening hours are over ("paused").
    """

    url: str
    kind: FailureKind
    message: str
    of_host: bool = False
    not_before: datetime | None = None


Outcome = Capture | NotModified | Failure


class Crawl(Protocol):
    """What a fetcher drives: it asks for the first visits, hands over each outcome and is told what to visit next."""

    def first(self) -> Iterable[Visit]:
        """The visits to begin with."""
        ...

    def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit] | Awaitable[Iterable[Visit]]:
        """Take in what came of a visit; called once for each visit, in the order of arrival. More visits may follow.

        It may answer later: others' downloads go on meanwhile, and this crawl is told of nothing else before.
        """
        ...
