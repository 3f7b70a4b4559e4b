"""CSV for spreadsheets (RFC 4180): a row an article, a column a field of docs/article.md.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, and so does one that begins with an
apostrophe by itself; to undo it, take one apostrophe away wherever a cell begins with one. Numbers, dates and yes or no
are cells of their own kind and never touched. What starts a formula, and that full-width signs do so in Chinese and
Japanese spreadsheets, is OWASP's list (https://owasp.org/www-community/attacks/CSV_Injection); small and raised forms
of the signs count as well, and whatever cannot be seen before them is passed over, as some programs do.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any, BinaryIO
from unicodedata import category, normalize

from archive.export import Options, Written
from archive.export.unseen import BLANK
from archive.model import article_json

if TYPE_CHECKING:
    from archive.store.chosen import Chosen

COLUMNS = (
    "id",
    "source_id",
    "published",
    "published_precision",
    "title",
    "subtitle",
    "origin",
    "origin_original",
    "author",
    "editor",
    "photographer",
    "section",
    "keywords",
    "language",
    "text",
    "images",
    "pages",
    "url",
    "canonical_url",
    "first_seen",
    "last_seen",
    "revision",
    "status",
    "story_id",
    "role",
)

NO_TEXT = frozenset(("published", "origin_original", "pages", "first_seen", "last_seen", "revision"))
"""Numbers, dates, yes or no: written by us, never by a page."""

SIGNS = frozenset("=+-@\u2212")
"""What begins a formula, when width and compatibility forms are made one (NFKC); U+2212 is a minus sign as well."""

SHOWN = frozenset("LNPS")
"""The first letters of the categories of what can be seen (Unicode 4.5); all others are blanks, controls, and marks,
which are seen only behind what they mark. The characters of Default_Ignorable_Code_Point are among those or `BLANK`."""

SEPARATOR = "|"
"""Between the entries of a list; a `|` or a backslash of theirs has a backslash in front."""


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write the names of the columns and a row for each article."""
    stream.write(("\ufeff" if options.bom else "").encode() + _line(COLUMNS))
    count = 0
    for taken in chosen.articles(evidence=False):
        stream.write(_line(_cells(article_json(taken.article, taken.standing))))
        count += 1
    return Written(count, faults=chosen.faults)


def _line(cells: Iterable[str]) -> bytes:
    line = StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()


def _cells(fields: Mapping[str, Any]) -> Iterator[str]:
    for name in COLUMNS:
        cell = _cell(fields[name])
        yield cell if name in NO_TEXT else safe(cell)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return joined(each["url"] if isinstance(each, dict) else each for each in value)
    return str(value)


def joined(entries: Iterable[str]) -> str:
    """The entries of a list in one cell.

    >>> joined(["a", "b|c"])
    'a|b\\\\|c'
    """
    return SEPARATOR.join(re.sub(r"([\\|])", r"\\\1", each) for each in entries)


def safe(cell: str) -> str:
    """The text as a spreadsheet will show it and not reckon it.

    >>> safe("=1+1"), safe("'quoted'"), safe("3-5")
    ("'=1+1", "''quoted'", '3-5')
    """
    return f"'{cell}" if cell.startswith(("'", "\t", "\r", "\n")) or _begins_formula(cell) else cell


def _begins_formula(cell: str) -> bool:
    for char in cell:
        if (sign := _is_sign(char)) is not None:
            return sign
    return False


@lru_cache(maxsize=10_000)
def _is_sign(char: str) -> bool | None:
    """Whether it begins a formula; None for what cannot be seen."""
    if category(char)[0] not in SHOWN or char in BLANK:
        return None
    return normalize("NFKC", char)[0] in SIGNS
