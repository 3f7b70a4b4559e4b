"""The words that a link was printed with. Pure."""

from __future__ import annotations

from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

MOST_NODES = 50_000  # nodes of the page walked for words over all: links may lie in one another a thousand deep,
MOST_NODES_OF_A_LINK = 100  # and the words of each would be those of all that it holds
MOST_TEXT = 2_000_000  # characters of link text read over all
MOST_TEXT_OF_A_LINK = 2_000
LONGEST_TITLE = 300


class Words:
    """Reads the words of one page's links, within bounds: links that lie in one another share what they hold.

    A page that spends the bounds is none that a reader could use, and nothing more is taken of it.
    """

    def __init__(self) -> None:
        self._nodes = 0
        self._characters = 0

    @property
    def spent(self) -> bool:
        """Whether the page's bounds are reached."""
        return self._nodes >= MOST_NODES or self._characters >= MOST_TEXT

    def of(self, element: LexborNode, attributes: dict[str, str | None]) -> str:
        """The words of a link: its text, or its title attribute where the text is shortened to an ellipsis or empty,
        or else a picture's alt.
        """
        only = element.child
        if only is not None and only.is_text_node and only.next is None:  # most links hold their words and nothing else
            text, alt = only.text_content or "", None
            self._nodes += 1
            self._characters += len(text) + 1
        else:
            text, alt = self._read(element)
        title = " ".join(text[:MOST_TEXT_OF_A_LINK].split())
        if not title or title.endswith(("…", "..")):  # shortened
            full = one_line(attributes.get("title"))
            if not title or len(full) > len(title) - 3:
                title = full
        return (title or one_line(alt))[:LONGEST_TITLE]

    def _read(self, element: LexborNode) -> tuple[str, str | None]:
        """The text within the element and the alt of its first picture that has one."""
        pieces: list[str] = []
        length, alt = 0, None
        for node in islice(element.traverse(include_text=True), MOST_NODES_OF_A_LINK):
            self._nodes += 1
            if node.is_text_node:
                piece = node.text_content or ""
                pieces.append(piece)
                length += len(piece)
                if length >= MOST_TEXT_OF_A_LINK:
                    break
            elif alt is None and node.tag == "img":
                alt = node.attributes.get("alt")
        self._characters += length + 1
        return "".join(pieces), alt


def headline(text: str) -> str:
    """A title as a feed, a sitemap or an endpoint gives it, without the markup that some put into it."""
    text = text[:MOST_TEXT_OF_A_LINK]
    if "<" in text or "&" in text:
        root = LexborHTMLParser(text).root
        text = root.text() if root is not None else ""
    return one_line(text)[:LONGEST_TITLE]


def one_line(text: str | None) -> str:
    """The text with every run of white space as one blank."""
    return " ".join((text or "")[:MOST_TEXT_OF_A_LINK].split())
