"""Values ↔ what stands in the columns."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import deflate
import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from archive.captures import Place
from archive.identity import without_userinfo
from archive.model import Article, Counts, Page, Run, Standing, Verdict
from archive.store.errors import DamagedRow

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

YEARS = range(1900, 9000)
"""Years of publication that can order a list. A page may claim any; one outside stays in the article as it was read."""


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """What the database knows of a capture, without reading its file."""

    id: str
    source_id: str
    url: str
    canonical_url: str | None  # of its page; None as long as nobody has read it
    kind: str
    fetched_at: datetime
    status: int
    content_type: str
    payload_digest: str
    content_digest: str
    file: str
    offset: int
    length: int
    lost: bool
    verdict: Verdict | None
    run_id: int | None
    original_id: str | None = None  # of a revisit: the capture that holds its body
    original_file: str | None = None  # and where that lies
    original_offset: int | None = None
    original_length: int | None = None
    crc: int | None = None  # of its records as they lie in the file
    dropped: datetime | None = None  # when its record was taken away on purpose; it is lost as well

    def __post_init__(self) -> None:
        """An address from before names and passwords were left out of them is not handed on with those."""
        if "@" in self.url:
            object.__setattr__(self, "url", without_userinfo(self.url))

    @property
    def place(self) -> Place:
        """Where it lies."""
        original = None
        if self.original_file is not None and self.original_offset is not None and self.original_length is not None:
            original = Place(self.original_file, self.original_offset, self.original_length)
        return Place(self.file, self.offset, self.length, original, self.crc)


def insert(connection: Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on a conflict; both databases write it alike."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert  # takes 50 ms to import

    return postgresql_insert(table)


def article_to_text(article: Article) -> str:
    """The article as it stands in a revision."""
    return article_to_bytes(article).decode()


def article_to_bytes(article: Article) -> bytes:
    """The same in UTF-8."""
    return _json(article)


def as_stored(article: Article) -> Article:
    """The article as it will be read back: what is compared is what is held, not what JSON makes of it later."""
    return article_from_text(article_to_text(article))


def article_from_text(text: str | bytes, evidence: Mapping[str, Any] | None = None) -> Article:
    """The article of a revision; the evidence of its page's reading is joined to its own. Raises DamagedRow."""
    with damage_told():
        article = msgspec.json.decode(text, type=Article)
    return replace(article, evidence={**evidence, **article.evidence}) if evidence else article


def evidence_to_bytes(evidence: Mapping[str, Any]) -> bytes | None:
    """The evidence of a reading, packed: it names every dropped block and is often longer than the article.

    libdeflate packs it in a third of zlib's time at the same level, to the same size; older rows are zlib's.
    """
    return bytes(deflate.zlib_compress(_json(evidence), 6)) if evidence else None


def evidence_from_bytes(packed: bytes | None) -> dict[str, Any]:
    """The evidence of a reading; {} if there is none. Raises DamagedRow."""
    with damage_told():
        return msgspec.json.decode(zlib.decompress(packed), type=dict[str, Any]) if packed else {}


class damage_told:  # noqa: N801 - it reads as what it does, and a generator's would cost a microsecond a row
    """Whatever JSON, UTF-8, zlib or a time of the database's own find wrong with what stands there is a DamagedRow.

    It is told of `what`, if that is given.
    """

    __slots__ = ("what",)

    def __init__(self, what: str = "") -> None:
        self.what = what

    def __enter__(self) -> None:
        """Nothing is to be made ready."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DamagedRow) and self.what:
            raise error.of(self.what) from error
        if isinstance(error, msgspec.MsgspecError | zlib.error | ValueError):  # UnicodeError is one
            damaged = DamagedRow(str(error))
            raise (damaged.of(self.what) if self.what else damaged) from error


def same_evidence(one: bytes | None, other: bytes | None) -> bool:
    """Whether two readings left the same evidence, whatever packed it. What cannot be unpacked is not the same."""
    if one == other:
        return True
    try:
        return evidence_from_bytes(one) == evidence_from_bytes(other)
    except DamagedRow:  # of the one that is kept: the new one is written in its place
        return False


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate somewhere: it is no character and cannot be stored
        return msgspec.json.encode(_without_surrogates(msgspec.to_builtins(value)))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(one) for key, one in value.items()}
    return [_without_surrogates(one) for one in value] if isinstance(value, list | tuple) else value


def column_text(text: str) -> str:
    """Text for a column: without NUL, which PostgreSQL refuses, and lone surrogates, which no database can take."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def dated(article: Article, first_seen: datetime) -> datetime:
    """The moment by which articles are ordered: published, else first seen."""
    return article.published if article.published and article.published.year in YEARS else first_seen


def standing(row: sa.Row[Any]) -> Standing:
    """The standing in a row of the table `article`."""
    return Standing(
        id=row.id,
        canonical_url=row.canonical_url,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        revision=row.revision,
        status=row.status,
        story_id=row.story_id,
        role=row.role,
    )


def page(row: sa.Row[Any]) -> Page:
    """The page in a row of the table `page`."""
    values = {name: getattr(row, name) for name in Page.__dataclass_fields__}
    return Page(**{**values, "url": without_userinfo(values["url"])} if "@" in values["url"] else values)


def run(row: sa.Row[Any]) -> Run:
    """The run in a row of the table `run`."""
    return Run(
        id=row.id,
        source_id=row.source_id,
        started=row.started,
        finished=row.finished,
        state=row.state,
        counts=msgspec.json.decode(row.counts, type=Counts),
        failures=msgspec.json.decode(row.failures, type=dict[str, int]),
    )
