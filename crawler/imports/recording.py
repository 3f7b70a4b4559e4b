"""Pages that are taken in: kept as captures, read and recorded.

One that was kept and not read by a process that was killed is read at the start of the next command that writes, as
after a killed crawl. Further pages of articles are joined at the end, whatever order they came in; what a file does not
hold of an article stays to be fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from archive.captures import UnwritableCapture
from archive.decide import GONE
from archive.identity import canonical_url
from archive.model import Capture
from archive.store import Archive
from crawler.held import Held
from crawler.imports.kept import Kept
from crawler.imports.page import NONE_OF_THE_WEB
from crawler.imports.tally import Tally
from crawler.intake import take_in
from crawler.learning import Informed, known
from crawler.reader import Reader
from crawler.series.parts import NotReadAgain, record_joined
from crawler.source import Source


class Recording:
    """Writes into an archive; what became of each page is counted."""

    def __init__(self, archive: Archive, reader: Reader, tally: Tally) -> None:
        self._archive, self._tally = archive, tally
        self._reader: Reader = Informed(reader, partial(known, archive))
        self._used: dict[str, Source] = {}

    def uses(self, source: Source) -> None:
        """The files hold pages of this source."""
        self._used[source.id] = source

    async def keep(self, source: Source, capture: Capture, address: str) -> None:
        """Keep a page, read and record it; `address` is its canonical one."""
        try:
            self._archive.keep(capture)
        except UnwritableCapture:
            self._tally.passed[NONE_OF_THE_WEB] += 1
            self._tally.fault(f"{capture.url}: {NONE_OF_THE_WEB}.")
            return
        self.uses(source)
        await self._take_in(source, capture, address)

    async def later(self, kept: Kept) -> None:
        """The same with a copy that was set back; it may stand in the files twice."""
        if self._archive.is_kept(kept.capture.id):
            self._tally.pages["known"] += 1
        else:
            await self.keep(kept.source, kept.capture, kept.address)

    async def _take_in(self, source: Source, capture: Capture, address: str, *, alone: bool = False) -> None:
        held = Held(self._archive, source)
        taken = await take_in(self._archive, self._reader, source, capture, address, None, None, held, alone=alone)
        if taken.first:  # page 2 of an article: when all is there, it is taken in with its page 1
            return
        self._tally.pages["gone" if capture.status in GONE else taken.verdict] += 1
        self._tally.sources[source.id] += 1
        self._tally.articles.update(change.kind for change in taken.changes)
        for sentence in (taken.fault, taken.stopped and f"{capture.url}: {taken.stopped}", taken.trouble):
            if sentence:
                self._tally.fault(sentence)

    async def finish(self) -> None:
        """Join the articles of several pages as far as their pages are there."""
        for kept in self._unread():
            await self._take_in(kept.source, kept.capture, kept.address, alone=True)
        for source in self._used.values():
            for head in self._archive.waiting_for_parts(source.id):
                try:
                    joined = await record_joined(
                        self._archive, self._reader, source, head, {}, None, datetime.min.replace(tzinfo=UTC)
                    )
                except NotReadAgain as stop:
                    self._tally.fault(str(stop))
                    continue
                self._tally.articles.update(change.kind for change in joined.changes if change.kind != "known")
                self._tally.passed["a further page that no file holds"] += len(joined.missing)

    def _unread(self) -> Iterator[Kept]:
        for capture in self._archive.orphans():
            if source := self._used.get(capture.source_id):
                yield Kept(capture, source, canonical_url(capture.url, source.names))

    def end(self, sources: Mapping[str, Source]) -> None:
        """Describe these sources, and all that were used: their outlets decide of origins. Commits."""
        for source in {**sources, **self._used}.values():
            self._archive.describe(source.id, (source.name, *source.outlets), source.trust)
        self._archive.commit()
        self._archive.keep_up()
