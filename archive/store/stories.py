"""Articles grouped into stories after they are stored, a batch a transaction; what is not grouped yet waits.

The work of a batch is committed as a whole with the note that its articles are grouped. Who is killed or interrupted
before that has changed nothing, and does it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import monotonic
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.likeness import Index
from archive.likeness.fold import version
from archive.likeness.groups import Group
from archive.likeness.index import printed_as
from archive.likeness.pair import LEAST_SHARED
from archive.likeness.roles import Member, Story, story_of
from archive.likeness.sketch import Sketch
from archive.model import Article
from archive.store import rows
from archive.store.copies import Outlet, copy_of, outlets, told_by
from archive.store.damage import sound
from archive.store.indexing import HELD
from archive.store.shelf import MANY, DatabaseShelf
from archive.store.tables import (
    article,
    likeness_holder,
    likeness_key,
    likeness_level,
    likeness_recent,
    likeness_text,
    likeness_tie,
    story,
    story_form,
)

BATCH = 1000
"""Articles of a transaction: some two seconds. The keys of a batch are written in the order of the table, so that a
large batch writes each page once for many of them."""

MOST_CHARACTERS = 4_000_000
"""Of the articles of a transaction together, the last one aside; as JSON, with the bytes of their packed evidence."""

STEPS = 3
"""In which keys are handed on after a batch (archive/store/levels.py): more than it brings, and a second at most."""

LAYOUT = "4"
"""Of what stands in the index. To be changed with the keys of archive.likeness and what decides which texts are one
story."""

WAITING = HELD.where(article.c.grouped != article.c.revision)
"""Articles whose newest revision, or whose site's names, their story does not know."""

READ_AT_ONCE = 100
_IDS = WAITING.with_only_columns(article.c.id, maintain_column_froms=True)
_GROUPED = article.update().where(article.c.id == sa.bindparam("key")).values(grouped=sa.bindparam("known"))
_ROLE = (
    article.update()
    .where(article.c.id == sa.bindparam("key"))
    .values(story_id=sa.bindparam("into"), role=sa.bindparam("as_what"))
)
_UNNAMED = ~sa.exists().where(article.c.story_id == story.c.id)
"""Of a story in which no article stands. Whose turn has not come while an index is made anew stands where it did."""
_TOLD = (
    likeness_holder.update()
    .where(likeness_holder.c.article_id == sa.bindparam("key"))
    .values(page=sa.bindparam("told"))
)
_MEMBERS: sa.Select[Any] = sa.select(
    likeness_holder.c.text,
    likeness_holder.c.page,
    likeness_text.c.length,
    article.c.id,
    article.c.story_id,
    article.c.role,
).select_from(
    likeness_holder.join(article, article.c.id == likeness_holder.c.article_id).join(
        likeness_text, likeness_text.c.text == likeness_holder.c.text
    )
)


def form() -> str:
    """Names how the index is made. One that was made in another way is made anew."""
    return f"{LAYOUT} {version()}"


def catch_up(
    connection: Connection, change: Callable[[], AbstractContextManager[None]], commit: Callable[[], None], until: float
) -> int:
    """Group every article that waits for it, until a moment of the steady clock; how many were."""
    if connection.execute(sa.select(story_form.c.form)).scalar() != form():
        with change():
            _begin_anew(connection)
        commit()
    done = 0
    if connection.execute(WAITING.limit(1)).first() is None:
        return done
    shelf = DatabaseShelf(connection)
    index, sites = Index(shelf), outlets(connection)
    while monotonic() < until:
        batch, lost = _next(connection)
        if not batch and not lost:
            break
        with change():  # the shelf is of no more use after what it raises, and is not used again
            if batch:
                _take_in(connection, index, shelf, batch)
                left = {each.row.story_id for each in batch if each.row.story_id is not None}
                _regroup(connection, index, shelf, sites, left)
                connection.execute(_GROUPED, [{"key": each.row.id, "known": each.row.revision} for each in batch])
            if lost:
                connection.execute(article.update().where(article.c.id.in_(lost)).values(grouped=article.c.revision))
        commit()
        done += len(batch)
        for _ in range(STEPS):
            if not shelf.postings.full:
                break
            with change():
                shelf.postings.hand_on()
            commit()
    return done


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article that is to be grouped: its row of `HELD`, its text, and what its page tells of its origin."""

    row: sa.Row[Any]
    read: Article
    told: str


def _next(connection: Connection) -> tuple[list[_Waiting], list[str]]:
    """The articles of the next batch, fewer if they are long; and the ids of those that cannot be read back.

    What cannot be read back counts as known and stays in the story it stood in: `verify` and who reads it tell of it.
    """

    def read(some: Sequence[str]) -> list[_Waiting]:
        return [_waiting(row) for row in connection.execute(HELD.where(article.c.id.in_(some))).all()]

    ids: Sequence[str] = connection.execute(_IDS.limit(BATCH)).scalars().all()
    batch: list[_Waiting] = []
    lost: list[str] = []
    characters = 0
    for start in range(0, len(ids), READ_AT_ONCE):
        some = ids[start : start + READ_AT_ONCE]
        held = {each.row.id: each for each in sound(some, read, lambda damaged: None)}
        for identity in some:
            if (each := held.get(identity)) is None:
                lost.append(identity)
                continue
            batch.append(each)
            characters += len(each.row.json) + len(each.row.evidence or b"")
            if characters > MOST_CHARACTERS:
                return batch, lost
    return batch, lost


def _waiting(row: sa.Row[Any]) -> _Waiting:
    read = rows.article_from_text(row.json)
    return _Waiting(row, read, told_by(read, row.source_id, rows.evidence_from_bytes(row.evidence)))


def _begin_anew(connection: Connection) -> None:
    """Roles stay as they are until each article's turn comes."""
    for table in (
        likeness_text,
        likeness_recent,
        likeness_key,
        likeness_level,
        likeness_tie,
        likeness_holder,
        story_form,
    ):
        connection.execute(table.delete())
    connection.execute(article.update().where(article.c.grouped != 0).values(grouped=0))
    connection.execute(story_form.insert(), {"form": form()})


