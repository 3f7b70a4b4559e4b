"""The tree → lines, elements and pictures: one visit of every node in document order, without recursion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count, islice

from selectolax.lexbor import LexborNode

from crawler.extract.formula import formula, raised
from crawler.extract.lines import NOTHING, Element, Line, Picture, Place
from crawler.extract.pieces import mended
from crawler.extract.tidy import CONTROLS, INVISIBLE, UNSEEN, collapsed, tidy

MOST_NODES = 120_000
MOST_LINES = 20_000
LONGEST_LINE = 100_000
_TEXT = 2  # lexbor's number of a text node (lexbor/tag/const.h); names of elements have greater ones
_FEW_NODES = 12  # in an element that is a raised figure: <sup><font>2</font></sup>
LONGEST_SKIPPED = 2_000  # characters of one tag's text that are kept as evidence; the capture holds the rest

# What an element is to the lines. Whatever has no other kind is a block.
_BLOCK, _INLINE, _SKIPPED, _BREAK, _RAISING, _FORMULA, _PICTURE, _HEAD, _SEAM = range(9)
_KINDS: Mapping[str, int] = {
    **dict.fromkeys(
        (
            "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins",
            "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
            "time", "tt", "u", "var",
        ),
        _INLINE,
    ),
    **dict.fromkeys(
        (
            "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet", "svg",
            "canvas", "audio", "video", "map", "select", "option", "datalist", "textarea", "button",
        ),
        _SKIPPED,
    ),
    **dict.fromkeys(("meta", "link", "title", "base", "input"), _HEAD),
    **dict.fromkeys(("sup", "sub"), _RAISING),
    **dict.fromkeys(("br", "hr"), _BREAK),
    "math": _FORMULA,
    "img": _PICTURE,
    "wbr": _SEAM,  # a line may be broken there: that is the browser's, and nothing of the text
}  # fmt: skip
_NOT_TEXT = frozenset(("script", "style", "svg", "select", "option", "datalist", "template", "map", "frame", "embed"))
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_STRONG = frozenset(("b", "strong"))
_SOURCES = ("data-src", "data-original", "data-lazy-src", "_src", "src")
_META_KEYS = ("name", "property", "itemprop", "http-equiv")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}|(?<![-\w])(?:width|height)\s*:\s*0(?:px)?\s*(?:;|$)",
    re.IGNORECASE,
)

_OUTSIDE = Place(-1, "", "", 0, linked=False, strong=False, hidden=False, roles=NOTHING)


class Walk:
    """One visit of the tree; what it found stands in the public attributes."""

    def __init__(self, roles: Mapping[int, frozenset[str]]) -> None:
        self.lines: list[Line] = []
        self.elements: list[Element] = []  # the block elements in document order
        self.pictures: list[Picture] = []
        self.metas: dict[str, str] = {}
        self.title = ""
        self.cut: list[str] = []
        self.skipped: dict[str, list[str]] = {}
        self.states_data = False  # a script holds JSON-LD
        self._given = roles
        self._controls = self._invisible = 0  # characters that were left out
        # the line that is being gathered
        self._pieces: list[tuple[str, Place]] = []
        self._hrefs: list[str] = []
        self._seams: list[int] = []  # numbers of pieces between which, and the one before, nothing stands but <wbr>
        self._joined = False  # by U+200C or U+200D

    def walk(self, root: LexborNode) -> None:
        """Visit the nodes below and behind `root`, or as many of them as are read."""
        lines, pieces = self.lines, self._pieces
        stack: list[tuple[LexborNode, Place, Element | None]] = []  # what is open: the place around it, its block
        tags: dict[int, tuple[str, int]] = {}  # name and kind of each, by its number in this tree
        place = _OUTSIDE
        node = root
        for seen in count(1):
            if seen > MOST_NODES or len(lines) > MOST_LINES:
                self.cut.append(f"the page was read up to its node {seen:,}; what follows was left out")
                break
            child = None
            number = node.tag_id
            if number == _TEXT:
                if pieces or not node.is_empty_text_node:  # nearly half of all nodes are white space between blocks
                    text = node.text_content or ""
                    bare = text.strip()
                    if not bare:
                        if pieces and text:
                            pieces.append((text, place))
                    elif bare.isprintable():  # so is nothing of what cannot be seen
                        pieces.append((text, place))
                    else:
                        self._text(text, place)
            elif number in tags or node.is_element_node:
                tag, kind = tags.get(number) or tags.setdefault(number, _of_tag(node.tag or ""))
                if kind <= _INLINE or not self._took(kind, tag, node, place):
                    child = node.first_child
                    if kind == _BLOCK:
                        inner, block = self._open(tag, node, place)
                        if child is None:
                            self._close(block)
                    elif child is not None or tag == "a":
                        inner, block = self._inline(tag, node, place), None
                    if child is not None:
                        stack.append((node, place, block))
                        node, place = child, inner
                        continue
            following = node.next
            while following is None and stack:
                node, place, left = stack.pop()
                if left is not None:
                    self._close(left)
                following = node.next
            if following is None:
                break
            node = following
        for _, _, left in reversed(stack):
            if left is not None:
                self._close(left)
        self._end_line()

    def unseen(self) -> tuple[str, ...]:
        """What cannot be seen and was left out, as sentences."""
        counts = ((self._controls, "control characters"), (self._invisible, "characters of no width"))
        return tuple(f"{number:,} {what} were left out" for number, what in counts if number)

    def _open(self, tag: str, node: LexborNode, place: Place) -> tuple[Place, Element]:
        """The place inside a block element, and the element."""
        if self._pieces or self._hrefs:
            self._end_line()
        words = ""
        hidden = place.hidden
        roles = place.roles
        if tag != "html":
            attributes = node.attributes
            if attributes:
                words = _words(attributes)
                if "style" in attributes or "hidden" in attributes:
                    hidden = hidden or _hides(attributes)
            if self._given:
                roles |= self._given.get(node.mem_id, NOTHING)
        element = Element(place.element, tag, words, hidden, roles, len(self.lines))
        self.elements.append(element)
        heading = _HEADINGS.get(tag, place.heading)
        return Place(len(self.elements) - 1, words, "", heading, place.linked, place.strong, hidden, roles), element

    def _close(self, element: Element) -> None:
        if self._pieces or self._hrefs:
            self._end_line()
        element.last = len(self.lines)

    def _inline(self, tag: str, node: LexborNode, place: Place) -> Place:
        """The place inside an inline element."""
        attributes = node.attributes
        own = self._given.get(node.mem_id, NOTHING) if self._given else NOTHING
        is_link, is_strong = tag == "a", tag in _STRONG
        if not (attributes or own or is_strong or is_link):
            return place
        if is_link:
            href = attributes.get("href")
            if href:
                self._hrefs.append(href)
        hidden = place.hidden
        if "style" in attributes or "hidden" in attributes:
            hidden = hidden or _hides(attributes)
        return Place(
            place.element,
            place.block_words,
            _words(attributes) or place.words,
            place.heading,
            is_link or place.linked,
            is_strong or place.strong,
            hidden,
            place.roles | own if own else place.roles,
        )

    def _took(self, kind: int, tag: str, node: LexborNode, place: Place) -> bool:
        """Take in an element whose children are not visited; False for one that is read as any other."""
        if kind == _BREAK:
            self._end_line()
        elif kind == _SKIPPED:
            if tag == "script":
                self.states_data = self.states_data or "ld+json" in (node.attributes.get("type") or "")
            elif tag not in _NOT_TEXT:
                text = node.text(deep=True)
                if text.strip():
                    self.skipped.setdefault(tag, []).append(text[:LONGEST_SKIPPED])
        elif kind == _PICTURE:
            self._picture(node.attributes, place)
        elif kind == _HEAD:
            if tag == "title":
                self.title = self.title or node.text(deep=True)
            elif tag == "meta":
                self._meta(node.attributes)
        elif kind == _FORMULA:
            self._text(formula(node), place)
        elif kind == _SEAM:
            if self._pieces:
                self._seams.append(len(self._pieces))
        else:
            figure = raised(tag, _short_text(node))
            if figure is None:
                return False
            self._text(figure, place)
        return True

    def _meta(self, attributes: Mapping[str, str | None]) -> None:
        content = attributes.get("content")
        for key in _META_KEYS:
            name = attributes.get(key)
            if name and content:
                self.metas.setdefault(name.strip().lower(), tidy(content))

    def _picture(self, attributes: Mapping[str, str | None], place: Place) -> None:
        for key in _SOURCES:
            source = (attributes.get(key) or "").strip()
            if source and not source.startswith("data:"):
                alt = tidy(attributes.get("alt") or attributes.get("title") or "")
                before = len(self.lines) + (1 if self._pieces else 0)
                self.pictures.append(Picture(source, alt, before, place.element, place.hidden))
                return

    def _text(self, text: str, place: Place) -> None:
        """Take in what can be seen of a text."""
        if UNSEEN.search(text):
            self._controls += len(CONTROLS.findall(text))
            self._invisible += len(INVISIBLE.findall(text))
            text = UNSEEN.sub("", text)
        self._joined = self._joined or "\u200c" in text or "\u200d" in text
        if text and (self._pieces or not text.isspace()):
            self._pieces.append((text, place))

    def _end_line(self) -> None:
        """End the line that is being gathered."""
        if self._pieces:
            if self._seams or self._joined:
                self._pieces[:], idle = mended(self._pieces, self._seams)
                self._invisible += idle
                self._seams.clear()
                self._joined = False
            self._add(tuple(self._pieces))
            self._pieces.clear()
        if self._hrefs:
            self._hrefs.clear()

    def _add(self, pieces: tuple[tuple[str, Place], ...]) -> None:
        part, place = pieces[0]
        first = part.strip()
        text = first if len(pieces) == 1 else "".join([part for part, _ in pieces]).strip()
        if not text.isprintable() or "  " in text:  # of white space, only the blank is printable
            text = collapsed(text)
        if len(pieces) == 1:  # most lines
            words = part.split()
            linked = len("".join(words)) if place.linked else 0
            hidden = place.hidden
        else:
            words, linked, hidden = [], 0, False
            for part, each in pieces:
                if own := part.split():
                    words += own
                    hidden = hidden or each.hidden
                    if each.linked:
                        linked += len("".join(own))
        spaced = text if text == first else " ".join(words)
        if len(text) > LONGEST_LINE:
            self.cut.append(f"a line of {len(text):,} characters was cut at {LONGEST_LINE:,}")
            text = text[:LONGEST_LINE]
        self.lines.append(Line(text, spaced, place.element, linked, hidden, tuple(self._hrefs), pieces))


def _of_tag(tag: str) -> tuple[str, int]:
    """The tag and what its elements are to the lines."""
    return tag, _KINDS.get(tag, _INLINE if ":" in tag else _BLOCK)


def _short_text(node: LexborNode) -> str:
    """The text of an element of a few nodes, "" for a larger one: it is asked for at every level of a nest."""
    nodes = list(islice(node.traverse(include_text=True), _FEW_NODES + 1))
    if len(nodes) > _FEW_NODES:
        return ""
    return "".join(each.text_content or "" for each in nodes if each.is_text_node).strip()


def _words(attributes: Mapping[str, str | None]) -> str:
    """Class and id, lower case."""
    classes, own = attributes.get("class"), attributes.get("id")
    if own:
        return f"{classes or ''} {own}".strip().lower()
    return classes.strip().lower() if classes else ""


def _hides(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element's attributes keep it from being seen."""
    return "hidden" in attributes or ("style" in attributes and _HIDING.search(attributes["style"] or "") is not None)
