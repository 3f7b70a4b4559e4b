"""Markup that would keep the parser busy for minutes, or fill the memory, is cut down before it is parsed.

Lexbor checks the stack of open elements at every block tag and the attributes of an element at every further one, so
that 100,000 nested `<div>` take 46 s and 40,000 attributes on one element 8 s. HTML 13.2.4.3 has formatting elements
that were not closed made anew in every block that follows: 390 of them before 5,000 paragraphs take 742 MB. At every
`<option>` it goes through all that its list holds: 40,000 of them take more than 5 s (measured, 2026). A page that is
suspicious in one of these ways is rewritten: long attribute lists go, tags nested too deeply go, formatting tags go,
options beyond the first thousands go; the text stays. No page of the 150 real ones that were measured is touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_CHARACTERS = 6_000_000  # of markup; what follows is not read
MOST_TAGS = 15_000  # beyond this the nesting is counted; less takes the parser a second at most
LONGEST_TAG = 30_000  # beyond this the attributes are counted
MOST_ATTRIBUTE_TEXT = 2_000
DEEPEST = 400
MOST_COPIES = 400_000  # of formatting elements that were not closed; one takes 380 bytes
MOST_TAGS_AT_ALL = 200_000
MOST_VISITS = 15_000_000  # options times tags: a second of the parser at the worst; real pages have 76,000 at most
_LOOK = 24  # open elements that are looked through for the one that a tag closes; HTML has no limit

_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,40})")
_LONG_ATTRIBUTES = re.compile(rf"<([a-zA-Z][\w:-]{{0,40}})\s[^<>]{{{MOST_ATTRIBUTE_TEXT},}}(>|(?=<)|$)")
_HIDING_VALUES = re.compile(r"""=\s*(?:"[^"<>]{0,200}[<>][^"]{0,1000}"|'[^'<>]{0,200}[<>][^']{0,1000}')""")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
# HTML 13.2.4.3, without `a` and `nobr`, of which a second closes the first
_FORMATTING = frozenset(("b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"))
_FORMATTING_START = re.compile(
    r"<(?=[bcefistuBCEFISTU])(b|big|code|em|font|i|s|small|strike|strong|tt|u)[\s/>]", re.IGNORECASE
)
_OPTION = re.compile(r"<option[\s/>]", re.IGNORECASE)
_OTHER_INLINE = frozenset(
    (
        "a", "abbr", "bdi", "bdo", "cite", "del", "dfn", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "samp",
        "span", "sub", "sup", "time", "var",
    )
)  # fmt: skip
_NOT_SPECIAL = _FORMATTING | _OTHER_INLINE
# HTML 13.2.6.4: a start tag ends an open element of these names, unless one of the barriers lies in between
_CELLS = frozenset(("table", "svg", "math", "template"))
_LISTS = frozenset(("ul", "ol", "dl", "table", "svg", "math", "template", "section", "article", "blockquote", "center"))
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "p": (frozenset(("p",)), frozenset()),  # the barrier is whatever is no inline element
    "li": (frozenset(("li",)), _LISTS),
    "dt": (frozenset(("dt", "dd")), _LISTS),
    "dd": (frozenset(("dt", "dd")), _LISTS),
    "tr": (frozenset(("tr",)), _CELLS),
    "td": (frozenset(("td", "th")), _CELLS),
    "th": (frozenset(("td", "th")), _CELLS),
    "option": (frozenset(("option",)), frozenset(("select", "svg", "math", "template"))),
}
_RAW = re.compile(r"(?:script|style|textarea|!--|\?|!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guarded:
    """Markup that is safe to parse, and what was cut from it, as sentences."""

    markup: str
    cut: tuple[str, ...] = ()


def guard(markup: str) -> Guarded:
    """Return the markup as it is, or cut down where parsing it would take seconds."""
    cut: list[str] = []
    if len(markup) > MOST_CHARACTERS:
        cut.append(f"only the first {MOST_CHARACTERS:,} of {len(markup):,} characters were read")
        markup = markup[:MOST_CHARACTERS]
    whole = markup
    most = whole.count("<") + 1  # formatting tags that the page can have
    if any(map(_is_long_tag, _long_pieces(whole))):
        cut.append("an element with thousands of attributes was stripped of them")
        markup = _without_long_attributes(whole)
    elif most > MOST_TAGS and _HIDING_VALUES.search(whole):
        markup = _without_long_attributes(whole)
    if most > MOST_TAGS or (most * most > MOST_COPIES and _copies(whole, most)):
        markup = _shallow(markup, cut)
    if most * most > MOST_VISITS and (options := len(_OPTION.findall(markup))) * most > MOST_VISITS:
        cut.append(f"only the first {MOST_VISITS // most:,} of {options:,} options were read")
        markup = _without(frozenset(("option",)), markup, MOST_VISITS // most)
    return Guarded(markup, tuple(cut))


def _long_pieces(markup: str) -> Iterator[str]:
    """What lies between two `<` where it is longer than LONGEST_TAG: one of the places half as far apart is in it."""
    step = LONGEST_TAG // 2
    behind = 0
    for at in range(0, len(markup) - step + 1, step):
        if at >= behind and markup.find("<", at, at + step) < 0:
            behind = markup.find("<", at + step)
            behind = behind if behind >= 0 else len(markup)
            yield markup[markup.rfind("<", 0, at) + 1 : behind]


def _copies(markup: str, tags: int) -> bool:
    """Whether formatting elements may be made anew more than MOST_COPIES times."""
    found = list(_FORMATTING_START.finditer(markup))
    if tags * (1 + len(found)) <= MOST_COPIES:
        return False
    return tags * sum(not _is_closed(markup, tag) for tag in found) > MOST_COPIES


def _is_closed(markup: str, tag: re.Match[str]) -> bool:
    """Whether a tag is closed right behind its text."""
    behind = markup.find("<", tag.end())
    end = f"</{tag[1].lower()}>"
    return behind >= 0 and markup[behind : behind + len(end)].lower() == end


def _is_long_tag(piece: str) -> bool:
    """Whether the text after a `<` may hold thousands of attributes: many `=`, or many words outside quotes."""
    if len(piece) <= LONGEST_TAG or not piece[:1].isalpha() or _RAW.match(piece):
        return False
    return piece.count("=") > 1_000 or (piece.count('"') < 4 and piece.find(">") < 0 and len(piece.split()) > 2_000)


def _without_long_attributes(markup: str) -> str:
    """Quoted values that hold a bracket go first: they would hide a tag's length from a pattern that stays linear."""
    return _LONG_ATTRIBUTES.sub(r"<\1>", _HIDING_VALUES.sub("", markup))


