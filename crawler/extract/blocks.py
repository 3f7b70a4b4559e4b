"""Lines → the article's blocks: paragraphs, headings, lists, quotes, captions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from archive.model import Block, BlockKind
from crawler.extract.body import MARKS, SENTENCE_END
from crawler.extract.page import Page
from crawler.later import later

_CAPTION = later(r"(?:[\s。，（(/／]|[\u4e00-\u9fff]{2,4})(?:摄|攝|供图|供圖|制图|摄影|攝影|图)[）)]?[。]?$")
_PHOTO_CREDIT = later(r"(?:[。！”\s]|^)[（(]?[^\s。，]{2,16}[\s/／]{0,2}(?:摄|攝|供图|供圖|制图)[）)]?[。]?$")
_PICTURE_LABEL = later(r"[◎▲△●■↑↓\s]*(?:图|图片|摄影|摄|供图|配图|制图)\s*[:：/／]\s*\S.{0,40}$")
_OF_PICTURES = later("[摄攝图圖]")  # both of them hold one of these
_CAPTION_WORDS = later(r"caption|tu_?shuo|pictext|img-?(?:note|desc|txt)|photo-?(?:desc|txt)", re.IGNORECASE)
_LONGEST_CAPTION = 160
_LONGEST_CELL = 100
_LONG = 60
_ENOUGH = 2_000  # characters of a paragraph that are looked at
_TABLE = frozenset(("table", "tr", "td", "th"))
_CELLS = frozenset(("td", "th"))
_LISTS = frozenset(("ul", "ol", "dl"))
_OPEN_END = later(r"[\u4e00-\u9fff\dA-Za-z%％]$")


def blocks(page: Page, indexes: Sequence[int]) -> tuple[tuple[int, ...], tuple[Block, ...]]:
    """The blocks of the lines, in order, and for each the index of the line it begins with.

    The items of one list and the rows of one table make one block, its lines joined by \\n and the cells of a row by
    \\t, an empty cell between two of them. A paragraph that a page break cut in two is put together again.
    """
    pictured = {picture.before for picture in page.pictures if not picture.hidden}
    tables = data_tables(page, indexes)
    lists: list[int] = []  # looked up at the first item
    found: list[tuple[int, BlockKind, list[str]]] = []  # the texts are joined in the end: a list may be long
    group = -1  # the element of the list or the table that the last block belongs to
    last: Cell | None = None
    for index in indexes:
        text = page.lines[index].text
        cell = tables.get(index)
        kind_found: BlockKind = "table" if cell else kind(page, index, pictured)
        at = page.lines[index].element
        if kind_found == "list" and not lists:
            lists = _nearest(page, _LISTS)
        element = cell.table if cell else lists[at] if kind_found == "list" and at >= 0 else -1
        if found and element >= 0 and element == group:
            found[-1][2].extend((_joint(last, cell), text))
        elif found and kind_found == "paragraph" and found[-1][1] == "paragraph" and _is_cut(page, found[-1][2], index):
            found[-1][2].append(text)
        else:
            found.append((index, kind_found, ["\t" * cell.column if cell else "", text]))
        group, last = element, cell
    return (
        tuple(index for index, _, _ in found),
        tuple(Block(kind_of, "".join(texts)) for _, kind_of, texts in found),
    )


def _joint(last: Cell | None, cell: Cell | None) -> str:
    """What stands between two lines of a list or a table: a tab for each border of cells that lies in between."""
    if last is None or cell is None:
        return "\n"
    if last.row != cell.row:
        return "\n" + "\t" * cell.column
    return "\t" * (cell.column - last.column) or " "


def _is_cut(page: Page, texts: Sequence[str], index: int) -> bool:
    """Whether a paragraph goes on in the line: it is long and ends in mid-sentence, and the line is not indented."""
    line = page.lines[index]
    if not _OPEN_END.search(texts[-1][-1:]):
        return False
    before = "".join(texts)[-_ENOUGH:]
    clause = MARKS.split(before[-80:])[-1]
    if len(before) < _LONG or len(re.findall(r"[\u4e00-\u9fff]", clause)) < 2 or not SENTENCE_END.search(line.text):
        return False
    return (
        len(MARKS.findall(before)) >= 2
        and not line.strong
        and not line.parts[0].lstrip("\r\n\t ").startswith(("\u3000", "\xa0"))
    )


class Cell(NamedTuple):
    """Where a line of a table of data stands: the elements of the table and of the row, the column from 0."""

    table: int
    row: int
    column: int


def _nearest(page: Page, tags: frozenset[str]) -> list[int]:
    """For each element the innermost of those tags around it, itself included; -1 for none."""
    found: list[int] = []
    for index, element in enumerate(page.elements):
        found.append(index if element.tag in tags else found[element.parent] if element.parent >= 0 else -1)
    return found


def data_tables(page: Page, indexes: Sequence[int]) -> dict[int, Cell]:
    """For the lines of tables of data: where each stands.

    A table lays out text rather than data where a cell holds a sentence of some length or rows have one cell.
    """
    first, last = min(indexes, default=0), max(indexes, default=-1)
    if not _has_cells(page, first, last):
        return {}
    inner = _nearest(page, _TABLE)
    columns = _columns(page, inner)
    places: dict[int, Cell] = {}
    tables: dict[int, list[int]] = {}
    for index in indexes:
        at = page.lines[index].element
        cell = inner[at] if at >= 0 else -1
        if cell < 0 or cell not in columns:
            continue
        places[index] = columns[cell]
        tables.setdefault(columns[cell].table, []).append(index)
    found: dict[int, Cell] = {}
    for members in tables.values():
        rows = len({places[index].row for index in members})
        if rows < 2 or len({places[index] for index in members}) < 1.5 * rows:
            continue
        if max(len(page.lines[index].text) for index in members) <= _LONGEST_CELL:
            used = sorted({places[index].column for index in members})  # a column of empty cells parts the others
            rank = {column: number for number, column in enumerate(used)}
            found |= {index: places[index]._replace(column=rank[places[index].column]) for index in members}
    return found


def _has_cells(page: Page, first: int, last: int) -> bool:
    """Whether any of the lines from `first` to `last` stands in a table's cell.

    Elements stand in the order in which they begin: those with such a line are around the first or open behind it.
    """
    if last < first:
        return False
    own = page.lines[first].element
    if any(page.elements[each].tag in _CELLS for each in page.ancestors(own)):
        return True
    behind = takewhile(lambda element: element.first <= last, islice(page.elements, own + 1, None))
    return any(element.tag in _CELLS for element in behind if element.last > first)


def _columns(page: Page, inner: Sequence[int]) -> dict[int, Cell]:
    """The place of every cell; a row of a table is its nearest, and so is a cell's row."""
    found: dict[int, Cell] = {}
    cells: Counter[int] = Counter()
    for index, element in enumerate(page.elements):
        if element.tag not in _CELLS or element.parent < 0:
            continue
        row = inner[element.parent]
        table = inner[page.elements[row].parent] if row >= 0 and page.elements[row].parent >= 0 else -1
        if row >= 0 and table >= 0 and page.elements[row].tag == "tr" and page.elements[table].tag == "table":
            found[index] = Cell(table, row, cells[row])
            cells[row] += 1
    return found


