"""Entries and queries as a full-text index takes them: pairs of characters, and characters. Pure.

A token is a character with the one behind it, the last of a run has nothing behind it. Then a string is the phrase of
its inner tokens: exact, whatever the characters are. A string of one character is asked of a second table that holds
each character of an article once: as prefixes of pairs they take two thirds of the pairs' room. Code points are in
hexadecimal with `g` behind each (a tokenizer splits at anything that is no letter or digit). A letter from h on in
front marks all other tokens than those of the text, or of title and text: they never meet.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

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
    facts += [_pairs(entry.fields[name], mark) for name, mark in MARKS.items()]
    return _pairs(entry.fields["text"]), _pairs(entry.fields["title"]), " ".join(facts)


def characters(entry: Entry) -> str:
    """The tokens of an entry for the table of characters."""
    text, title = ("".join(dict.fromkeys(entry.fields[name])) for name in ("text", "title"))
    return " ".join((EVERY, _singles(text), _singles(title, IN_TITLE)))


def _pairs(folded: str, mark: str = "") -> str:
    """The tokens of a folded text, parted by blanks.

    >>> _pairs("西藏 a").split(), _pairs("𠀀a 藏").split()
    (['897fg85cf', '85cfg', '0061g'], ['20000g0061', '0061g', '85cfg'])
    """
    if _is_short(folded):
        return _written(folded, mark, pairs=True)
    runs = ([_point(character) for character in run] for run in folded.split())
    return " ".join(f"{mark}{one}g{behind}" for run in runs for one, behind in zip(run, [*run[1:], ""], strict=True))


def _singles(folded: str, mark: str = "") -> str:
    """A token for each character by itself, parted by blanks.

    >>> _singles("西藏 ", "h").split(), _singles("𠀀 ").split()
    (['h897fg', 'h85cfg'], ['20000g'])
    """
    if _is_short(folded):
        return _written(folded, mark, pairs=False)
    return " ".join(f"{mark}{_point(character)}g" for run in folded.split() for character in run)


def _is_short(folded: str) -> bool:
    """Whether four digits are enough for each character."""
    return folded.isascii() or max(folded) <= "\uffff"


G, BLANK = ord("g"), ord(" ")


def _written(folded: str, mark: str, *, pairs: bool) -> str:
    """The tokens in lines of one length, written for all characters at once: a twentieth of the time one by one."""
    if not folded:
        return ""
    codes = folded.encode("utf-16-be", "surrogatepass")
    digits = np.frombuffer(codes.hex().encode(), np.uint8).reshape(-1, 4)
    blank = np.frombuffer(codes, ">u2") == BLANK
    first = len(mark)
    lines = np.full((len(digits), first + (10 if pairs else 6)), BLANK, np.uint8)
    lines[:, :first] = np.frombuffer(mark.encode(), np.uint8)
    lines[:, first : first + 4] = digits
    lines[:, first + 4] = G
    if pairs:
        behind = lines[:-1, first + 5 : first + 9]
        behind[:] = digits[1:]
        behind[blank[1:]] = BLANK  # the last of a run has nothing behind it
    lines[blank] = BLANK
    return lines.tobytes().decode()


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
    *inner, last = _pairs(string, mark).split()
    if string[-2:-1].strip():
        return f'"{" ".join(inner)}"'
    return f'"{" ".join([*inner, last])}"*'


def _tag(tag: str) -> str:
    return "t" + tag.encode().hex()