@dataclass(slots=True)
class _Open:
    """The elements that are open at a tag, as a parser would have them, as far as the nesting depends on it."""

    stack: list[str] = field(default_factory=list)
    formatting: dict[str, list[str]] = field(default_factory=dict)  # not closed: the tags as written, by name
    alike: Counter[tuple[str, str]] = field(default_factory=Counter)
    active: int = 0  # how many of those a parser would make anew

    def start(self, name: str, written: str) -> None:
        ends = _ENDS.get(name)
        if ends is not None:
            self._end(*ends)
        self.stack.append(name)
        if name in _FORMATTING:
            self.formatting.setdefault(name, []).append(written)
            self.alike[name, written] += 1
            self.active += self.alike[name, written] <= 3  # HTML 13.2.4.3: of equal ones no more are made anew

    def end(self, name: str) -> None:
        if name in _FORMATTING:
            if self.formatting.get(name):
                written = self.formatting[name].pop()
                self.active -= self.alike[name, written] <= 3
                self.alike[name, written] -= 1
            for at in range(len(self.stack) - 1, max(-1, len(self.stack) - 1 - _LOOK), -1):
                if self.stack[at] == name:
                    del self.stack[at]
                    return
        elif name in _OTHER_INLINE:
            self._end(frozenset((name,)), frozenset())
        else:
            self._end(frozenset((name,)), _CELLS - {name} if name not in ("tr", "tbody") else _CELLS)

    def _end(self, names: frozenset[str], barriers: frozenset[str]) -> None:
        """Close the innermost element of these names and what is open in it; without barriers any block is one."""
        for at in range(len(self.stack) - 1, max(-1, len(self.stack) - 1 - _LOOK), -1):
            open_name = self.stack[at]
            if open_name in names:
                del self.stack[at:]
                return
            if open_name in barriers or (not barriers and open_name not in _NOT_SPECIAL):
                return


def _shallow(markup: str, cut: list[str]) -> str:
    """Leave out the tags that lie deeper than DEEPEST; end the markup after MOST_TAGS_AT_ALL tags.

    Where formatting elements that were not closed would be copied more than MOST_COPIES times, their tags go too.
    """
    kept: list[str] = []
    left_out: Counter[str] = Counter()
    opened = _Open()
    stack = opened.stack
    copies = at = 0
    for number, tag in enumerate(_TAG.finditer(markup)):
        if number >= MOST_TAGS_AT_ALL:
            cut.append(f"only the first {MOST_TAGS_AT_ALL:,} tags were read")
            markup = markup[: tag.start()]
            break
        slash, name = tag.groups()
        name = name.lower()
        copies += opened.active
        if slash:
            if left_out[name]:
                left_out[name] -= 1
                at = _skip(markup, tag, at, kept)
            elif stack and stack[-1] == name and name not in _FORMATTING:
                stack.pop()
            else:
                opened.end(name)
        elif name in _VOID:
            continue
        elif len(stack) >= DEEPEST and name not in _ENDS:
            left_out[name] += 1
            at = _skip(markup, tag, at, kept)
        elif name in _ENDS or name in _FORMATTING:
            opened.start(name, markup[tag.end() : tag.end() + 100])
        else:
            stack.append(name)
    if kept:
        cut.append(f"tags nested more than {DEEPEST} deep were left out")
        markup = "".join(kept) + markup[at:]
    if copies > MOST_COPIES:
        cut.append("formatting tags that were never closed were left out")
        markup = _without(_FORMATTING, markup)
    return markup


def _without(names: frozenset[str], markup: str, spared: int = 0) -> str:
    """The markup without the tags of these names, but for the first ones that are spared."""
    kept: list[str] = []
    at = 0
    for tag in _TAG.finditer(markup):
        if tag[2].lower() in names:
            if spared:
                spared -= not tag[1]
            else:
                at = _skip(markup, tag, at, kept)
    return "".join(kept) + markup[at:]


def _skip(markup: str, tag: re.Match[str], at: int, kept: list[str]) -> int:
    if tag.start() < at:
        return at
    kept.append(markup[at : tag.start()])
    end = markup.find(">", tag.end(), tag.end() + MOST_ATTRIBUTE_TEXT)
    return end + 1 if end >= 0 else tag.end()
