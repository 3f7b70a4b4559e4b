"""From an archive's captures to what is learnt of a source, and from its newest readings to an alarm.

What is learnt is a function of the captures that it was learnt from: the newest one of each of the newest pages that
hold articles, at most SAMPLED of them. It is learnt at the end of a crawl, when enough is new, and used from the
next crawl on, so that all pages of one crawl are read alike; the pages that were learnt from are read again with it,
but for those of which their notes show that it leaves them as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

import msgspec

from archive.captures.errors import CaptureProblem
from archive.model import Capture
from archive.store import Archive, ArchiveProblem, CaptureRow, Profile, TemplateChange
from crawler.blame import is_the_machine_s
from crawler.evidence import evidence_json
from crawler.extract.further import NO_SERIES
from crawler.learn.change import NEWEST, changed, sight_of
from crawler.learn.firm import digest_of
from crawler.learn.learnt import FEWEST, SAMPLED, Learnt, from_bytes, to_bytes
from crawler.noting import Notes
from crawler.reader import Answer, Note, Reader, ReaderBroken, ReadingFault, Task
from crawler.source import Source

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
    """A reader that tells another one what is known of each page's source, as it stood when the first page came.

    `of` gives what is known of a source by its id, e.g. `partial(known, archive)`.
    """

    def __init__(self, reader: Reader, of: Callable[[str], Learnt | None]) -> None:
        self._reader, self._of = reader, of
        self._known: dict[str, Learnt | None] = {}

    async def read(self, task: Task) -> Answer:
        """Read the page with what is known of its source."""
        if task.source is None:
            return await self._reader.read(task)
        if task.source.id not in self._known:
            self._known[task.source.id] = self._of(task.source.id)
        learnt = self._known[task.source.id]
        other = task.note == "also" and (learnt is not None or task.source.hook is not None)  # than one made alone
        return await self._reader.read(replace(task, learnt=learnt, note="" if other else task.note))


class Forgiving:
    """A reader for pages that were read before: a fault of ours on one of them costs that page alone, and is noted."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.faults: list[str] = []

    async def read(self, task: Task) -> Answer:
        """Read the page; one on which our code fails is answered as stopped."""
        try:
            return await self._reader.read(task)
        except ReadingFault as fault:
            self.faults.append(f"Learning from {task.url} failed, which is our fault: {fault}")
            return Answer.of_stopped(self.faults[-1])


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt of a source."""

    learnt: Learnt
    untouched: Mapping[str, str]
    """Captures whose text is shown to be the same when it is read with this, and the digests of those texts."""


async def lesson(archive: Archive, reader: Reader, source: Source, notes: Notes | None = None) -> Learnt | None:
    """Learn from the archive; nothing is stored. None where there are too few pages.

    `notes` are those that were made while pages were read; they are forgotten.
    """
    told = await whole_lesson(archive, reader, source, notes)
    return told.learnt if told is not None else None


async def whole_lesson(archive: Archive, reader: Reader, source: Source, notes: Notes | None = None) -> Lesson | None:
    """The same, and which of the pages it leaves as they are."""
    rows = archive.sample(source.id, SAMPLED)
    if len(rows) < FEWEST:
        return None
    from crawler.learn.learn import learn  # brings the modules of reading, which a crawl itself does without
    from crawler.learn.observe import Observation
    from crawler.learn.untouched import is_untouched

    decode = msgspec.json.Decoder(Observation).decode
    found = [decode(noted) for row in rows if notes is not None and (noted := notes.taken(row.id)) is not None]
    here = {each.id for each in found}
    rest = [row for row in rows if row.id not in here]
    async for _, _, answer in _answers(archive, reader, source, rest, note="alone"):
        if answer.noted:
            found.append(decode(answer.noted))
    learnt = learn(found)
    if learnt is None:
        return None
    firm = {each.id: (each, told) for each in found if notes is not None and (told := notes.firm(each.id)) is not None}
    return Lesson(learnt, {key: told.text for key, (seen, told) in firm.items() if is_untouched(seen, told, learnt)})


async def read_again(
    archive: Archive, reader: Reader, source: Source, untouched: Mapping[str, str] = MappingProxyType({})
) -> int:
    """Read the pages that were learnt from with what was learnt, and record what is read otherwise now; how many.

    Their articles get a revision whose reason is `re-read`. Without it the next look at a page whose bytes have
    changed, if only in a counter, would take the furniture that is not read any more for an edit. An article of several
    pages, or one behind a redirect, is left as it is; so is one that has the text which an `untouched` page (see
    `Lesson`) is known to have.
    """
    found = 0
    rows = [row for row in archive.sample(source.id, SAMPLED) if not _has_text(archive, row, untouched.get(row.id))]
    async for row, capture, answer in _answers(archive, reader, source, rows):
        reading, address = answer.reading, row.canonical_url
        if reading.verdict != "article" or reading.series != NO_SERIES or len(reading.articles) != 1 or not address:
            continue
        held = archive.article(address)
        if held is None or held[0].pages > 1 or capture.requested_url not in ("", capture.url):
            continue
        if held[0].blocks == reading.articles[0].blocks:
            continue
        evidence = evidence_json(reading.evidence)
        changes = archive.record(capture, address, reading.verdict, reading.articles, evidence)
        found += any(change.kind == "changed" for change in changes)
    return found


def _has_text(archive: Archive, row: CaptureRow, text: str | None) -> bool:
    """Whether the article of a capture's page has the text with this digest."""
    held = archive.article(row.canonical_url) if text and row.canonical_url else None
    return held is not None and digest_of(held[0].blocks) == text


