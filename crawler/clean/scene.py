"""What a cleaning rule looks at: the lines of one article's body, in order, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crawler.extract.page import Line, Page


@dataclass(frozen=True, slots=True)
class Scene:
    """The body's lines as they stand before cleaning; `title` is the headline that was found.

    `cells` are the indexes of the lines that are cells of a table of data: 中 in one of them is no size of letters.
    `furniture` are the lines that the source's other pages show as well: where such a line stands, and the reason.
    """

    page: Page
    lines: tuple[Line, ...]
    title: str
    cells: frozenset[int] = frozenset()
    furniture: Mapping[int, tuple[str, str]] = field(default_factory=dict)


Rule = Callable[[Scene], Mapping[int, str]]
"""A rule gives, by the index of the line, the reason for which the line is dropped."""
