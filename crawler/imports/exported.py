"""Our own JSON lines (docs/article.md) → articles as they stood, without their captures."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from archive.identity import article_id
from archive.model import Article, Block, BlockKind, Image, Precision, Role, Standing, Status
from crawler.imports.page import MOST_BYTES, BadFile, Passed, in_utc, is_address
from crawler.source.check import is_source_id
from crawler.source.unfiled import is_named_by_host

MOST_ON_A_PAGE = 50
"""Articles of one page of which the id is recognised."""

MOST_REVISIONS = 1_000_000
"""Of an article, or pages; more are a mistake, and a database has an end of its numbers."""


class _Block(msgspec.Struct):
    kind: BlockKind
    text: str


class _Image(msgspec.Struct):
    url: str
    caption: str


class _Line(msgspec.Struct):
    """An article of the stable form; what follows from other fields (text, paragraphs, captions) is left out."""

    id: str
    url: str
    canonical_url: str
    source_id: str
    title: str
    subtitle: tuple[str, ...]
    published: datetime | None
    published_precision: Precision | None
    origin: str | None
    origin_original: bool | None
    author: tuple[str, ...]
    editor: tuple[str, ...]
    photographer: tuple[str, ...]
    section: tuple[str, ...]
    keywords: tuple[str, ...]
    language: str | None
    blocks: tuple[_Block, ...]
    images: tuple[_Image, ...]
    pages: int
    first_seen: datetime
    last_seen: datetime
    revision: int
    status: Status
    story_id: str | None
    role: Role
    quality: dict[str, Any]
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """An article as it stood in the archive that it was exported from; `line` is the line itself."""

    article: Article
    standing: Standing
    line: bytes


def articles(path: Path) -> Iterator[Exported | Passed]:
    """What a file of JSON lines holds. Raises BadFile where it cannot be read."""
    decoder = msgspec.json.Decoder(_Line)
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with cast(BinaryIO, gzip.open(path)) if packed else path.open("rb") as stream:
            for number, line in enumerate(_lines(stream), 1):
                if line.strip():
                    yield _article(decoder, line.strip(), number)
    except (OSError, EOFError) as error:
        raise BadFile(f"It cannot be read: {error}.") from error


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(MOST_BYTES + 1):
        if len(line) > MOST_BYTES:
            raise OSError(f"a line is longer than {MOST_BYTES >> 20} MiB")
        yield line


def _article(decoder: msgspec.json.Decoder[_Line], line: bytes, number: int) -> Exported | Passed:
    where = f"line {number}"
    try:
        told = decoder.decode(line)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        return Passed("no article of our form", f"{where} ({error})"[:300], fault=True)
    moments = (told.first_seen, told.last_seen, *([told.published] if told.published else []))
    if any(moment.tzinfo is None for moment in moments):
        return Passed("a moment without its offset", where, fault=True)
    try:
        for moment in moments:  # each keeps the offset it has
            in_utc(moment)
    except ValueError:
        return Passed("a time that is none", where, fault=True)
    if not (is_address(told.url) and is_address(told.canonical_url)) or not (
        1 <= told.revision <= MOST_REVISIONS and 1 <= told.pages <= MOST_REVISIONS
    ):
        return Passed("an address that is none of the web, or a number that cannot be", where, fault=True)
    if told.first_seen > told.last_seen:
        return Passed("last seen before it was seen first", where, fault=True)
    if not (is_source_id(told.source_id) or is_named_by_host(told.source_id)):
        return Passed("a source_id that no source can have", where, fault=True)
    ids = (article_id(told.canonical_url, ordinal) for ordinal in range(MOST_ON_A_PAGE))
    ordinal = next((at for at, identity in enumerate(ids) if identity == told.id), None)
    if ordinal is None:
        return Passed("an id that does not follow from its canonical_url", where, fault=True)
    own = {name: getattr(told, name) for name in Article.__dataclass_fields__ if name in OWN}
    article = Article(
        **own,
        ordinal=ordinal,
        blocks=tuple(Block(each.kind, each.text) for each in told.blocks),
        images=tuple(Image(each.url, each.caption) for each in told.images),
    )
    standing = Standing(**{name: getattr(told, name) for name in Standing.__dataclass_fields__})
    return Exported(article, standing, line)


OWN = frozenset(_Line.__struct_fields__) - {"blocks", "images"}
