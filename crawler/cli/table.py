"""Plain tables whose columns line up though a Chinese character is two columns wide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache


def width(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> width("西藏 ab")
    7
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=10_000)
def _columns(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def harmless(text: str) -> str:
    """The text without what could steer a terminal: control characters but tab and line break, and bidi controls.

    >>> harmless("\\x1b]0;title\\x07西藏\\u202e日报")
    ']0;title西藏日报'
    """
    return CONTROLS.sub("", text)


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_BREAKS = re.compile(r"[\t\n\u2028\u2029]")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Head and rows in columns, each in one line whatever stands in a cell; numbers stand to the right.

    >>> print(table(("source", "new"), [("two\\nlines\u202e", 3)]))
    source     new
    two lines    3
    """
    cells = [[_BREAKS.sub(" ", harmless(str(cell))) for cell in row] for row in [head, *rows]]
    sizes = [[width(cell) for cell in row] for row in cells]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    right = [bool(rows) and all(isinstance(row[column], int | float) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            " " * (most - size) + cell if to_right else cell + " " * (most - size)
            for cell, size, most, to_right in zip(row, size_of_row, widths, right, strict=True)
        ).rstrip()
        for row, size_of_row in zip(cells, sizes, strict=True)
    )


def counted(number: int, thing: str) -> str:
    """A number of things, in English.

    >>> counted(1, "more place"), counted(1200, "page")
    ('1 more place', '1,200 pages')
    """
    return f"{number:,} {thing}{'s' * (number != 1)}"


def shortened(text: str, columns: int) -> str:
    """The text, cut with … where it would take more than so many columns."""
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept + char) >= columns:
            break
        kept += char
    return kept + "…"
