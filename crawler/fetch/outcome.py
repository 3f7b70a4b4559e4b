"""What an answer means for the visit that asked for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from archive.model import Capture
from crawler.fetch.addresses import written
from crawler.fetch.coding import BrokenCodingError, TooLargeError
from crawler.fetch.errors import FetchError
from crawler.fetch.middlewares import host_of
from crawler.source import Source
from crawler.visit import Failure, NotModified, Outcome, Visit

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.fetch.handler import Answer


def outcome_of(answer: Answer, visit: Visit, source: Source) -> Outcome:
    """A capture, a 304 to our own validators, or why the body cannot be taken."""
    conditional = any(name.lower() in ("if-none-match", "if-modified-since") for name, _ in answer.sent)
    if answer.status == 304 and conditional:
        return NotModified(visit.url)
    cap = source.politeness.max_bytes
    try:
        content = answer.content(cap)
    except TooLargeError:
        return Failure(visit.url, "too-large", f"the body unpacks to more than {cap:,} bytes")
    except BrokenCodingError as error:
        return Failure(visit.url, "encoding", f"{error}; Content-Encoding: {answer.header('content-encoding')[:100]}")
    assert answer.fetched_at is not None
    first = cast("Request", answer.request).meta["url"]
    return Capture(
        url=answer.url,
        source_id=source.id,
        fetched_at=answer.fetched_at,
        status=answer.status,
        body=answer.body,
        reason=answer.reason,
        request_headers=answer.sent,
        response_headers=answer.received,
        requested_url=first if cast("Request", answer.request).meta.get("hops") else "",
        found_on=_written(visit.found_on),
        kind=visit.kind,
        content=content,
        ip=answer.peer,
    )


def failure_of(error: BaseException, request: Request) -> Failure:
    """Why no answer could be had."""
    url = request.meta["visit"].url
    if isinstance(error, FetchError):
        # A page that redirects to a host in trouble has told us that much about itself.
        of_host = error.of_host and host_of(request) == request.meta["host"]
        return Failure(url, error.kind, error.message, of_host, error.not_before)
    return Failure(url, "other", f"{type(error).__name__}: {error}")


@lru_cache(maxsize=256)
def _written(url: str | None) -> str | None:
    """The address of the page where a link stood, or None: a crawl may have had it from anywhere.

    All links of a list stand on one page.
    """
    try:
        return written(url) if url else None
    except ValueError:
        return None
