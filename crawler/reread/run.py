"""Reads the pages of sources again, in parallel and so that a kill costs a second's work; records what differs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import islice

from archive.captures.errors import CaptureProblem, DamagedCapture
from archive.identity import canonical_url
from archive.model import Article, Capture
from archive.reread import Copy, Found, HeldArticle, ReadAgain
from archive.store import Archive, ArchiveProblem
from crawler.blame import is_the_machine_s
from crawler.evidence import evidence_json
from crawler.held import Held
from crawler.intake import judged, leads_home
from crawler.learning import Informed, known
from crawler.listing import Shown
from crawler.reader import Reader, ReaderBroken, Task
from crawler.reading import Reading
from crawler.reread import plan
from crawler.reread.compare import compared, outcome_of
from crawler.reread.plan import Page, key
from crawler.reread.report import Report, report
from crawler.reread.rules import rules
from crawler.series.join import OnePage, join
from crawler.series.parts import NotReadAgain, gathered
from crawler.source import Source

BATCH = 50
BATCH_SECONDS = 1.0
"""What was read is kept so many pages or seconds at a time: as much is read another time after a kill."""

Watch = Callable[[str, int, int], None]
"""Called with a source's id, how many of its pages are read, and how many there are."""


class Wanted(Exception):  # noqa: N818 - no error
    """Another process waits to write: let it in, and go on."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is read again: sources, and of their pages those of a span of days or these canonical addresses."""

    sources: Sequence[Source]
    since: date | None = None
    until: date | None = None
    only: frozenset[str] | None = None

    def covers(self, page: Page) -> bool:
        """Whether the page is to be read."""
        if self.only is not None:
            return page.address in self.only or page.asked in self.only
        return (self.since or date.min) <= page.day <= (self.until or date.max)


@dataclass(frozen=True, slots=True)
class _Planned:
    source: Source
    rules: str
    pages: tuple[Page, ...]


