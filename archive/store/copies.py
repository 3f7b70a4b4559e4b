"""What an article's page tells of its origin, as it is kept beside its text; and by which names sites are known."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.fold import simplified
from archive.likeness import Copy
from archive.model import Article, Precision
from archive.store import rows
from archive.store.tables import article, outlet

_MIRRORS = ("mirror-annotation", "mirror-straddle", "mirror-cut")
"""Repairs of damage that nobody but the mirrors does."""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a page tells of its article's origin."""

    source_id: str
    url: str
    source: str | None = None  # 来源
    original: bool | None = None  # 原创
    published: datetime | None = None
    precision: Precision | None = None
    damaged: bool = False
    traditional: bool = False


class Outlet(msgspec.Struct, frozen=True):
    """A site as other sites name it; the first name is shown. Its trust is `archive.likeness.Copy`'s."""

    names: tuple[str, ...] = ()
    trust: int = 0


def told_by(read: Article, source_id: str, evidence: Mapping[str, Any]) -> str:
    """What is kept of an article."""
    repairs = evidence.get("repairs") or ()
    told = Told(
        source_id,
        read.url,
        name(read.origin) if read.origin else None,
        read.origin_original,
        read.published,
        read.published_precision,
        damaged=any(repair.get("rule") in _MIRRORS for repair in repairs),
        traditional=read.language == "zh-Hant",
    )
    return msgspec.json.encode(told).decode()


def told_from(kept: str) -> Told:
    """What is kept of an article. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(kept, type=Told)


def copy_of(article_id: str, kept: str, outlets: Mapping[str, Outlet]) -> Copy:
    """The article as one copy of a story, from what is kept of it. What is damaged tells nothing, and stops no story:
    `verify` names it.
    """
    try:
        told = told_from(kept)
    except msgspec.MsgspecError:
        told = Told("", "")
    site = outlets.get(told.source_id, Outlet())
    return Copy(
        article_id,
        told.url,
        site.names[0] if site.names else "",
        told.source,
        told.original,
        told.published,
        told.precision,
        damaged=told.damaged,
        traditional=told.traditional,
        trust=site.trust,
        names=frozenset(site.names),
    )


def name(written: str) -> str:
    """An outlet's name in one form: 嵐川日報 is 岚川日报."""
    forms = simplified()
    return "".join(forms.get(char, char) for char in unicodedata.normalize("NFKC", written)).strip()


def outlets(connection: Connection) -> dict[str, Outlet]:
    """What is known of the sites, by source."""
    found = connection.execute(sa.select(outlet)).all()
    return {row.source_id: Outlet(msgspec.json.decode(row.names, type=tuple[str, ...]), row.trust) for row in found}


def describe(connection: Connection, source_id: str, names: Sequence[str], trust: int) -> bool:
    """Remember by which names a site is known; whether that is new. Its stories are looked at again then."""
    known = tuple(dict.fromkeys(name(each) for each in names))
    if outlets(connection).get(source_id) == Outlet(known, trust):
        return False
    values = {"names": msgspec.json.encode(known).decode(), "trust": trust}
    insert = rows.insert(connection, outlet).values(source_id=source_id, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["source_id"], set_=values))
    ours = (article.c.source_id == source_id, article.c.story_id.is_not(None))
    connection.execute(article.update().where(*ours).values(grouped=0))
    return True
