"""One list, whatever its kind, from its text."""

from __future__ import annotations

from crawler.discover.kinds import KINDS
from crawler.discover.link import Found, Link
from crawler.source import ListPage, Source


def links(text: str, base_url: str, list_page: ListPage, source: Source) -> tuple[Link, ...]:
    """The article links of a list, each address once, in its order."""
    return find(text, base_url, list_page, source).links


def find(text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """As `links`, with the further lists and with the word whether it held more."""
    return KINDS[list_page.kind](text, base_url, list_page, source)


def in_markup(list_page: ListPage) -> bool:
    """Whether the list is HTML."""
    return list_page.kind in ("html", "epaper")
