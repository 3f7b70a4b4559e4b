"""What is asked of a reader and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from crawler.discover import Link
from crawler.evidence import Evidence
from crawler.learn.firm import Firm
from crawler.reading import Reading
from crawler.shanghai import SHANGHAI

if TYPE_CHECKING:  # whoever has one has imported it; reading's own modules are for the process that reads
    from datetime import date

    from archive.model import Capture
    from crawler.learn.learnt import Learnt
    from crawler.source import ListPage, Source


Note = Literal["", "also", "alone"]
"""Whether what is to be learnt of a page (`crawler.learn.observe`) is noted under its id, beside its reading or in its
place. Beside it only where nothing is known of the source yet: the note is then the same."""


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
    id: str = ""  # of the capture that it is of
    note: Note = ""

    @classmethod
    def of(cls, capture: Capture, source: Source, identity: str | None = None) -> Task:
        """A capture, to be read with the source's hints for the day on which it was fetched.

        Its id is worked out from its bytes, unless it is known as its `identity`.
        """
        day = capture.fetched_at.astimezone(SHANGHAI).date()
        known = identity if identity is not None else capture.id
        return cls(capture.content, capture.url, capture.content_type, source, captured=day, id=known)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page gave. `stopped` tells, as a sentence, why its reading was ended; "" if it came to its end."""

    reading: Reading
    links: tuple[Link, ...] = ()
    lists: tuple[Link, ...] = ()  # the further lists that belong to one: the sitemaps of an index, a paper's pages
    stopped: str = ""
    observation: Any = None  # of a probe: what was seen, across processes as plain values
    noted: bytes = b""  # of a task with a note: the observation as JSON; nothing for a page without a body
    firm: Firm | None = None  # of a note beside a reading: by what is told which profiles leave that as it is

    @classmethod
    def of_stopped(cls, why: str) -> Answer:
        """The answer of a page whose reading was ended: it is unreadable, and the evidence says why."""
        return cls(Reading("unreadable", (), Evidence(verdict=why)), stopped=why)


class Reader(Protocol):
    """Reads pages. `ReaderPool` does so in processes of its own, `crawler.reader.here.Here` in this one."""

    async def read(self, task: Task) -> Answer:
        """Read a page. An answer comes whatever the page is; an exception means a fault of ours."""
        ...
