"""What a list page (栏目页) shows: its articles, and whether the list goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.identity import canonical_url
from archive.model import Capture, FoundLink, Page
from crawler.discover import Link, next_page
from crawler.source import ListPage, Source


@dataclass(frozen=True, slots=True)
class Place:
    """A list page's place: the list it belongs to, and its number in it (1 is the newest)."""

    page: ListPage
    number: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The articles of a list page in its order, and the list's next page if it has to be visited."""

    articles: tuple[FoundLink, ...] = ()
    following: FoundLink | None = None

    @property
    def all(self) -> tuple[FoundLink, ...]:
        """Everything that is to be remembered, in one go: a list that goes on must not be cut off by a kill."""
        return (*self.articles, self.following) if self.following else self.articles


def shown(capture: Capture, links: Sequence[Link], source: Source, place: Place, held: Mapping[str, Page]) -> Shown:
    """What a capture of a list page shows, given the article links that were found on it.

    The list goes on as long as it shows anything that is not settled: an unknown article, or one that was found and
    never answered because an earlier crawl was cut short. `held` is what was known before this crawl.
    """
    articles = tuple(
        FoundLink(link.url, canonical_url(link.url, source.all_hosts), found_on=capture.url, title=link.title)
        for link in links
    )
    following = None
    if not all(settled(held.get(link.canonical_url)) for link in articles) and place.number < place.page.max_pages:
        following = next_page(place.page, place.number, source.profile)
    if following is None:
        return Shown(articles)
    canonical = canonical_url(following, source.all_hosts)
    return Shown(articles, FoundLink(following, canonical, found_on=capture.url, kind="list"))


def settled(page: Page | None) -> bool:
    """Whether a link was known and answered."""
    return page is not None and page.state != "pending"


def list_pages(source: Source) -> Iterator[tuple[str, Place]]:
    """Every list page that a source's file names, further pages included, by canonical address."""
    for page in source.lists:
        yield canonical_url(page.url, source.all_hosts), Place(page, 1)
        for number in range(1, page.max_pages):
            if following := next_page(page, number, source.profile):
                yield canonical_url(following, source.all_hosts), Place(page, number + 1)
