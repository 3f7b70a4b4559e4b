"""Lines → the article's blocks: paragraphs, headings, lists, quotes, captions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.model import Block, BlockKind
from crawler.extract.body import MARKS, SENTENCE_END
from crawler.extract.page import Page

_CAPTION = re.compile(r"(?:[\s。，（(/／]|[\u4e00-\u9fff]{2,4})(?:摄|攝|供图|供圖|制图|摄影|攝影|图)[）)]?[。]?$")
_PHOTO_CREDIT = re.compile(r"(?:[。！”\s]|^)[（(]?[^\s。，]{2,16}[\s/／]{0,2}(?:摄|攝|供图|供圖|制图)[）)]?[。]?$")
_CAPTION_WORDS = re.compile(r"caption|tu_?shuo|pictext|img-?(?:note|desc|txt)|photo-?(?:desc|txt)", re.IGNORECASE)
_LONGEST_CAPTION = 160


def blocks(page: Page, indexes: Sequence[int]) -> tuple[Block, ...]:
    """The blocks of the lines, in order."""
    pictured = {picture.before for picture in page.pictures if not picture.hidden}
    return tuple(Block(kind(page, index, pictured), page.lines[index].text) for index in indexes)


def kind(page: Page, index: int, pictured: set[int]) -> BlockKind:
    """What a line is; a caption is told by its tag, its class, the photographer at its end, or a picture right above."""
    line = page.lines[index]
    tags, words = _around(page, line.element)
    text = line.text
    if "figcaption" in tags or _CAPTION_WORDS.search(f"{words} {line.words}"):
        return "caption"
    if len(text) <= _LONGEST_CAPTION and _PHOTO_CREDIT.search(text):
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
