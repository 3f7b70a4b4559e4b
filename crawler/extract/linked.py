"""Facts that a page states for machines in JSON-LD: schema.org's NewsArticle and its kin, and Baidu's cambrian.

3 % of 131 pages carry a date so (measured 2026). A block that is no JSON, or describes no article, says nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from crawler.later import later

_BLOCK = later(r"<script[^<>]{0,200}ld\+json[^<>]{0,200}>", re.IGNORECASE)
_END = later(r"</script", re.IGNORECASE)
_MOST = 6  # blocks that are looked at
_LONGEST = 100_000  # characters of one
_TYPES = later(r"(?:Article|BlogPosting|Report)$")  # NewsArticle, ReportageNewsArticle, TechArticle …
_DATES = ("datePublished", "pubDate", "dateCreated")


def linked(markup: str) -> Mapping[str, str]:
    """The facts by the names that meta tags would have: `linked:published`, `linked:author` (names parted by 、).

    >>> linked('<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"王伟"}}</script>')
    {'linked:author': '王伟'}
    """
    found: dict[str, str] = {}
    if "ld+json" not in markup:
        return found
    for thing in _things(markup):
        kinds = thing.get("@type")
        is_article = any(_TYPES.search(kind) for kind in _texts(kinds))
        if not is_article and "pubDate" not in thing:
            continue
        for name in _DATES:
            for text in _texts(thing.get(name)):
                found.setdefault("linked:published", text[:60])
        authors = "、".join(name for name in _people(thing.get("author")) if len(name) <= 40)
        if authors:
            found.setdefault("linked:author", authors)
    return found


def _things(markup: str) -> Iterator[dict[str, Any]]:
    """The objects of all blocks, those of a @graph or of a list one by one."""
    for start in islice(_BLOCK.finditer(markup), _MOST):
        end = _END.search(markup, start.end())
        text = markup[start.end() : end.start() if end else start.end()]
        if len(text) > _LONGEST:
            continue
        try:
            whole = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in whole if isinstance(whole, list) else [whole]:
            if isinstance(thing, dict):
                graph = thing.get("@graph")
                yield from (
                    each for each in [thing, *(graph if isinstance(graph, list) else [])] if isinstance(each, dict)
                )


def _texts(value: Any) -> list[str]:
    """The texts of a value that may be one or a list of them."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _people(value: Any) -> Iterator[str]:
    """The names of persons; an author without a type counts as one, an organisation does not."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict) and "Organization" not in _texts(each.get("@type")):
            yield from _texts(each.get("name"))
