"""Markup that would keep the parser busy for minutes is cut down before it is parsed.

Lexbor checks the stack of open elements at every block tag and the attributes of an element at every further one, so
that 100,000 nested `<div>` take 46 s and 40,000 attributes on one element 8 s (measured, 2026). A page that is
suspiciously large in one of the two ways is rewritten: long attribute lists go, tags nested too deeply go, the text
stays. No page of the 150 real ones that were measured is touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_CHARACTERS = 6_000_000  # of markup; what follows is not read
MOST_TAGS = 15_000  # beyond this the nesting is counted
LONGEST_TAG = 30_000  # beyond this the attributes are counted
MOST_ATTRIBUTE_TEXT = 2_000
DEEPEST = 400
MOST_TAGS_AT_ALL = 200_000

_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]{0,40})")
_LONG_ATTRIBUTES = re.compile(rf"<([a-zA-Z][\w:-]{{0,40}})\s[^<>]{{{MOST_ATTRIBUTE_TEXT},}}(>|(?=<)|$)")
_HIDING_VALUES = re.compile(r"""=\s*(?:"[^"<>]{0,200}[<>][^"]{0,1000}"|'[^'<>]{0,200}[<>][^']{0,1000}')""")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
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
    pieces = markup.split("<")
    if max(map(len, pieces)) > LONGEST_TAG and any(map(_is_long_tag, pieces)):
        cut.append("an element with thousands of attributes was stripped of them")
        markup = _without_long_attributes(markup)
    elif len(pieces) > MOST_TAGS and _HIDING_VALUES.search(markup):
        markup = _without_long_attributes(markup)
    if len(pieces) > MOST_TAGS:
        shallow = _shallow(markup)
        if shallow != markup:
            cut.append(f"tags nested more than {DEEPEST} deep were left out")
            markup = shallow
    return Guarded(markup, tuple(cut))


def _is_long_tag(piece: str) -> bool:
    """Whether the text after a `<` may hold thousands of attributes: many `=`, or many words outside quotes."""
    if len(piece) <= LONGEST_TAG or not piece[:1].isalpha() or _RAW.match(piece):
        return False
    return piece.count("=") > 1_000 or (piece.count('"') < 4 and piece.find(">") < 0 and len(piece.split()) > 2_000)


def _without_long_attributes(markup: str) -> str:
    """Quoted values that hold a bracket go first: they would hide a tag's length from a pattern that stays linear."""
    return _LONG_ATTRIBUTES.sub(r"<\1>", _HIDING_VALUES.sub("", markup))


def _shallow(markup: str) -> str:
    """Leave out the tags that lie deeper than DEEPEST; end the markup after MOST_TAGS_AT_ALL tags."""
    kept: list[str] = []
    depth = dropped = at = 0
    for number, tag in enumerate(_TAG.finditer(markup)):
        if number >= MOST_TAGS_AT_ALL:
            return "".join(kept) + markup[at : tag.start()]
        if tag[2].lower() in _VOID:
            continue
        if tag[1]:
            if dropped:
                dropped -= 1
                at = _skip(markup, tag, at, kept)
            elif depth:
                depth -= 1
        elif depth >= DEEPEST:
            dropped += 1
            at = _skip(markup, tag, at, kept)
        else:
            depth += 1
    return "".join(kept) + markup[at:]


def _skip(markup: str, tag: re.Match[str], at: int, kept: list[str]) -> int:
    if tag.start() < at:
        return at
    kept.append(markup[at : tag.start()])
    end = markup.find(">", tag.end(), tag.end() + MOST_ATTRIBUTE_TEXT)
    return end + 1 if end >= 0 else tag.end()
