"""The page as a sequence of lines: the tree is walked once, and everything after works on what stands here.

A `Line` is what a reader sees as one piece of text: the inline content between two block boundaries or line breaks.
An `Element` is a block element; it spans the lines `first` to `last` (the end is exclusive), so that sums over an
element are differences of two prefix sums and nothing has to walk a tree again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.extract.guard import guard

MOST_NODES = 120_000
MOST_LINES = 20_000
LONGEST_LINE = 100_000

INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins",
        "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
        "sub", "sup", "time", "tt", "u", "var",
    )
)  # fmt: skip
SKIPPED = frozenset(
    (
        "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet", "svg",
        "canvas", "audio", "video", "map", "select", "option", "datalist", "textarea", "button",
    )
)  # fmt: skip
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BREAKS = frozenset(("br", "hr"))

_SPACES = re.compile(r"\s+")
_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
# Control characters would reach the reader's terminal, and those of direction turn a text about; U+200C and U+200D join
# letters (Persian) and pictures and stay.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\xad]")
_UNSEEN = re.compile(f"{_CONTROLS.pattern}|{_INVISIBLE.pattern}")
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISES = {
    "sup": (_RAISED, re.compile(r"[\d+\-−=()n]{0,8}\d[\d+\-−=()n]{0,8}", re.ASCII)),
    "sub": (_LOWERED, re.compile(r"[\d+\-−=()]{0,8}\d[\d+\-−=()]{0,8}", re.ASCII)),
}
_NOT_TEXT = frozenset(("script", "style", "svg", "select", "option", "datalist", "template", "map", "frame", "embed"))
_LONGEST_SKIPPED = 2_000  # characters of one tag's text that are kept as evidence; the capture holds the rest
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:left|top|right|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}|(?<![-\w])(?:width|height)\s*:\s*0(?:px)?\s*(?:;|$)",
    re.IGNORECASE,
)


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
NOTHING: frozenset[str] = frozenset()


def read_page(markup: str, url: str, selectors: Selectors | None = None) -> Page:
    """Parse the markup and walk it once.

    `selectors` are a template's CSS selectors by field; elements that match carry the field among their roles. A
    selector that is not CSS raises ValueError with the selector in its message.
    """
    guarded = guard(markup)
    safe = guarded.markup
    tree = LexborHTMLParser(safe)
    roles, given = _roles(tree, selectors) if selectors else ({}, {})
    walk = _Walk(roles)
    root = tree.root
    if root is not None:
        walk.walk(root)
    return Page(
        url=url,
        title=tidy(walk.title),
        metas=walk.metas,
        elements=walk.elements(),
        lines=tuple(walk.lines),
        pictures=tuple(walk.pictures),
        markup=safe,
        cut=guarded.cut + tuple(walk.cut) + walk.unseen(),
        matched=frozenset(role for found in roles.values() for role in found),
        given={role: tidy(text) for role, text in given.items()},
        skipped={tag: tidy(" ".join(texts))[:_LONGEST_SKIPPED] for tag, texts in walk.skipped.items()},
    )


def tidy(text: str) -> str:
    """Collapse white space as a browser does; breaks between Chinese characters vanish, and what cannot be seen."""
    text = _UNSEEN.sub("", text)
    if "\n" in text:
        text = _SPACES.sub(_joint, text)
    return " ".join(text.split())


def _joint(space: re.Match[str]) -> str:
    """CSS Text 3, 4.1.3: a segment break between two East Asian characters is not a space."""
    text, start, end = space.string, space.start(), space.end()
    between = start and _EAST_ASIAN.match(text, start - 1) and _EAST_ASIAN.match(text, end)
    return "" if between and "\n" in space[0] else " "


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


_Place = tuple[int, int, bool, bool, bool, frozenset[str], str]


class _Walk:
    """One visit of every node in document order, without recursion."""

    def __init__(self, roles: Mapping[int, frozenset[str]]) -> None:
        self.given = roles
        self.opened: list[tuple[int, str, str, bool, int, frozenset[str]]] = []
        self.ends: list[int] = []
        self.lines: list[Line] = []
        self.pictures: list[Picture] = []
        self.metas: dict[str, str] = {}
        self.title = ""
        self.cut: list[str] = []
        self.skipped: dict[str, list[str]] = {}
        self.controls = self.invisible = 0  # characters that were left out
        # the state of the line that is being gathered
        self.parts: list[str] = []
        self.linked = self.strong = 0
        self.hrefs: list[str] = []
        self.part_words: list[str] = []
        self.line_hidden = False
        self.part_roles: list[frozenset[str]] = []
        # the state of the place in the tree
        self.block = -1
        self.heading = 0
        self.in_link = False
        self.in_strong = False
        self.hidden = False
        self.roles = NOTHING
        self.inline_words = ""

    def walk(self, root: LexborNode) -> None:
        node = root
        stack: list[tuple[LexborNode, _Place, bool]] = []
        seen = 0
        while True:
            seen += 1
            if seen > MOST_NODES or len(self.lines) > MOST_LINES:
                self.cut.append(f"the page was read up to its node {seen:,}; what follows was left out")
                break
            child = None
            if node.is_text_node:
                self.text(node.text_content or "")
            elif node.is_element_node:
                before = (
                    self.block,
                    self.heading,
                    self.in_link,
                    self.in_strong,
                    self.hidden,
                    self.roles,
                    self.inline_words,
                )
                is_block = self.enter(node)
                if is_block is not None:
                    child = node.first_child
                    if child is not None:
                        stack.append((node, before, is_block))
                        node = child
                        continue
                    self.leave(before, is_block)
            following = node.next
            while following is None and stack:
                node, before, is_block = stack.pop()
                self.leave(before, is_block)
                following = node.next
            if following is None:
                break
            node = following
        while stack:
            _, before, is_block = stack.pop()
            self.leave(before, is_block)

    def enter(self, node: LexborNode) -> bool | None:
        """Take in an element's start. None: its children are not visited; else whether it is a block."""
        tag = node.tag or ""
        if tag in BREAKS:
            self.flush()
            return None
        if tag in SKIPPED:
            if tag not in _NOT_TEXT:
                self.skip(tag, node)
            return None
        if tag == "math":
            self.text(_formula(node))
            return None
        if tag in _RAISES:
            alphabet, digits = _RAISES[tag]
            text = node.text(deep=True).strip()
            if digits.fullmatch(text):
                self.text(text.translate(alphabet))
                return None
        attributes = node.attributes
        if tag == "img":
            self.picture(attributes)
            return None
        if tag in ("meta", "link", "title", "html", "base", "input"):
            return self.head(tag, node, attributes)
        if self.given:
            role = self.given.get(node.mem_id)
            if role:
                self.roles = self.roles | role
        words = ""
        if attributes:
            words = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip().lower()
            if "hidden" in attributes or ("style" in attributes and _HIDING.search(attributes["style"] or "")):
                self.hidden = True
        if tag in INLINE or ":" in tag:
            if tag == "a":
                self.in_link = True
                href = attributes.get("href")
                if href:
                    self.hrefs.append(href)
            elif tag in ("b", "strong"):
                self.in_strong = True
            if words:
                self.inline_words = words
            return False
        self.flush()
        if tag in HEADINGS:
            self.heading = HEADINGS[tag]
        self.inline_words = ""
        self.open(tag, words)
        return True

    def open(self, tag: str, words: str) -> None:
        self.opened.append((self.block, tag, words, self.hidden, len(self.lines), self.roles))
        self.ends.append(-1)
        self.block = len(self.opened) - 1

    def elements(self) -> tuple[Element, ...]:
        """The block elements in document order, once the walk is over."""
        return tuple(
            Element(parent, tag, words, hidden, first, last, roles)
            for (parent, tag, words, hidden, first, roles), last in zip(self.opened, self.ends, strict=True)
        )

    def leave(self, before: _Place, is_block: bool) -> None:
        if is_block:
            self.flush()
            self.ends[self.block] = len(self.lines)
        (
            self.block,
            self.heading,
            self.in_link,
            self.in_strong,
            self.hidden,
            self.roles,
            self.inline_words,
        ) = before

    def head(self, tag: str, node: LexborNode, attributes: dict[str, str | None]) -> bool | None:
        if tag == "html":
            self.open(tag, "")
            return True
        if tag == "title":
            self.title = self.title or node.text(deep=True)
        elif tag == "meta":
            content = attributes.get("content")
            for key in ("name", "property", "itemprop", "http-equiv"):
                name = attributes.get(key)
                if name and content:
                    self.metas.setdefault(name.strip().lower(), tidy(content))
        return None

    def skip(self, tag: str, node: LexborNode) -> None:
        """Keep the text of an element that is not read, so that it is on record."""
        text = node.text(deep=True)
        if text.strip():
            self.skipped.setdefault(tag, []).append(text[:_LONGEST_SKIPPED])

    def unseen(self) -> tuple[str, ...]:
        """What cannot be seen and was left out, as sentences."""
        counts = ((self.controls, "control characters"), (self.invisible, "characters of no width"))
        return tuple(f"{count:,} {what} were left out" for count, what in counts if count)

    def picture(self, attributes: dict[str, str | None]) -> None:
        for key in ("data-src", "data-original", "data-lazy-src", "_src", "src"):
            source = (attributes.get(key) or "").strip()
            if source and not source.startswith("data:"):
                alt = tidy(attributes.get("alt") or attributes.get("title") or "")
                place = len(self.lines) + (1 if self.parts else 0)
                self.pictures.append(Picture(source, alt, place, self.block, self.hidden))
                return

    def text(self, text: str) -> None:
        if _UNSEEN.search(text):
            self.controls += len(_CONTROLS.findall(text))
            self.invisible += len(_INVISIBLE.findall(text))
            text = _UNSEEN.sub("", text)
        if not self.parts and (not text or text.isspace()):
            return
        self.parts.append(text)
        self.part_words.append(self.inline_words)
        if self.in_link or self.in_strong or self.heading:
            length = len("".join(text.split()))
            if self.in_link:
                self.linked += length
            if self.in_strong or self.heading:
                self.strong += length
        if self.hidden and not text.isspace():
            self.line_hidden = True
        self.part_roles.append(self.roles)

    def flush(self) -> None:
        """End the line that is being gathered."""
        if not self.parts:
            self.hrefs = []
            return
        text = tidy("".join(self.parts))
        if text:
            if len(text) > LONGEST_LINE:
                self.cut.append(f"a line of {len(text):,} characters was cut at {LONGEST_LINE:,}")
                text = text[:LONGEST_LINE]
            self.lines.append(
                Line(
                    text,
                    tuple(self.parts),
                    tuple(self.part_words),
                    self.block,
                    self.linked,
                    self.strong,
                    tuple(self.hrefs),
                    self.heading,
                    self.line_hidden,
                    tuple(self.part_roles),
                    self.opened[self.block][2] if self.block >= 0 else "",
                )
            )
        self.parts = []
        self.linked = self.strong = 0
        self.hrefs = []
        self.part_words = []
        self.line_hidden = False
        self.part_roles = []


_FORMULA_SIGNS = {"mfrac": "/", "msup": "^", "msub": "_"}  # what stands before the second of its two parts


def _formula(math: LexborNode) -> str:
    """A formula on one line: `10⁴`, `a/b`, `x_i`; what stands in its annotations says the same again."""
    written: list[str] = []
    for node in math.traverse(include_text=True):
        around = node.parent
        if not node.is_text_node or around is None or around.tag in ("annotation", "annotation-xml"):
            continue
        text = (node.text_content or "").strip()
        sign = _FORMULA_SIGNS.get(around.parent.tag or "", "") if around.parent is not None else ""
        if text and sign and written and _is_second(around):
            alphabet, digits = (
                _RAISES.get((around.parent.tag or "")[1:], (None, None)) if around.parent else (None, None)
            )
            text = text.translate(alphabet) if alphabet and digits and digits.fullmatch(text) else sign + text
        written.append(text)
    return "".join(written)


def _is_second(node: LexborNode) -> bool:
    before = node.prev
    while before is not None and not before.is_element_node:
        before = before.prev
    return before is not None
