"""When each source is due, and which worker is at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "watch",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_started", MOMENT, nullable=True),
        sa.Column("last_ended", MOMENT, nullable=True),
        sa.Column("state", sa.Text(), server_default="ok", nullable=False),
        sa.Column("strikes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure_kind", sa.Text(), nullable=True),
        sa.Column("deaths", sa.Integer(), server_default="0", nullable=False),
        sa.Column("memory", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_watch")),
    )
    op.create_index("ix_watch_due", "watch", ["due"], unique=False)
