"""Crawls for the tests of fetch: one that visits what it is told, and sources that may ask this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from archive.model import Capture
from crawler.fetch import FetchOptions, FetchReport, Job, fetch
from crawler.source import Politeness, Source
from crawler.visit import Failure, NotModified, Outcome, Visit


@dataclass
class Tour:
    """A crawl that makes the given visits, then those that `more` gives for each outcome, and notes what came."""

    visits: Iterable[Visit]
    more: Callable[[Visit, Outcome], Iterable[Visit]] = lambda visit, outcome: ()
    came: list[tuple[Visit, Outcome]] = field(default_factory=list)

    def first(self) -> Iterable[Visit]:
        """The visits to begin with."""
        return self.visits

    def received(self, visit: Visit, outcome: Outcome) -> Iterable[Visit]:
        """Note it."""
        self.came.append((visit, outcome))
        return self.more(visit, outcome)

    def outcome(self, url: str) -> Outcome:
        """What came of the one visit to an address."""
        (found,) = [outcome for visit, outcome in self.came if visit.url == url]
        return found

    def capture(self, url: str) -> Capture:
        """The capture of an address."""
        found = self.outcome(url)
        assert isinstance(found, Capture), found
        return found

    def failure(self, url: str) -> Failure:
        """The failure of an address."""
        found = self.outcome(url)
        assert isinstance(found, Failure), found
        return found

    def kinds(self) -> list[str]:
        """What came, in order: a status, "304" or the kind of a failure."""
        return [told(outcome) for _, outcome in self.came]


def told(outcome: Outcome) -> str:
    """An outcome in a word."""
    match outcome:
        case Capture():
            return str(outcome.status)
        case NotModified():
            return "not modified"
        case Failure():
            return outcome.kind


def source(id: str = "test", **politeness: Any) -> Source:
    """A source that may ask this machine, quickly."""
    terms: dict[str, Any] = {"delay": 0.02, "timeout": 20.0, "allow_addresses": ("127.0.0.0/8",)}
    return Source(id=id, name=id, home="http://127.0.0.1/", politeness=Politeness(**(terms | politeness)))


def visit_all(*urls: str, options: FetchOptions | None = None, **politeness: Any) -> Tour:
    """Fetch the addresses as articles of one source."""
    tour = Tour([Visit(url, "article") for url in urls])
    fetch_tours((source(**politeness), tour), options=options)
    return tour


def fetch_tours(*pairs: tuple[Source, Tour], options: FetchOptions | None = None) -> FetchReport:
    """Fetch several sources side by side."""
    return fetch([Job(each, tour) for each, tour in pairs], options or FetchOptions())
