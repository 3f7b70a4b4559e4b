"""An Atom feed (RFC 4287): the newest articles, whole, as text without scripts or pictures.

Ids follow from the articles' own, so that a reader shows none twice; `updated` is when the text became what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO
from xml.etree import ElementTree as ET

from archive.export import Options, Written
from archive.export.markup import body_html, one_line, rfc3339, urn, web_address

if TYPE_CHECKING:
    from archive.store.chosen import Chosen, Taken

ATOM = "http://www.w3.org/2005/Atom"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed that holds nothing was updated: it must say so (4.1.1), and the same archive gives the same bytes."""


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write the feed, made whole before, for its head tells the newest change: it is as long as the limit."""
    taken = list(chosen.articles(evidence=False))
    feed = _head(taken, options)
    feed.extend(_entry(each) for each in taken)
    ET.indent(feed, " ", 0)
    ET.register_namespace("", ATOM)
    stream.write(ET.tostring(feed, "utf-8", xml_declaration=True) + b"\n")
    return Written(len(taken), faults=chosen.faults)


def _head(taken: Sequence[Taken], options: Options) -> ET.Element:
    feed = ET.Element(_name("feed"))
    _add(feed, "title", one_line(options.title) or "jianbao")
    _add(feed, "id", urn("feed", options.self_url or options.asked))
    _add(feed, "updated", rfc3339(max((each.changed for each in taken), default=NEVER)))
    _add(_add(feed, "author"), "name", "jianbao")  # of entries that name nobody (4.1.1)
    _add(feed, "generator", "jianbao")
    if address := web_address(options.self_url):
        _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    return feed


def _entry(taken: Taken) -> ET.Element:
    article = taken.article
    entry = ET.Element(_name("entry"))
    if article.language:
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", one_line(article.language))
    _add(entry, "title", one_line(article.title))
    _add(entry, "id", urn("article", taken.standing.id))
    _add(entry, "published", rfc3339(taken.published))
    _add(entry, "updated", rfc3339(taken.changed))
    if address := web_address(article.url):
        _add(entry, "link", rel="alternate", type="text/html", href=address)
    origin = one_line(article.origin or "")
    for name in [each for each in map(one_line, article.author) if each] or [origin] * bool(origin):
        _add(_add(entry, "author"), "name", name)
    for term in filter(None, map(one_line, (*article.section, *article.keywords))):
        _add(entry, "category", term=term)
    _add(entry, "content", body_html(article), type="html")
    return entry


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, _name(name), attributes)
    found.text = text
    return found


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"
