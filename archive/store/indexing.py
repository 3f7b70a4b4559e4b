"""The index of search, kept: articles are put in after they are stored, a batch a transaction.

SQLite: contentless FTS5 tables over pairs of characters and over characters (`archive.query.tokens`). PostgreSQL: the
folded fields, with a trigram index over title and text where the server has one. Row numbers grow with the day, so that
the newest hits are the first that an index gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive import fold
from archive.query import Entry, entry_of, tokens
from archive.shanghai import SHANGHAI
from archive.store import rows
from archive.store.articles import CURRENT
from archive.store.damage import sound
from archive.store.errors import DamagedRow
from archive.store.tables import article, capture, index_form, revision, searchable
from archive.store.tags import long, read_tags, short

BATCH = 200
AT_ONCE = 500
"""Articles that are indexed in one transaction: FTS5 writes a piece of the index for each, and joins pieces later."""

MANY = 5000
"""Articles indexed at once after which the index is put in order: it is a twentieth smaller then."""

PLACES = 1 << 20
"""Row numbers of a day: they grow with the day, and within one as articles came. Dense numbers make a small index."""

EPOCH = datetime(1970, 1, 1, tzinfo=SHANGHAI)
DAY = timedelta(days=1)

LAYOUT = {"sqlite": "2", "postgresql": "1"}
"""Of what stands in each database's index. To be changed with `archive.query.entry`; SQLite's, with its tokens."""


FORM = sa.select(index_form.c.form)


def form(connection: Connection) -> str:
    """Names how a database's index is made. One that was made in another way is made anew."""
    return f"{LAYOUT[connection.dialect.name]} {fold.version()}"


def is_ours(connection: Connection) -> bool:
    """Whether the index was made as this version makes it."""
    return connection.execute(FORM).scalar() == form(connection)


HELD = sa.select(article, revision.c.article.label("json"), capture.c.evidence).select_from(CURRENT)
"""Every article, with what is to be indexed of it."""

WAITING = HELD.where(article.c.indexed != article.c.revision)
"""Those whose newest revision, state or evidence is not indexed."""

OLDEST_WAITING = WAITING.with_only_columns(article.c.id, maintain_column_froms=True)
OLDEST_WAITING = OLDEST_WAITING.order_by(article.c.dated, article.c.id).limit(20 * AT_ONCE)
"""Ids of what waits, by day: so most go to the end of what is there of their words."""


def catch_up(
    connection: Connection, change: Callable[[], AbstractContextManager[None]], commit: Callable[[], None], until: float
) -> int:
    """Index every article that waits for it, until a moment of the steady clock; how many were.

    An index made in another way is emptied first. All of a batch is written or nothing of it, whatever is raised.
    """
    if not is_ours(connection):
        with change():
            begin_anew(connection)
        commit()
    done = 0
    while monotonic() < until and (waiting := connection.execute(OLDEST_WAITING).scalars().all()):
        for start in range(0, len(waiting), AT_ONCE):
            if monotonic() >= until:
                break
            some = waiting[start : start + AT_ONCE]
            try:
                with change():
                    _index(connection, some)
            except DamagedRow:  # FTS5 forgets a text by its very tokens, and those of the former text are lost
                with change():
                    begin_anew(connection)
                commit()
                break
            commit()
            done += len(some)
    if done >= MANY and connection.dialect.name == "sqlite":
        with change():
            _full_text(connection, "optimize")
        commit()
    return done


def begin_anew(connection: Connection) -> None:
    """Empty the index: every article waits to be indexed."""
    if connection.dialect.name == "sqlite":
        _full_text(connection, "delete-all")
    connection.execute(searchable.delete())
    connection.execute(article.update().where(article.c.indexed != 0).values(indexed=0))
    connection.execute(index_form.delete())
    connection.execute(index_form.insert(), {"form": form(connection)})


def _full_text(connection: Connection, what: str) -> None:
    """A command to both tables of FTS5."""
    for table in ("bigram", "unigram"):
        connection.execute(sa.table(table, sa.column(table)).insert(), {table: what})


def entries(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[sa.Row[Any], Entry]]:
    """Rows of `HELD`, with what search knows of the articles. Raises DamagedRow."""
    for row in connection.execute(HELD.where(article.c.id.in_(ids))).all():
        yield row, entry(row)


def entry(row: sa.Row[Any]) -> Entry:
    """What search knows of an article, from a row of `HELD`. Raises DamagedRow."""
    read = rows.article_from_text(row.json)
    return entry_of(read, rows.standing(row), row.source_id, row.dated, rows.evidence_from_bytes(row.evidence))