async def _answers(
    archive: Archive, reader: Reader, source: Source, rows: Sequence[CaptureRow], *, note: Note = ""
) -> AsyncIterator[tuple[CaptureRow, Capture, Answer]]:
    """What the reader makes of captures, a few at a time; those that cannot be had or are too large are left out."""
    for start in range(0, len(rows), _AT_ONCE):
        captures = [(row, _capture(archive, row)) for row in rows[start : start + _AT_ONCE]]
        usable = [(row, capture) for row, capture in captures if capture and len(capture.content) <= MOST_BYTES]
        tasks = [replace(Task.of(capture, source, row.id), note=note) for row, capture in usable]
        answers = await asyncio.gather(*map(reader.read, tasks))
        for (row, capture), answer in zip(usable, answers, strict=True):
            yield row, capture, answer


def _capture(archive: Archive, row: CaptureRow) -> Capture | None:
    with suppress(CaptureProblem):  # `jianbao doctor` tells of it
        return archive.capture(row.id)
    return None


def keep(archive: Archive, source_id: str, learnt: Learnt, at: datetime) -> None:
    """Have the archive keep what was learnt."""
    held = archive.held(source_id)
    archive.keep_learnt(Profile(source_id, learnt.digest, at, learnt.pages, held, to_bytes(learnt)))


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


@dataclass(frozen=True, slots=True)
class Lessons:
    """What came of looking back at a crawl."""

    changes: Mapping[str, TemplateChange]  # by source
    read_again: Mapping[str, int]  # articles that are read otherwise with what was learnt, by source
    faults: Mapping[str, Sequence[str]]  # what of ours went wrong, by source, as sentences


async def after_crawl(
    archive: Archive, reader: Reader, sources: Iterable[Source], at: datetime, notes: Notes | None = None
) -> Lessons:
    """Notice changed templates, learn what is due, and read with it again. The archive is open for writing.

    `notes` are those that the crawl has made.

    A fault of ours ends the learning of one source, not what its crawl has come to: it is told among the faults.
    What is wrong with the machine is wrong for all sources: that OSError is raised.
    """
    noticed: dict[str, TemplateChange] = {}
    again: dict[str, int] = {}
    faults: dict[str, Sequence[str]] = {}
    for source in sources:
        forgiving = Forgiving(reader)
        try:
            change = alarm(archive, source.id, at)
            if change is not None:
                archive.template_changed(change)
                noticed[source.id] = change
            if change is None and not is_due(archive, source.id):
                continue
            told = await whole_lesson(archive, forgiving, source, notes)
            if told is not None:
                keep(archive, source.id, told.learnt, at)
                informed = Informed(forgiving, partial(known, archive))
                if count := await read_again(archive, informed, source, told.untouched):
                    again[source.id] = count
        except (ArchiveProblem, ReaderBroken):  # nothing could be recorded any more, or read
            raise
        except Exception as error:  # the supervisor of one source's learning; its crawl is done
            if is_the_machine_s(error):
                raise
            forgiving.faults.append(f"Learning from {source.id} failed, which is our fault: {error!r}")
        if forgiving.faults:
            faults[source.id] = forgiving.faults
    archive.commit()
    return Lessons(noticed, again, faults)
