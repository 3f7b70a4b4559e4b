"""What becomes of a page that a file holds: known, passed over, or taken in, now or in the order of its copies."""

from __future__ import annotations

from collections.abc import Container
from functools import partial

from archive.decide import GONE
from archive.model import Capture
from archive.store import Archive
from crawler.held import Held
from crawler.imports.belong import Due, has_patterns
from crawler.imports.kept import capture_of
from crawler.imports.page import Incoming
from crawler.imports.recording import Recording
from crawler.imports.set_back import SetBack
from crawler.imports.tally import Tally, Terms
from crawler.imports.turns import article_of
from crawler.intake import read_capture
from crawler.learning import Informed, known
from crawler.reader import Reader
from crawler.source import Source


class Sighted:
    """Decides of pages. Without a `recording` nothing is stored; then there may be no archive."""

    def __init__(
        self, archive: Archive | None, reader: Reader, terms: Terms, tally: Tally, recording: Recording | None
    ) -> None:
        self._archive, self._terms, self._tally, self._recording = archive, terms, tally, recording
        self._reader: Reader = Informed(reader, partial(known, archive)) if archive else reader
        self._would_know: set[int] = set()  # addresses that would be known if this were no dry run; digests of them
        self.backwards: Container[str] = ()
        """Articles whose copies stand in no order of time: these are set back."""
        self.set_back: SetBack | None = None

    async def page(self, page: Incoming, each: Due) -> None:
        """Take in a page, if it is one that is."""
        source = each.source
        if source is None:
            self._tally.passed[each.why] += 1
            return
        capture = capture_of(page, source)
        if self._archive is not None and self._archive.is_kept(capture.id):
            self._tally.pages["known"] += 1
            if self._recording is not None:
                self._recording.uses(source)  # it may be one that a killed import has kept and not read
            return
        if not source.is_article(page.url) and (why := await self._unlisted(source, capture, each.address)):
            self._tally.passed[why] += 1
            return
        await self._taken(source, capture, each.address)

    async def gone(self, each: Due) -> None:
        """Take in an answer that a page is gone, if its address is known by now as an article's; nothing else."""
        if not isinstance(each.item, Incoming) or each.item.status not in GONE or each.source is None:
            return
        capture = capture_of(each.item, each.source)
        if not self._knows(each.source, each.address):
            self._tally.passed[f"answered {each.item.status}"] += 1
        elif self._archive is not None and self._archive.is_kept(capture.id):
            self._tally.pages["known"] += 1
        else:
            await self._taken(each.source, capture, each.address)

    def _knows(self, source: Source, address: str) -> bool:
        if hash((source.id, address)) in self._would_know:
            return True
        there = Held(self._archive, source).get(address) if self._archive is not None else None
        return there is not None and there.kind == "article"

    async def _taken(self, source: Source, capture: Capture, address: str) -> None:
        if self._recording is None:
            self._tally.pages["to be taken in"] += 1
            self._tally.sources[source.id] += 1
            self._would_know.add(hash((source.id, address)))
        elif capture.status not in GONE and article_of(address) in self.backwards and self.set_back is not None:
            self.set_back.add(capture, source, address)
        else:
            await self._recording.keep(source, capture, address)

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
