"""From an archive's captures to what is learnt of a source, and from its newest readings to an alarm.

What is learnt is a function of the captures that it was learnt from: the newest one of each of the newest pages that
hold articles, at most MOST_PAGES of them. It is learnt at the end of a crawl, when enough is new, and used from the
next crawl on, so that all pages of one crawl are read alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from archive.captures.errors import CaptureProblem
from archive.store import Archive, CaptureRow, Profile, TemplateChange
from crawler.learn.change import NEWEST, changed, sight_of
from crawler.learn.learnt import FEWEST, Learnt, from_bytes, to_bytes
from crawler.reader import Answer, Reader, Task
from crawler.shanghai import SHANGHAI
from crawler.source import Source

if TYPE_CHECKING:
    from crawler.learn.observe import Observation

MOST_PAGES = 80
"""Pages of a source that are learnt from. Reading them again takes about three seconds."""

MOST_BYTES = 2 << 20
"""A page that is larger is not learnt from."""

_AT_ONCE = 8  # captures in memory
_GROWN = 2
"""What is learnt is learnt anew when so many times fewer pages are new than it was learnt from: half as many."""


def known(archive: Archive, source_id: str) -> Learnt | None:
    """What is known of a source; None where nothing was learnt, or by rules that are not today's."""
    profile = archive.learnt(source_id)
    return from_bytes(profile.profile) if profile else None


class Informed:
    """A reader that tells another one what is known of each page's source, as it stood when the first page came."""

    def __init__(self, reader: Reader, archive: Archive) -> None:
        self._reader, self._archive = reader, archive
        self._known: dict[str, Learnt | None] = {}

    async def read(self, task: Task) -> Answer:
        """Read the page with what is known of its source."""
        if task.source is None:
            return await self._reader.read(task)
        if task.source.id not in self._known:
            self._known[task.source.id] = known(self._archive, task.source.id)
        return await self._reader.read(replace(task, learnt=self._known[task.source.id]))


async def lesson(archive: Archive, reader: Reader, source: Source) -> Learnt | None:
    """Learn from the archive; nothing is stored. None where there are too few pages."""
    rows = archive.sample(source.id, MOST_PAGES)
    if len(rows) < FEWEST:
        return None
    from crawler.learn.learn import learn  # brings the modules of reading, which a crawl itself does without

    notes: list[Observation | None] = []
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        notes += await asyncio.gather(*(_noted(archive, reader, source, row) for row in some))
    return learn(note for note in notes if note is not None)


def keep(archive: Archive, source_id: str, learnt: Learnt, at: datetime) -> None:
    """Have the archive keep what was learnt."""
    held = archive.held(source_id)
    archive.keep_learnt(Profile(source_id, learnt.digest, at, learnt.pages, held, to_bytes(learnt)))


async def _noted(archive: Archive, reader: Reader, source: Source, row: CaptureRow) -> Observation | None:
    """What is to be learnt of one capture; None if it cannot be read, or not in time."""
    capture = None
    with suppress(CaptureProblem):  # `jianbao doctor` tells of it
        capture = archive.capture(row.id)
    if capture is None or len(capture.content) > MOST_BYTES:
        return None
    day = capture.fetched_at.astimezone(SHANGHAI).date()
    asked = Task(capture.content, capture.url, capture.content_type, source, captured=day, note=capture.id)
    from crawler.learn.observe import Observation

    noted = (await reader.read(asked)).observation
    return noted if noted is None or isinstance(noted, Observation) else msgspec.convert(noted, Observation)


def alarm(archive: Archive, source_id: str, at: datetime) -> TemplateChange | None:
    """The change of a template, if the newest readings tell of one that was not told yet."""
    learnt = known(archive, source_id)
    if learnt is None:
        return None
    sights = [each for told in archive.newest_evidence(source_id, NEWEST) if (each := sight_of(told)) is not None]
    found = changed(sights, learnt)
    if found is None:
        return None
    told = archive.template_changes(source_id)
    if told and told[0].digest == learnt.digest:
        return None
    return TemplateChange(source_id, at, learnt.digest, found.sentence)


def is_due(archive: Archive, source_id: str) -> bool:
    """Whether there is enough that is new: the first five pages, then half as many as were learnt from."""
    held, profile = archive.held(source_id), archive.learnt(source_id)
    if profile is None or from_bytes(profile.profile) is None:
        return held >= FEWEST
    return held - profile.held >= max(FEWEST, profile.pages // _GROWN)


async def after_crawl(
    archive: Archive, reader: Reader, sources: Iterable[Source], at: datetime
) -> Mapping[str, TemplateChange]:
    """Notice changed templates and learn what is due; the changes by source. The archive is open for writing."""
    noticed = {}
    for source in sources:
        change = alarm(archive, source.id, at)
        if change is not None:
            archive.template_changed(change)
            noticed[source.id] = change
        if change is not None or is_due(archive, source.id):
            learnt = await lesson(archive, reader, source)
            if learnt is not None:
                keep(archive, source.id, learnt, at)
    archive.commit()
    return noticed
