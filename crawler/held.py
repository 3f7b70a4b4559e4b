"""What an archive knew of a source's pages when a crawl began, without loading them all.

A crawl that finds nothing new looks at a few pages of a hundred thousand. Loaded at the beginning is what it visits by
itself: lists, further pages, what was never answered, what may be due. The rest is looked up when a list shows it.

Every address is to be asked for here before the crawl changes it in the archive: then what is looked up is still what
stood there at the beginning. What the crawl itself has found since is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from archive.identity import canonical_url
from archive.model import Page
from archive.store import Archive
from crawler.discover import Link
from crawler.order import GIVE_UP_AFTER, Order
from crawler.revisit import eased
from crawler.source import Source

AHEAD = timedelta(minutes=10)
"""What becomes due while the first lists are asked for is loaded as well."""


class Held(Mapping[str, Page]):
    """The pages of a source by canonical address. Going through it gives those that were loaded so far."""

    def __init__(self, archive: Archive, source: Source) -> None:
        """Nothing is loaded yet."""
        self._archive, self._source = archive, source
        self._newest = archive.newest_page()
        self._known: dict[str, Page | None] = {}

    def load(self, order: Order, now: datetime) -> None:
        """Take in what a crawl by this order may visit by itself, in the order in which it was found."""
        if order.revisit == "all" and order.span is None and order.only is None:
            self._known |= self._archive.pages(self._source.id)
            return
        revisits = order.only is None and order.revisit != "none" and order.span is None
        terms = (self._source.id, now + AHEAD, eased(order.ladder, order.along) if revisits else (), GIVE_UP_AFTER)
        found = self._archive.work(*terms)
        heads = {
            canonical_url(page.found_on, self._source.names)
            for page in found.values()
            if page.kind == "part" and page.found_on and page.state in ("pending", "failed")
        }
        if heads:  # of an article of which a further page is missing, page 1 is visited
            found = self._archive.work(*terms, sorted(heads))
        self._known |= found

    def look(self, addresses: Iterable[str]) -> None:
        """Look up what is not known yet of many addresses at once."""
        unknown = {address: None for address in addresses if address not in self._known}
        if unknown:
            found = self._archive.known(self._source.id, list(unknown), self._newest)
            self._known |= unknown
            self._known |= found

    def look_at(self, links: Iterable[Link]) -> None:
        """The same for what a list shows."""
        self.look([canonical_url(link.url, self._source.names) for link in links])

    def get(self, address: str, default: Page | None = None) -> Page | None:  # type: ignore[override]
        """The page, looked up if need be."""
        if address not in self._known:
            self.look((address,))
        return self._known[address] or default

    def __getitem__(self, address: str) -> Page:
        page = self.get(address)
        if page is None:
            raise KeyError(address)
        return page

    def __contains__(self, address: object) -> bool:
        return isinstance(address, str) and self.get(address) is not None

    def __iter__(self) -> Iterator[str]:
        return (address for address, page in self._known.items() if page is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
