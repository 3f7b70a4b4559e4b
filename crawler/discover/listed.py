"""One list, whatever its kind, from its bytes. It stands apart: reading bytes takes more modules than linking."""

from __future__ import annotations

from dataclasses import replace

from crawler.decode import decode
from crawler.discover.beside import dated
from crawler.discover.find import find, in_markup
from crawler.discover.link import Found
from crawler.extract.guard import guard
from crawler.source import ListPage, Source


def listed(
    body: bytes, content_type: str, url: str, list_page: ListPage, source: Source, *, days: bool = False
) -> Found:
    """What the bytes of a list hold. A sitemap may be gzipped; markup is made fit for the HTML parser before.

    With `days` the dates that an HTML list prints beside its links are read as well.
    """
    text = decode(body, content_type).text
    if not in_markup(list_page):
        return find(text, url, list_page, source)
    markup = guard(text).markup
    found = find(markup, url, list_page, source)
    return replace(found, links=dated(markup, url, found.links)) if days else found