def _take_in(connection: Connection, index: Index, shelf: DatabaseShelf, batch: Sequence[_Waiting]) -> None:
    """Bring the index up to date. Too short a text (a picture's caption) says nothing of where it comes from."""
    told, alone = [], []
    texts = [each.read.text for each in batch]
    sketches = [Sketch.of(text) for text in texts]
    index.foresee(shelf.expect([each.row.id for each in batch], sketches))
    for each, text, sketch in zip(batch, texts, sketches, strict=True):
        if len(sketch.units) >= LEAST_SHARED:
            index.put(each.row.id, sketch, printed_as(text))
            told.append({"key": each.row.id, "told": each.told})
        else:
            index.discard(each.row.id)
            alone.append(each.row)
    index.review()
    shelf.flush()
    if told:
        connection.execute(_TOLD, told)
    _write_roles(connection, [(row, None, "only") for row in alone])


def _regroup(
    connection: Connection, index: Index, shelf: DatabaseShelf, sites: Mapping[str, Outlet], left: set[str]
) -> None:
    """Tell anew the stories of all texts that have changed: the rows of articles for which that means something.

    `left` are stories that articles of the batch stood in, of which the index may hold nothing any more.
    """
    changed, shelf.changed = shelf.changed, set()
    tied = shelf.tied(changed)
    near = {other for text in tied for other in shelf.ties(text)}  # as most stories are: looked up at once
    shelf.tied(near)
    shelf.foresee(near | tied, whole=False)
    groups = [Group((frozenset((text,)),)) for text in changed - tied] + list(index.groups(sorted(tied)))
    members = _members(connection, {text for group in groups for text in group.texts})
    before = left | {row.story_id for each in members.values() for row in each if row.story_id is not None}
    stories: list[Story] = []
    written: list[tuple[sa.Row[Any], str | None, str]] = []
    for group in groups:
        here = [row for text in sorted(group.texts) for row in members[text]]
        if len(here) == 1:
            written.append((here[0], None, "only"))
        elif here:
            made = story_of(group, [Member(row.text, row.length, copy_of(row.id, row.page, sites)) for row in here])
            stories.append(made)
            written += [(row, made.id, made.roles[row.id]) for row in here]
    _write_roles(connection, written)
    _write_stories(connection, stories, before)


def _members(connection: Connection, texts: Iterable[int]) -> Mapping[int, list[sa.Row[Any]]]:
    """The articles that have the texts, by text."""
    ordered = sorted(texts)
    found: defaultdict[int, list[sa.Row[Any]]] = defaultdict(list)
    for start in range(0, len(ordered), MANY):
        here = likeness_holder.c.text.in_(ordered[start : start + MANY])
        for row in connection.execute(_MEMBERS.where(here)):
            found[row.text].append(row)
    return found


def _write_roles(connection: Connection, written: Iterable[tuple[sa.Row[Any], str | None, str]]) -> None:
    """Each article's story and role, where they are others than before."""
    changed = [
        {"key": row.id, "into": story_id, "as_what": role}
        for row, story_id, role in written
        if (row.story_id, row.role) != (story_id, role)
    ]
    if changed:
        connection.execute(_ROLE, changed)


def _write_stories(connection: Connection, stories: Iterable[Story], before: set[str]) -> None:
    """What each story rests on. The ids in `before` that no article names any more go: to be asked after the roles."""
    made = {
        each.id: {
            "best_id": each.origin.id,
            "outlet": each.origin.outlet,
            "held": each.origin.held,
            "confidence": each.origin.confidence,
            "evidence": msgspec.json.encode(each.origin.evidence).decode(),
        }
        for each in stories
    }
    names = sorted(before | made.keys())
    for start in range(0, len(names), MANY):
        here = names[start : start + MANY]
        known = {
            row.id: {name: getattr(row, name) for name in made[row.id]} if row.id in made else None
            for row in connection.execute(sa.select(story).where(story.c.id.in_(here)))
        }
        if left := [id for id in known if id not in made]:
            connection.execute(story.delete().where(story.c.id.in_(left), _UNNAMED))
        if changed := [id for id in known if id in made and known[id] != made[id]]:
            connection.execute(story.delete().where(story.c.id.in_(changed)))
        new = [{"id": id, **made[id]} for id in here if id in made and known.get(id) != made[id]]
        if new:
            connection.execute(story.insert(), new)
