"""One article read from the web, all pages of it, and stored nowhere (`jianbao read URL`)."""

from __future__ import annotations

from collections.abc import Iterable

from archive.identity import canonical_url
from archive.model import Capture
from crawler.extract.further import MOST_PAGES
from crawler.reader import Reader, Task
from crawler.reading import Reading
from crawler.series.join import OnePage, join
from crawler.series.parts import by_number, verdict_of_part
from crawler.source import Source, host_of
from crawler.visit import Failure, NotModified, Outcome, Visit


class WholeArticle:
    """A crawl (`crawler.visit.Crawl`) of one page and, where that holds an article on several, of the others.

    `first_outcome` is what came of the page itself, None until then.
    """

    def __init__(self, url: str, reader: Reader, source: Source) -> None:
        self._url, self._reader, self._source = url, reader, source
        self.first_outcome: Outcome | None = None
        self._first: OnePage | None = None
        self._asked: dict[str, str] = {}
        self._pages: dict[str, OnePage] = {}
        self._missing: dict[str, str] = {}

    @property
    def reading(self) -> Reading | None:
        """The page's reading, its article joined from all of its pages; None where no page came."""
        if self._first is None:
            return None
        pages = [self._pages[url] for url in sorted(self._pages, key=by_number)]
        return join(self._first, pages, [(url, self._missing[url]) for url in sorted(self._missing, key=by_number)])

    def first(self) -> Iterable[Visit]:
        """The page."""
        return (Visit(self._url, "article"),)

    async def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Read what came; ask for the pages that it shows."""
        if visit.kind == "part":
            return await self._part(visit, outcome)
        self.first_outcome = outcome
        if not isinstance(outcome, Capture) or outcome.status >= 400:
            return ()
        self._asked[canonical_url(outcome.url)] = outcome.url
        reading = (await self._reader.read(Task.of(outcome, self._source))).reading
        self._first = OnePage(outcome.url, reading)
        if len(reading.articles) != 1 or reading.series.first:
            return ()
        return self._ask(reading.series.wanted)

    async def _part(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        match outcome:
            case Failure():
                self._missing[visit.url] = outcome.message
            case Capture():
                reading = (await self._reader.read(Task.of(outcome, self._source))).reading
                if verdict_of_part(outcome, reading) == "article":
                    self._pages[visit.url] = OnePage(outcome.url, reading)
                    return self._ask(reading.series.beyond)
                answered = f"the server answered {outcome.status}"
                self._missing[visit.url] = answered if outcome.status >= 400 else reading.evidence.verdict
            case NotModified():
                raise ValueError(f"{visit.url} answered 304 though no validator was sent")
        return ()

    def _ask(self, urls: Iterable[str]) -> list[Visit]:
        """The pages that were not asked for yet, on the page's own host."""
        assert self._first is not None
        visits = []
        for url in urls:
            address = canonical_url(url)
            same_host = host_of(url) == host_of(self._first.url)
            if address not in self._asked and same_host and len(self._asked) < MOST_PAGES:
                self._asked[address] = url
                visits.append(Visit(url, "part", self._first.url))
        return visits
