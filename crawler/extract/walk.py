"""The tree → lines, elements and pictures: one visit of every node in document order, without recursion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from itertools import islice

from selectolax.lexbor import LexborNode

from crawler.extract.formula import formula, raised
from crawler.extract.lines import NOTHING, Element, Line, Picture
from crawler.extract.tidy import CONTROLS, INVISIBLE, UNSEEN, collapsed, tidy

MOST_NODES = 120_000
MOST_LINES = 20_000
LONGEST_LINE = 100_000
_FEW_NODES = 12  # in an element that is a raised figure: <sup><font>2</font></sup>
LONGEST_SKIPPED = 2_000  # characters of one tag's text that are kept as evidence; the capture holds the rest

# What an element is to the lines. Whatever has no other kind is a block.
_BLOCK, _INLINE, _SKIPPED, _BREAK, _RAISING, _FORMULA, _PICTURE, _HEAD = range(8)
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

# Where the visit is: the block element, the heading's level, in a link, in strong text, hidden, the template's fields,
# class and id of the innermost inline element that has any. Most elements change nothing of it and share the tuple.
_Place = tuple[int, int, bool, bool, bool, frozenset[str], str]
_OUTSIDE: _Place = (-1, 0, False, False, False, NOTHING, "")
_WORDS, _LAST = 2, 5  # of the fields of an Element
_element = partial(tuple.__new__, Element)  # from a list of its fields
_line = partial(tuple.__new__, Line)  # a NamedTuple's own constructor takes three times as long


class Walk:
    """One visit of the tree; what it found stands in the public attributes."""

    def __init__(self, roles: Mapping[int, frozenset[str]]) -> None:
        self.lines: list[Line] = []
        self.pictures: list[Picture] = []
        self.metas: dict[str, str] = {}
        self.title = ""
        self.cut: list[str] = []
        self.skipped: dict[str, list[str]] = {}
        self._given = roles
        self._elements: list[list[object]] = []  # the fields of an Element, of which the last line is known at its end
        self._controls = self._invisible = 0  # characters that were left out
        # the line that is being gathered
        self._parts: list[str] = []
        self._places: list[_Place] = []
        self._hrefs: list[str] = []

    def walk(self, root: LexborNode) -> None:
        """Visit the nodes below and behind `root`, or as many of them as are read."""
        parts = self._parts
        stack: list[tuple[LexborNode, _Place, bool]] = []  # the open elements, the place around each, whether a block
        place = _OUTSIDE
        node = root
        seen = 0
        while True:
            seen += 1
            if seen > MOST_NODES or len(self.lines) > MOST_LINES:
                self.cut.append(f"the page was read up to its node {seen:,}; what follows was left out")
                break
            if node.is_text_node:
                text = node.text_content
                if text and (parts or not text.isspace()):
                    self._text(text, place)
            elif node.is_element_node:
                tag = node.tag or ""
                kind = _KINDS.get(tag)
                if kind is None:
                    kind = _INLINE if ":" in tag else _BLOCK
                if kind > _INLINE and self._took(kind, tag, node, place):
                    child = None
                else:
                    child = node.first_child
                    if kind == _BLOCK:
                        if parts or self._hrefs:
                            self._flush()
                        inner = self._open(tag, node, place)
                        if child is None:
                            self._close(inner)
                    else:
                        inner = self._inline(tag, node, place)
                if child is not None:
                    stack.append((node, place, kind == _BLOCK))
                    node, place = child, inner
                    continue
            following = node.next
            while following is None and stack:
                inner = place
                node, place, is_block = stack.pop()
                if is_block:
                    self._close(inner)
                following = node.next
            if following is None:
                break
            node = following
        while stack:
            inner = place
            _, place, is_block = stack.pop()
            if is_block:
                self._close(inner)
        self._flush()

    def elements(self) -> tuple[Element, ...]:
        """The block elements in document order, once the walk is over."""
        return tuple(map(_element, self._elements))

    def unseen(self) -> tuple[str, ...]:
        """What cannot be seen and was left out, as sentences."""
        counts = ((self._controls, "control characters"), (self._invisible, "characters of no width"))
        return tuple(f"{count:,} {what} were left out" for count, what in counts if count)

    def _open(self, tag: str, node: LexborNode, place: _Place) -> _Place:
        block, heading, linked, strong, hidden, roles, _ = place
        words = ""
        if tag != "html":
            attributes = node.attributes
            if attributes:
                words = _words(attributes)
                hidden = hidden or _hides(attributes)
            if self._given:
                roles |= self._given.get(node.mem_id, NOTHING)
        elements = self._elements
        elements.append([block, tag, words, hidden, len(self.lines), -1, roles])
        return len(elements) - 1, _HEADINGS.get(tag, heading), linked, strong, hidden, roles, ""

    def _close(self, inner: _Place) -> None:
        if self._parts or self._hrefs:
            self._flush()
        self._elements[inner[0]][_LAST] = len(self.lines)

    def _inline(self, tag: str, node: LexborNode, place: _Place) -> _Place:
        attributes = node.attributes
        own = self._given.get(node.mem_id, NOTHING) if self._given else NOTHING
        if not attributes and not own and tag not in _STRONG and tag != "a":
            return place
        block, heading, linked, strong, hidden, roles, words = place
        if tag == "a":
            linked = True
            href = attributes.get("href")
            if href:
                self._hrefs.append(href)
        return (
            block,
            heading,
            linked,
            strong or tag in _STRONG,
            hidden or _hides(attributes),
            roles | own if own else roles,
            _words(attributes) or words,
        )

    def _took(self, kind: int, tag: str, node: LexborNode, place: _Place) -> bool:
        """Take in an element whose children are not visited; False for one that is read as any other."""
        if kind == _BREAK:
            self._flush()
        elif kind == _SKIPPED:
            if tag not in _NOT_TEXT:
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

    def _picture(self, attributes: Mapping[str, str | None], place: _Place) -> None:
        for key in _SOURCES:
            source = (attributes.get(key) or "").strip()
            if source and not source.startswith("data:"):
                alt = tidy(attributes.get("alt") or attributes.get("title") or "")
                before = len(self.lines) + (1 if self._parts else 0)
                self.pictures.append(Picture(source, alt, before, place[0], place[4]))
                return

    def _text(self, text: str, place: _Place) -> None:
        if UNSEEN.search(text):
            self._controls += len(CONTROLS.findall(text))
            self._invisible += len(INVISIBLE.findall(text))
            text = UNSEEN.sub("", text)
        if self._parts or (text and not text.isspace()):
            self._parts.append(text)
            self._places.append(place)

    def _flush(self) -> None:
        """End the line that is being gathered."""
        if self._parts:
            self._add(self._parts, self._places)
            self._parts.clear()
            self._places.clear()
        if self._hrefs:
            self._hrefs.clear()

    def _add(self, parts: list[str], places: list[_Place]) -> None:
        text = collapsed("".join(parts))
        if not text:
            return
        if len(text) > LONGEST_LINE:
            self.cut.append(f"a line of {len(text):,} characters was cut at {LONGEST_LINE:,}")
            text = text[:LONGEST_LINE]
        block, heading = places[0][:2]
        linked = strong = 0
        hidden = False
        part_words, part_roles = [], []
        for part, (_, _, in_link, in_strong, in_hidden, roles, words) in zip(parts, places, strict=True):
            part_words.append(words)
            part_roles.append(roles)
            if in_link or in_strong or heading:
                length = len("".join(part.split()))
                if in_link:
                    linked += length
                if in_strong or heading:
                    strong += length
            if in_hidden and not part.isspace():
                hidden = True
        self.lines.append(
            _line(
                (
                    text,
                    tuple(parts),
                    tuple(part_words),
                    block,
                    linked,
                    strong,
                    tuple(self._hrefs),
                    heading,
                    hidden,
                    tuple(part_roles),
                    self._elements[block][_WORDS] if block >= 0 else "",
                )
            )
        )


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
