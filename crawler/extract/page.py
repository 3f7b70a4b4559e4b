"""The page as a sequence of lines: the tree is walked once, and everything after works on what stands here.

A `Line` is what a reader sees as one piece of text: the inline content between two block boundaries or line breaks.
An `Element` is a block element; it spans the lines `first` to `last` (the end is exclusive), so that sums over an
element are differences of two prefix sums and nothing has to walk a tree again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.extract.guard import guard
from crawler.extract.lines import NOTHING, Element, Line, Picture
from crawler.extract.tidy import tidy
from crawler.extract.walk import LONGEST_SKIPPED, Walk


@dataclass(frozen=True, slots=True)
class Page:
    """What the tree was turned into."""

    url: str
    title: str  # of <title>
    metas: Mapping[str, str]  # by lower-cased name, property, itemprop or http-equiv; the first wins
    elements: tuple[Element, ...]
    lines: tuple[Line, ...]
    pictures: tuple[Picture, ...]
    markup: str
    cut: tuple[str, ...] = ()  # what was left out of a page that is too large, as sentences
    matched: frozenset[str] = field(default_factory=frozenset)  # the template's fields that matched
    given: Mapping[str, str] = field(
        default_factory=dict
    )  # what they matched in the head: a meta tag's content, the title
    skipped: Mapping[str, str] = field(default_factory=dict)  # the text of elements that are not read, by their tag
    furniture: Mapping[int, tuple[str, str]] = field(
        default_factory=dict
    )  # lines that the source's other pages show as well: where such a line stands, and the reason (crawler.learn)
    states_data: bool = False  # facts for machines, as JSON-LD (crawler.extract.linked)
    bodies: tuple[int, ...] = ()  # the elements that lie where the source's other pages have their bodies

    def ancestors(self, element: int) -> list[int]:
        """The element and those around it, from the inside out."""
        found = []
        while element >= 0:
            found.append(element)
            element = self.elements[element].parent
        return found

    def within(self, element: int) -> range:
        """The indexes of the element's lines."""
        return range(self.elements[element].first, self.elements[element].last)


Selectors = Mapping[str, tuple[str, ...]]


def read_page(markup: str, url: str, selectors: Selectors | None = None) -> Page:
    """Parse the markup and walk it once.

    `selectors` are a template's CSS selectors by field; elements that match carry the field among their roles. A
    selector that is not CSS raises ValueError with the selector in its message.
    """
    guarded = guard(markup)
    safe = guarded.markup
    tree = LexborHTMLParser(safe)
    roles, given = _roles(tree, selectors) if selectors else ({}, {})
    walk = Walk(roles)
    root = tree.root
    if root is not None:
        walk.walk(root)
    return Page(
        url=url,
        title=tidy(walk.title),
        metas=walk.metas,
        elements=tuple(walk.elements),
        lines=tuple(walk.lines),
        pictures=tuple(walk.pictures),
        markup=safe,
        cut=guarded.cut + tuple(walk.cut) + walk.unseen(),
        matched=frozenset(role for found in roles.values() for role in found),
        given={role: tidy(text) for role, text in given.items()},
        states_data=walk.states_data,
        skipped={tag: tidy(" ".join(texts))[:LONGEST_SKIPPED] for tag, texts in walk.skipped.items()},
    )


def _roles(tree: LexborHTMLParser, selectors: Selectors) -> tuple[dict[int, frozenset[str]], dict[str, str]]:
    """The fields that each element is named for, and the texts that are named in the head.

    The selectors of a field are tried in their order, and the first that shows a text holds; of `drop` all do.
    """
    found: dict[int, frozenset[str]] = {}
    given: dict[str, str] = {}
    for role, patterns in selectors.items():
        for pattern in patterns:
            try:
                nodes = tree.css(pattern)
            except (SelectolaxError, ValueError) as error:
                raise ValueError(f"{pattern!r} is no CSS selector ({role}): {error}") from error
            texts = [_text_in_head(node) for node in nodes]
            for node, text in zip(nodes, texts, strict=True):
                if text is None:
                    found[node.mem_id] = found.get(node.mem_id, NOTHING) | {role}
                elif text.strip():
                    given.setdefault(role, text)
            if role != "drop" and (role in given or any(_shows(node) for node in nodes)):
                break
    return found, given


def _shows(node: LexborNode) -> bool:
    return bool(node.text(deep=True).strip())


def _text_in_head(node: LexborNode) -> str | None:
    """The content of a meta tag, or the title's; None for an element of the page."""
    if node.tag == "meta":
        return node.attributes.get("content") or ""
    return node.text(deep=True) if node.tag == "title" else None


__all__ = ["Element", "Line", "Page", "Picture", "Selectors", "read_page", "tidy"]
