"""The answer of an unknown endpoint → the keys by which a source's file reads it as a list of articles. Pure.

Looked for: the longest list of objects most of which hold an address (a field with one, or what the page's scripts
make of a field: "/detail?id={id}"), their title and their time; or a text of HTML with links to articles in it.
What is found is tried at once: `Shape.articles` is what a crawl would take with these keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crawler.decode import decode
from crawler.discover.address import Base, absolute
from crawler.discover.json_list import JsonError, as_json, json_list
from crawler.discover.judge import NOT_AN_ARTICLE
from crawler.discover.link import Link
from crawler.discover.moments import moment
from crawler.source import ListPage, Source

DEEPEST = 6
MOST_VALUES = 50_000
LOOKED_AT = 50  # items of a list
LEAST_ITEMS = 2
MOST_OF_THEM = 0.8  # of the items that have to hold what is looked for
MOST_FIELDS = 80  # of an item, with those of the objects in it

_ADDRESS = re.compile(r"url|link|href|path|addr", re.IGNORECASE)
_TITLE = re.compile(r"title|headline|subject|name|biaoti", re.IGNORECASE)
_TIME = re.compile(r"pub|time|date|day", re.IGNORECASE)
_NO_ADDRESS = re.compile(
    r"img|image|pic|photo|thumb|icon|cover|logo|video|audio|file|attach|author|channel|column|node",
    re.IGNORECASE,
)
_HTML_LINK = re.compile(r"<a\s[^<>]{0,500}href", re.IGNORECASE)
_KEY = re.compile(r"[\w-]{1,60}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Shape:
    """How an endpoint's answer is read: the keys of its list in a source's file, and what they give."""

    items: str | None = None
    item_url: str | None = None
    item_title: str | None = None
    item_time: str | None = None
    links: str | None = None  # a CSS selector, where the answer holds HTML
    articles: tuple[Link, ...] = ()

    def page(self, url: str) -> ListPage:
        """The list as a source's file describes it."""
        return ListPage(
            url=url,
            kind="json",
            items=self.items,
            item_url=self.item_url,
            item_title=self.item_title,
            item_time=self.item_time,
            links=self.links,
        )


def shape(body: bytes, content_type: str, url: str, source: Source, addresses: Sequence[str] = ()) -> Shape:
    """The keys that give the most articles; without articles none do. `addresses` are the page's own patterns."""
    text = decode(body, content_type).text
    try:
        document = as_json(text)
    except JsonError:
        return Shape()
    best = Shape()
    for path, value in _values(document):
        for found in _readings(path, value, url, addresses):
            articles = json_list(text, url, found.page(url), source).links
            if len(articles) > len(best.articles):
                best = replace(found, articles=articles)
    return best


def _values(document: Any) -> Iterator[tuple[str, Any]]:
    """Every list, and every text with links in it, by its path; the widest first."""
    level: list[tuple[str, Any]] = [("", document)]
    seen = 0
    for _ in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for path, value in level:
            if isinstance(value, list):
                yield path, value
                inside = [(str(at), each) for at, each in enumerate(value[:3])]
            elif isinstance(value, dict):
                inside = [(key, each) for key, each in value.items() if isinstance(key, str) and _KEY.fullmatch(key)]
            else:
                if isinstance(value, str) and _HTML_LINK.search(value[:20_000]):
                    yield path, value
                continue
            seen += len(inside)
            if seen > MOST_VALUES:
                return
            below += [(f"{path}.{key}" if path else key, each) for key, each in inside]
        level = below


def _readings(path: str, value: Any, url: str, addresses: Sequence[str]) -> Iterator[Shape]:
    """How a value may be read as a list."""
    if isinstance(value, str):
        yield Shape(items=path or None, links="a")
        return
    items = [each for each in value[:LOOKED_AT] if isinstance(each, dict)]
    if len(items) < LEAST_ITEMS or len(items) < MOST_OF_THEM * len(value[:LOOKED_AT]):
        return
    fields = _fields(items[0])
    title = _title(items, fields)
    timed = (name for name in _named(fields, _TIME) if _most(items, name, lambda each: moment(each) is not None))
    time = next(timed, None)
    for address in [*_address_fields(items, fields, url), *_patterns(items, fields, addresses)][:4]:
        yield Shape(path or None, address, None if title == "title" else title, time)


def _address_fields(items: Sequence[dict[str, Any]], fields: Sequence[str], url: str) -> Iterator[str]:
    """The fields that hold addresses of pages, each item another one; those that are called so first."""
    base = Base.of(url)

    def page(value: Any) -> bool:
        if not isinstance(value, str) or not re.search(r"[/.?]", value) or re.search(r"[\s<>]", value.strip()):
            return False
        if not re.match(r"https?://|/|\.{1,2}/", value) and not re.search(r"\.s?html?$|\.jhtml$", value):
            return False
        address = absolute(value.strip(), base)
        return address is not None and not NOT_AN_ARTICLE.search(address.partition("?")[0].lower())

    for name in [*_named(fields, _ADDRESS), *(each for each in fields if not _ADDRESS.search(each))]:
        if _NO_ADDRESS.search(name):
            continue
        if _most(items, name, page) and len({str(_at(each, name)) for each in items}) >= MOST_OF_THEM * len(items):
            yield name


def _patterns(items: Sequence[dict[str, Any]], fields: Sequence[str], addresses: Sequence[str]) -> Iterator[str]:
    """The page's own patterns all of whose fields the items have, under the same names or as the end of a path."""
    for address in addresses:
        names = re.findall(r"\{(\w+)\}", address)
        paths = {name: next((each for each in fields if each.rpartition(".")[2] == name), None) for name in names}
        if names and all(paths.values()):
            yield re.sub(r"\{(\w+)\}", lambda match: f"{{{paths[match[1]]}}}", address)  # noqa: B023 - used at once


def _title(items: Sequence[dict[str, Any]], fields: Sequence[str]) -> str | None:
    """The field of the titles: called so, or the one whose Chinese words are longest."""
    named = [name for name in _named(fields, _TITLE) if _most(items, name, lambda each: isinstance(each, str) and each)]
    if named:
        return next((name for name in named if name == "title"), named[0])
    lengths = {
        name: sum(len(value) for each in items if isinstance(value := _at(each, name), str) and _CHINESE.search(value))
        for name in fields
    }
    longest = max(lengths, key=lambda name: lengths[name], default=None)
    return longest if longest and lengths[longest] else None


def _fields(item: dict[str, Any]) -> list[str]:
    """The names of an item's values, those of the objects in it as paths."""
    names: list[str] = []
    for key, value in item.items():
        if not _KEY.fullmatch(key):
            continue
        names.append(key)
        if isinstance(value, dict):
            names += [f"{key}.{inner}" for inner in value if isinstance(inner, str) and _KEY.fullmatch(inner)]
    return names[:MOST_FIELDS]


def _named(fields: Sequence[str], words: re.Pattern[str]) -> list[str]:
    return [name for name in fields if words.search(name.rpartition(".")[2])]


def _most(items: Sequence[dict[str, Any]], name: str, good: Callable[[Any], object]) -> bool:
    return sum(bool(good(_at(each, name))) for each in items) >= MOST_OF_THEM * len(items)


def _at(item: dict[str, Any], path: str) -> Any:
    key, _, rest = path.partition(".")
    value = item.get(key)
    return value.get(rest) if rest and isinstance(value, dict) else None if rest else value
