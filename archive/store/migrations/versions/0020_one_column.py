"""The pairs of characters stand in one column, which is smaller and sooner asked. SQLite's index is made anew."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0018"

AT_HAND = 4 << 20
"""Bytes of an index that FTS5 gathers before it writes a piece of it: four times its own, so that less is joined."""


def upgrade() -> None:
    """Make SQLite's table of pairs anew, so that every article waits to be indexed; PostgreSQL has none."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE bigram")
        op.execute("CREATE VIRTUAL TABLE bigram USING fts5(tokens, content='', columnsize=0, tokenize='ascii')")
        op.execute("INSERT INTO bigram (bigram, rank) VALUES ('pgsz', 16200)")  # as 0011 says
        for table in ("bigram", "unigram"):
            op.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {AT_HAND})")  # noqa: S608
        op.execute("INSERT INTO unigram (unigram) VALUES ('delete-all')")
        op.execute("DELETE FROM searchable")
        op.execute("UPDATE article SET indexed = 0 WHERE indexed != 0")
