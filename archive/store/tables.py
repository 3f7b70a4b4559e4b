"""The tables. docs/archive.md says what each is for; migrations/ makes them; a test holds the two together.

The conditions of partial indexes stand in the migration alone: here they would load the drivers of every database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from archive.store.errors import DamagedRow


class Moment(sa.TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite has no zones: it is stored there without one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The moment {value} has no time zone, so that nobody knows when it was.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """What is no time any more is damage of its row, and is told as nothing else: SQLite takes any text for one."""
        made = super().result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            try:
                return value if made is None else made(value)
            except (ValueError, TypeError) as error:
                raise DamagedRow(str(error)) from error

        return read


Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

archive = sa.Table(  # one row
    "archive",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("stamp", sa.Text, nullable=False),  # of the newest opening for writing
    sa.Column("folder", sa.Text, nullable=False),  # the data folder of that opening
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("started", Moment, nullable=False),
    sa.Column("finished", Moment),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("counts", sa.Text, nullable=False),  # JSON
    sa.Column("failures", sa.Text, nullable=False),  # JSON
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
    sa.Index("ix_run_source_id_started", "source_id", "started"),  # a source's newest runs
)
sa.Index("ix_run_unsealed", run.c.id)  # only where row_crc is null

page = sa.Table(
    "page",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("canonical_url", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("found_on", sa.Text),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("last_checked", Moment),
    sa.Column("last_fetched", Moment),
    sa.Column("last_full", Moment),  # the newest answer in full
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("content_digest", sa.Text),
    sa.Column("verdict", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error_kind", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("leads_to", sa.Text),  # the canonical address under which its articles stand; null: its own
    sa.Column("aged_from", Moment),  # the end of the day its article was published; null: not before it was first seen
    sa.Column("asked_again", sa.Boolean, nullable=False, server_default=sa.false()),  # answered more than once
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
    sa.UniqueConstraint("source_id", "canonical_url"),
    sa.Index("ix_page_source_id_state", "source_id", "state"),  # what a source still has to fetch
    sa.Index("ix_page_url", "url"),  # these two: an address that somebody asks for
    sa.Index("ix_page_canonical_url", "canonical_url"),
    sa.Index("ix_page_leads_to", "leads_to"),  # the pages of an article
)
sa.Index("ix_page_unsealed", page.c.id)  # only where row_crc is null
sa.Index("ix_page_failing", page.c.source_id, page.c.error_kind)  # only where there is one
sa.Index("ix_page_no_article", page.c.source_id)  # only lists and further pages; of articles: see work.py

capture = sa.Table(
    "capture",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("page_id", Serial, sa.ForeignKey("page.id")),
    sa.Column("run_id", Serial, sa.ForeignKey("run.id")),
    sa.Column("fetched_at", Moment, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("payload_digest", sa.Text, nullable=False),
    sa.Column("content_digest", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("lost", sa.Boolean, nullable=False, server_default=sa.false()),  # its record is gone from the file
    sa.Column("verdict", sa.Text),  # null: kept, not read yet
    sa.Column("evidence", sa.LargeBinary),  # of the newest reading: JSON, zlib
    sa.Column("original_id", sa.Text),  # of a revisit: the capture that holds its body, never a revisit itself
    sa.Column("crc", sa.BigInteger),  # of its records as they lie in the file: CRC-32; null: from before there were any
    sa.Column("dropped", Moment),  # its record was taken away on purpose, then; it is lost as well
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
    sa.Index("ix_capture_file_offset", "file", "offset"),  # what a file holds
    sa.Index("ix_capture_source_id_fetched_at", "source_id", "fetched_at"),
    sa.Index("ix_capture_page_id_fetched_at", "page_id", "fetched_at"),  # a page's newest capture
    sa.Index("ix_capture_payload_digest", "payload_digest"),  # who holds the same body; not of revisits
)
sa.Index("ix_capture_unsealed", capture.c.id)  # only where row_crc is null
sa.Index("ix_capture_unread", capture.c.fetched_at)  # only where verdict is null
sa.Index("ix_capture_original_id", capture.c.original_id)  # only of revisits; ix_capture_url: in its migration

article = sa.Table(
    "article",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("canonical_url", sa.Text, nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("dated", Moment, nullable=False),  # published; where that is not known, first seen
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("last_seen", Moment, nullable=False),
    sa.Column("checked", Moment, nullable=False),  # the newest answer taken into account, 404 included
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("story_id", sa.Text),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("text_digest", sa.Text, nullable=False),
    sa.Column("capture_id", sa.Text, sa.ForeignKey("capture.id"), nullable=False),  # of the newest revision
    sa.Column("indexed", sa.Integer, nullable=False, server_default="0"),  # the revision that search knows
    sa.Column("grouped", sa.Integer, nullable=False, server_default="0"),  # the revision that its story knows
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
    sa.UniqueConstraint("canonical_url", "ordinal"),
    sa.Index("ix_article_dated_id", "dated", "id"),  # the order of every listing
    sa.Index("ix_article_source_id_dated_id", "source_id", "dated", "id"),
    sa.Index("ix_article_source_id_status", "source_id", "status"),  # how many of each
)
sa.Index("ix_article_unsealed", article.c.id)  # only where row_crc is null
sa.Index("ix_article_unindexed", article.c.id)  # only where indexed differs from revision
sa.Index("ix_article_ungrouped", article.c.id)  # only where grouped differs from revision
sa.Index("ix_article_story_id", article.c.story_id)  # the articles of a story; only where there is one

revision = sa.Table(
    "revision",
    metadata,
    sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("capture_id", sa.Text, sa.ForeignKey("capture.id"), nullable=False),
    sa.Column("read_at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("text_digest", sa.Text, nullable=False),
    sa.Column("article", sa.Text, nullable=False),  # JSON
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
    sa.Index("ix_revision_capture_id", "capture_id"),
)
sa.Index("ix_revision_unsealed", revision.c.article_id, revision.c.number)  # only where row_crc is null

warc_file = sa.Table(
    "warc_file",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),  # as of the last commit; a larger file has records to look at
    sa.Column("head_crc", sa.BigInteger),  # of what lies before its first capture: CRC-32
)

searchable = sa.Table(
    "searchable",
    metadata,
    sa.Column("doc", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), nullable=False, unique=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("tags", sa.Text, nullable=False),  # each with a line break before and behind it
    # The folded fields: PostgreSQL only; SQLite has the virtual tables `bigram` and `unigram`.
    sa.Column("folded", sa.Text),  # the title, a line break, the text
    sa.Column("title_length", sa.Integer),
    sa.Column("origin", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("editor", sa.Text),
    sa.Column("section", sa.Text),
)

index_form = sa.Table(  # one row at most: the folding that the index of search was made by
    "index_form",
    metadata,
    sa.Column("form", sa.Text, primary_key=True),
)

likeness_text = sa.Table(  # these six: the index of likeness, archive.store.shelf
    "likeness_text",
    metadata,
    sa.Column("text", sa.BigInteger, primary_key=True, autoincrement=False),  # the digest, and its rank
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("units", sa.LargeBinary, nullable=False),  # as it was folded; zlib
    sa.Column("figures", sa.LargeBinary),  # archive.likeness.figures; null for more than are kept
)

likeness_recent = sa.Table(  # the texts whose keys are not in likeness_key yet: archive.store.recent
    "likeness_recent",
    metadata,
    sa.Column("text", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),  # its keys: eight bytes each
    sqlite_with_rowid=False,
)

likeness_key = sa.Table(  # in this order: the texts of lowest rank are read in one go; archive.store.levels
    "likeness_key",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("text", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

likeness_level = sa.Table(  # how many texts each level has been given since it was empty
    "likeness_level",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("texts", sa.Integer, nullable=False),
)

likeness_tie = sa.Table(  # each tie twice, once from either side
    "likeness_tie",
    metadata,
    sa.Column("text", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("other", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("relation", sa.Text, nullable=False),
    sa.Column("share", sa.Integer, nullable=False),  # percent
    sa.Column("holds", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

likeness_holder = sa.Table(
    "likeness_holder",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("text", sa.BigInteger, nullable=False),
    sa.Column("printed", sa.BigInteger, nullable=False),
    sa.Column("page", sa.Text),  # what its page tells of its origin: JSON; null in an index of nothing but texts
    sa.Index("ix_likeness_holder_text", "text"),
)

story = sa.Table(  # only those of two articles or more
    "story",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("best_id", sa.Text, nullable=False),  # the origin; where that is not held, the best copy of it
    sa.Column("outlet", sa.Text, nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),  # JSON, sentences
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
)
sa.Index("ix_story_unsealed", story.c.id)  # only where row_crc is null

story_form = sa.Table(  # one row at most: how the index of likeness was made
    "story_form",
    metadata,
    sa.Column("form", sa.Text, primary_key=True),
)

outlet = sa.Table(
    "outlet",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("names", sa.Text, nullable=False),  # JSON: as others name it; the first is shown
    sa.Column("trust", sa.Integer, nullable=False),
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
)
sa.Index("ix_outlet_unsealed", outlet.c.source_id)  # only where row_crc is null

learnt = sa.Table(
    "learnt",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("made", Moment, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),  # that it was learnt from
    sa.Column("held", sa.Integer, nullable=False),  # pages with articles that the archive held then
    sa.Column("profile", sa.LargeBinary, nullable=False),  # zlib
)

template_change = sa.Table(
    "template_change",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("noticed", Moment, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),  # of the profile that the pages did not fit
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Index("ix_template_change_source_id_noticed", "source_id", "noticed"),
)

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("due", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", Moment),
    sa.Column("last_started", Moment),
    sa.Column("last_ended", Moment),
    sa.Column("state", sa.Text, nullable=False, server_default="ok"),
    sa.Column("strikes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failure_kind", sa.Text),
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
    sa.Column("memory", sa.Text, nullable=False, server_default=""),  # JSON, the schedule's own business
    sa.Column("lists_due", Moment),  # a look before then is not one at the lists
    sa.Index("ix_watch_due", "due"),  # what is to be done now
)

run_tally = sa.Table(
    "run_tally",
    metadata,
    sa.Column("run_id", Serial, sa.ForeignKey("run.id"), primary_key=True, autoincrement=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("tally", sa.Text, nullable=False),  # JSON
    sa.Index("ix_run_tally_source_id_run_id", "source_id", "run_id"),  # a source's newest
)

day_tally = sa.Table(
    "day_tally",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),  # in Shanghai
    sa.Column("runs", sa.Integer, nullable=False),
    sa.Column("tally", sa.Text, nullable=False),  # JSON
    sa.Column("row_crc", sa.BigInteger),  # archive.store.sealed; null: waits for it
)
sa.Index("ix_day_tally_unsealed", day_tally.c.source_id, day_tally.c.day)  # only where row_crc is null

alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("raised", Moment, nullable=False),
    sa.Column("confirmed", Moment, nullable=False),  # by the newest run that saw it
    sa.Column("told", Moment),  # to people, the last time
    sa.Column("cleared", Moment),
    sa.Column(
        "accepted", sa.Boolean, nullable=False, server_default=sa.false()
    ),  # cleared by a person: it is normal now
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),  # JSON
    sa.Index("ix_alarm_source_id_raised", "source_id", "raised"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("alarm_id", Serial, sa.ForeignKey("alarm.id"), primary_key=True, autoincrement=False),
    sa.Column("messenger", sa.Text, primary_key=True),  # "": everybody, whoever that is
    sa.Column("asked", Moment, nullable=False),  # when it was last to be told
    sa.Column("since", Moment, nullable=False),  # when it was first, since it was taken last
    sa.Column("due", Moment, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False),  # the last of them was in vain
    sa.Column("given_up", Moment),
)

health = sa.Table(
    "health",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("run_id", Serial, nullable=False),  # as of which run
    sa.Column("made", Moment, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),  # JSON: archive.store.glance tells of it
)

trust = sa.Table(
    "trust",
    metadata,
    sa.Column("host", sa.Text, primary_key=True),
    sa.Column("proofs", sa.Integer, nullable=False),
    sa.Column("lies", sa.Integer, nullable=False),
    sa.Column("lied", Moment),
)

reading = sa.Table(  # the newest re-reading of each page
    "reading",
    metadata,
    sa.Column("source_id", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),  # canonical, under which its articles stand
    sa.Column("key", sa.Text, nullable=False),  # a digest of the rules, the copies and what was held: read once
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # JSON: what differs, and the figures of the report
    sa.Column("found", sa.LargeBinary),  # what is to be recorded: JSON, zlib; null once it was, or where nothing is
    sa.Column("applied", Serial),  # the application that recorded it
)

application = sa.Table(  # of re-readings, and of their undoing
    "application",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("begun", Moment, nullable=False),
    sa.Column("ended", Moment),
    sa.Column("undone", Moment),
)

applied = sa.Table(  # what one application changed, and what stood there before
    "applied",
    metadata,
    sa.Column("application_id", Serial, sa.ForeignKey("application.id"), primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.Text, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),  # that it made
    sa.Column("before", sa.Integer, nullable=False),  # the revision that stood; 0: none
    sa.Column("status", sa.Text, nullable=False),  # that stood; "" for none
    sa.Column("capture_id", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text),  # the capture's before
    sa.Column("evidence", sa.LargeBinary),
    sa.Column("undone", sa.Boolean, nullable=False, server_default=sa.false()),
)
