"""Takes in what files hold, one page after the other, so that the same file taken twice changes nothing.

A capture that is there is passed over. One that was kept and not read by a process that was killed is read at the
start of the next command that writes, as after a killed crawl. Further pages of articles are joined at the end,
whatever order they came in; what a file does not hold of an article stays to be fetched.

Copies of one article are recorded in the order of their times, which its history needs (archive.decide). Those that
stand in that order wait for each other alone (`turns`). The copies of a page of which an older one stands behind a
newer one, in the same file or in a later one, are set back (`set_back`), and kept and read at the end, oldest first:
for that all files are looked through first.

An answer that says that a page is gone is a sighting of an address that is known. Which ones are is certain only when
all files were read: those that hold such answers are read a second time, for these alone.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Container, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from archive.captures import UnwritableCapture
from archive.decide import GONE
from archive.identity import canonical_url
from archive.model import Capture
from archive.store import Archive
from crawler.held import Held
from crawler.imports import warc
from crawler.imports.backwards import look_through
from crawler.imports.belong import AHEAD, Due, due, has_patterns
from crawler.imports.exported import Exported
from crawler.imports.files import Item, files
from crawler.imports.kept import Kept, capture_of
from crawler.imports.page import BadFile, Incoming, Passed
from crawler.imports.set_back import SetBack
from crawler.imports.tally import Tally, Terms
from crawler.imports.turns import article_of, in_turn
from crawler.intake import read_capture, take_in
from crawler.learning import Informed, known
from crawler.reader import Reader
from crawler.series.parts import NotReadAgain, record_joined
from crawler.source import Source, host_of
from crawler.source.unfiled import named_by_host

Watch = Callable[[Tally], None]
T = TypeVar("T", Due, Kept)


class Importer:
    """Takes in files. The archive is open for writing; for a dry run it is open for reading, or there is none.

    `room` is the folder on whose disk copies lie that are set back; a dry run needs none.
    """

    def __init__(
        self,
        archive: Archive | None,
        reader: Reader,
        terms: Terms,
        at_once: int,
        now: datetime,
        watch: Watch,
        room: Path | None = None,
    ) -> None:
        self._archive, self._terms, self._at_once, self._now, self._watch = archive, terms, at_once, now, watch
        self._reader: Reader = Informed(reader, partial(known, archive)) if archive else reader
        self.tally = Tally()
        self._used: dict[str, Source] = {}
        self._would_know: set[int] = set()  # addresses that would be known if this were no dry run; digests of them
        self._by_host: dict[str, Source] = {}  # of articles that came as our own lines
        self._room = room
        self._backwards: Container[str] = ()  # articles whose copies stand in no order of time
        self._set_back: SetBack | None = None  # where there are such
        self._gone_ones = False  # the file that is being read holds answers that say so

    def take(self, paths: Iterable[Path]) -> Tally:
        """Take in every file and folder. One that is bad costs itself alone."""
        paths = list(paths)
        writing = self._archive if not self._terms.dry_run else None
        if writing is None:
            return self._all_of(paths, None)
        self._backwards = look_through(paths, self._terms, self._now)
        with SetBack(self._room or Path(tempfile.gettempdir())) as self._set_back:
            return self._all_of(paths, writing)

    def _all_of(self, paths: Iterable[Path], writing: Archive | None) -> Tally:
        tell_of_gone = []
        for path in paths:
            for file, found in self._files(path):
                self.tally.files += not file.is_dir()  # of a folder each page is a file
                self._gone_ones = False
                try:
                    self._all(self._due(found), self._one)
                except BadFile as bad:
                    self.tally.bad_files += 1
                    self.tally.files += file.is_dir()
                    self.tally.fault(f"{file}: {bad}")
                if self._gone_ones:
                    tell_of_gone.append(file)
        if writing is not None:
            self._all(iter(self._set_back or ()), partial(self._later, writing))
            asyncio.run(self._finish(writing))
        for file in tell_of_gone:
            with suppress(BadFile):  # it was told the first time
                self._all(self._due(warc.pages(file)), self._gone)
        if writing is not None:
            for source in {
                **self._terms.sources,
                **self._by_host,
                **self._used,
            }.values():  # their outlets decide of origins
                writing.describe(source.id, (source.name, *source.outlets), source.trust)
            writing.commit()
            writing.keep_up()
        return self.tally

    def _files(self, path: Path) -> Iterator[tuple[Path, Iterator[Item]]]:
        """The files that a path names, with what each holds; the pages of a folder are counted as they come."""
        for file, found in files(path):
            yield file, self._counted(file, found) if file.is_dir() else found

    def _counted(self, folder: Path, found: Iterator[Item]) -> Iterator[Item]:
        for each in found:
            self.tally.files += not isinstance(each, Passed) or (folder / each.where).exists()
            yield each

    def _due(self, found: Iterator[Item]) -> Iterator[Due]:
        return (due(item, self._terms, self._now) for item in found)

    def _all(self, found: Iterator[T], take: Callable[[T], Awaitable[None]]) -> None:
        """Take all of it, several at once; raises BadFile at the end where its end is not to be had."""

        async def taken(each: T) -> None:
            await take(each)
            self._watch(self.tally)

        asyncio.run(in_turn(found, taken, self._at_once))

    async def _one(self, each: Due) -> None:
        match each.item:
            case Passed() as passed:
                self.tally.passed[passed.why] += 1
                if passed.fault:
                    self.tally.fault(f"{passed.where}: {passed.why}.")
            case Exported() as article:
                self._bring(article)
            case Incoming() as page:
                await self._page(page, each)

    def _bring(self, each: Exported) -> None:
        if each.standing.last_seen > self._now + AHEAD:
            self.tally.passed["a time that is to come"] += 1
        elif self._terms.only and each.article.source_id != self._terms.only:
            self.tally.passed["another source"] += 1
        elif self._archive is None or self._terms.dry_run:
            self.tally.articles["to be taken in"] += 1
        elif self._archive.bring(each.article, each.standing, each.line):
            self.tally.articles["new"] += 1
            host = host_of(each.article.url)
            if host == each.article.source_id and host not in self._terms.sources:
                self._by_host[host] = named_by_host(each.article.url)
        else:
            self.tally.articles["known"] += 1

    async def _page(self, page: Incoming, each: Due) -> None:
        source = each.source
        if source is None:
            self.tally.passed[each.why] += 1
            return
        if page.status in GONE:
            self._gone_ones = True  # see `_gone`
            return
        capture = capture_of(page, source)
        if self._archive is not None and self._archive.is_kept(capture.id):
            self.tally.pages["known"] += 1
            self._used[source.id] = source  # it may be one that a killed import has kept and not read
            return
        if not source.is_article(page.url) and (why := await self._unlisted(source, capture, each.address)):
            self.tally.passed[why] += 1
            return
        await self._taken(source, capture, each.address)

    async def _gone(self, each: Due) -> None:
        """Take in an answer that a page is gone, if its address is known by now as an article's."""
        if not isinstance(each.item, Incoming) or each.item.status not in GONE or each.source is None:
            return
        capture = capture_of(each.item, each.source)
        if not self._knows(each.source, each.address):
            self.tally.passed[f"answered {each.item.status}"] += 1
        elif self._archive is not None and self._archive.is_kept(capture.id):
            self.tally.pages["known"] += 1
        else:
            await self._taken(each.source, capture, each.address)

    def _knows(self, source: Source, address: str) -> bool:
        if hash((source.id, address)) in self._would_know:
            return True
        there = Held(self._archive, source).get(address) if self._archive is not None else None
        return there is not None and there.kind == "article"

    async def _taken(self, source: Source, capture: Capture, address: str) -> None:
        if self._terms.dry_run or self._archive is None:
            self.tally.pages["to be taken in"] += 1
            self.tally.sources[source.id] += 1
            self._would_know.add(hash((source.id, address)))
        else:
            if capture.status not in GONE and article_of(address) in self._backwards and self._set_back is not None:
                self._set_back.add(capture, source, address)
            else:
                await self._keep(self._archive, source, capture, address)

    async def _unlisted(self, source: Source, capture: Capture, address: str) -> str:
        """Why a page is passed over of which nobody says that it is an article's; "" if it is one all the same.

        Further pages of articles seldom have an article's address: they say themselves where page 1 is, or it did.
        """
        if self._archive is not None:
            there = Held(self._archive, source).get(address)
            if there is not None and there.kind == "part":
                return ""
        reading = (await read_capture(self._reader, capture, source)).reading
        if reading.series.first and source.is_article(reading.series.first):
            return ""
        if has_patterns(source) and not self._terms.all_pages:
            return "not the address of an article"
        return "" if reading.verdict == "article" else "no article"

    async def _keep(self, archive: Archive, source: Source, capture: Capture, address: str) -> None:
        try:
            archive.keep(capture)
        except UnwritableCapture:
            self.tally.passed["an address that is none of the web"] += 1
            return
        self._used[source.id] = source
        await self._take_in(archive, source, capture, address)

    def _unread(self, archive: Archive) -> Iterator[Kept]:
        for capture in archive.orphans():
            if source := self._used.get(capture.source_id):
                yield Kept(capture, source, canonical_url(capture.url, source.names))

    async def _later(self, archive: Archive, kept: Kept) -> None:
        if archive.is_kept(kept.capture.id):  # it stands in the files twice
            self.tally.pages["known"] += 1
        else:
            await self._keep(archive, kept.source, kept.capture, kept.address)

    async def _take_in(
        self, archive: Archive, source: Source, capture: Capture, address: str, *, alone: bool = False
    ) -> None:
        held = Held(archive, source)
        taken = await take_in(archive, self._reader, source, capture, address, None, None, held, alone=alone)
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
        for kept in self._unread(archive):
            await self._take_in(archive, kept.source, kept.capture, kept.address, alone=True)
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
