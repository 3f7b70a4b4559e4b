"""What `crawler.pipeline.read` gives back."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Article, Verdict
from crawler.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Reading:
    """One page, read: what it is, the articles on it (none, one, or several) and why."""

    verdict: Verdict
    articles: tuple[Article, ...]
    evidence: Evidence
