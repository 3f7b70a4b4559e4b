"""What a probe found out about a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.probe.pager import Pager
from crawler.probe.shape import Shape
from crawler.shanghai import SHANGHAI
from crawler.source.model import ListKind

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list that was looked at: how many articles it shows; or one that was only seen (`articles` is None)."""

    url: str
    kind: ListKind
    name: str = ""
    articles: int | None = None
    pager: Pager | None = None
    proved: bool = False  # its second page was fetched and shows other articles
    seen: str = ""  # what was seen of it, a sentence for a comment in the file
    shape: Shape | None = None  # of an endpoint: how its answer is read
    idle: bool = False  # shows articles, and is better not watched


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a site publishes, as far as its newest lists say it."""

    articles: int
    days: int
    hours: tuple[int, int] | None = None  # between which nine tenths come, in Shanghai; None: only days are known

    @property
    def sentence(self) -> str:
        """For a comment in the source's file."""
        when = f", mostly between {self.hours[0]:02}:00 and {self.hours[1]:02}:59" if self.hours else ""
        rate = self.articles / self.days
        return f"{self.articles} articles of {self.days} days were seen: about {rate:.1f} a day{when}."


@dataclass(slots=True)
class Findings:
    """What is known so far. `doubts` are sentences: what is not known, or is a guess."""

    url: str
    home: str
    title: str = ""
    hosts: tuple[str, ...] = ()
    other_hosts: tuple[str, ...] = ()
    lists: list[FoundList] = field(default_factory=list)
    family: str | None = None
    patterns: tuple[str, ...] = ()
    encoding: str = ""
    rhythm: Rhythm | None = None
    samples: list[str] = field(default_factory=list)  # what the sample articles gave, a sentence each
    doubts: list[str] = field(default_factory=list)
    unreachable: str = ""  # why nothing could be found out, a sentence
    why: str = ""  # the same as the kind of a failure (crawler.visit); "" where somebody answered
    requests: int = 0

    @property
    def usable(self) -> bool:
        """Whether a source's file can be made of it: some list shows articles."""
        return any(each.articles for each in self.lists)


def rhythm(moments: Iterable[datetime], now: datetime) -> Rhythm | None:
    """How often and at which hours; None where fewer than three times of the last month are known."""
    local = sorted(each.astimezone(SHANGHAI) for each in moments if now - LOOKED_BACK <= each <= now)
    if len(local) < 3:
        return None
    days = (now.astimezone(SHANGHAI).date() - local[0].date()).days + 1
    timed = [each.hour for each in local if (each.hour, each.minute, each.second) != (0, 0, 0)]
    if len(timed) < len(local) / 2:
        return Rhythm(len(local), days)
    hours = sorted(Counter(timed).elements())
    cut = len(hours) // 20
    return Rhythm(len(local), days, (hours[cut], hours[-1 - cut]))
