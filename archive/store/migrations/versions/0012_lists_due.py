"""From when on a look at a source is one at its lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column. Where it is empty every look is one at the lists, as it was before."""
    op.add_column("watch", sa.Column("lists_due", sa.DateTime(timezone=True), nullable=True))
