"""By what a line and an element are known again on another page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from crawler.extract.page import Line, Page

DEPTH = 4
"""Elements, from the line's own outwards, that make its place; more would part one block on two depths of nesting."""

SHORT = 60
"""Characters of a line that may well stand on every page of its site, so that what it tells is kept in mind."""

_FIGURES = re.compile(r"\d{3,}")  # numbers of articles and days; `col-2` is another column than `col-1`
_NO_LETTERS = re.compile(r"[\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_STATES = frozenset(
    ("active", "cur", "current", "on", "off", "first", "last", "odd", "even", "selected", "hover", "show", "open")
)
"""Classes that say how an element stands at the moment, not what it is."""


def letters(text: str) -> str:
    """The letters of a text: dates, counters and marks change from page to page.

    >>> letters("已有 1,203 人参与")
    '已有人参与'
    """
    return _NO_LETTERS.sub("", text).lower()


def has_letters(text: str) -> bool:
    """Whether any of a text's characters are letters, quicker than by asking for them."""
    return _LETTER.search(text) is not None


def key_of(text: str, place: str) -> str:
    """16 hexadecimal digits for a line's letters and its place; "" for a line without a letter."""
    return _known_key(text, place) if len(text) <= SHORT else _key(text, place)


def _key(text: str, place: str) -> str:
    bare = letters(text)
    return blake2b(f"{bare}\n{place}".encode("utf-8", "replace"), digest_size=8).hexdigest() if bare else ""


_known_key = lru_cache(maxsize=1024)(_key)  # what stands on every page of a site need not be hashed anew for each


def exact(text: str) -> str:
    """16 hexadecimal digits for a text as it is, without its spaces."""
    return blake2b("".join(text.split()).encode("utf-8", "replace"), digest_size=8).hexdigest()


@lru_cache(maxsize=1024)
def _named(tag: str, words: str) -> str:
    kept = sorted({_FIGURES.sub("#", word) for word in words.split()} - _STATES)
    return f"{tag}.{'.'.join(kept)}" if kept else tag


def names(page: Page) -> list[str]:
    """For each element its tag and its class and id, long figures as #: `div.hot-#`."""
    return [_named(element.tag, element.words) for element in page.elements]


def places(page: Page, named: list[str]) -> list[str]:
    """For each element the path to it: itself and the elements around it, the outermost first."""
    steps: list[tuple[str, ...]] = []
    for index, element in enumerate(page.elements):
        around = steps[element.parent] if element.parent >= 0 else ()
        steps.append((*around[-DEPTH + 1 :], named[index]))
    return [">".join(each) for each in steps]


def place_of(line: Line, paths: Sequence[str]) -> str:
    """The place of a line: that of its element, and the class of its text where all of it has one."""
    path = paths[line.element] if line.element >= 0 else ""
    inline = {place.words for part, place in line.pieces if part.strip()}
    return f"{path}>{_named('', inline.pop())}" if len(inline) == 1 and "" not in inline else path


def skeleton(page: Page, named: list[str], without: Collection[int] = ()) -> frozenset[int]:
    """What the page is built of: a number for each pair of an element and the one around it.

    `without` are elements whose inside does not count: what an author pasted into the text is no part of the template.
    Nor is what is hidden: spam mirrors strew hundreds of made-up elements over their pages, other ones on each.
    """
    inside: set[int] = set()
    pairs = set()
    for index, element in enumerate(page.elements):
        if element.parent in without or element.parent in inside:
            inside.add(index)
            continue
        if element.parent >= 0 and not element.hidden:
            pairs.add((named[element.parent], named[index]))
    return frozenset(_pair(outer, inner) for outer, inner in pairs)


@lru_cache(maxsize=1024)
def _pair(outer: str, inner: str) -> int:
    return crc32(f"{outer}>{inner}".encode("utf-8", "replace"))
