"""One look at one source, from its claim to its end: what a fetcher drives while a worker watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic

from archive.model import Change, Watch
from crawler.crawl import SourceCrawl
from crawler.source import Source
from crawler.visit import Failure, Outcome, Visit

MOST_NEW = 1000
"""So many new articles of one look teach what there is to learn of a source's rhythm."""


class Look:
    """A crawl (`crawler.visit.Crawl`) that knows when its last visit has come back, and ends itself then.

    Its end is taken to be part of that visit: the fetcher waits for it, and the other sources do not.
    """

    def __init__(
        self, source: Source, watch: Watch, started: datetime, last: Callable[[Look], Awaitable[None]]
    ) -> None:
        self.source, self.watch, self.started = source, watch, started
        self.crawl: SourceCrawl  # set by whoever makes the look: it notes its changes here
        self.of_lists = True  # not only of articles that the ladder of revisits asks for
        self.begun = False
        self.over = False  # its run is recorded and its lease given back
        self.failure: str | None = None  # what ended it from outside, as a failure of the source
        self.cut = False  # ended from outside, and no fault of the source
        self.moved = monotonic()  # when something last came of it
        self.lists = 0  # first pages of lists that were asked for
        self.bad_lists: Counter[str] = Counter()  # those of them that failed, by kind
        self.new: list[str] = []  # ids of new articles
        self.not_before: datetime | None = None  # until when its host asks to be left alone
        self._last = last
        self._out = 0  # visits that have not come back

    def note(self, change: Change) -> None:
        """Take note of a new article."""
        if change.kind == "new" and change.article_id and len(self.new) < MOST_NEW:
            self.new.append(change.article_id)

    def first(self) -> Sequence[Visit]:
        """The first visits; none if it was ended before it began."""
        self.begun = True
        if self.cut:
            return ()
        self.moved = monotonic()
        visits = list(self.crawl.first())
        self._out = len(visits)
        return visits

    async def received(self, visit: Visit, outcome: Outcome) -> Sequence[Visit]:
        """Hand the outcome on; after the last one the look comes to its end."""
        self.moved = monotonic()
        before = self.crawl.failures.copy()
        more = list(await self.crawl.received(visit, outcome))
        if isinstance(outcome, Failure) and outcome.not_before is not None:
            self.not_before = max(self.not_before or outcome.not_before, outcome.not_before)
        if visit.kind == "list" and visit.number == 1:
            self.lists += 1
            self.bad_lists.update(list((self.crawl.failures - before).elements())[:1])
        self._out += len(more) - 1
        self.moved = monotonic()
        if not self._out and not self.over:
            await self._last(self)
        return more
