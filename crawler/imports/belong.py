"""Which source a page that somebody brings belongs to, and whether it is one that can be taken in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.decide import GONE
from archive.identity import canonical_url
from crawler.imports.exported import Exported
from crawler.imports.files import Item
from crawler.imports.page import Incoming, Passed
from crawler.imports.tally import Terms
from crawler.imports.turns import article_of
from crawler.imports.warc import HTML
from crawler.source import Source
from crawler.source.unfiled import named_by_host

AHEAD = timedelta(minutes=1)
"""Of our clock; what says that it is of a later time is not believed."""

NO_SOURCE = "on the host of no source"
NO_HOST = (
    "The folder's name was taken for a host's. If it is one, add a source that has it, or use --any-host; "
    "if not, an index.csv with the columns path and url tells."
)


@dataclass(frozen=True, slots=True)
class Due:
    """What a file holds next. Of a page that can be taken in: its source and its canonical address; else why not."""

    item: Item
    source: Source | None = None
    address: str = ""
    why: str = ""

    @property
    def article(self) -> str:
        """The same for the pages of one article; "" for what is no page to be taken in."""
        return article_of(self.address)

    @property
    def size(self) -> int:
        """Its bytes."""
        if isinstance(self.item, Incoming):
            return len(self.item.body)
        return len(self.item.line) if isinstance(self.item, Exported) else 0


def due(item: Item, terms: Terms, now: datetime) -> Due:
    """What is to be done with what a file holds next."""
    if not isinstance(item, Incoming):
        return Due(item)
    if why := _unfit(item, now):
        return Due(item, why=why)
    source = source_of(item.url, terms.sources, terms.only, terms.any_host)
    if source is None and item.place and source_of(item.url, terms.sources, None, False) is None:
        return Due(Passed(NO_SOURCE, item.place, fault=True, remedy=NO_HOST, is_file=True))
    if source is None:
        return Due(item, why=NO_SOURCE)
    return Due(item, source, canonical_url(item.url, source.names))


def _unfit(page: Incoming, now: datetime) -> str:
    kind = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    if page.status != 200 and page.status not in GONE:
        return f"answered {page.status}"
    if page.at > now + AHEAD:
        return "a time that is to come"
    if page.status in GONE:  # what stands in the place of the page is no matter
        return ""
    if kind and kind.partition(";")[0].strip().lower() not in HTML:
        return "no HTML"
    return "" if page.body.strip() else "an empty page"


def source_of(url: str, sources: Mapping[str, Source], only: str | None, any_host: bool) -> Source | None:
    """The source of an address: one that takes it for an article's before one that has its host, by id; else None.

    `only` names the one source that is asked. With `any_host` an address that lies on no source's host belongs to the
    source `only`, else to one that is named by its host.
    """
    asked = [sources[only]] if only else [sources[name] for name in sorted(sources)]
    owning = [each for each in asked if each.owns(url)]
    found = next((each for each in owning if each.is_article(url)), owning[0] if owning else None)
    if found is None and any_host:
        return sources[only] if only else named_by_host(url)
    return found


def has_patterns(source: Source) -> bool:
    """Whether the source says which addresses are articles."""
    return bool(source.articles.patterns or (source.profile and source.profile.articles))
