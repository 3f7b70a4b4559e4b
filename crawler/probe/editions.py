"""Questions for a newspaper's electronic edition: a page of one day, tried, becomes a list with an address a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.probe.findings import FoundList
from crawler.probe.inquiry import Inquiry, Script
from crawler.probe.look import Look
from crawler.probe.papers import PaperPage, papers
from crawler.reader import Answer, Task
from crawler.source import ListPage

MOST_PAPERS = 2
MOST_DOORS = 2


def editions(inquiry: Inquiry, looks: Iterable[Look]) -> Script[None]:
    """The editions that the pages link to; else what lies behind a link called 数字报 or alike."""
    looks = list(looks)
    seen = papers(page.url for each in looks for page in each.papers)
    if not seen:
        seen = yield from _behind_doors(inquiry, [door for each in looks for door in each.doors])
    for page in seen[:MOST_PAPERS]:
        if inquiry.reachable(page.url):
            yield from _edition(inquiry, page)


def _behind_doors(inquiry: Inquiry, doors: Sequence[str]) -> Script[tuple[PaperPage, ...]]:
    """What an edition's own front page links or leads to."""
    for door in list(dict.fromkeys(each for each in doors if inquiry.reachable(each)))[:MOST_DOORS]:
        seen = yield from inquiry.look(door, "a newspaper's edition may lie there")
        if seen is not None and seen.papers:
            return seen.papers
    return ()


def _edition(inquiry: Inquiry, page: PaperPage) -> Script[None]:
    """One page of one day: if it shows articles, the paper is a list."""
    inquiry.take_host(page.url)
    task = Task(b"", page.url, source=inquiry.source, list_page=ListPage(url=page.url, kind="epaper"))
    _, answer = yield from inquiry.ask(page.url, "a page of a newspaper's edition", task)
    if answer is None or answer.stopped:
        return
    articles = inquiry.own(answer.links, of_paper=True)
    if articles:
        inquiry.note(FoundList(page.pattern, "epaper", articles=len(articles), seen=_seen(page, answer)))


def _seen(page: PaperPage, answer: Answer) -> str:
    return f"The edition of {page.day} was seen at {page.url}, which leads to {len(answer.lists)} further pages."
