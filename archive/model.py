"""The nouns of the archive: what is captured, what was read from it, and how it stands today.

Everything here is a frozen value. Datetimes are aware; inside the archive they are UTC, and an article's
`published` keeps the offset it was printed with (+08:00 for every Chinese source).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha1, sha256
from typing import Any, Literal

from archive.runs import Alarm, Counts, Run, Watch, WatchState

__all__ = [
    "Alarm",
    "Article",
    "Block",
    "BlockKind",
    "Capture",
    "Change",
    "ChangeKind",
    "Counts",
    "FoundLink",
    "Headers",
    "Image",
    "Page",
    "PageKind",
    "PageState",
    "Precision",
    "Revision",
    "Role",
    "Run",
    "Standing",
    "Status",
    "Trust",
    "Verdict",
    "Watch",
    "WatchState",
    "article_json",
    "capture_id",
]

BlockKind = Literal["paragraph", "heading", "list", "table", "quote", "caption"]
Precision = Literal["second", "minute", "day"]
Verdict = Literal["article", "list", "challenge", "soft-404", "empty", "unreadable", "other"]
Status = Literal["live", "changed", "gone", "restored"]
Role = Literal["origin", "reprint", "excerpt", "mirror", "only"]
PageKind = Literal["list", "article", "part"]  # a part is page 2, 3 … of an article
PageState = Literal["pending", "fetched", "failed", "gone"]
ChangeKind = Literal["new", "changed", "known", "gone", "restored", "quarantined"]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of an article's body, in reading order. `text` holds no line break except in lists and tables."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article: its absolute address and the caption printed with it ("" if none)."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What one reading found on one page. A field that the page does not give is None or empty, never invented."""

    url: str
    title: str
    blocks: tuple[Block, ...]
    ordinal: int = 0  # 0 for the first article of its page, 1 for the second (a magazine page may hold two)
    source_id: str | None = None
    subtitle: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: Precision | None = None
    origin: str | None = None  # 来源
    origin_original: bool | None = None  # True where the page says 原创
    author: tuple[str, ...] = ()  # 作者 / 记者
    editor: tuple[str, ...] = ()  # 责编
    photographer: tuple[str, ...] = ()  # 摄影
    section: tuple[str, ...] = ()  # 栏目, the breadcrumb from the site's name down
    keywords: tuple[str, ...] = ()
    language: str | None = None  # BCP 47: zh-Hans, zh-Hant, bo, ug, en …
    images: tuple[Image, ...] = ()
    pages: int = 1
    quality: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts of all blocks that are no captions."""
        return tuple(block.text for block in self.blocks if block.kind != "caption")

    @property
    def captions(self) -> tuple[str, ...]:
        """The captions, in reading order."""
        return tuple(block.text for block in self.blocks if block.kind == "caption")

    @property
    def text(self) -> str:
        """All blocks in reading order, captions in their place, joined by line breaks."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an article stands in the archive: everything that a single page cannot tell."""

    id: str
    canonical_url: str
    first_seen: datetime
    last_seen: datetime
    revision: int = 1
    status: Status = "live"
    story_id: str | None = None
    role: Role = "only"


@dataclass(frozen=True, slots=True)
class Revision:
    """An article's text at a time: number 1 is the first that was seen."""

    article_id: str
    number: int
    capture_id: str
    read_at: datetime
    reason: Literal["new", "edited", "completed", "re-read", "restored"]
    article: Article


IMPORTED = "application/x-jianbao-article+json"
"""The type of a capture that holds an article's exported line in the place of its page."""


@dataclass(frozen=True)  # no slots: what is asked of the bytes ten times for each page is worked out once
class Capture:
    """One response as it came over the wire, kept byte for byte.

    `body` is the entity as it was sent, that is before any Content-Encoding is undone (a transfer coding such as
    chunked is the connection's business and is already undone); `content` is the body that is read.
    """

    url: str  # the address that answered
    source_id: str
    fetched_at: datetime
    status: int
    body: bytes
    reason: str = ""
    request_headers: Headers = ()
    response_headers: Headers = ()
    requested_url: str = ""  # the address that was asked, where redirects led to `url`
    found_on: str | None = None  # the list page that led here; of a part, its article's first page
    kind: PageKind = "article"
    content: bytes = b""  # the body with its Content-Encoding undone
    ip: str | None = None

    @cached_property
    def id(self) -> str:
        """The same response has the same id, so that storing it twice changes nothing (a WARC-Record-ID, urn:uuid)."""
        return capture_id(self.url, self.fetched_at, self.payload_digest)

    @cached_property
    def payload_digest(self) -> str:
        """The WARC-Payload-Digest: hexadecimal SHA-1 of `body`."""
        return sha1(self.body, usedforsecurity=False).hexdigest()

    @cached_property
    def content_digest(self) -> str:
        """SHA-256 of `content`: equal for one page sent gzipped and plain."""
        return sha256(self.content).hexdigest()

    @property
    def content_type(self) -> str:
        """The Content-Type header, or ""."""
        return self.header("content-type")

    @property
    def is_page(self) -> bool:
        """Whether a server sent it; of an imported article its exported line is kept, which no rule reads."""
        return self.content_type != IMPORTED

    def header(self, name: str) -> str:
        """The first response header of that name (any case), or ""."""
        return next((value for key, value in self.response_headers if key.lower() == name.lower()), "")


