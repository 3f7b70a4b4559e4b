"""Pages whose articles stand under another address, and addresses of any length on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BY_ADDRESS = {"ix_page_url": ("page", "url"), "ix_capture_url": ("capture", "url")}


def upgrade() -> None:
    """Let a page say where its articles stand."""
    op.add_column("page", sa.Column("leads_to", sa.Text(), nullable=True))
    op.create_index("ix_page_leads_to", "page", ["leads_to"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        for name, (table, column) in BY_ADDRESS.items():
            op.drop_index(name, table)
            # A B-tree refuses keys above 2,704 bytes, and these addresses are as long as a server makes them.
            op.create_index(name, table, [column], unique=False, postgresql_using="hash")
