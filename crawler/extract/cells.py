"""A label in one cell and its value in the next: `<td>发布时间：</td><td>2023-05-23</td>` is one fact in two lines.

Seen in the tables above the documents of government sites (索引号, 发文机关, 成文日期, 发布日期) and in lists of facts
under headlines.
A cell that holds a label alone, with its colon or in a cell of a table without one, is joined with the line behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crawler.extract.labels import is_label
from crawler.extract.lines import NOTHING
from crawler.extract.page import Element, Line
from crawler.later import later

_COLON = later(r"\s*[:：]\s*$")
_LONGEST_LABEL = 12
_LONGEST_VALUE = 60
_CELLS = frozenset(("td", "th", "dt", "dd"))


def rejoined(elements: Sequence[Element], lines: Sequence[Line]) -> list[Line]:
    """The lines, each lone label with the value that follows it. A label behind a label has none."""
    found: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        following = lines[at + 1] if at + 1 < len(lines) else None
        if following is not None and _is_lone(line) and _is_value(elements, line, following):
            found.append(_joined(line, following))
            at += 2
        else:
            found.append(line)
            at += 1
    return found


def _is_lone(line: Line) -> bool:
    return len(line.text) <= _LONGEST_LABEL and is_label(_COLON.sub("", line.text))


def _is_value(elements: Sequence[Element], label: Line, line: Line) -> bool:
    """Whether a line is a label's value: short and of another element, itself no label; without a colon a cell's."""
    if len(line.text) > _LONGEST_VALUE or line.element == label.element or is_label(_COLON.sub("", line.text)):
        return False
    in_cells = elements[label.element].tag in _CELLS and elements[line.element].tag in _CELLS
    return (bool(_COLON.search(label.text)) or in_cells) and not _COLON.search(line.text)


def _joined(label: Line, value: Line) -> Line:
    place = msgspec.structs.replace(value.pieces[0][1], linked=False, roles=NOTHING, words="")
    bare = f"{_COLON.sub('', label.text)}："
    return msgspec.structs.replace(
        value,
        text=f"{label.text}{value.text}",
        spaced=f"{bare} {value.spaced}",
        pieces=((bare, place), *value.pieces),
    )
