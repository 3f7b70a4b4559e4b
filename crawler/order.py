"""What was asked of a crawl, and which pages that means. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive.model import Page
from crawler.extract.dates import url_day
from crawler.revisit import due

Revisit = Literal["listed", "due", "all", "none"]

GIVE_UP_AFTER = 5
"""Failed attempts after which a page is no longer asked for by itself. While a list still shows it, it is."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked of a crawl.

    `revisit` says which known articles are asked for again, conditionally: those the visited list pages show and
    those that are due by their age ("listed"), only the latter ("due"), every one ("all") or none. `since` leaves
    out articles whose address gives an earlier day. `limit` bounds the articles asked for in one source; what was
    never answered goes first. `only` replaces discovery by these addresses, asked for without validators and read
    again whatever they answer (a re-crawl).
    """

    revisit: Revisit = "listed"
    since: date | None = None
    limit: int | None = None
    only: tuple[str, ...] | None = None

    def covers(self, url: str) -> bool:
        """Whether `since` leaves the address in; one that gives no day stays in."""
        day = url_day(url) if self.since else None
        return day is None or self.since is None or day >= self.since

    def by_itself(self, page: Page, now: datetime) -> bool:
        """Whether a known page is visited although no list page led to it now."""
        return unfinished(page) or self.again(page, now)

    def when_listed(self, page: Page | None, now: datetime) -> bool:
        """Whether an article that a list page shows is visited."""
        if page is None or page.state in ("pending", "failed"):
            return True
        return self.revisit == "listed" or self.again(page, now)

    def again(self, page: Page, now: datetime) -> bool:
        """Whether an answered article is asked for again."""
        if page.kind != "article" or page.state not in ("fetched", "gone") or self.revisit == "none":
            return False
        return self.revisit == "all" or due(page.first_seen, page.last_checked, now)


def unfinished(page: Page) -> bool:
    """Whether an earlier crawl left the page without an answer worth reading, and it is not hopeless."""
    return page.state == "pending" or (page.state == "failed" and page.failures < GIVE_UP_AFTER)
