"""The two calls: crawl some jobs, or fetch one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from crawler.fetch.options import FetchOptions, FetchReport, Job
from crawler.source import Politeness, Source
from crawler.visit import Outcome, Visit

ONE_PAGE = Politeness(delay=0.5)  # robots.txt and the page: two requests


def fetch(
    jobs: Sequence[Job],
    options: FetchOptions = FetchOptions(),  # noqa: B008 - frozen
    *,
    more: Callable[[], Sequence[Job]] | None = None,
    ended: Callable[[Job], None] | None = None,
    failed: Callable[[Job, Exception], None] | None = None,
) -> FetchReport:
    """Crawl the jobs' sources side by side until none of their crawls has a visit left and `more` gives none.

    Every visit that is made gets exactly one outcome, handed over in the order of arrival. SIGINT and SIGTERM end the
    call in an orderly way (`interrupted`). `Job.stop` ends one job alone.

    `more` gives further jobs: it is asked whenever there is room (`at_once`) and at least every `tick` seconds while
    any job runs. `ended` is told of a job of which no visit is left, or that was stopped, once its last outcome was
    taken in; it is not told of jobs that an interruption cut short. An exception that a crawl raises ends its job
    alone if there is `failed` to be told of it, in place of `ended`; else it ends the whole call and is raised here.
    So is what `more`, `ended` and `failed` raise.
    """
    from crawler.fetch.engine import run

    return run(jobs, options, more, ended, failed)


def fetch_one(url: str, options: FetchOptions = FetchOptions(), source: Source | None = None) -> Outcome:  # noqa: B008
    """Fetch one page with all the guards of a crawl. KeyboardInterrupt if it is interrupted."""
    page = _OnePage(Visit(url, "article"))
    fetch([Job(source or Source(id="", name="", home="", politeness=ONE_PAGE), page)], options)
    if page.outcome is None:
        raise KeyboardInterrupt
    return page.outcome


class _OnePage:
    """A crawl of one visit."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.outcome: Outcome | None = None

    def first(self) -> Iterable[Visit]:
        """The one visit."""
        return (self._visit,)

    def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Keep what came."""
        self.outcome = outcome
        return ()
