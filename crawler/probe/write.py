"""Findings → a source's file: TOML with a comment for whatever a person may want to change. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from crawler.probe.findings import Findings, FoundList

MOST_IDLE = 20  # lists that were seen and not looked at
MAX_PAGES = 3
MOST_SEEN = 500  # characters of what was seen of a list


def source_id(host: str) -> str:
    """An id from a host's name: a-z, 0-9 and single hyphens.

    >>> source_id("www.tibet.cn"), source_id("127.0.0.1:8080")
    ('tibet-cn', '127-0-0-1-8080')
    """
    name = re.sub(r"[^a-z0-9]+", "-", host.lower().removeprefix("www.")).strip("-")
    return name or "source"


def source_toml(found: Findings, identifier: str, on: date, addresses: tuple[str, ...] = ()) -> str:
    """The file. `on` is the day of the probe, `addresses` the private ones that may be asked."""
    return "\n".join(_lines(found, identifier, on, addresses)) + "\n"


def _lines(found: Findings, identifier: str, on: date, addresses: tuple[str, ...]) -> Iterator[str]:
    name = found.title or found.hosts[0]
    yield f"# {_comment(name)}. Found out from {_comment(found.url)} on {on} with {found.requests} requests."
    yield "# Look it over, then: jianbao source test " + identifier
    yield f"id = {_text(identifier)}"
    yield f"name = {_text(name)}"
    yield f"home = {_text(found.home)}"
    yield f"hosts = {_text(list(found.hosts))}   # names of one site: paths are taken to be the same on all of them"
    if found.other_hosts:
        yield f"other_hosts = {_text(list(found.other_hosts))}   # subdomains with articles of their own"
    if found.family:
        yield f"family = {_text(found.family)}   # by the addresses of its articles"
    if found.doubts:
        yield "unknown = ["
        yield from (f"  {_text(each)}," for each in found.doubts)
        yield "]"
    yield ""
    yield "# It is looked at by the rhythm in which it publishes, which is learnt; for a fixed one:"
    yield "# [schedule]"
    yield '# every = "6h"   # or cron = "30 7 * * mon-fri"'
    if found.rhythm:
        yield f"# {found.rhythm.sentence}"
    if found.encoding:
        yield f"# The pages are {_comment(found.encoding)}; the encoding is found anew for each."
    yield from (f"# Sample: {_comment(each)}" for each in found.samples)
    yield ""
    if addresses:
        yield "[politeness]"
        yield f"allow_addresses = {_text(list(addresses))}"
        yield ""
    yield from _articles(found)
    for each in found.lists:
        if each.articles:
            yield from _list(each)
    idle = [each for each in found.lists if each.articles is None][:MOST_IDLE]
    if idle:
        yield "# Sections that were seen and not looked at. To watch one, remove its `enabled = false`."
    for each in idle:
        yield from _list(each)


def _articles(found: Findings) -> Iterator[str]:
    if not found.patterns:
        if not found.family:
            yield "# No common form of the articles' addresses was seen: links that look like articles are taken."
            yield ""
        return
    yield "# The forms of the articles' addresses that were seen."
    yield "[articles]"
    yield "patterns = ["
    yield from (f"  {_literal(each)}," for each in found.patterns)
    yield "]"
    yield ""


def _list(each: FoundList) -> Iterator[str]:
    if each.seen:
        yield f"# {_comment(each.seen, MOST_SEEN)}"
    yield "[[lists]]"
    if each.kind != "html":
        yield f"kind = {_text(each.kind)}"
    shown = f"   # {each.articles} articles" if each.articles else ""
    yield f"url = {_text(each.url)}{shown}"
    if each.name:
        yield f"section = {_text([each.name])}"
    if each.shape:
        keys = ("items", "item_url", "item_title", "item_time", "links")
        yield from (f"{key} = {_text(value)}" for key in keys if (value := getattr(each.shape, key)) is not None)
    if each.articles is None or each.idle:
        yield "enabled = false"
    if each.pager and each.proved:
        yield f"next_pages = {_text(each.pager.next_pages)}"
        yield f"first_number = {each.pager.first_number}"
        yield f"max_pages = {MAX_PAGES}"
    elif each.pager:
        yield f"# next_pages = {_text(each.pager.next_pages)}   # seen, not proved"
        yield f"# first_number = {each.pager.first_number}"
    elif each.kind == "sitemap":
        yield f"max_pages = {MAX_PAGES}"
    yield ""


def _text(value: str | list[str]) -> str:
    """A JSON string or list of strings is a TOML one, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _literal(pattern: str) -> str:
    return f"'{pattern}'" if "'" not in pattern and pattern.isprintable() else _text(pattern)


def _comment(text: str, most: int = 200) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:most]
