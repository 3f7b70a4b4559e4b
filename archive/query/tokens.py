"""Entries and queries as a full-text index takes them: pairs of characters, and characters. Pure.

A token is a character with the one behind it, the last of a run has nothing behind it. Then a string is the phrase of
its inner tokens: exact, whatever the characters are. A string of one character is asked of a second table that holds
each character of an article once: as prefixes of pairs they take two thirds of the pairs' room. There stand the pairs
of its address as well: they tell which articles may have a string in it, and each of those is looked at.

A tokenizer of ASCII splits at all of it but letters and digits, and takes everything else as it is. So ASCII is written
in full-width forms, which stand in no folded text. A letter in front marks all other tokens than those of the text:
they never meet.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any as Anything

import numpy as np
import numpy.typing as npt

from archive.query.tree import All, Any, Entry, Not, Phrase, Query, Tag

MARKS = {"title": "h", "origin": "o", "author": "w", "editor": "r", "section": "s", "url": "u"}
TAG = "t"
EVERY = "yall"
"""A token that every entry has: what is not so of an article is so of the others."""

Codes = npt.NDArray[Anything]
CODECS = {2: "utf-16-le", 4: "utf-32-le"}

BLANK = 0x20
FORMS = np.array([(0xFF60 if code <= BLANK else 0xFEE0) + code for code in range(0x80)])
"""In the place of each character of ASCII stands one that no folded text holds: NFKC leaves no full-width letter and no
half-width kana."""
FORMS[BLANK], FORMS[0x7F] = BLANK, 0xFF80
WRITTEN = dict(enumerate(FORMS.tolist()))


def pairs(entry: Entry) -> tuple[str, str, str]:
    """The tokens of an entry for the table of pairs: of the title, of what else is known of it, and of the text."""
    facts = [EVERY, *(_tag(tag) for tag in sorted(entry.tags))]
    facts += [_pairs(entry.fields[name], MARKS[name]) for name in ("origin", "author", "editor", "section")]
    return _pairs(entry.fields["title"], MARKS["title"]), " ".join(facts), _pairs(entry.fields["text"])


def characters(entry: Entry) -> str:
    """The tokens of an entry for the table of characters."""
    singles = (_singles(entry.fields["text"]), _singles(entry.fields["title"], MARKS["title"]))
    return " ".join((EVERY, *singles, _pairs(entry.fields["url"], MARKS["url"])))


def _pairs(folded: str, mark: str = "") -> str:
    """The tokens of a folded text, parted by blanks.

    >>> _pairs("西藏 a").split(), _pairs("𠀀a", "h").split()
    (['西藏', '藏', 'ａ'], ['h𠀀ａ', 'hａ'])
    """
    if not folded:
        return ""
    codes = _codes(folded)
    return _written(mark, codes, np.concatenate((codes[1:], np.full(1, BLANK, codes.dtype))))


def _singles(folded: str, mark: str = "") -> str:
    """A token for each character by itself, each once, parted by blanks.

    >>> _singles("西藏 藏", "h").split(), _singles("𠀀.").split()
    (['h藏', 'h西'], ['．', '𠀀'])
    """
    return _written(mark, np.unique(_codes(folded)))


def _written(mark: str, *columns: Codes) -> str:
    """A token for each line: its mark and what stands there in the columns, written for all lines at once."""
    first = len(mark)
    lines = np.full((len(columns[0]), first + len(columns) + 1), BLANK, columns[0].dtype)
    lines[:, :first] = ord(mark or " ")
    for place, codes in enumerate(columns, first):
        lines[:, place] = codes
    lines[columns[0] == BLANK] = BLANK
    return lines.tobytes().decode(CODECS[lines.itemsize])


def _codes(folded: str) -> Codes:
    """The characters as numbers, of 16 bits if they fit, ASCII in the forms that the index has for it."""
    codes = np.frombuffer(bytearray(folded.encode(CODECS[2])), "<u2")
    if len(codes) != len(folded):
        codes = np.frombuffer(bytearray(folded.encode(CODECS[4])), "<u4")
    ascii_ = codes < len(FORMS)
    codes[ascii_] = FORMS[codes[ascii_]]
    return codes


def matching(query: Query) -> str:
    """The query as FTS5 takes it. It may hold no days: those are asked otherwise.

    Of a string in an address it asks for the pairs, wherever they stand: an article that has them may hold the string.

    >>> matching(Phrase("西藏", "title")), matching(Phrase("藏")), matching(Phrase("c/7", "url"))
    ('"h西藏"', '("藏" OR "h藏")', '"uｃ／" AND "u／７"')
    """
    match query:
        case Phrase(string, "url"):
            return " AND ".join(f'"{token}"' for token in _inner(string, MARKS["url"]))
        case Phrase(string, None):
            return f"({_in_text(string)} OR {_in_text(string, MARKS['title'])})"
        case Phrase(string, "text"):
            return _in_text(string)
        case Phrase(string, "title"):
            return _in_text(string, MARKS["title"])
        case Phrase(string, str(field)):
            return _phrase(string, MARKS[field])
        case Tag():
            return f'"{_tag(str(query))}"'
        case All(parts):
            return _all(parts)
        case Any(parts):
            return f"({' OR '.join(matching(part) for part in parts)})"
        case Not(part):
            return f'("{EVERY}" NOT {matching(part)})'
        case _:
            raise TypeError(query)


def _all(parts: tuple[Query, ...]) -> str:
    """FTS5's NOT stands between what is wanted and what is not."""
    held = [matching(part) for part in parts if not isinstance(part, Not)] or [f'"{EVERY}"']
    unwanted = [matching(part.part) for part in parts if isinstance(part, Not)]
    joined = "(" + " AND ".join(held) + ")"
    return f"({joined} NOT ({' OR '.join(unwanted)}))" if unwanted else joined


def _in_text(string: str, mark: str = "") -> str:
    """A single character stands in a table of its own."""
    return f'"{mark}{string.translate(WRITTEN)}"' if len(string) == 1 else _phrase(string, mark)


def _phrase(string: str, mark: str) -> str:
    """The tokens side by side; where the string ends with a single character, anything may stand behind that."""
    return f'"{" ".join(_inner(string, mark))}"' + ("*" if _ends_alone(string) else "")


def _inner(string: str, mark: str) -> list[str]:
    """All tokens but the last, which has nothing behind it; only a character by itself is told by that alone."""
    tokens = _few_pairs(string, mark)
    return tokens if _ends_alone(string) else tokens[:-1]


def _few_pairs(string: str, mark: str = "") -> list[str]:
    """The tokens of `_pairs` for a short string: in a query numpy takes longer than its work.

    >>> _few_pairs("西藏 a", "h")
    ['h西藏', 'h藏', 'hａ']
    """
    pairs = pairwise(string.translate(WRITTEN) + " ")
    return [mark + (one + other).rstrip(" ") for one, other in pairs if one != " "]


def _ends_alone(string: str) -> bool:
    return not string[-2:-1].strip()


def _tag(tag: str) -> str:
    return TAG + tag.encode().hex()
