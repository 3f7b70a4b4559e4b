"""What must come out of the demo web: the truth that a reading is held against."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.model import Article, Block, Precision

Trap = Literal["challenge", "soft-404", "missing", "robots"]


@dataclass(frozen=True, slots=True)
class Expected:
    """One article address and what must be found there.

    `blocks` holds the body in reading order, table cells parted by tabs and rows by line breaks. `optional` are lines
    of the page that may or may not stand among the paragraphs (a by-line, a sub-title). `lossy` are the texts in which
    the page itself has lost characters for good, so that no reader can give them exactly.
    """

    url: str
    source_id: str
    story: int  # the same number at every site that shows the story
    role: Literal["origin", "twin", "reprint", "mirror"]
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

    Text that the page has lost for good may differ. White space is not compared, nor how a table's cells are parted.
    """
    return tuple(_differences(expected, article))


def _differences(expected: Expected, article: Article) -> Iterable[str]:
    if _plain(article.title) != _plain(expected.title) and expected.title not in expected.lossy:
        yield f"The title is {article.title!r} and not {expected.title!r}."
    if article.published != expected.published:
        yield f"The date is {article.published} and not {expected.published}."
    for name in ("origin", "author", "editor"):
        found, wanted = getattr(article, name), getattr(expected, name)
        if found != wanted and not set(expected.lossy) & set([wanted] if isinstance(wanted, str) else wanted):
            yield f"The {name} is {found!r} and not {wanted!r}."
    lossy = {_plain(text) for text in expected.lossy}
    optional = {_plain(text) for text in expected.optional}
    yield from _compare("paragraph", expected.paragraphs, article.paragraphs, lossy, optional)
    yield from _compare("caption", expected.captions, article.captions, lossy, optional)


def _compare(
    kind: str, wanted: Iterable[str], found: Iterable[str], lossy: set[str], optional: set[str]
) -> Iterable[str]:
    """Line by line; an expected line that is lossy is compared with nothing, it only has to stand there."""
    want = [plain for text in wanted if (plain := _plain(text)) not in optional]
    have = [plain for text in found if (plain := _plain(text)) not in optional]
    if len(want) != len(have):
        yield f"There are {len(have)} {kind}s and not {len(want)}."
    exact = {text for text in want if text not in lossy}
    yield from (f"The {kind} {text[:30]!r} is missing or altered." for text in want if text in exact - set(have))
    if not lossy & set(want):
        yield from (f"The {kind} {text[:30]!r} is not the article's." for text in have if text not in set(want))
        if set(want) == set(have) and want != have:
            yield f"The {kind}s stand in another order."


def _plain(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)
