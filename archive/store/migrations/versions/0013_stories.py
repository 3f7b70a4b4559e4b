"""Stories: the index of likeness, what each story rests on, and the names of outlets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables; every article waits to be grouped."""
    op.add_column("article", sa.Column("grouped", sa.Integer(), server_default="0", nullable=False))
    for name, column, condition in (
        ("ix_article_ungrouped", "id", "grouped != revision"),
        ("ix_article_story_id", "story_id", "story_id IS NOT NULL"),
    ):
        where = sa.text(condition)
        op.create_index(name, "article", [column], unique=False, sqlite_where=where, postgresql_where=where)
    _likeness()
    op.create_table(
        "story",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("best_id", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    op.create_table(
        "story_form",
        sa.Column("form", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_story_form")),
    )
    op.create_table(
        "outlet",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("trust", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_outlet")),
    )


def _likeness() -> None:
    op.create_table(
        "likeness_text",
        sa.Column("text", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("units", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("text", name=op.f("pk_likeness_text")),
    )
    op.create_table(
        "likeness_key",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "text", name=op.f("pk_likeness_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likeness_tie",
        sa.Column("text", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("other", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("text", "other", name=op.f("pk_likeness_tie")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likeness_holder",
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("text", sa.BigInteger(), nullable=False),
        sa.Column("printed", sa.BigInteger(), nullable=False),
        sa.Column("page", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_likeness_holder")),
    )
    op.create_index("ix_likeness_holder_text", "likeness_holder", ["text"], unique=False)
