"""What was learnt of a source from many of its pages. What a profile says is its makers' business: here it is bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.model import IMPORTED
from archive.store import rows
from archive.store.kept import COLUMNS, OF_PAGES
from archive.store.rows import CaptureRow
from archive.store.tables import capture, learnt, page, template_change

_LOOKED_AT = 20
"""Rows that are looked at for each page that is asked for: pages that were captured again and again come once."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt of a source, at a time. None is ever deleted: a reading names the one it used."""

    source_id: str
    digest: str
    made: datetime
    pages: int  # that it was learnt from
    held: int  # pages with articles that the archive held then
    profile: bytes


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """A template of a source is not what it was."""

    source_id: str
    noticed: datetime
    digest: str  # of the profile that the pages did not fit
    sentence: str


def keep(connection: Connection, kept: Profile) -> None:
    """Remember a profile; one that is there already is the newest again."""
    values = {
        "source_id": kept.source_id,
        "digest": kept.digest,
        "made": kept.made,
        "pages": kept.pages,
        "held": kept.held,
        "profile": zlib.compress(kept.profile, 6),
    }
    anew = {"made": kept.made, "held": kept.held}
    statement = rows.insert(connection, learnt).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["source_id", "digest"], set_=anew))


def find(connection: Connection, source_id: str, digest: str | None = None) -> Profile | None:
    """The newest profile of a source, or the one of that digest; None if there is none."""
    query = sa.select(learnt).where(learnt.c.source_id == source_id)
    if digest is not None:
        query = query.where(learnt.c.digest == digest)
    row = connection.execute(query.order_by(learnt.c.made.desc(), learnt.c.digest).limit(1)).first()
    return Profile(**{**row._mapping, "profile": zlib.decompress(row.profile)}) if row else None


def sample(connection: Connection, source_id: str, limit: int) -> tuple[CaptureRow, ...]:
    """The newest captures that hold articles, one for each page, the newest first."""
    query = sa.select(*COLUMNS).select_from(OF_PAGES).where(*_articles_of(source_id)).order_by(*_NEWEST_FIRST)
    found: dict[str, CaptureRow] = {}
    for row in connection.execute(query.limit(limit * _LOOKED_AT)):
        found.setdefault(row.canonical_url, CaptureRow(**row._mapping))
        if len(found) >= limit:
            break
    return tuple(found.values())


def held(connection: Connection, source_id: str) -> int:
    """How many pages with articles are held of a source."""
    of_articles = (page.c.state == "fetched", page.c.kind == "article", page.c.verdict == "article")
    query = sa.select(sa.func.count()).select_from(page).where(page.c.source_id == source_id, *of_articles)
    return connection.execute(query).scalar_one()


def newest_evidence(connection: Connection, source_id: str, limit: int) -> Iterator[dict[str, Any]]:
    """The evidence of the newest captures that hold articles, the newest first."""
    query = sa.select(capture.c.evidence).where(*_articles_of(source_id)).order_by(*_NEWEST_FIRST).limit(limit)
    return (rows.evidence_from_bytes(packed) for packed in connection.execute(query).scalars().all())


def _articles_of(source_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        capture.c.source_id == source_id,
        capture.c.kind == "article",
        capture.c.status == 200,
        capture.c.verdict == "article",
        ~capture.c.lost,
        capture.c.page_id.is_not(None),
        capture.c.content_type != IMPORTED,
    )


_NEWEST_FIRST = (capture.c.fetched_at.desc(), capture.c.id.desc())


def notice(connection: Connection, change: TemplateChange) -> None:
    """Remember that a template changed."""
    values = {
        "source_id": change.source_id,
        "noticed": change.noticed,
        "digest": change.digest,
        "sentence": rows.column_text(change.sentence),
    }
    connection.execute(template_change.insert().values(values))


def changes(connection: Connection, source_id: str | None = None) -> tuple[TemplateChange, ...]:
    """The changes of templates that were noticed, newest first."""
    columns = [template_change.c[name] for name in TemplateChange.__dataclass_fields__]
    query = sa.select(*columns).order_by(template_change.c.noticed.desc(), template_change.c.id.desc())
    if source_id is not None:
        query = query.where(template_change.c.source_id == source_id)
    return tuple(TemplateChange(**row._mapping) for row in connection.execute(query))
