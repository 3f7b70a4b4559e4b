"""Takes in what files hold, one page after the other, so that the same file taken twice changes nothing.

A capture that is there is passed over. One that was kept and not read by a process that was killed is read at the
start of the next command that writes, as after a killed crawl. Further pages of articles are joined at the end,
whatever order they came in; what a file does not hold of an article stays to be fetched.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from archive.captures import UnwritableCapture
from archive.captures.content import content_of
from archive.identity import canonical_url
from archive.model import Capture
from archive.store import Archive
from crawler.held import Held
from crawler.imports import exported, folder, warc
from crawler.imports.belong import has_patterns, source_of
from crawler.imports.exported import Exported
from crawler.imports.page import BadFile, Incoming, Passed
from crawler.intake import read_capture, take_in
from crawler.learning import Informed, known
from crawler.reader import Reader
from crawler.series.parts import NotReadAgain, record_joined
from crawler.source import Source

WARC_NAMES = (".warc", ".warc.gz", ".warc.zst", ".arc.gz")
MOST_TOLD = 20
AHEAD = timedelta(minutes=1)


@dataclass(slots=True)
class Tally:
    """What became of what was found."""

    files: int = 0
    pages: Counter[str] = field(default_factory=Counter)  # taken in, by verdict; "known" were there
    articles: Counter[str] = field(default_factory=Counter)  # new, changed, known, gone …
    sources: Counter[str] = field(default_factory=Counter)  # pages that were taken in
    passed: Counter[str] = field(default_factory=Counter)  # by why
    told: list[str] = field(default_factory=list)  # what is wrong, as sentences
    faults: int = 0  # how many of them there are
    bad_files: int = 0

    def fault(self, sentence: str) -> None:
        """Something is wrong with a file, or with us."""
        self.faults += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is taken: the sources, one of them alone, or any host; also addresses that patterns do not know."""

    sources: Mapping[str, Source]
    only: str | None = None
    any_host: bool = False
    all_pages: bool = False
    dry_run: bool = False


Watch = Callable[[Tally], None]


