"""Lines → the article's blocks: paragraphs, headings, lists, quotes, captions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.model import Block, BlockKind
from crawler.extract.body import MARKS, SENTENCE_END
from crawler.extract.page import Page

_CAPTION = re.compile(r"(?:[\s。，（(/／]|[\u4e00-\u9fff]{2,4})(?:摄|攝|供图|供圖|制图|摄影|攝影|图)[）)]?[。]?$")
_PHOTO_CREDIT = re.compile(r"(?:[。！”\s]|^)[（(]?[^\s。，]{2,16}[\s/／]{0,2}(?:摄|攝|供图|供圖|制图)[）)]?[。]?$")
_PICTURE_LABEL = re.compile(r"[◎▲△●■↑↓\s]*(?:图|图片|摄影|摄|供图|配图|制图)\s*[:：/／]\s*\S.{0,40}$")
_CAPTION_WORDS = re.compile(r"caption|tu_?shuo|pictext|img-?(?:note|desc|txt)|photo-?(?:desc|txt)", re.IGNORECASE)
_LONGEST_CAPTION = 160
_LONGEST_CELL = 100
_LONG = 60
_OPEN_END = re.compile(r"[\u4e00-\u9fff\dA-Za-z%％]$")


def blocks(page: Page, indexes: Sequence[int]) -> tuple[tuple[int, ...], tuple[Block, ...]]:
    """The blocks of the lines, in order, and for each the index of the line it begins with.

    The items of one list and the rows of one table make one block, its lines joined by \\n and the cells of a row by
    \\t. A paragraph that a page break cut in two is put together again.
    """
    pictured = {picture.before for picture in page.pictures if not picture.hidden}
    tables = _tables(page, indexes)
    found: list[tuple[int, Block]] = []
    group = row = -1  # the element of the list or the table, and of the row, that the last block belongs to
    for index in indexes:
        text = page.lines[index].text
        table, line_row = tables.get(index, (-1, -1))
        kind_found: BlockKind = "table" if table >= 0 else kind(page, index, pictured)
        element = table if table >= 0 else _list_around(page, index) if kind_found == "list" else -1
        if found and element >= 0 and element == group:
            start, last = found[-1]
            joint = "\t" if table >= 0 and line_row == row else "\n"
            found[-1] = start, Block(last.kind, f"{last.text}{joint}{text}")
        elif (
            found
            and kind_found == "paragraph"
            and found[-1][1].kind == "paragraph"
            and _is_cut(page, found[-1][1].text, index)
        ):
            start, last = found[-1]
            found[-1] = start, Block("paragraph", last.text + text)
        else:
            found.append((index, Block(kind_found, text)))
        group, row = element, line_row
    return tuple(index for index, _ in found), tuple(block for _, block in found)


def _is_cut(page: Page, before: str, index: int) -> bool:
    """Whether a paragraph goes on in the line: it is long and ends in mid-sentence, and the line is not indented."""
    line = page.lines[index]
    clause = MARKS.split(before[-80:])[-1]
    if (
        len(before) < _LONG
        or not _OPEN_END.search(before)
        or len(re.findall(r"[\u4e00-\u9fff]", clause)) < 2
        or not SENTENCE_END.search(line.text)
    ):
        return False
    return (
        len(MARKS.findall(before)) >= 2
        and not line.strong
        and not line.parts[0].lstrip("\r\n\t ").startswith(("\u3000", "\xa0"))
    )


def _list_around(page: Page, index: int) -> int:
    element = page.lines[index].element
    while element >= 0 and page.elements[element].tag not in ("ul", "ol", "dl"):
        element = page.elements[element].parent
    return element


def _tables(page: Page, indexes: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For the lines of tables of data: the elements of the table and of the row.

    A table lays out text rather than data where a cell holds a sentence of some length or rows have one cell.
    """
    rows: dict[int, dict[int, list[int]]] = {}
    for index in indexes:
        row = table = -1
        element = page.lines[index].element
        while element >= 0:
            tag = page.elements[element].tag
            if tag == "tr" and row < 0:
                row = element
            elif tag == "table":
                table = element
                break
            element = page.elements[element].parent
        if table >= 0 and row >= 0:
            rows.setdefault(table, {}).setdefault(row, []).append(index)
    found: dict[int, tuple[int, int]] = {}
    for table, by_row in rows.items():
        cells = [index for row in by_row.values() for index in row]
        if len(by_row) < 2 or len(cells) < 1.5 * len(by_row):
            continue
        if max(len(page.lines[index].text) for index in cells) > _LONGEST_CELL:
            continue
        found |= {index: (table, row) for row, members in by_row.items() for index in members}
    return found


def kind(page: Page, index: int, pictured: set[int]) -> BlockKind:
    """What a line is; a caption is told by its tag, its class, a photographer at its end, a picture right above."""
    line = page.lines[index]
    tags, words = _around(page, line.element)
    text = line.text
    if "figcaption" in tags or _CAPTION_WORDS.search(f"{words} {line.words}"):
        return "caption"
    if len(text) <= _LONGEST_CAPTION and (_PHOTO_CREDIT.search(text) or _PICTURE_LABEL.match(text)):
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
