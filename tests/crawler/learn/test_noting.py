"""Notes on pages that are made while they are read: the same notes, fewer readings."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from learn_sites import HOST, Made, site

from archive.model import Capture
from archive.store import Archive
from crawler.intake import take_in
from crawler.learn.learnt import SAMPLED
from crawler.learn.observe import Observation
from crawler.learning import Informed, keep, known, lesson
from crawler.noting import LARGEST, Notes, Noting, Outstanding
from crawler.pipeline import observed
from crawler.reader import Answer, Task
from crawler.reader.here import Here
from crawler.reader.wire import LENGTH, Reply, reply_from_bytes, reply_to_bytes
from crawler.reader.work import work
from crawler.source import ListPage, Source

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
SOURCE = Source(id="pingchuan", name="平川新闻网", home=f"{HOST}/", hosts=("news.pingchuan.example",))


class Asked:
    """Reads here, and knows which pages it was asked for and how."""

    def __init__(self) -> None:
        self.tasks: list[Task] = []

    async def read(self, task: Task) -> Answer:
        """As any reader."""
        self.tasks.append(task)
        return work(task)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive, open for writing."""
    with Archive.open(tmp_path / "data", write=True) as opened:
        yield opened


def capture_of(page: Made, number: int) -> Capture:
    """A page as it came over the wire."""
    body = page.markup.encode()
    return Capture(
        url=page.url,
        source_id=SOURCE.id,
        fetched_at=NOON + timedelta(minutes=number),
        status=200,
        body=body,
        content=body,
        response_headers=(("Content-Type", "text/html; charset=utf-8"),),
    )


def task_of(page: Made) -> Task:
    """A page to be read."""
    return Task.of(capture_of(page, 0), SOURCE)


def test_a_note_beside_a_reading_is_the_note_that_is_made_alone() -> None:
    """Equal in every field, and so is the reading; both as they come back from a process."""
    for page in site(3, count=12):
        task = task_of(page)
        beside, alone = (work(replace(task, note=note)) for note in ("also", "alone"))
        came = reply_from_bytes(reply_to_bytes(Reply(beside))[LENGTH.size :]).answer
        assert came is not None
        assert came.reading == work(task).reading == beside.reading
        assert came.noted == beside.noted == alone.noted
        seen = observed(task.body, task.url, task.content_type, SOURCE, identity=task.id, captured=task.captured)
        assert msgspec.json.decode(came.noted, type=Observation) == seen


@pytest.mark.parametrize("body", [b"", b"<html><body></body></html>"])
def test_a_page_without_a_body_has_no_note(body: bytes) -> None:
    """Whatever it is instead."""
    for note in ("also", "alone"):
        assert work(Task(body, f"{HOST}/1.html", source=SOURCE, id="1", note=note)).noted == b""


def test_a_lesson_from_notes_is_the_same_and_reads_only_what_was_not_noted(archive: Archive) -> None:
    """A crawl whose last pages were noted learns what one without notes does."""
    pages, notes = site(5, count=24), Notes()
    for number, page in enumerate(pages):
        reader = Noting(Informed(Here(), partial(known, archive)), notes, partial(bool, number >= 10))
        capture = capture_of(page, number)
        archive.keep(capture)
        asyncio.run(take_in(archive, reader, SOURCE, capture, page.url, None, None, {}))
    bare, sparing = Asked(), Asked()
    learnt = asyncio.run(lesson(archive, bare, SOURCE))
    assert learnt is not None
    assert asyncio.run(lesson(archive, sparing, SOURCE, notes)) == learnt
    assert len(bare.tasks) == 24
    assert {task.url for task in sparing.tasks} == {page.url for page in pages[:10]}
    assert asyncio.run(lesson(archive, Here(), SOURCE, notes)) == learnt  # they are forgotten, and not needed


def test_nothing_is_noted_beside_a_reading_that_uses_what_is_known_or_a_hook(archive: Archive) -> None:
    """The page would be another one than the lesson's."""
    pages = site(5, count=24)
    for number, page in enumerate(pages):
        capture = capture_of(page, number)
        archive.keep(capture)
        asyncio.run(take_in(archive, Here(), SOURCE, capture, page.url, None, None, {}))
    learnt = asyncio.run(lesson(archive, Here(), SOURCE))
    assert learnt is not None
    hooked = msgspec.structs.replace(SOURCE, hook="hooks/own.py:page")
    for source, wanted in ((SOURCE, "also"), (hooked, "")):
        reader = Asked()
        task = replace(task_of(pages[0]), source=source, note="also")
        asyncio.run(Informed(reader, lambda source_id: None).read(task))
        assert reader.tasks[0].note == wanted
    keep(archive, SOURCE.id, learnt, NOON)
    reader = Asked()
    asyncio.run(Informed(reader, partial(known, archive)).read(replace(task_of(pages[0]), note="also")))
    assert (reader.tasks[0].note, reader.tasks[0].learnt) == ("", learnt)


def test_only_articles_that_are_not_too_large_are_noted_and_only_while_it_is_wanted() -> None:
    """Lists, pages without an id and large ones are read as ever."""
    page = task_of(site(5, count=1)[0])
    cases = [
        (page, True, 1),
        (page, False, 0),
        (replace(page, id=""), True, 0),
        (replace(page, list_page=ListPage(f"{HOST}/")), True, 0),
        (replace(page, body=page.body + b" " * LARGEST), True, 0),
        (replace(page, body=b"<html><body><ul><li><a href=/1.html>x</a></ul></body></html>"), True, 0),
    ]
    for task, wanted, count in cases:
        notes = Notes()
        reading = asyncio.run(Noting(Here(), notes, partial(bool, wanted)).read(task)).reading
        assert reading == work(task).reading
        assert (notes.taken(task.id) is not None) == bool(count)


def test_a_fault_in_a_note_costs_no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is read; alone, the note's fault is told."""

    def broken(*args: object) -> None:
        raise RuntimeError("of our own making")

    page = task_of(site(5, count=1)[0])
    reading = work(page).reading
    monkeypatch.setattr("crawler.reader.work.note_on", broken)
    answer = work(replace(page, note="also"))
    assert (answer.reading, answer.noted) == (reading, b"")


def test_the_oldest_notes_are_forgotten_where_there_are_too_many() -> None:
    """What is held is bounded, and what was taken is gone."""
    noted = b"[1]"
    size = len(zlib.compress(noted, 1))
    notes = Notes(most=3 * size)
    for number in (1, 2, 3, 3, 4):
        notes.keep(str(number), noted)
    assert [notes.taken(str(number)) for number in (1, 2, 3, 4)] == [None, b"[1]", b"[1]", b"[1]"]
    assert notes.taken("4") is None
    for number in (5, 6, 7):
        notes.keep(str(number), noted)
    assert notes.taken("5") == b"[1]"  # what was taken makes room


def test_the_last_of_a_crawl_is_when_no_list_is_outstanding_and_few_pages_are() -> None:
    """A list may show any number of pages."""
    outstanding = Outstanding()
    steps = [(outstanding.asked, "list"), *[(outstanding.asked, "article")] * (SAMPLED + 1)]
    steps += [(outstanding.came, "article"), (outstanding.came, "list"), (outstanding.asked, "part")]
    told = []
    for step, kind in steps:
        step(kind)
        told.append(outstanding.are_last(0))
    assert told[-3:] == [False, True, False]
    outstanding.came("part")
    assert (outstanding.are_last(0), outstanding.are_last(1)) == (True, False)
    assert not any(told[:-3])