class Importer:
    """Takes in files. The archive is open for writing; for a dry run it is open for reading, or there is none."""

    def __init__(
        self, archive: Archive | None, reader: Reader, terms: Terms, at_once: int, now: datetime, watch: Watch
    ) -> None:
        self._archive, self._terms, self._at_once, self._now, self._watch = archive, terms, at_once, now, watch
        self._reader: Reader = Informed(reader, partial(known, archive)) if archive else reader
        self.tally = Tally()
        self._used: dict[str, Source] = {}

    def take(self, paths: Iterable[Path]) -> Tally:
        """Take in every file and folder. One that is bad costs itself alone."""
        for path in paths:
            for file, found in files(path):
                self.tally.files += 1
                try:
                    self._all(found)
                except BadFile as bad:
                    self.tally.bad_files += 1
                    self.tally.fault(f"{file}: {bad}")
        if self._archive is not None and not self._terms.dry_run:
            asyncio.run(self._finish(self._archive))
            for source in {**self._terms.sources, **self._used}.values():  # their outlets decide of origins
                self._archive.describe(source.id, (source.name, *source.outlets), source.trust)
            self._archive.commit()
            self._archive.keep_up()
        return self.tally

    def _all(self, found: Iterator[Incoming | Exported | Passed]) -> None:
        try:
            asyncio.run(self._file(found))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _file(self, found: Iterator[Incoming | Exported | Passed]) -> None:
        bad: list[BadFile] = []

        async def work() -> None:
            while not bad:
                try:
                    each = next(found, None)
                except BadFile as error:  # what was read before is finished all the same
                    bad.append(error)
                    return
                if each is None:
                    return
                await self._one(each)
                self._watch(self.tally)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(work())
        if bad:
            raise bad[0]

    async def _one(self, each: Incoming | Exported | Passed) -> None:
        match each:
            case Passed():
                self.tally.passed[each.why] += 1
                if each.fault:
                    self.tally.fault(f"{each.where}: {each.why}.")
            case Exported():
                self._bring(each)
            case Incoming():
                await self._page(each)

    def _bring(self, each: Exported) -> None:
        if each.standing.last_seen > self._now + AHEAD:
            self.tally.passed["a time that is to come"] += 1
        elif self._terms.only and each.article.source_id != self._terms.only:
            self.tally.passed["another source"] += 1
        elif self._archive is None or self._terms.dry_run:
            self.tally.articles["to be taken in"] += 1
        elif self._archive.bring(each.article, each.standing, each.line):
            self.tally.articles["new"] += 1
        else:
            self.tally.articles["known"] += 1

    async def _page(self, page: Incoming) -> None:
        why = self._unfit(page)
        terms = self._terms
        source = None if why else source_of(page.url, terms.sources, terms.only, terms.any_host)
        if source is None:
            self.tally.passed[why or "on the host of no source"] += 1
            return
        capture = capture_of(page, source)
        if self._archive is not None and self._archive.is_kept(capture.id):
            self.tally.pages["known"] += 1
            return
        if not source.is_article(page.url) and (why := await self._unlisted(source, capture)):
            self.tally.passed[why] += 1
            return
        if terms.dry_run or self._archive is None:
            self.tally.pages["to be taken in"] += 1
            self.tally.sources[source.id] += 1
        else:
            await self._keep(self._archive, source, capture)

    def _unfit(self, page: Incoming) -> str:
        kind = next((value for name, value in page.headers if name.lower() == "content-type"), "")
        if page.status != 200:
            return f"answered {page.status}"
        if kind and kind.partition(";")[0].strip().lower() not in warc.HTML:
            return "no HTML"
        if page.at > self._now + AHEAD:
            return "a time that is to come"
        return "" if page.body.strip() else "an empty page"

    async def _unlisted(self, source: Source, capture: Capture) -> str:
        """Why a page is passed over of which nobody says that it is an article's; "" if it is one all the same.

        Further pages of articles seldom have an article's address: they say themselves where page 1 is, or it did.
        """
        if self._archive is not None:
            there = Held(self._archive, source).get(canonical_url(capture.url, source.all_hosts))
            if there is not None and there.kind == "part":
                return ""
        reading = (await read_capture(self._reader, capture, source)).reading
        if reading.series.first and source.is_article(reading.series.first):
            return ""
        if has_patterns(source) and not self._terms.all_pages:
            return "not the address of an article"
        return "" if reading.verdict == "article" else "no article"

    async def _keep(self, archive: Archive, source: Source, capture: Capture) -> None:
        try:
            archive.keep(capture)
        except UnwritableCapture:
            self.tally.passed["an address that is none of the web"] += 1
            return
        await self._take_in(archive, source, capture)

    async def _take_in(self, archive: Archive, source: Source, capture: Capture, *, alone: bool = False) -> None:
        canonical = canonical_url(capture.url, source.all_hosts)
        self._used[source.id] = source
        held = Held(archive, source)
        taken = await take_in(archive, self._reader, source, capture, canonical, None, None, held, alone=alone)
        if taken.first:  # page 2 of an article: when all is there, it is taken in with its page 1
            return
        self.tally.pages[taken.verdict] += 1
        self.tally.sources[source.id] += 1
        self.tally.articles.update(change.kind for change in taken.changes)
        for sentence in (taken.fault, taken.stopped and f"{capture.url}: {taken.stopped}", taken.trouble):
            if sentence:
                self.tally.fault(sentence)

    async def _finish(self, archive: Archive) -> None:
        """Join the articles of several pages as far as their pages are there."""
        for capture in archive.orphans():
            if source := self._used.get(capture.source_id):
                await self._take_in(archive, source, capture, alone=True)
        for source in self._used.values():
            for head in archive.waiting_for_parts(source.id):
                try:
                    joined = await record_joined(
                        archive, self._reader, source, head, {}, None, datetime.min.replace(tzinfo=UTC)
                    )
                except NotReadAgain as stop:
                    self.tally.fault(str(stop))
                    continue
                self.tally.articles.update(change.kind for change in joined.changes if change.kind != "known")
                self.tally.passed["a further page that no file holds"] += len(joined.missing)


def capture_of(page: Incoming, source: Source) -> Capture:
    """The page as a capture of a source: the same page is the same capture."""
    codings = ", ".join(value for name, value in page.headers if name.lower() == "content-encoding")
    return Capture(
        url=page.url,
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


def files(path: Path) -> Iterator[tuple[Path, Iterator[Incoming | Exported | Passed]]]:
    """The files that a path names, with what each holds. A folder may hold WARC files, pages, or both."""
    name = path.name.lower()
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and each.name.lower().endswith(WARC_NAMES):
                yield each, warc.pages(each)
        yield path, folder.pages(path)
    elif name.endswith((".jsonl", ".jsonl.gz", ".ndjson")):
        yield path, exported.articles(path)
    else:
        yield path, warc.pages(path)
