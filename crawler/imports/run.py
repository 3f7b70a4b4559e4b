"""Takes in what files hold, one page after the other, so that the same file taken twice changes nothing.

A capture that is there is passed over. One that was kept and not read by a process that was killed is read at the
start of the next command that writes, as after a killed crawl. Further pages of articles are joined at the end,
whatever order they came in; what a file does not hold of an article stays to be fetched.

An answer that says that a page is gone is a sighting of an address that is known. Which ones are is certain only when
all files were read: those that hold such answers are read a second time, for these alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from archive.captures import UnwritableCapture
from archive.captures.content import content_of
from archive.decide import GONE
from archive.identity import canonical_url
from archive.model import Capture
from archive.store import Archive
from crawler.held import Held
from crawler.imports import exported, folder, warc
from crawler.imports.belong import has_patterns, source_of
from crawler.imports.exported import Exported
from crawler.imports.page import BadFile, Incoming, Passed
from crawler.imports.tally import Tally, Terms
from crawler.intake import read_capture, take_in
from crawler.learning import Informed, known
from crawler.reader import Reader
from crawler.series.parts import NotReadAgain, record_joined
from crawler.source import Source

WARC_NAMES = (".warc", ".warc.gz", ".warc.zst", ".arc.gz", ".wacz")
AHEAD = timedelta(minutes=1)

Watch = Callable[[Tally], None]
Item = Incoming | Exported | Passed
Take = Callable[[Item], Awaitable[None]]


class Importer:
    """Takes in files. The archive is open for writing; for a dry run it is open for reading, or there is none."""

    def __init__(
        self, archive: Archive | None, reader: Reader, terms: Terms, at_once: int, now: datetime, watch: Watch
    ) -> None:
        self._archive, self._terms, self._at_once, self._now, self._watch = archive, terms, at_once, now, watch
        self._reader: Reader = Informed(reader, partial(known, archive)) if archive else reader
        self.tally = Tally()
        self._used: dict[str, Source] = {}
        self._would_know: set[int] = set()  # addresses that would be known if this were no dry run; digests of them
        self._gone_ones = False  # the file that is being read holds answers that say so

    def take(self, paths: Iterable[Path]) -> Tally:
        """Take in every file and folder. One that is bad costs itself alone."""
        tell_of_gone = []
        for path in paths:
            for file, found in self._files(path):
                self.tally.files += not file.is_dir()  # of a folder each page is a file
                self._gone_ones = False
                try:
                    self._all(found, self._one)
                except BadFile as bad:
                    self.tally.bad_files += 1
                    self.tally.files += file.is_dir()
                    self.tally.fault(f"{file}: {bad}")
                if self._gone_ones:
                    tell_of_gone.append(file)
        if self._archive is not None and not self._terms.dry_run:
            asyncio.run(self._finish(self._archive))
        for file in tell_of_gone:
            with suppress(BadFile):  # it was told the first time
                self._all(warc.pages(file), self._gone)
        if self._archive is not None and not self._terms.dry_run:
            for source in {**self._terms.sources, **self._used}.values():  # their outlets decide of origins
                self._archive.describe(source.id, (source.name, *source.outlets), source.trust)
            self._archive.commit()
            self._archive.keep_up()
        return self.tally

    def _files(self, path: Path) -> Iterator[tuple[Path, Iterator[Item]]]:
        """The files that a path names, with what each holds; the pages of a folder are counted as they come."""
        for file, found in files(path):
            yield file, self._counted(file, found) if file.is_dir() else found

    def _counted(self, folder: Path, found: Iterator[Item]) -> Iterator[Item]:
        for each in found:
            self.tally.files += not isinstance(each, Passed) or (folder / each.where).exists()
            yield each

    def _all(self, found: Iterator[Item], take: Take) -> None:
        try:
            asyncio.run(self._file(found, take))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _file(self, found: Iterator[Item], take: Take) -> None:
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
                await take(each)
                self._watch(self.tally)
                await asyncio.sleep(0)  # else Ctrl-C would wait for the end of a file that needs no reading

        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(work())
        if bad:
            raise bad[0]

    async def _one(self, each: Item) -> None:
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
        if page.status in GONE:
            self._gone_ones = True  # see `_gone`
            return
        capture = capture_of(page, source)
        if self._archive is not None and self._archive.is_kept(capture.id):
            self.tally.pages["known"] += 1
            return
        if not source.is_article(page.url) and (why := await self._unlisted(source, capture)):
            self.tally.passed[why] += 1
            return
        await self._taken(source, capture)

    async def _gone(self, each: Item) -> None:
        """Take in an answer that a page is gone, if its address is known by now as an article's."""
        if not isinstance(each, Incoming) or each.status not in GONE or self._unfit(each):
            return
        source = source_of(each.url, self._terms.sources, self._terms.only, self._terms.any_host)
        if source is None:
            return
        capture = capture_of(each, source)
        if not self._knows(source, canonical_url(capture.url, source.all_hosts)):
            self.tally.passed[f"answered {each.status}"] += 1
        elif self._archive is not None and self._archive.is_kept(capture.id):
            self.tally.pages["known"] += 1
        else:
            await self._taken(source, capture)

    def _knows(self, source: Source, address: str) -> bool:
        if hash((source.id, address)) in self._would_know:
            return True
        there = Held(self._archive, source).get(address) if self._archive is not None else None
        return there is not None and there.kind == "article"

    async def _taken(self, source: Source, capture: Capture) -> None:
        if self._terms.dry_run or self._archive is None:
            self.tally.pages["to be taken in"] += 1
            self.tally.sources[source.id] += 1
            self._would_know.add(hash((source.id, canonical_url(capture.url, source.all_hosts))))
        else:
            await self._keep(self._archive, source, capture)

    def _unfit(self, page: Incoming) -> str:
        kind = next((value for name, value in page.headers if name.lower() == "content-type"), "")
        if page.status != 200 and page.status not in GONE:
            return f"answered {page.status}"
        if page.at > self._now + AHEAD:
            return "a time that is to come"
        if page.status in GONE:  # what stands in the place of the page is no matter
            return ""
        if kind and kind.partition(";")[0].strip().lower() not in warc.HTML:
            return "no HTML"
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
        self.tally.pages["gone" if capture.status in GONE else taken.verdict] += 1
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


def files(path: Path) -> Iterator[tuple[Path, Iterator[Item]]]:
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
