"""What is asked of a reader and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from crawler.discover import Link
from crawler.evidence import Evidence
from crawler.reading import Reading
from crawler.shanghai import SHANGHAI

if TYPE_CHECKING:  # whoever has one has imported it; reading's own modules are for the process that reads
    from datetime import date

    from archive.model import Capture
    from crawler.learn.learnt import Learnt
    from crawler.source import ListPage, Source


@dataclass(frozen=True, slots=True)
class Task:
    """One page that is to be read, as `crawler.pipeline.read` takes it; with `list_page`, its links are found too."""

    body: bytes
    url: str
    content_type: str = ""
    source: Source | None = None
    captured: date | None = None
    learnt: Learnt | None = None
    list_page: ListPage | None = None
    days: bool = False  # of a list page the dates beside its links as well
    probe: bool = False  # what an unknown site's page shows (crawler.probe.look), or an answer of its endpoints
    hints: tuple[str, ...] = ()  # of such an answer: how the page's scripts make the articles' addresses
    note: str = ""  # a capture's id: the page is not read, but observed under that name for what is to be learnt

    @classmethod
    def of(cls, capture: Capture, source: Source) -> Task:
        """A capture, to be read with the source's hints for the day on which it was fetched."""
        day = capture.fetched_at.astimezone(SHANGHAI).date()
        return cls(capture.content, capture.url, capture.content_type, source, captured=day)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page gave. `stopped` tells, as a sentence, why its reading was ended; "" if it came to its end."""

    reading: Reading
    links: tuple[Link, ...] = ()
    lists: tuple[Link, ...] = ()  # the further lists that belong to one: the sitemaps of an index, a paper's pages
    stopped: str = ""
    observation: Any = None  # of a task with a note or a probe: what was seen, across processes as plain values

    @classmethod
    def of_stopped(cls, why: str) -> Answer:
        """The answer of a page whose reading was ended: it is unreadable, and the evidence says why."""
        return cls(Reading("unreadable", (), Evidence(verdict=why)), stopped=why)


class Reader(Protocol):
    """Reads pages. `ReaderPool` does so in processes of its own, `crawler.reader.here.Here` in this one."""

    async def read(self, task: Task) -> Answer:
        """Read a page. An answer comes whatever the page is; an exception means a fault of ours."""
        ...
