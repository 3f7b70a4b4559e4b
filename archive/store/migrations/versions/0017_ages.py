"""How old an article is by its published day, and whether it was ever asked for again; indexes to count a source by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"

DAYS = (0.1146, 0.5, 0.9584, 3, 6.876, 14, 27.001, 60, 90, 180, 335.001, 365, 730)
SPAN = {
    "sqlite": "(julianday(last_checked) - julianday(coalesce(aged_from, first_seen)))",
    "postgresql": "(extract(epoch from (last_checked - coalesce(aged_from, first_seen))) / 86400)",
}
ENDS = {  # of the day in Shanghai; SQLite holds moments as texts in UTC
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', date(max(dated), '+8 hours'), '+1 day', '-8 hours') || '.000000'",
    "postgresql": "(date_trunc('day', max(dated) AT TIME ZONE 'UTC' + interval '8 hours') + interval '16 hours') "
    "AT TIME ZONE 'UTC'",
}
ANSWERED = "kind = 'article' AND state IN ('fetched', 'gone')"

FIT = (  # of an unfit answer, or of none, nothing is learnt; in doubt a page is asked for once more
    "verdict NOT IN ('challenge', 'unreadable', 'empty') AND (status BETWEEN 200 AND 299 OR status IN (404, 410))"
)


def upgrade() -> None:
    """Add the columns, fill them from what is held, and make the index of revisits anew."""
    op.add_column("page", sa.Column("aged_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page", sa.Column("asked_again", sa.Boolean(), server_default=sa.false(), nullable=False))
    dialect = op.get_bind().dialect.name
    op.execute("DROP INDEX IF EXISTS ix_page_revisits")
    op.execute(
        f"UPDATE page SET aged_from = (SELECT {ENDS[dialect]} FROM article "  # noqa: S608
        "WHERE article.canonical_url = coalesce(page.leads_to, page.canonical_url)) WHERE kind = 'article'"
    )
    op.execute("UPDATE page SET aged_from = NULL WHERE aged_from >= first_seen")
    op.execute(
        f"UPDATE page SET asked_again = (1 = 1) WHERE {ANSWERED} AND "  # noqa: S608
        "((error_kind IS NULL AND last_checked > last_fetched) OR "
        f"(SELECT count(*) FROM capture WHERE capture.page_id = page.id AND {FIT}) > 1)"
    )
    cases = " ".join(f"WHEN {SPAN[dialect]} < {days} THEN {number}" for number, days in enumerate(DAYS))
    # Articles by how old they were when they were checked last: what a ladder of revisits may ask for.
    op.execute(
        "CREATE INDEX ix_page_revisits ON page (source_id, "
        f"(CASE WHEN last_checked IS NULL THEN -1 {cases} ELSE {len(DAYS)} END), last_checked) WHERE {ANSWERED}"
    )
    # Those that were not new when they were found, and that nobody has asked for again.
    op.execute(
        "CREATE INDEX ix_page_unasked ON page (source_id, last_checked) "
        f"WHERE {ANSWERED} AND aged_from IS NOT NULL AND NOT asked_again"
    )
    failing = sa.text("error_kind IS NOT NULL")
    op.create_index(
        "ix_page_failing", "page", ["source_id", "error_kind"], sqlite_where=failing, postgresql_where=failing
    )
    op.create_index("ix_article_source_id_status", "article", ["source_id", "status"])
