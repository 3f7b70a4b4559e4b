"""Plain tables whose columns line up though a Chinese character is two columns wide."""

from __future__ import annotations

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


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Head and rows in columns; numbers stand to the right."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
    right = [bool(rows) and all(isinstance(row[column], int | float) for row in rows) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            " " * (size - width(cell)) + cell if to_right else cell + " " * (size - width(cell))
            for cell, size, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    )


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
