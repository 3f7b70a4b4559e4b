"""What a report wants to know of an article. A value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

FIELDS = (
    "published",
    "time",
    "origin",
    "author",
    "editor",
    "photographer",
    "section",
    "keywords",
    "subtitle",
    "images",
    "language",
)
"""What completeness is told of: fields of docs/article.md, and `time`, which is that `published` is no mere day."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One article; `copied_from` is the source that holds the origin of its story, if it is a copy of one."""

    source_id: str
    dated: datetime
    first_seen: datetime
    published: datetime | None = None  # only where it is told to the minute
    origin: str | None = None  # 来源; None where the page says that it is its own
    filled: frozenset[str] = frozenset()  # of FIELDS
    repairs: Mapping[str, int] = field(default_factory=dict)  # changes, by rule
    lossy: bool = False
    copied_from: str | None = None
    outlet: str | None = None  # the origin of its story, where no source holds that
