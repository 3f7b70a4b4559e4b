"""Captures whose body is that of another one; an address at a time; checksums; what was taken away on purpose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns and indexes. Captures from before are all whole."""
    op.add_column("capture", sa.Column("original_id", sa.Text(), nullable=True))
    op.add_column("capture", sa.Column("crc", sa.BigInteger(), nullable=True))
    op.add_column("warc_file", sa.Column("head_crc", sa.BigInteger(), nullable=True))
    op.add_column("capture", sa.Column("dropped", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":  # PostgreSQL's is a hash: it has no other that takes any address
        op.drop_index("ix_capture_url", table_name="capture")
        op.create_index("ix_capture_url", "capture", ["url", "fetched_at"], unique=False)
    op.create_index("ix_capture_file_offset", "capture", ["file", "offset"], unique=False)
    op.drop_index("ix_capture_file", table_name="capture")
    whole, apart = sa.text("original_id IS NULL"), sa.text("original_id IS NOT NULL")
    op.create_index(
        "ix_capture_payload_digest", "capture", ["payload_digest"], sqlite_where=whole, postgresql_where=whole
    )
    op.create_index("ix_capture_original_id", "capture", ["original_id"], sqlite_where=apart, postgresql_where=apart)
