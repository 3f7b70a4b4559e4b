"""Why a request came to nothing.

FetchError
    RefusedError      we do not ask: the address, robots.txt or a redirect forbids it, or the host is to be left alone
    UnreachableError  we asked and had no whole answer: dns, connection, tls, timeout
    UnusableError     an answer came that cannot be taken: too-large, encoding, other
Interrupted      the crawl was stopped before the request was sent; not a failure and never handed to a crawl
"""

from __future__ import annotations

from datetime import datetime

from crawler.visit import FailureKind


class FetchError(Exception):
    """A request that came to nothing, with its kind and a sentence for the person who must act.

    `of_host` says that the host is in trouble and nothing was learnt about the page; `not_before`: when it may be asked
    again, if that is known (`crawler.visit.Failure`).
    """

    def __init__(
        self, kind: FailureKind, message: str, *, of_host: bool = False, not_before: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.of_host = of_host
        self.not_before = not_before


class RefusedError(FetchError):
    """The request must not be made."""


class UnreachableError(FetchError):
    """No whole answer could be had; it may be had another time."""


class UnusableError(FetchError):
    """An answer came and cannot be taken as it is."""


class Interrupted(Exception):  # noqa: N818 - it is an event, not an error
    """The crawl is being stopped: what has not been asked yet is not asked."""
