"""What `crawler.pipeline.read` gives back."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Article, Verdict
from crawler.evidence import Evidence
from crawler.extract.further import NO_SERIES, Series


@dataclass(frozen=True, slots=True)
class Reading:
    """One page, read: what it is, the articles on it (none, one, or several) and why.

    `series` tells the other pages of its article where it is spread over several; `indented` whether the body's first
    line is set in as a paragraph's first line is. `doubtful` is what would be the article of a page that is judged
    none: the last page of an article may hold one short line, which alone proves nothing.
    """

    verdict: Verdict
    articles: tuple[Article, ...]
    evidence: Evidence
    series: Series = NO_SERIES
    indented: bool = False
    doubtful: tuple[Article, ...] = ()
