"""Takes in what files hold, one page after the other, so that the same file taken twice changes nothing.

Copies of one article are recorded in the order of their times, which its history needs (archive.decide). Those that
stand in that order wait for each other alone (`turns`). The copies of a page of which an older one stands behind a
newer one, in the same file or in a later one, are set back (`set_back`), and kept and read at the end, oldest first:
for that all files are looked through first.

Which addresses are known is certain only when all files were read: those that hold answers that a page is gone are read
a second time, for these alone.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from archive.decide import GONE
from archive.store import Archive
from crawler.imports import warc
from crawler.imports.backwards import look_through
from crawler.imports.belong import Due, due
from crawler.imports.brought import Brought
from crawler.imports.exported import Exported
from crawler.imports.files import Item, files
from crawler.imports.kept import Kept
from crawler.imports.page import BadFile, Incoming, Passed
from crawler.imports.recording import Recording
from crawler.imports.set_back import SetBack
from crawler.imports.sighted import Sighted
from crawler.imports.tally import Tally, Terms
from crawler.imports.turns import in_turn
from crawler.reader import Reader

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
        self._terms, self._at_once, self._now, self._watch, self._room = terms, at_once, now, watch, room
        self.tally = Tally()
        writing = archive if not terms.dry_run else None
        self._recording = Recording(writing, reader, self.tally) if writing else None
        self._pages = Sighted(archive, reader, terms, self.tally, self._recording)
        self._brought = Brought(writing, terms, self.tally, now)
        self._gone_ones = False  # the file that is being read holds answers that say so

    def take(self, paths: Iterable[Path]) -> Tally:
        """Take in every file and folder. One that is bad costs itself alone."""
        paths = list(paths)
        if self._recording is None:
            self._tell_gone(self._all_of(paths))
            return self.tally
        self._pages.backwards = look_through(paths, self._terms, self._now)
        with SetBack(self._room or Path(tempfile.gettempdir())) as self._pages.set_back:
            tell_of_gone = self._all_of(paths)
            self._all(iter(self._pages.set_back), self._recording.later)
            asyncio.run(self._recording.finish())
            self._tell_gone(tell_of_gone)
            self._recording.end({**self._terms.sources, **self._brought.by_host})
        return self.tally

    def _all_of(self, paths: Iterable[Path]) -> list[Path]:
        """Take in what is no answer that a page is gone; the files that hold such answers."""
        tell_of_gone = []
        for path in paths:
            for file, found in self._files(path):
                self.tally.files += not file.is_dir()  # of a folder each page is a file
                self._gone_ones = False
                try:
                    self._all(self._due(found), partial(self._one, file))
                except BadFile as bad:
                    self.tally.bad_files += 1
                    self.tally.files += file.is_dir()
                    self.tally.fault(f"{file}: {bad}")
                if self._gone_ones:
                    tell_of_gone.append(file)
        return tell_of_gone

    def _tell_gone(self, paths: Iterable[Path]) -> None:
        for file in paths:
            with suppress(BadFile):  # it was told the first time
                self._all(self._due(warc.pages(file)), self._pages.gone)

    def _files(self, path: Path) -> Iterator[tuple[Path, Iterator[Item]]]:
        """The files that a path names, with what each holds; the pages of a folder are counted as they come."""
        for file, found in files(path):
            yield file, self._counted(found) if file.is_dir() else found

    def _counted(self, found: Iterator[Item]) -> Iterator[Item]:
        for each in found:
            self.tally.files += not isinstance(each, Passed) or each.is_file
            yield each

    def _due(self, found: Iterator[Item]) -> Iterator[Due]:
        return (due(item, self._terms, self._now) for item in found)

    def _all(self, found: Iterator[T], take: Callable[[T], Awaitable[None]]) -> None:
        """Take all of it, several at once; raises BadFile at the end where its end is not to be had."""

        async def taken(each: T) -> None:
            await take(each)
            self._watch(self.tally)

        asyncio.run(in_turn(found, taken, self._at_once))

    async def _one(self, file: Path, each: Due) -> None:
        match each.item:
            case Passed() as passed:
                self.tally.pass_over(passed, file)
            case Exported() as article:
                self._brought.bring(article)
            case Incoming(status=status) if status in GONE and each.source is not None:
                self._gone_ones = True  # see `_tell_gone`
            case Incoming() as page:
                await self._pages.page(page, each)
