"""What a reader does with a page. Pure."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from crawler.discover import Found, in_markup
from crawler.discover.listed import listed
from crawler.evidence import Evidence
from crawler.learn.observe import Observation
from crawler.learn.observe import observe as note_on
from crawler.pipeline import Whole, observed, read_whole
from crawler.probe.look import observe
from crawler.reader.task import Answer, Task
from crawler.reading import Reading


def work(task: Task) -> Answer:
    """Read the page, and find the links that it shows if it was asked for as a list page; or observe it."""
    if task.note == "alone":
        where = (task.body, task.url, task.content_type, task.source)
        seen = observed(*where, identity=task.id, captured=task.captured)
        return Answer(Reading("other", (), Evidence(verdict="observed, not read")), noted=_packed(seen))
    if task.probe and task.source is not None:
        shown = observe(task.body, task.content_type, task.url, task.source, task.list_page, task.hints)
        return Answer(Reading("other", (), Evidence(verdict="looked at, not read")), observation=shown)
    if task.list_page is None or task.source is None:
        whole = _read_whole(task)
        answer = Answer(whole.reading)
        return replace(answer, noted=_note_beside(task, whole)) if task.note == "also" else answer
    found = listed(task.body, task.content_type, task.url, task.list_page, task.source, days=task.days)
    if in_markup(task.list_page):
        return Answer(_read(task), found.links, found.lists)
    return _of_data(task, found)


def _of_data(task: Task, found: Found) -> Answer:
    """A feed, a sitemap or an endpoint's answer is not read as a page, unless a page came in its place."""
    if found.problem and b"<html" in task.body[:5_000].lower():
        return Answer(_read(task), stopped=found.problem)
    if found.problem:
        return Answer.of_stopped(found.problem)
    return Answer(Reading("list", (), Evidence(verdict="a list of data")), found.links, found.lists)


def _read(task: Task) -> Reading:
    return _read_whole(task).reading


def _read_whole(task: Task) -> Whole:
    return read_whole(task.body, task.url, task.content_type, task.source, captured=task.captured, learnt=task.learnt)


def _note_beside(task: Task, whole: Whole) -> bytes:
    """The note on a page that was read just now. A fault in it is no fault of the reading.

    The page is noted alone when it is to be learnt from, and the fault is told then.
    """
    try:
        return _packed(note_on(whole.page, whole.drafts, task.id, task.url) if whole.page else None)
    except Exception:  # noqa: BLE001 - see above
        return b""


def _packed(seen: Observation | None) -> bytes:
    return msgspec.json.encode(seen) if seen else b""
