"""What a reader does with a page. Pure."""

from __future__ import annotations

from crawler.decode import decode
from crawler.discover import links
from crawler.evidence import Evidence
from crawler.extract.guard import guard
from crawler.pipeline import observed, read
from crawler.reader.task import Answer, Task
from crawler.reading import Reading


def work(task: Task) -> Answer:
    """Read the page, and find the links that it shows if it was asked for as a list page; or observe it."""
    if task.note:
        where = (task.body, task.url, task.content_type, task.source)
        noted = observed(*where, identity=task.note, captured=task.captured)
        return Answer(Reading("other", (), Evidence(verdict="observed, not read")), observation=noted)
    reading = read(task.body, task.url, task.content_type, task.source, captured=task.captured, learnt=task.learnt)
    if task.list_page is None or task.source is None:
        return Answer(reading)
    markup = guard(decode(task.body, task.content_type).text).markup
    return Answer(reading, links(markup, task.url, task.list_page, task.source))
