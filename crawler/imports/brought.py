"""Articles that come as our own lines, as they stood, put into an archive."""

from __future__ import annotations

from datetime import datetime

from archive.store import Archive
from crawler.imports.belong import AHEAD
from crawler.imports.exported import Exported
from crawler.imports.tally import Tally, Terms
from crawler.source import Source, host_of
from crawler.source.unfiled import named_by_host


class Brought:
    """What became of them is counted. Without an archive nothing is stored."""

    def __init__(self, archive: Archive | None, terms: Terms, tally: Tally, now: datetime) -> None:
        self._archive, self._terms, self._tally, self._now = archive, terms, tally, now
        self.by_host: dict[str, Source] = {}
        """The sources of articles on hosts of which no file knows."""

    def bring(self, each: Exported) -> None:
        """Take in an article, unless there is one with its id."""
        if each.standing.last_seen > self._now + AHEAD:
            self._tally.passed["a time that is to come"] += 1
        elif self._terms.only and each.article.source_id != self._terms.only:
            self._tally.passed["another source"] += 1
        elif self._archive is None:
            self._tally.articles["to be taken in"] += 1
        elif self._archive.bring(each.article, each.standing, each.line):
            self._tally.articles["new"] += 1
            host = host_of(each.article.url)
            if host == each.article.source_id and host not in self._terms.sources:
                self.by_host[host] = named_by_host(each.article.url)
        else:
            self._tally.articles["known"] += 1
