"""A story as it is shown: its articles beside the one that they come from, and why that one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness.origin import LINKS, Link
from archive.likeness.pair import Prepared, Relation, likeness
from archive.model import Article, Role, Standing
from archive.store import rows, written
from archive.store.articles import WITHOUT_EVIDENCE
from archive.store.shelf import DatabaseShelf
from archive.store.tables import article, story


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story. Relation and shares are to the origin, or to the best copy where that is not held."""

    id: str
    role: Role
    link: Link | None  # None for the origin
    relation: Relation | None
    held: float | None  # of this text, that stands in the origin's
    holds: float | None  # of the origin's text, that stands in this one
    title: str
    url: str
    source_id: str | None
    origin: str | None  # 来源
    published: datetime | None
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story with all its articles, that from which the others come first.

    `id` is None for an article that stands alone. `origin_id` is None where the origin is an outlet of which no
    article is held; the first of the members is the best copy of it then.
    """

    id: str | None
    origin_id: str | None
    outlet: str
    confidence: float
    evidence: tuple[str, ...]
    members: tuple[StoryMember, ...]


def tell(connection: Connection, found: tuple[Article, Standing]) -> ToldStory:
    """The story of an article."""
    read, standing = found
    row = None
    if standing.story_id is not None:
        row = connection.execute(sa.select(story).where(story.c.id == standing.story_id)).first()
    if row is None:
        return ToldStory(None, None, "", 1.0, (), (_member(read, standing, None, None, None),))
    members = sorted(
        _members(connection, row.id, row.best_id),
        key=lambda member: (member.id != row.best_id, member.published or member.first_seen, member.id),
    )
    evidence = tuple(msgspec.json.decode(row.evidence, type=list[str]))
    return ToldStory(row.id, row.best_id if row.held else None, row.outlet, row.confidence, evidence, tuple(members))


def _members(connection: Connection, story_id: str, best_id: str) -> Iterator[StoryMember]:
    shelf = DatabaseShelf(connection)
    prepared: dict[int, Prepared] = {}

    def text_of(article_id: str) -> Prepared | None:
        number = shelf.held_by(article_id)
        if number is None:
            return None
        if number not in prepared:
            prepared[number] = Prepared(number, shelf.length(number), partial(shelf.units, number))
        return prepared[number]

    best = text_of(best_id)
    for row in connection.execute(WITHOUT_EVIDENCE.where(article.c.story_id == story_id)).all():
        read, own = replace(written.article_of(row), source_id=row.source_id), text_of(row.id)
        if row.id == best_id or own is None or best is None:
            yield _member(read, rows.standing(row), None, None, None)
            continue
        alike = likeness(own, best)
        shares = (alike.of_shorter, alike.of_longer)
        is_shorter = (own.length, own.digest) <= (best.length, best.digest)
        yield _member(read, rows.standing(row), alike.relation, *(shares if is_shorter else shares[::-1]))


def _member(
    read: Article, standing: Standing, relation: Relation | None, held: float | None, holds: float | None
) -> StoryMember:
    return StoryMember(
        standing.id,
        standing.role,
        LINKS.get(standing.role),
        relation,
        None if held is None else round(held, 3),
        None if holds is None else round(holds, 3),
        read.title,
        read.url,
        read.source_id,
        read.origin,
        read.published,
        standing.first_seen,
    )
