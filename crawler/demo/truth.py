"""What must come out of the demo web: the truth that a reading is held against."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

from archive.model import Article, Block, Precision

Trap = Literal["challenge", "soft-404", "missing", "robots"]
ALIKE = (
    0.6  # likeness that a lossy line must keep: a run of shifted bytes that has lost its end may rightly stay as it is
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One article address and what must be found there.

    `blocks` holds the body in reading order, table cells parted by tabs and rows by line breaks. `optional` are lines
    of the page that may or may not stand among the paragraphs (a by-line, a sub-title). `lossy` are the texts in which
    the page itself has lost characters for good, so that no reader can give them exactly.
    """

    url: str
    source_id: str
    story: int  # the same number at every site that shows the story, or a piece of it
    role: Literal["origin", "twin", "reprint", "mirror", "excerpt"]
    title: str
    published: datetime
    published_precision: Precision
    origin: str
    blocks: tuple[Block, ...]
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    language: str = "zh-Hans"
    optional: tuple[str, ...] = ()
    lossy: tuple[str, ...] = ()
    pages: int = 1

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts of all blocks that are no captions."""
        return tuple(block.text for block in self.blocks if block.kind != "caption")

    @property
    def captions(self) -> tuple[str, ...]:
        """The captions, in reading order."""
        return tuple(block.text for block in self.blocks if block.kind == "caption")


def differences(expected: Expected, article: Article) -> tuple[str, ...]:
    """What is wrong with an article that was read at the expected address, as sentences; none: it is right.

    Text that the page has lost for good may differ. White space is not compared, nor how a table's cells are parted:
    a reader that gives each cell as a line of its own has lost no word.
    """
    return tuple(_differences(expected, article))


def _differences(expected: Expected, article: Article) -> Iterable[str]:
    if _plain(article.title) != _plain(expected.title) and expected.title not in expected.lossy:
        yield f"The title is {article.title!r} and not {expected.title!r}."
    if article.published != expected.published:
        yield f"The date is {article.published} and not {expected.published}."
    if article.pages != expected.pages:
        yield f"It stands on {article.pages} pages and not on {expected.pages}."
    for name in ("origin", "author", "editor"):
        found, wanted = getattr(article, name), getattr(expected, name)
        if found != wanted and not set(expected.lossy) & set([wanted] if isinstance(wanted, str) else wanted):
            yield f"The {name} is {found!r} and not {wanted!r}."
    yield from _texts(expected, article)


def _texts(expected: Expected, article: Article) -> Iterable[str]:
    """Line against line, kind and words. A lossy line only has to be alike: damage may have cost it its 摄 as well."""
    optional = {_plain(text) for text in expected.optional}
    lossy = {_plain(cell) for text in expected.lossy for cell in re.split(r"[\t\n]", text)}
    want = [line for line in _lines(expected.blocks) if line[1] not in optional]
    have = [line for line in _lines(article.blocks) if line[1] not in optional]
    if len(want) != len(have):
        yield f"There are {len(have)} lines of text and not {len(want)}."
        yield from (
            f"The {kind} {text[:30]!r} is missing or altered." for kind, text in want if (kind, text) not in have
        )
        yield from (
            f"The {kind} {text[:30]!r} is not the article's." for kind, text in have if (kind, text) not in want
        )
        return
    for (kind, text), found in zip(want, have, strict=True):
        if found != (kind, text) and not (text in lossy and _alike(text, found[1])):
            yield f"Where the {kind} {text[:30]!r} belongs stands the {found[0]} {found[1][:30]!r}."


def _alike(text: str, found: str) -> bool:
    return SequenceMatcher(None, text, found, autojunk=False).ratio() >= ALIKE


def _lines(blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """Kind (caption or paragraph) and text of every line; a table is taken apart into its cells."""
    lines = []
    for block in blocks:
        kind = "caption" if block.kind == "caption" else "paragraph"
        texts = re.split(r"[\s|]+", block.text) if block.kind == "table" else [block.text]
        lines += [(kind, plain) for text in texts if (plain := _plain(text))]
    return lines


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
