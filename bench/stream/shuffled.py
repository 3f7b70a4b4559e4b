"""The stories of a crawl, recorded anew in another order and grouped now and then: they must be the same."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from archive.store import Archive, rows
from archive.store.indexing import HELD
from archive.store.tables import outlet, story

Told = Mapping[str, tuple[str | None, str, object]]
"""Article → its story, its role, and what the story rests on."""


def told(archive: Archive) -> Told:
    """Story and role of every article, and what each story rests on."""
    connection = archive._connection  # a bench may
    told_by = [column for column in story.columns if column is not story.c.row_crc]  # the row's own is of no account
    stories = {row.id: tuple(row) for row in connection.execute(sa.select(*told_by))}
    standing = {each.id: (each.story_id, each.role) for _, each in archive.articles(evidence=False)}
    return {id: (name, role, stories.get(name or "")) for id, (name, role) in sorted(standing.items())}


def digest(found: Told) -> str:
    """Names what was found."""
    return sha256(repr(sorted(found.items())).encode()).hexdigest()[:12]


def again(source: Archive, folder: Path, dice: random.Random) -> Told:
    """The articles of an archive as they stand, recorded in another archive in a random order."""
    held = source._connection.execute(HELD).all()
    with Archive.open(folder, write=True) as archive:
        for row in source._connection.execute(sa.select(outlet)).all():
            archive._connection.execute(outlet.insert(), row._asdict())
        for row in dice.sample(held, len(held)):
            capture = source.capture(row.capture_id)
            assert capture is not None
            read = replace(rows.article_from_text(row.json), source_id=row.source_id)
            before = replace(read, blocks=read.blocks[::-1], ordinal=0)
            if dice.random() < 0.2:  # it had another text, which leaves the index again
                first = replace(capture, body=capture.body + b" ", fetched_at=row.first_seen)
                archive.record(first, row.canonical_url, "article", [replace(before, ordinal=read.ordinal)], {})
            if dice.random() < 0.05:
                archive.group()
            archive.record(capture, row.canonical_url, "article", [read], rows.evidence_from_bytes(row.evidence))
        archive.group()
        return told(archive)