PUT = (
    sa.text("INSERT INTO bigram (rowid, tokens) VALUES (:doc, :pairs)"),
    sa.text("INSERT INTO unigram (rowid, tokens) VALUES (:doc, :characters)"),
)
INSERT = searchable.insert()
KNOWN = sa.select(searchable).where(searchable.c.article_id.in_(sa.bindparam("ids", expanding=True)))
INDEXED = article.update().where(article.c.id == sa.bindparam("key"))
TAKE = (
    sa.text("INSERT INTO bigram (bigram, rowid, tokens) VALUES ('delete', :doc, :pairs)"),
    sa.text("INSERT INTO unigram (unigram, rowid, tokens) VALUES ('delete', :doc, :characters)"),
)


def _index(connection: Connection, ids: Sequence[str]) -> None:
    """Put articles into the index, in the place of what it knew of them.

    What cannot be read back counts as known, and is found by nothing: `verify` and who reads it tell of it.
    """
    on_sqlite = connection.dialect.name == "sqlite"
    made_of = {row.id: (row, made) for row, made in sound(ids, partial(entries, connection), lambda damaged: None)}
    if lost := [identity for identity in ids if identity not in made_of]:
        connection.execute(article.update().where(article.c.id.in_(lost)).values(indexed=article.c.revision))
    if not made_of:
        return
    batch = [row for row, _ in made_of.values()]
    places = _places(connection, batch)
    texts: list[Mapping[str, Any]] = []
    lines: list[Mapping[str, Any]] = []
    for row in sorted(batch, key=lambda row: places[row.id]):  # a smaller number than the last makes FTS5 write a piece
        made, doc = made_of[row.id][1], places[row.id]
        values: dict[str, Any] = {"doc": doc, "article_id": row.id, "revision": row.revision}
        values["tags"] = short(made.tags) if on_sqlite else long(made.tags)
        if on_sqlite:
            texts.append(_as_tokens(doc, made))
        else:
            title = made.fields["title"]
            values |= {name: made.fields[name] for name in ("origin", "author", "editor", "section")}
            values |= {"folded": f"{title}\n{made.fields['text']}", "title_length": len(title)}
        lines.append(values)
    for statement in PUT if on_sqlite else ():
        connection.execute(statement, texts)
    connection.execute(INSERT, lines)
    connection.execute(INDEXED, [{"key": row.id, "indexed": row.revision} for row in batch])


def _places(connection: Connection, batch: Sequence[sa.Row[Any]]) -> dict[str, int]:
    """The row number of each article: the one that it had, if its day is the same. What was there is taken out."""
    known = {old.article_id: old for old in connection.execute(KNOWN, {"ids": [row.id for row in batch]}).all()}
    next_one: dict[int, int] = {}
    places: dict[str, int] = {}
    taken: set[int] = set()
    for row in sorted(batch, key=lambda row: (row.dated, row.id)):
        first, old = first_number(row.dated), known.get(row.id)
        if old is not None and first <= old.doc < first + PLACES:
            places[row.id] = old.doc
            taken.add(old.doc)
            continue
        number = next_one.get(first)
        if number is None or number % PLACES == 0:  # of a day whose numbers are all given the others go to the next
            number = _free_number(connection, first if number is None else number)
        while number in taken:
            number += 1
        next_one[first] = number + 1
        places[row.id] = number
        taken.add(number)
    for row in batch:  # only now: what is taken out would look like a free number
        if row.id in known:
            _forget(connection, row, known[row.id])
    return places


def _forget(connection: Connection, row: sa.Row[Any], old: sa.Row[Any]) -> None:
    """Take an article out of the index. FTS5 must be told the very tokens: those of the revision that it knows."""
    if connection.dialect.name == "sqlite":
        here = (revision.c.article_id == old.article_id, revision.c.number == old.revision)
        text = connection.execute(sa.select(revision.c.article).where(*here)).scalar_one()
        known = entry_of(rows.article_from_text(text), rows.standing(row), row.source_id, row.dated, None)
        was = Entry(known.fields, read_tags(old.tags), row.dated)
        for statement in TAKE:
            connection.execute(statement, _as_tokens(old.doc, was))
    connection.execute(searchable.delete().where(searchable.c.doc == old.doc))


def _as_tokens(doc: int, made: Entry) -> Mapping[str, Any]:
    return {"doc": doc, "pairs": " ".join(tokens.pairs(made)), "characters": tokens.characters(made)}


def first_number(moment: datetime) -> int:
    """The first row number of the day in China that the moment is in."""
    return (moment - EPOCH) // DAY * PLACES


def _free_number(connection: Connection, first: int) -> int:
    """The number behind the last of the day; of a day with a million articles the others go to the next."""
    here = (searchable.c.doc >= first, searchable.c.doc < first + PLACES)
    last = connection.execute(sa.select(sa.func.max(searchable.c.doc)).where(*here)).scalar()
    if last == first + PLACES - 1:
        return _free_number(connection, first + PLACES)
    return first if last is None else int(last) + 1
