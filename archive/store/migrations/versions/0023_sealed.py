"""A checksum in each row of what follows from nothing else. The ends of runs give it to those that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0020"

SEALED = {
    "run": "id source_id command started finished state counts failures",
    "page": "id source_id canonical_url url kind state found_on title first_seen "
    "etag last_modified content_digest verdict failures error_kind error leads_to aged_from asked_again",
    "capture": "id source_id url kind fetched_at status content_type payload_digest content_digest",
    "article": "id canonical_url ordinal source_id title dated first_seen revision status story_id "
    "role text_digest capture_id",
    "revision": "article_id number capture_id read_at reason text_digest article",
    "story": "id best_id outlet held confidence evidence",
    "outlet": "source_id names trust",
    "day_tally": "source_id day runs tally",
}
KEYS = {"revision": "article_id number", "outlet": "source_id", "day_tally": "source_id day"}

UNSEAL = """CREATE FUNCTION unseal() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.row_crc := NULL; RETURN NEW; END $$"""


def upgrade() -> None:
    """Add the columns, which are empty, an index of the rows that wait, and what empties it in a row that changes: not
    where what is written is what stood there.
    """
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.execute(UNSEAL)
    for table, names in SEALED.items():
        op.add_column(table, sa.Column("row_crc", sa.BigInteger(), nullable=True))
        key = KEYS.get(table, "id").split()
        waits = sa.text("row_crc IS NULL")
        op.create_index(f"ix_{table}_unsealed", table, key, sqlite_where=waits, postgresql_where=waits)
        columns = ", ".join(names.split())
        old, new = (", ".join(f"{side}.{name}" for name in names.split()) for side in ("OLD", "NEW"))
        if on_sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_unsealed AFTER UPDATE OF {columns} ON {table} "  # noqa: S608 - our own names
                f"WHEN OLD.row_crc IS NOT NULL AND ({old}) IS NOT ({new}) "
                f"BEGIN UPDATE {table} SET row_crc = NULL WHERE rowid = NEW.rowid; END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_unsealed BEFORE UPDATE OF {columns} ON {table} "
                f"FOR EACH ROW WHEN (OLD.row_crc IS NOT NULL AND ({old}) IS DISTINCT FROM ({new})) "
                "EXECUTE FUNCTION unseal()"
            )
