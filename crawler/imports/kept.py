"""A page of a file as a capture of an archive."""

from __future__ import annotations

from dataclasses import dataclass

from archive.captures.content import content_of
from archive.identity import without_userinfo
from archive.model import Capture
from crawler.imports.page import Incoming
from crawler.imports.turns import article_of
from crawler.source import Source


@dataclass(frozen=True, slots=True)
class Kept:
    """A capture that is kept, or to be kept at its turn, and to be read; its canonical address."""

    capture: Capture
    source: Source
    address: str

    @property
    def article(self) -> str:
        """The same for the pages of one article."""
        return article_of(self.address)

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.capture.body)


def capture_of(page: Incoming, source: Source) -> Capture:
    """The page as a capture of a source: the same page is the same capture."""
    codings = ", ".join(value for name, value in page.headers if name.lower() == "content-encoding")
    return Capture(
        url=without_userinfo(page.url),
        source_id=source.id,
        fetched_at=page.at,
        status=page.status,
        body=page.body,
        reason=page.reason,
        request_headers=page.request_headers,
        response_headers=page.headers,
        content=content_of(page.body, codings),
        ip=page.ip,
    )
