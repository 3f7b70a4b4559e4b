"""How far each host's validators have proved true, and when each page last came in full."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "trust",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("proofs", sa.Integer(), nullable=False),
        sa.Column("lies", sa.Integer(), nullable=False),
        sa.Column("lied", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_trust")),
    )
    op.add_column("page", sa.Column("last_full", sa.DateTime(timezone=True), nullable=True))
