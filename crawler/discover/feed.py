"""RSS, RDF, Atom and JSON feeds → their entries. Pure.

feedparser knows the formats and their dialects; it is handed text that was decoded by us and holds no document type,
and never an address or a file's name, which it would open. Of a large feed the first entries are read: they are the
newest, and feedparser takes a third of a millisecond for each. It takes 50 µs for any tag, and Python's expat looks
for each attribute through all of its element: 100,000 nested elements took 5 s, one element of 10,000 attributes 2 s.
"""

from __future__ import annotations

import io
import re
from itertools import islice
from typing import Any

from crawler.discover.address import Base, absolute
from crawler.discover.json_list import JsonError, as_json
from crawler.discover.judge import judge_of
from crawler.discover.link import Found, Link
from crawler.discover.moments import moment
from crawler.discover.words import headline
from crawler.discover.xml import HostileXmlError, without_prolog
from crawler.source import ListPage, Source

MOST_ENTRIES = 1_000
MOST_CHARACTERS = 4_000_000
MOST_TAGS = 30_000  # beginnings and ends; a thousand entries of fifteen elements each
MOST_TAGS_OF_ONE = 5_000  # before the first entry has ended
MOST_VISITS = 20_000_000  # of attributes, which one element of 4,500 takes: half a second
_ROOT = re.compile(r"<(?:[a-z]+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
# A start tag as well-formed XML has it; what is not well-formed is read by a parser that visits nothing twice.
_LONG_TAG = re.compile(r"""<[A-Za-z_][^<>"']{0,200}(?:"[^"<]*+"[^<>"']*+|'[^'<]*+'[^<>"']*+){50,}+""")
_ENTRY_ENDS = re.compile(r"</(?:[a-z]+:)?(?:item|entry)\s{0,9}>", re.IGNORECASE)


def feed(text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """The entries of a feed, in its order. Each is an article, unless the source's own patterns say otherwise."""
    try:
        entries, capped = _json_entries(text) if text.lstrip("\ufeff \t\r\n")[:1] == "{" else _entries(text)
    except (HostileXmlError, JsonError) as error:
        return Found(problem=str(error))
    if entries is None:
        return Found(problem="It is no feed: neither RSS nor Atom nor JSON Feed.")
    judge = judge_of(source, vouched=True)
    base = Base.of(base_url)
    found: dict[str, Link] = {}
    for address, title, published in entries:
        url = absolute(address, base) if address else None
        if url is not None and url not in found and judge(url) == "yes":
            found[url] = Link(url, headline(title), moment(published))
    return Found(tuple(found.values()), capped=capped)


Entry = tuple[str, str, object]
"""Address, title, time of publication, as they are written."""


def _json_entries(text: str) -> tuple[list[Entry] | None, bool]:
    """JSON Feed 1.1: `items` with `url` or `external_url`, `title`, `date_published`."""
    document = as_json(text)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(document.get("version", "")):
        return None, False
    entries = [
        (
            str(item.get("url") or item.get("external_url") or ""),
            str(item.get("title") or ""),
            item.get("date_published"),
        )
        for item in items[:MOST_ENTRIES]
        if isinstance(item, dict)
    ]
    return entries, len(items) > MOST_ENTRIES


def _entries(text: str) -> tuple[list[Entry] | None, bool]:
    import feedparser  # a tenth of a second to import, and few processes read a feed

    text = without_prolog(text)
    if not _ROOT.match(text):
        return None, False
    text, capped = _shortened(text)
    if sum(tag.count("=") ** 2 for tag in _LONG_TAG.findall(text)) > MOST_VISITS:
        raise HostileXmlError("It holds elements of thousands of attributes: refused.")
    read = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return [_entry(entry) for entry in read.entries[:MOST_ENTRIES]], capped


def _entry(entry: Any) -> Entry:
    return (
        str(entry.get("link") or ""),
        str(entry.get("title") or ""),
        entry.get("published") or entry.get("updated") or entry.get("created"),
    )


def _shortened(text: str) -> tuple[str, bool]:
    """The feed with its first entries and what follows its last one, so that it ends; and whether it had more."""
    last_kept = end = tags = 0
    for number, match in enumerate(_ENTRY_ENDS.finditer(text), 1):
        tags += text.count("<", end, match.end())
        end = match.end()
        if number <= MOST_ENTRIES and end <= MOST_CHARACTERS and tags <= MOST_TAGS:
            last_kept = end
    if last_kept == end and len(text) <= MOST_CHARACTERS and text.count("<", end) <= MOST_TAGS_OF_ONE:
        return text, False
    return text[: last_kept or _end_of_tags(text)] + text[end:][-1_000:], True


def _end_of_tags(text: str) -> int:
    """Where so much was said that no feed's first entry can still be to come."""
    tags = islice(re.finditer("<", text[:MOST_CHARACTERS]), MOST_TAGS_OF_ONE, None)
    return next((tag.start() for tag in tags), MOST_CHARACTERS)
