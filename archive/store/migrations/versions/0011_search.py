"""Search by fields, and which folding the index was made by. The index is made anew: it holds nothing of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIELDS = ("origin", "author", "editor", "section")


def upgrade() -> None:
    """Make the tables; every article waits to be indexed."""
    op.drop_table("searchable")
    op.create_table(
        "index_form",
        sa.Column("form", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_index_form")),
    )
    op.create_table(
        "searchable",
        sa.Column("doc", SERIAL, autoincrement=False, nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=True),
        sa.Column("title_length", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in FIELDS),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_searchable_article_id")),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_searchable")),
        sa.UniqueConstraint("article_id", name=op.f("uq_searchable_article_id")),
    )
    op.execute("UPDATE article SET indexed = 0")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE bigram")
        full_text = "CREATE VIRTUAL TABLE {} USING fts5({}, content='', columnsize=0, tokenize='ascii', detail={})"
        op.execute(full_text.format("bigram", "text, title, facts", "full"))
        op.execute(full_text.format("unigram", "tokens", "none"))
        for table in ("bigram", "unigram"):  # larger leaves fill the database's pages better
            op.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('pgsz', 16200)")  # noqa: S608
    elif op.get_bind().execute(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")).first():
        op.execute("CREATE INDEX ix_searchable_folded ON searchable USING gin (folded gin_trgm_ops)")
