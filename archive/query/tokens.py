"""Entries and queries as a full-text index takes them: pairs of characters, and characters. Pure.

A token is a character with the one behind it, the last of a run has nothing behind it. Then a string is the phrase of
its inner tokens: exact, whatever the characters are. A string of one character is asked of a second table that holds
each character of an article once: as prefixes of pairs they take two thirds of the pairs' room. Code points are in
hexadecimal with `g` behind each (a tokenizer splits at anything that is no letter or digit). A letter from h on in
front marks all other tokens than those of the text, or of title and text: they never meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from archive.query.tree import All, Any, Entry, Not, Phrase, Query, Tag

COLUMNS = ("text", "title", "facts")
"""The columns of the index; the first is the longest, because a position in it takes a byte less."""

MARKS = {"origin": "o", "author": "w", "editor": "r", "section": "s"}
IN_TITLE = "h"
EVERY = "yall"
"""A token that every entry has: what is not so of an article is so of the others."""


def columns(entry: Entry) -> tuple[str, str, str]:
    """The tokens of an entry, for each of the columns."""
    facts = [EVERY, *(_tag(tag) for tag in sorted(entry.tags))]
    for name, mark in MARKS.items():
        facts += _pairs(entry.fields[name], mark)
    return " ".join(_pairs(entry.fields["text"])), " ".join(_pairs(entry.fields["title"])), " ".join(facts)


def characters(entry: Entry) -> str:
    """The tokens of an entry for the table of characters."""
    text, title = (dict.fromkeys(entry.fields[name].replace(" ", "")) for name in ("text", "title"))
    return " ".join([EVERY, *(f"{_point(each)}g" for each in text), *(f"{IN_TITLE}{_point(each)}g" for each in title)])


def _pairs(folded: str, mark: str = "") -> Iterator[str]:
    """The tokens of a folded text.

    >>> list(_pairs("西藏 a"))
    ['897fg85cf', '85cfg', '0061g']
    """
    for run in folded.split():
        if run.isascii() or max(run) <= "\uffff":  # four digits each
            points = run.encode("utf-16-be", "surrogatepass").hex()
            yield from [f"{mark}{points[at : at + 4]}g{points[at + 4 : at + 8]}" for at in range(0, len(points), 4)]
            continue
        each = [_point(character) for character in run]
        for point, behind in zip(each, [*each[1:], ""], strict=True):
            yield f"{mark}{point}g{behind}"


@lru_cache(maxsize=30_000)
def _point(character: str) -> str:
    return f"{ord(character):04x}"


def matching(query: Query) -> str:
    """The query as FTS5 takes it. It may hold no days and no addresses: those are asked otherwise.

    >>> matching(Phrase("西藏", "title")), matching(Phrase("藏"))
    ('title : "897fg85cf"', '("85cfg" OR "h85cfg")')
    """
    match query:
        case Phrase(string, field) if len(string) == 1 and field in (None, "title", "text"):
            token = f"{_point(string)}g"
            either = {"text": [token], "title": [IN_TITLE + token]}.get(field or "", [token, IN_TITLE + token])
            return _any([f'"{each}"' for each in either])
        case Phrase(string, field):
            column = f"{field} : " if field in COLUMNS else ""
            return column + _phrase(string, MARKS.get(field or "", ""))
        case Tag():
            return f'"{_tag(str(query))}"'
        case All(parts):
            return _all(parts)
        case Any(parts):
            return _any([matching(part) for part in parts])
        case Not(part):
            return f'("{EVERY}" NOT {matching(part)})'
        case _:
            raise TypeError(query)


def _any(asked: list[str]) -> str:
    return asked[0] if len(asked) == 1 else f"({' OR '.join(asked)})"


def _all(parts: tuple[Query, ...]) -> str:
    """FTS5's NOT stands between what is wanted and what is not."""
    held = [matching(part) for part in parts if not isinstance(part, Not)] or [f'"{EVERY}"']
    unwanted = [matching(part.part) for part in parts if isinstance(part, Not)]
    joined = "(" + " AND ".join(held) + ")"
    return f"({joined} NOT ({' OR '.join(unwanted)}))" if unwanted else joined


def _phrase(string: str, mark: str) -> str:
    """All tokens but the last, which has nothing behind it; a run of one character at the end is a prefix."""
    *inner, last = _pairs(string, mark)
    if string[-2:-1].strip():
        return f'"{" ".join(inner)}"'
    return f'"{" ".join([*inner, last])}"*'


def _tag(tag: str) -> str:
    return "t" + tag.encode().hex()
