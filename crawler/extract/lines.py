"""What a page is made of: lines of text, the elements around them, and pictures.

They are structs because a page has some thousand of them: one is made in half the time of a named tuple, and its
fields are read in a quarter (CPython 3.11). None refers to another, so that the garbage collector need not visit them.
"""

from __future__ import annotations

import msgspec

NOTHING: frozenset[str] = frozenset()


class Element(msgspec.Struct, gc=False):
    """A block element. `parent` is an index into Page.elements (-1: none); `words` its class and id, lower case."""

    parent: int
    tag: str
    words: str
    hidden: bool  # itself or by an ancestor
    roles: frozenset[str]  # the fields of the template whose selectors it matches
    first: int
    last: int = -1  # known when the walk leaves it


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a piece of text stands: most inline elements change nothing of it and share that of their parent."""

    element: int  # the innermost block element, an index into Page.elements (-1: none)
    block_words: str  # its class and id
    words: str  # class and id of the inline elements around it, the innermost that has any
    heading: int  # 1 to 6 inside h1 … h6, else 0
    linked: bool
    strong: bool  # inside b or strong
    hidden: bool
    roles: frozenset[str]  # the template's fields that it belongs to


class Line(msgspec.Struct, frozen=True, gc=False):
    """One piece of visible (or hidden) text.

    What nearly every rule asks for stands in it. The rest, of which most lines are never asked, is told by `pieces`,
    the text nodes that it is made of and where each stands; there is one at least.
    """

    text: str
    spaced: str  # with a space between two inline elements, so that the labels of two fields do not run together
    element: int  # the innermost block element around it, -1 for none
    linked: int  # characters inside links
    hidden: bool
    hrefs: tuple[str, ...]
    pieces: tuple[tuple[str, Place], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The text nodes that it is made of."""
        return tuple([part for part, _ in self.pieces])

    @property
    def heading(self) -> int:
        """1 to 6 inside h1 … h6, else 0."""
        return self.pieces[0][1].heading

    @property
    def strong(self) -> int:
        """Characters inside b, strong, h1 … h6."""
        heads = self.heading > 0
        return sum(len("".join(part.split())) for part, place in self.pieces if place.strong or heads)

    @property
    def block_words(self) -> str:
        """Class and id of the innermost block element."""
        return self.pieces[0][1].block_words

    @property
    def words(self) -> str:
        """Class and id of the block and of the inline elements in it."""
        return " ".join([self.block_words, *[place.words for _, place in self.pieces]])

    def given(self, role: str) -> str:
        """The text that the template's selectors for a field match, or ""."""
        return " ".join(" ".join([part for part, place in self.pieces if role in place.roles]).split())


class Picture(msgspec.Struct, frozen=True, gc=False):
    """An image; it stands before the line of that index."""

    src: str
    alt: str
    before: int
    element: int
    hidden: bool
