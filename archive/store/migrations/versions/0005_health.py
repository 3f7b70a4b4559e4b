"""What each run and each day saw of a source, its alarms, and how it stands as of its newest run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "run_tally",
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_tally_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_tally")),
    )
    op.create_index("ix_run_tally_source_id_run_id", "run_tally", ["source_id", "run_id"], unique=False)
    op.create_table(
        "day_tally",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "day", name=op.f("pk_day_tally")),
    )
    op.create_table(
        "alarm",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("raised", MOMENT, nullable=False),
        sa.Column("confirmed", MOMENT, nullable=False),
        sa.Column("told", MOMENT, nullable=True),
        sa.Column("cleared", MOMENT, nullable=True),
        sa.Column("accepted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_source_id_raised", "alarm", ["source_id", "raised"], unique=False)
    op.create_table(
        "health",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("run_id", SERIAL, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_health")),
    )
