"""The nouns of reading again: the copies that are held of a page, and what today's rules make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from archive.model import Article, Status, Verdict

Outcome = Literal["same", "changed", "gained", "lost", "none", "stopped", "fault", "damaged", "left"]
"""none: no article, before or now · stopped: the reader's limit · left: another source decides of it"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A capture of an article's page that answered with success."""

    id: str
    url: str
    fetched_at: datetime
    content_digest: str
    page: str | None  # the canonical address of the page that was asked for; None: it was set aside
    page_gone: bool  # that page says today that it is gone
    leads_to: str | None  # where that page's articles stand, if not under its own address
    lost: bool = False  # its record is gone


@dataclass(frozen=True, slots=True)
class HeldArticle:
    """An article as it stands, without its text."""

    id: str
    address: str
    ordinal: int
    source_id: str
    revision: int
    status: Status
    capture_id: str
    dated: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What the deciding copy of a page gave, to be recorded where it differs."""

    capture_id: str
    asked: str  # the canonical address of the page that was asked for
    verdict: Verdict
    articles: tuple[Article, ...]
    evidence: Mapping[str, Any]
    gone: bool  # the page is gone today: what is gained is gone as well


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What reading a page again came to. `found` is None where nothing is to be recorded."""

    address: str
    key: str
    outcome: Outcome
    detail: Mapping[str, Any] = field(default_factory=dict)
    found: Found | None = None
    applied: int | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of an application that was undone."""

    back: int  # articles that have their former text again
    gone: int  # that it had brought, and that are marked as gone
    left: int  # that were changed since, and stay as they are