class Rereader:
    """Reads a scope again. The archive is open for writing; the result of each page is kept there."""

    def __init__(
        self, archive: Archive, reader: Reader, scope: Scope, at_once: int = 4, watch: Watch = lambda *counts: None
    ) -> None:
        self._archive, self._scope, self._at_once, self._watch = archive, scope, at_once, watch
        self._reader = Informed(reader, partial(known, archive))
        self._planned = [self._plan(source) for source in scope.sources]
        self._kept: list[ReadAgain] = []  # what was read and is not with the archive yet
        self._since = time.monotonic()
        self._wanted = False  # another process waits to write
        self._done = 0

    def _plan(self, source: Source) -> _Planned:
        archive = self._archive
        found = plan.pages(
            source, archive.copies(source.id), archive.leads(source.id), archive.articles_held(source.id)
        )
        chosen = tuple(page for page in found if self._scope.covers(page))
        return _Planned(source, rules(source, known(archive, source.id)), chosen)

    @property
    def pages(self) -> int:
        """How many pages there are to read, those that were read already included."""
        return sum(len(each.pages) for each in self._planned)

    def read(self) -> int:
        """Read what was not read by these rules yet; how many pages. Raises Wanted where another process waits."""
        try:
            return asyncio.run(self._read())
        except ExceptionGroup as group:  # of pages that were read side by side; the first one is told
            raise group.exceptions[0] from None

    async def _read(self) -> int:
        count = 0
        for planned in self._planned:
            done = self._archive.readings(planned.source.id)
            waiting = [page for page in planned.pages if done.get(page.address) != key(planned.rules, page)]
            ready = len(planned.pages) - len(waiting)
            self._watch(planned.source.id, ready, len(planned.pages))
            queue, self._done = iter(waiting), 0
            async with asyncio.TaskGroup() as group:
                workers = [group.create_task(self._work(planned, queue, ready)) for _ in range(self._at_once)]
            count += sum(each.result() for each in workers)
            self._keep(planned)
            if self._wanted:
                raise Wanted
        return count

    async def _work(self, planned: _Planned, queue: Iterator[Page], ready: int) -> int:
        """Take page after page until there is none."""
        count = 0
        for page in queue:
            if self._wanted:
                break
            read = await self._page(planned.source, page, key(planned.rules, page))
            self._kept.append(read)  # not in one line: the list may be another one when the page has been read
            if len(self._kept) >= BATCH or time.monotonic() - self._since >= BATCH_SECONDS:
                self._keep(planned)
                self._wanted = self._archive.is_wanted
            count += 1
            self._done += 1
            self._watch(planned.source.id, ready + self._done, len(planned.pages))
        return count

    def _keep(self, planned: _Planned) -> None:
        """Have the archive keep what was read since the last time."""
        kept, self._kept, self._since = self._kept, [], time.monotonic()
        if kept:
            self._archive.keep_readings(planned.source.id, kept)

    async def _page(self, source: Source, page: Page, read_by: str) -> ReadAgain:
        """Read a page's copies, newest first, until one is an article. A fault of ours costs that page alone."""
        held = self._archive.texts(page.address)
        if not page.copies or any(each.source_id != source.id for each, _, _ in held):
            return ReadAgain(page.address, read_by, "left")
        damaged = ""
        for copy in page.copies:
            try:
                reading = await self._article(source, page, copy, [article for _, article, _ in held])
                if reading is not None:
                    return self._compared(page, copy, reading, read_by, held)
            except CaptureProblem as problem:
                damaged = str(problem)
            except NotReadAgain as stop:
                return ReadAgain(page.address, read_by, "stopped", {"why": str(stop)})
            except (ArchiveProblem, ReaderBroken):
                raise
            except Exception as error:  # the supervisor of one page
                if is_the_machine_s(error):
                    raise
                why = f"Reading {copy.url} failed, which is our fault: {error!r}"
                return ReadAgain(page.address, read_by, "fault", {"why": why})
        if damaged:
            return ReadAgain(page.address, read_by, "damaged", {"why": damaged})
        told = compared(held, (), "", newest=False, gone=page.gone)
        return ReadAgain(page.address, read_by, outcome_of(told), {"articles": told} if told else {})

    async def _article(self, source: Source, page: Page, copy: Copy, held: Sequence[Article]) -> Reading | None:
        """The copy's reading with the text of its further pages; None where it is no article.

        Raises NotReadAgain, and CaptureProblem where a page that the article was joined from cannot be had any more.
        """
        capture = None if copy.lost else self._archive.capture(copy.id)
        if capture is None:
            raise DamagedCapture(f"The record of {copy.url}, fetched {copy.fetched_at:%Y-%m-%d}, is gone.")
        answer = await self._reader.read(Task.of(capture, source, copy.id))
        if answer.stopped:
            raise NotReadAgain(f"{capture.url}: {answer.stopped}")
        reading = answer.reading
        asked = copy.page or page.asked
        if judged(capture, answer, Shown())[0] != "article" or self._leads_home(source, capture, asked):
            return None
        if reading.series.first and not held:
            return None  # a further page of another article, which holds its text
        if len(reading.articles) != 1 or not reading.series.wanted:
            return reading
        parts, missing = await gathered(self._archive, self._reader, source, page.asked, reading, {}, {})
        joined = {part["url"] for article in held for part in article.evidence.get("parts", ())}
        if gone := sorted(joined & {url for url, _ in missing}):
            raise DamagedCapture(f"The further page {gone[0]} of {copy.url} cannot be had any more.")
        return join(OnePage(capture.url, reading), parts, missing)

    def _leads_home(self, source: Source, capture: Capture, asked: str) -> bool:
        if capture.requested_url in ("", capture.url):
            return False
        return leads_home(capture, asked, source, Held(self._archive, source))

    def _compared(
        self,
        page: Page,
        copy: Copy,
        reading: Reading,
        read_by: str,
        held: Sequence[tuple[HeldArticle, Article, str]],
    ) -> ReadAgain:
        articles = tuple(self._archive.as_stored(article) for article in reading.articles)
        newest = copy.id == page.copies[0].id
        told = compared(held, articles, copy.content_digest, newest=newest, gone=page.gone)
        detail: dict[str, object] = {"articles": told}
        if any(why.endswith("it was not asked for yet") for why in reading.evidence.lossy):
            detail["missing"] = True
        found = None
        if any(each["what"] in ("changed", "gained", "restored") for each in told):
            evidence = evidence_json(reading.evidence)
            found = Found(copy.id, copy.page or page.asked, reading.verdict, articles, evidence, page.gone)
        return ReadAgain(page.address, read_by, outcome_of(told), detail, found)

    # --- what it came to

    def report(self) -> Report:
        """The sum of what was read of this scope by today's rules."""
        read = ((planned.source.id, each) for planned in self._planned for each in self._of(planned))
        return report(read, self._archive.unfinished_application())

    def apply(self, at: datetime) -> tuple[int, int]:
        """Record what differs, as revisions: how many articles, and how many pages were changed by others meanwhile.

        Raises Wanted where another process waits; what was recorded stays, and the next call goes on.
        """
        number = self._archive.begin_application(at)
        recorded = overtaken = 0
        for planned in self._planned:
            by_address = {page.address: page for page in planned.pages}
            to_record = self._of(planned, whole=True)
            while batch := tuple(islice(to_record, BATCH)):
                pages = [by_address[read.address] for read in batch]
                settled = [self._settled(planned, page, read) for page, read in zip(pages, batch, strict=True)]
                given = [(read, page.expected) for page, read in zip(pages, settled, strict=True)]
                for changes in self._archive.apply(number, planned.source.id, given):
                    overtaken += changes is None
                    recorded += len(changes or ())
                if self._archive.is_wanted:
                    raise Wanted
        self._archive.end_application(number, at)
        return recorded, overtaken

    def _of(self, planned: _Planned, *, whole: bool = False) -> Iterator[ReadAgain]:
        """What was read by today's rules of what stands today."""
        keys = {page.address: key(planned.rules, page) for page in planned.pages}
        for read in self._archive.read_again(planned.source.id, whole=whole):
            if keys.get(read.address) == read.key:
                yield read

    def _settled(self, planned: _Planned, page: Page, read: ReadAgain) -> ReadAgain:
        """With the key that the page is known by once this is recorded: it need not be read another time then."""
        revisions = dict(page.expected)
        for told in read.detail["articles"]:
            if told["what"] == "gained":
                revisions[told["ordinal"]] = 1
            elif told["what"] in ("changed", "restored") and told["fields"]:
                revisions[told["ordinal"]] += 1
        assert read.found is not None
        upto = [copy.id for copy in page.copies].index(read.found.capture_id) + 1
        stands = replace(page, copies=page.copies[:upto])
        return replace(read, key=key(planned.rules, stands, revisions))


def addresses(urls: Iterable[str], source: Source) -> frozenset[str]:
    """The canonical addresses of pages that somebody names."""
    return frozenset(canonical_url(url, source.names) for url in urls)
