"""Parquet with typed columns, for DuckDB, pandas and whatever reads Arrow: docs/export.md has them.

pyarrow is as large as all the rest together and is not installed by itself: `pip install "jianbao[parquet]"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from archive.export import Options, UnavailableError, Written
from archive.model import article_json

if TYPE_CHECKING:
    import pyarrow as pa

    from archive.store.chosen import Chosen, Taken

MISSING = 'Parquet is written by pyarrow, which is not installed: pip install "jianbao[parquet]".'
GROUP_ARTICLES = 1_000
GROUP_SIZE = 8 * 1024 * 1024
"""A row group is written after so many articles, or so many characters: what is in memory at a time."""


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write a row for each article. Raises UnavailableError without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UnavailableError(MISSING) from error
    schema = _schema(pa)
    count, size, rows = 0, 0, []
    with pq.ParquetWriter(pa.PythonFile(Forward(stream), mode="w"), schema, compression="zstd") as writer:
        for taken in chosen.articles():
            row = _row(taken)
            rows.append(row)
            size += len(row["evidence"]) + 2 * len(row["text"])
            count += 1
            if len(rows) == GROUP_ARTICLES or size > GROUP_SIZE:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                size, rows = 0, []
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return Written(count, faults=chosen.faults)


def _schema(pa: Any) -> pa.Schema:
    texts = pa.list_(pa.string())
    seen = pa.timestamp("us", tz="UTC")
    return pa.schema(
        {
            "id": pa.string(),
            "url": pa.string(),
            "canonical_url": pa.string(),
            "source_id": pa.string(),
            "title": pa.string(),
            "subtitle": texts,
            "published": pa.timestamp("us", tz="Asia/Shanghai"),
            "published_precision": pa.string(),
            "origin": pa.string(),
            "origin_original": pa.bool_(),
            "author": texts,
            "editor": texts,
            "photographer": texts,
            "section": texts,
            "keywords": texts,
            "language": pa.string(),
            "blocks": pa.list_(pa.struct({"kind": pa.string(), "text": pa.string()})),
            "text": pa.string(),
            "images": pa.list_(pa.struct({"url": pa.string(), "caption": pa.string()})),
            "pages": pa.int32(),
            "first_seen": seen,
            "last_seen": seen,
            "revision": pa.int32(),
            "status": pa.string(),
            "story_id": pa.string(),
            "role": pa.string(),
            "quality": pa.string(),
            "evidence": pa.string(),
        }
    )


def _row(taken: Taken) -> Mapping[str, Any]:
    article, standing = taken.article, taken.standing
    moments = {"published": article.published, "first_seen": standing.first_seen, "last_seen": standing.last_seen}
    packed = {name: msgspec.json.encode(getattr(article, name)).decode() for name in ("quality", "evidence")}
    return article_json(article, standing) | moments | packed


class Forward:
    """A stream that can only be written to, as pyarrow wants one: it asks how far it has come."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._place = stream, 0

    def write(self, data: bytes) -> int:
        """Write all of the bytes."""
        self._stream.write(data)
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        """How many bytes were written."""
        return self._place

    def flush(self) -> None:
        """Hand on what is kept back."""
        self._stream.flush()

    def close(self) -> None:
        """Leave the stream open: it is another's."""
