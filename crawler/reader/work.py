"""What a reader does with a page. Pure."""

from __future__ import annotations

import msgspec

from crawler.discover import Found, in_markup
from crawler.discover.listed import listed
from crawler.evidence import Evidence
from crawler.learn.observe import Observation
from crawler.learn.observe import observe as note_on
from crawler.learn.untouched import firm
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
        return _with_note(task, whole) if task.note == "also" else Answer(whole.reading)
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


def _with_note(task: Task, whole: Whole) -> Answer:
    """The reading with the note on it. A fault in that is no fault of the reading.

    The page is noted alone when it is to be learnt from, and the fault is told then.
    """
    page, found, reading = whole.page, whole.drafts, whole.reading
    try:
        noted = _packed(note_on(page, found, task.id, task.url) if page else None)
        blocks = reading.articles[0].blocks if reading.articles else ()
        told = firm(page, found, whole.shown, blocks) if page and noted else None
    except Exception:  # noqa: BLE001 - see above
        return Answer(reading)
    return Answer(reading, noted=noted, firm=told)


def _packed(seen: Observation | None) -> bytes:
    return msgspec.json.encode(seen) if seen else b""
