"""What a reader does with a page. Pure."""

from __future__ import annotations

from crawler.discover import Found, in_markup
from crawler.discover.listed import listed
from crawler.evidence import Evidence
from crawler.pipeline import observed, read
from crawler.probe.look import observe
from crawler.reader.task import Answer, Task
from crawler.reading import Reading


def work(task: Task) -> Answer:
    """Read the page, and find the links that it shows if it was asked for as a list page; or observe it."""
    if task.note:
        where = (task.body, task.url, task.content_type, task.source)
        noted = observed(*where, identity=task.note, captured=task.captured)
        return Answer(Reading("other", (), Evidence(verdict="observed, not read")), observation=noted)
    if task.probe and task.source is not None:
        seen = observe(task.body, task.content_type, task.url, task.source, task.list_page, task.hints)
        return Answer(Reading("other", (), Evidence(verdict="looked at, not read")), observation=seen)
    if task.list_page is None or task.source is None:
        return Answer(_read(task))
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
    return read(task.body, task.url, task.content_type, task.source, captured=task.captured, learnt=task.learnt)
