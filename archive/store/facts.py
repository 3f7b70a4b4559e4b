"""What a report wants to know of articles, read without their texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zlib import decompress

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.report.fact import Fact
from archive.store import rows, written
from archive.store.articles import CURRENT
from archive.store.tables import article, capture, story

COPIES = ("reprint", "excerpt", "mirror")


class _Read(msgspec.Struct, frozen=True):
    """Of a revision what a report is told of; the blocks are passed over."""

    published: datetime | None = None
    published_precision: str | None = None
    origin: str | None = None
    origin_original: bool | None = None
    author: tuple[msgspec.Raw, ...] = ()
    editor: tuple[msgspec.Raw, ...] = ()
    photographer: tuple[msgspec.Raw, ...] = ()
    section: tuple[msgspec.Raw, ...] = ()
    keywords: tuple[msgspec.Raw, ...] = ()
    subtitle: tuple[msgspec.Raw, ...] = ()
    images: tuple[msgspec.Raw, ...] = ()
    language: str | None = None


class _Repair(msgspec.Struct, frozen=True):
    rule: str = ""


class _Page(msgspec.Struct, frozen=True):
    """Evidence, of which repairs and losses are read."""

    repairs: tuple[_Repair, ...] = ()
    lossy: tuple[msgspec.Raw, ...] = ()


class _Further(msgspec.Struct, frozen=True):
    evidence: _Page = _Page()


class _Evidence(_Page, frozen=True):
    pages: tuple[_Further, ...] = ()


READ = msgspec.json.Decoder(_Read)
EVIDENCE = msgspec.json.Decoder(_Evidence)


def of(connection: Connection, ids: Sequence[str]) -> Iterator[Fact]:
    """The facts of these articles, in no order. Raises DamagedRow."""
    columns = (article.c.source_id, article.c.dated, article.c.first_seen, article.c.story_id, article.c.role)
    query = sa.select(*columns, *written.TEXT, capture.c.evidence).select_from(CURRENT)
    found = connection.execute(query.where(article.c.id.in_(ids))).all()
    origins = _origins(connection, {row.story_id for row in found if row.story_id and row.role in COPIES})
    for row in found:
        with rows.damage_told():
            read = READ.decode(written.json_of(row))
            evidence = EVIDENCE.decode(decompress(row.evidence)) if row.evidence else _Evidence()
        timed = read.published is not None and read.published_precision != "day"
        pages: tuple[_Page, ...] = (evidence, *(page.evidence for page in evidence.pages))
        yield Fact(
            source_id=row.source_id,
            dated=row.dated,
            first_seen=row.first_seen,
            published=read.published if timed else None,
            origin=None if read.origin_original else read.origin,
            filled=frozenset(_filled(read, timed=timed)),
            repairs=Counter(repair.rule for page in pages for repair in page.repairs),
            lossy=any(page.lossy for page in pages),
            copied_from=origins.get(row.story_id, (None, None))[0] if row.role in COPIES else None,
            outlet=origins.get(row.story_id, (None, None))[1] if row.role in COPIES else None,
        )


def _filled(read: _Read, *, timed: bool) -> Iterator[str]:
    for name in _Read.__struct_fields__:
        if name not in ("published_precision", "origin_original") and getattr(read, name):
            yield name
    if timed:
        yield "time"


def _origins(connection: Connection, stories: set[str]) -> Mapping[str, tuple[str | None, str | None]]:
    """Of these stories the source that holds the origin, or the outlet that does where no source of ours holds it."""
    if not stories:
        return {}
    query = sa.select(story.c.id, story.c.held, story.c.outlet, article.c.source_id)
    query = query.join(article, article.c.id == story.c.best_id).where(story.c.id.in_(stories))
    return {
        row.id: (row.source_id, None) if row.held else (None, row.outlet or None) for row in connection.execute(query)
    }


def looked(connection: Connection) -> Mapping[str, datetime]:
    """Since when each source has been looked at: when the first of its articles was seen."""
    query = sa.select(article.c.source_id, sa.func.min(article.c.first_seen))
    return {row[0]: row[1] for row in connection.execute(query.group_by(article.c.source_id))}
