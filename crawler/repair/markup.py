"""Where a text is markup: the parts of an HTML page that repair must leave alone. Plain text has none.

Spans are half-open pairs of character offsets, sorted, not overlapping. Every walk is linear, however broken the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Span = tuple[int, int]

_CODE = re.compile(r"<(script|style)(?=[\s>/])|<!--", re.I)
_ENDS = {
    "script": re.compile(r"</script\b[^>]*>?", re.I),
    "style": re.compile(r"</style\b[^>]*>?", re.I),
    "<!--": re.compile(r"-->"),
}
# Tags at which one line of a page ends and another begins.
BLOCK_TAG = r"/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|t[drh]|table|tbody|h[1-6]|section|article|blockquote|pre|title|body)\b"
BLANK = re.compile(r"[ \t\u00a0\u3000\u200b\ufeff]|&(?:nbsp|ensp|emsp|thinsp|#0*(?:160|12288)|#x0*(?:a0|3000));", re.I)
# A tag ends what software has read as one stretch, whether it is a block's or not; a quotation mark that ends an
# attribute does too.
_LINE_END = re.compile(
    rf"(?:{BLANK.pattern}){{0,40}}(?:[\r\n]|<[/!?]?[A-Za-z]|\Z)|[\"'](?=\s{{0,9}}/?>|\s{{1,9}}[A-Za-z][\w:-]{{0,30}}=)",
    re.I,
)
_TAG = re.compile(r"<[/!?]?[A-Za-z][^<>]*>")
_SPOKEN = re.compile(r"""\b(?:content|title|alt|placeholder|value|label|summary)\s*=\s*("[^"]*"|'[^']*')""", re.I)


def code_spans(text: str) -> list[Span]:
    """Scripts, styles and comments; an unclosed one reaches to the end of the text."""
    spans: list[Span] = []
    at = 0
    while found := _CODE.search(text, at):
        kind = (found[1] or found[0]).lower()
        end = _ENDS[kind].search(text, found.end())
        at = end.end() if end else len(text)
        spans.append((found.start(), at))
    return spans


def ends_line(text: str, at: int, stop: int) -> bool:
    """Whether only blanks, and entities of blanks, stand between `at` and the end of a line: \\n, a tag, `stop`."""
    return _LINE_END.match(text, at, stop) is not None


def outside(spans: Iterable[Span], length: int) -> Iterator[Span]:
    """The gaps between `spans` in a text of `length` characters."""
    at = 0
    for start, end in spans:
        if start > at:
            yield at, start
        at = max(at, end)
    if at < length:
        yield at, length


def spoken_attributes(text: str, start: int, end: int) -> Iterator[Span]:
    """The values of the attributes of one tag that hold words, without their quotation marks."""
    for word in _SPOKEN.finditer(text, start, end):
        yield word.start(1) + 1, word.end(1) - 1


def spoken_spans(text: str) -> list[Span]:
    """What a reader can see of a page: text outside tags and code, and attributes that hold words (alt, title …).

    Addresses in href and src are not words; a page's own links must keep working.
    """
    spans: list[Span] = []
    for start, end in outside(code_spans(text), len(text)):
        at = start
        for tag in _TAG.finditer(text, start, end):
            if tag.start() > at:
                spans.append((at, tag.start()))
            at = tag.end()
            spans += spoken_attributes(text, *tag.span())
        if at < end:
            spans.append((at, end))
    return spans
