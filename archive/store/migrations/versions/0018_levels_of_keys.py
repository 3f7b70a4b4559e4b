"""Keys of the index of likeness in levels, those of the last texts packed: the next run makes the index anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables; what stands in the index goes, for it was made in another way."""
    op.add_column("likeness_text", sa.Column("figures", sa.LargeBinary(), nullable=True))
    op.drop_table("likeness_key")
    op.create_table(
        "likeness_key",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("level", "key", "text", name=op.f("pk_likeness_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likeness_recent",
        sa.Column("text", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("text", name=op.f("pk_likeness_recent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "likeness_level",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("level", name=op.f("pk_likeness_level")),
    )
