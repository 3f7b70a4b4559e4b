"""Which pages there are to read again, and which of their copies decides. Pure.

A page is an address under which articles stand, or could: the one that answered, unless it leads to another
(redirects; see archive.store.addresses). Its newest copy that today's rules read as an article decides, so that the
verdicts of former rules play no part. Tried are the copies down to the one that the article rests on, and never an
older one, were it only because the newer ones are damaged; where there is no article, the newest few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from archive.identity import canonical_url
from archive.reread import Copy, HeldArticle
from crawler.shanghai import SHANGHAI
from crawler.source import Source

MOST_TRIED = 3
"""Copies of a page without an article that are read."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be read again: its copies in the order in which they are tried, and the articles that stand there."""

    address: str
    asked: str  # the canonical address that its newest copy was asked for under
    copies: tuple[Copy, ...]
    held: tuple[HeldArticle, ...]
    gone: bool  # it says today that it is gone

    @property
    def day(self) -> date:
        """The day by which it is chosen, in Shanghai: its article's, else that of its newest copy."""
        moment = self.held[0].dated if self.held else self.copies[0].fetched_at  # one of the two is there
        return moment.astimezone(SHANGHAI).date()

    @property
    def expected(self) -> dict[int, int]:
        """The revisions of its articles, by ordinal."""
        return {each.ordinal: each.revision for each in self.held}


def pages(source: Source, copies: Iterable[Copy], leads: Mapping[str, str], held: Iterable[HeldArticle]) -> list[Page]:
    """The pages of a source that have a copy, by address. `copies` come newest first."""
    standing: dict[str, list[HeldArticle]] = {}
    for each in held:
        standing.setdefault(each.address, []).append(each)
    found: dict[str, list[Copy]] = {}
    for copy in copies:
        found.setdefault(_address(source, copy, leads, standing), []).append(copy)
    return [_page(source, address, found[address], tuple(standing.get(address, ()))) for address in sorted(found)]


def _address(source: Source, copy: Copy, leads: Mapping[str, str], standing: Mapping[str, object]) -> str:
    """Where the articles of a copy stand, or would."""
    reached = canonical_url(copy.url, source.names) if source.owns(copy.url) else copy.page
    if reached is None:  # it was set aside, on a host that is the source's no more
        reached = canonical_url(copy.url, source.names)
    return reached if reached in standing else leads.get(reached, reached)


def _page(source: Source, address: str, copies: Sequence[Copy], held: tuple[HeldArticle, ...]) -> Page:
    rests_on = {each.capture_id for each in held}
    tried: list[Copy] = []
    for copy in copies:
        tried.append(copy)
        if copy.id in rests_on or (not held and len(tried) == MOST_TRIED):
            break
    if held and not rests_on & {copy.id for copy in tried}:
        tried = []  # it rests on what another source fetched, or a page of another kind
    asked = copies[0].page or canonical_url(copies[0].url, source.names)
    return Page(address, asked, tuple(tried), held, copies[0].page_gone)


def key(rules: str, page: Page, held: Mapping[int, int] | None = None) -> str:
    """What a page was read by: the same rules, copies and articles make the same result, so it is read once.

    `held` are the revisions that stand there instead of the page's own, once the result is recorded.
    """
    revisions = sorted((held if held is not None else page.expected).items())
    parts = [rules, page.address, str(page.gone), *(copy.id for copy in page.copies), *map(str, revisions)]
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