def kind(page: Page, index: int, pictured: set[int]) -> BlockKind:
    """What a line is; a caption is told by its tag, its class, a photographer at its end, a picture right above."""
    line = page.lines[index]
    tags, words = _around(page, line.element)
    text = line.text
    if "figcaption" in tags or _CAPTION_WORDS.search(f"{words} {line.words}"):
        return "caption"
    if (
        len(text) <= _LONGEST_CAPTION
        and _OF_PICTURES.search(text)
        and (_PHOTO_CREDIT.search(text) or _PICTURE_LABEL.match(text))
    ):
        return "caption"
    if (
        index in pictured
        and len(text) <= 60
        and not SENTENCE_END.search(text)
        and len(MARKS.findall(text)) <= 2
        and _CAPTION.search(text)
    ):
        return "caption"
    if line.heading or (
        line.strong >= len(text.replace(" ", "")) and len(text) <= 40 and not SENTENCE_END.search(text)
    ):
        return "heading"
    if "li" in tags:
        return "list"
    if "blockquote" in tags:
        return "quote"
    return "paragraph"


def _around(page: Page, element: int) -> tuple[list[str], str]:
    tags: list[str] = []
    words: list[str] = []
    for _ in range(3):
        if element < 0:
            break
        tags.append(page.elements[element].tag)
        words.append(page.elements[element].words)
        element = page.elements[element].parent
    return tags, " ".join(words[:2])
