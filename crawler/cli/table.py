"""Plain tables whose columns line up though a Chinese character is two columns wide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> width("西藏 ab")
    7
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def harmless(text: str) -> str:
    """The text without what could steer a terminal: control characters but tab and line break, and bidi controls.

    >>> harmless("\\x1b]0;title\\x07西藏\\u202e日报")
    ']0;title西藏日报'
    """
    return CONTROLS.sub("", text)


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Head and rows in columns; numbers stand to the right."""
    cells = [[harmless(str(cell)) for cell in row] for row in [head, *rows]]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
    right = [bool(rows) and all(isinstance(row[column], int | float) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            " " * (size - width(cell)) + cell if to_right else cell + " " * (size - width(cell))
            for cell, size, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
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
