"""What takes a database back to an older layout, for the tests of migrations."""

from __future__ import annotations

LIKENESS = ("likeness_text", "likeness_recent", "likeness_key", "likeness_level", "likeness_tie", "likeness_holder")
STORIES = (*LIKENESS, "story", "story_form", "outlet")

SEALED = ("run", "page", "capture", "article", "revision", "story", "outlet", "day_tally")
UNSEALED = tuple(
    statement
    for name in SEALED
    for statement in (f"DROP INDEX ix_{name}_unsealed", f"ALTER TABLE {name} DROP COLUMN row_crc")
)
BACK_TO_0020 = {
    "sqlite": (*(f"DROP TRIGGER {name}_unsealed" for name in SEALED), *UNSEALED),
    "postgresql": ("DROP FUNCTION unseal CASCADE", *UNSEALED),
}
"""By the kind of database; to be carried out before what goes back further."""

BACK_TO_0012 = (
    "DROP INDEX IF EXISTS ix_page_revisits",
    "DROP INDEX ix_page_unasked",
    "DROP INDEX ix_page_failing",
    "DROP INDEX ix_article_source_id_status",
    "ALTER TABLE page DROP COLUMN aged_from",
    "ALTER TABLE page DROP COLUMN asked_again",
    *(f"DROP TABLE {name}" for name in ("applied", "application", "reading")),
    "DROP INDEX ix_article_ungrouped",
    "DROP INDEX ix_article_story_id",
    "ALTER TABLE article DROP COLUMN grouped",
    *(f"DROP TABLE {name}" for name in STORIES),
    "DROP INDEX ix_capture_url",
    "DROP INDEX ix_capture_payload_digest",
    "DROP INDEX ix_capture_original_id",
    "DROP INDEX ix_capture_file_offset",
    *(f"ALTER TABLE capture DROP COLUMN {name}" for name in ("original_id", "dropped", "crc")),
    "ALTER TABLE warc_file DROP COLUMN head_crc",
    "CREATE INDEX ix_capture_url ON capture (url)",
    "CREATE INDEX ix_capture_file ON capture (file)",
)