def capture_id(url: str, fetched_at: datetime, payload_digest: str) -> str:
    """The id of a capture; the digest is hexadecimal."""
    stamp = fetched_at.astimezone(UTC).isoformat(timespec="microseconds")
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{url}\n{stamp}\n{payload_digest}"))


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link that a list page shows and that is to be visited; `found_on` of a part is its article's first page."""

    url: str
    canonical_url: str
    found_on: str | None = None
    title: str = ""
    kind: PageKind = "article"


@dataclass(frozen=True, slots=True)
class Page:
    """How an address of a source stands: what is to be done about it, and the validators of the copy that we hold.

    pending: found, never answered · fetched: the newest copy was read · failed: no copy worth reading could be had ·
    gone: the server says 404 or 410, or shows its page for that. `failures` counts the attempts since the last success.
    """

    source_id: str
    canonical_url: str
    url: str
    kind: PageKind
    state: PageState
    first_seen: datetime
    found_on: str | None = None
    title: str = ""
    last_checked: datetime | None = None  # the newest answer or failure
    last_fetched: datetime | None = None  # the newest capture
    last_full: datetime | None = None  # the newest answer in full, of the same content as the copy or of another
    etag: str | None = None
    last_modified: str | None = None
    content_digest: str | None = None  # of the newest capture's content
    verdict: Verdict | None = None
    failures: int = 0
    error_kind: str | None = None
    error: str | None = None
    aged_from: datetime | None = None  # the end of the day its article was published, where that is before `first_seen`
    asked_again: bool = False  # whether it was answered once more, later than the answer that we had

    @property
    def counts_from(self) -> datetime:
        """From when on the age of its article counts by which it is asked for again."""
        return self.aged_from or self.first_seen

    @property
    def unasked(self) -> bool:
        """Whether its article was not new when it was found, and nobody has asked for it since the first answer."""
        return self.aged_from is not None and not self.asked_again


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the validators of a host have proved true: the proofs since the last of its lies, and that one's time."""

    host: str
    proofs: int = 0
    lies: int = 0
    lied: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer of a page means for one article; a quarantined page names no article."""

    kind: ChangeKind
    canonical_url: str
    article_id: str | None = None
    revision: int | None = None
    reason: str = ""  # a sentence, where the kind alone does not say it


def article_json(article: Article, standing: Standing | None = None) -> dict[str, Any]:
    """The article in the stable JSON shape of docs/article.md; absent is null or [].

    Without a standing (a page that was read and not stored) the archive's own fields are null.
    """
    return {
        "id": standing.id if standing else None,
        "url": article.url,
        "canonical_url": standing.canonical_url if standing else None,
        "source_id": article.source_id,
        "title": article.title,
        "subtitle": list(article.subtitle),
        "published": article.published.isoformat() if article.published else None,
        "published_precision": article.published_precision,
        "origin": article.origin,
        "origin_original": article.origin_original,
        "author": list(article.author),
        "editor": list(article.editor),
        "photographer": list(article.photographer),
        "section": list(article.section),
        "keywords": list(article.keywords),
        "language": article.language,
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
        "paragraphs": list(article.paragraphs),
        "captions": list(article.captions),
        "text": article.text,
        "images": [{"url": image.url, "caption": image.caption} for image in article.images],
        "pages": article.pages,
        "first_seen": standing.first_seen.isoformat() if standing else None,
        "last_seen": standing.last_seen.isoformat() if standing else None,
        "revision": standing.revision if standing else None,
        "status": standing.status if standing else None,
        "story_id": standing.story_id if standing else None,
        "role": standing.role if standing else None,
        "quality": dict(article.quality),
        "evidence": dict(article.evidence),
    }
