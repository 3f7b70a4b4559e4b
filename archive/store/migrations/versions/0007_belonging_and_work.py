"""Which archive a database is of; indexes for a look at a source with many pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


DAYS = (0.1146, 0.5, 0.9584, 3, 6.876, 14, 27.001, 60, 90, 180, 335.001, 365, 730)
SPAN = {
    "sqlite": "(julianday(last_checked) - julianday(first_seen))",
    "postgresql": "(extract(epoch from (last_checked - first_seen)) / 86400)",
}


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "archive",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive")),
    )
    span = SPAN[op.get_bind().dialect.name]
    cases = " ".join(f"WHEN {span} < {days} THEN {number}" for number, days in enumerate(DAYS))
    # Articles by how long they have been looked at, and when last: what a ladder of revisits may ask for.
    op.execute(
        "CREATE INDEX ix_page_revisits ON page (source_id, "
        f"(CASE WHEN last_checked IS NULL THEN -1 {cases} ELSE {len(DAYS)} END), last_checked) "
        "WHERE kind = 'article' AND state IN ('fetched', 'gone')"
    )
    op.execute("CREATE INDEX ix_page_no_article ON page (source_id) WHERE kind <> 'article'")  # lists, further pages
