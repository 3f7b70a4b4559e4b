"""What was asked of a crawl, and which pages that means. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from archive.model import Page
from crawler.extract.dates import url_day
from crawler.revisit import LADDER, Ladder, due, rested
from crawler.source.model import host_of

Revisit = Literal["listed", "due", "all", "none"]

GIVE_UP_AFTER = 5
"""Failed attempts after which a page is no longer asked for by itself. While a list still shows it, it is, ever more
rarely."""


FIRST_DAY = date(1994, 1, 1)
"""No Chinese site is older."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a back-fill, both included. Raises ValueError if it ends before it begins."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise ValueError(f"the span ends ({self.until}) before it begins ({self.since})")

    def before(self, day: date) -> bool:
        """Whether a day lies before the span."""
        return day < self.since

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    def days(self, today: date) -> Iterator[date]:
        """Its days up to today, the newest first."""
        day = min(self.until, today)
        while day >= max(self.since, FIRST_DAY):
            yield day
            day -= timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked of a crawl.

    `revisit` says which known articles are asked for again, conditionally: those the visited list pages show and
    those that are due by their age ("listed"), only the latter ("due"), every one ("all") or none. `since` leaves
    out articles whose address gives an earlier day. `limit` bounds the articles asked for in one source; what was
    never answered goes first. `span` makes it a back-fill: lists are walked back to its first day, and what was
    published within it and was never answered is asked for. `only` replaces discovery by these addresses, asked for
    without validators and read again whatever they answer (a re-crawl). `ladder` says when articles are due by their
    age; a crawl puts its source's there. `along` is the part of its pause by which an article may be asked for sooner
    (`crawler.revisit`). Without `lists` nothing is discovered, nor taken up again: known articles alone are asked for.
    Known articles are asked for by their age for `share` at most, from when the first of them can be (`crawler.again`),
    and not those on `resting` hosts.
    """

    revisit: Revisit = "listed"
    since: date | None = None
    limit: int | None = None
    only: tuple[str, ...] | None = None
    span: Span | None = None
    ladder: Ladder = LADDER
    along: float = 0.0
    lists: bool = True
    share: timedelta | None = None
    resting: frozenset[str] = frozenset()

    def covers(self, url: str, day: date | None = None) -> bool:
        """Whether `since` and `span` leave the address in, given what its list says of its day.

        The address's own day goes before; one of which no day is known stays in.
        """
        if self.since is None and self.span is None:
            return True
        day = url_day(url) or day
        return day is None or (day >= (self.since or date.min) and (self.span is None or day in self.span))

    def by_itself(self, page: Page, now: datetime) -> bool:
        """Whether a known page is visited although no list page led to it now."""
        return self.resumes(page, now) or self.again(page, now)

    def resumes(self, page: Page, now: datetime) -> bool:
        """Whether a page that an earlier crawl left without an answer is tried again now."""
        return self.lists and unfinished(page) and self._tries(page, now)

    def _tries(self, page: Page, now: datetime) -> bool:
        """Who watches leaves a page that failed alone for a while; who orders a crawl wants it now."""
        return self.revisit != "due" or rested(page.failures, page.last_checked, now)

    def when_listed(self, page: Page | None, now: datetime) -> bool:
        """Whether an article that a list page shows is visited."""
        if page is None or page.state in ("pending", "failed"):
            return page is None or self._tries(page, now)
        if self.span is not None:
            return False
        return self.revisit == "listed" or self.again(page, now)

    def again(self, page: Page, now: datetime) -> bool:
        """Whether an answered article is asked for again."""
        if page.kind != "article" or page.state not in ("fetched", "gone"):
            return False
        if self.revisit == "none" or self.span is not None:
            return False
        if self.revisit == "all":
            return True
        if self.resting and host_of(page.url) in self.resting:
            return False
        return due(page.counts_from, page.last_checked, now, self.ladder, self.along, unasked=page.unasked)


def unfinished(page: Page) -> bool:
    """Whether an earlier crawl left the page without an answer worth reading, and it is not hopeless."""
    return page.state == "pending" or (page.state == "failed" and page.failures < GIVE_UP_AFTER)
