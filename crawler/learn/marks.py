"""By what a line and an element are known again on another page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from crawler.extract.page import Line, Page

DEPTH = 4
"""Elements, from the line's own outwards, that make its place; more would part one block on two depths of nesting."""

_FIGURES = re.compile(r"\d+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
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


def key_of(text: str, place: str) -> str:
    """16 hexadecimal digits for a line's letters and its place."""
    return blake2b(f"{letters(text)}\n{place}".encode("utf-8", "replace"), digest_size=8).hexdigest()


def exact(text: str) -> str:
    """16 hexadecimal digits for a text as it is, without its spaces."""
    return blake2b("".join(text.split()).encode("utf-8", "replace"), digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def _named(tag: str, words: str) -> str:
    kept = sorted({_FIGURES.sub("#", word) for word in words.split()} - _STATES)
    return f"{tag}.{'.'.join(kept)}" if kept else tag


def names(page: Page) -> list[str]:
    """For each element its tag and its class and id, figures as #: `div.hot-#`."""
    return [_named(element.tag, element.words) for element in page.elements]


def places(page: Page, named: list[str], elements: Iterable[int]) -> dict[int, str]:
    """For each of the elements the path to it: itself and the elements around it, the outermost first."""
    found = {}
    for index in elements:
        steps: list[str] = []
        at = index
        while at >= 0 and len(steps) < DEPTH:
            steps.append(named[at])
            at = page.elements[at].parent
        found[index] = ">".join(reversed(steps))
    return found


def place_of(line: Line, around: dict[int, str]) -> str:
    """The place of a line: that of its element, and the class of its text where all of it has one."""
    inline = {words for words, part in zip(line.part_words, line.parts, strict=True) if part.strip()}
    path = around.get(line.element, "")
    return f"{path}>{_named('', inline.pop())}" if len(inline) == 1 and "" not in inline else path


def skeleton(page: Page, named: list[str], without: Collection[int] = ()) -> frozenset[int]:
    """What the page is built of: a number for each pair of an element and the one around it.

    `without` are elements whose inside does not count: what an author pasted into the text is no part of the template.
    """
    inside: set[int] = set()
    pairs = set()
    for index, element in enumerate(page.elements):
        if element.parent in without or element.parent in inside:
            inside.add(index)
            continue
        if element.parent >= 0:
            pairs.add((named[element.parent], named[index]))
    return frozenset(crc32(f"{outer}>{inner}".encode("utf-8", "replace")) for outer, inner in pairs)
