"""What a page is made of: lines of text, the elements around them, and pictures."""

from __future__ import annotations

from typing import NamedTuple

NOTHING: frozenset[str] = frozenset()


class Element(NamedTuple):
    """A block element. `parent` is an index into Page.elements (-1: none); `words` its class and id, lower case."""

    parent: int
    tag: str
    words: str
    hidden: bool  # itself or by an ancestor
    first: int
    last: int
    roles: frozenset[str]  # the fields of the template whose selectors it matches


class Line(NamedTuple):
    """One piece of visible (or hidden) text. `element` is the innermost block element around it."""

    text: str
    parts: tuple[str, ...]  # the text nodes it is made of
    part_words: tuple[str, ...]  # class and id of the inline elements around each, the innermost that has any
    element: int
    linked: int  # characters inside links
    strong: int  # characters inside b, strong, h1 … h6
    hrefs: tuple[str, ...]
    heading: int  # 1 to 6 inside h1 … h6, else 0
    hidden: bool
    part_roles: tuple[frozenset[str], ...]  # the template's fields that each part belongs to
    block_words: str  # class and id of the innermost block element

    def given(self, role: str) -> str:
        """The text that the template's selectors for a field match, or ""."""
        if not any(self.part_roles):
            return ""
        return " ".join(
            " ".join(part for part, roles in zip(self.parts, self.part_roles, strict=True) if role in roles).split()
        )

    @property
    def words(self) -> str:
        """Class and id of the block and of the inline elements in it."""
        return " ".join((self.block_words, *self.part_words))

    @property
    def spaced(self) -> str:
        """The text with a space between two inline elements, so that the labels of two fields do not run together."""
        return " ".join(" ".join(self.parts).split())


class Picture(NamedTuple):
    """An image; it stands before the line of that index."""

    src: str
    alt: str
    before: int
    element: int
    hidden: bool
