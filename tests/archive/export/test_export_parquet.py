"""Parquet: types that DuckDB, pandas and Arrow read as the document says."""

from __future__ import annotations

import builtins
import io
import json
import os
import re
import threading
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from archive_cases import make_article
from export_cases import HOSTILE_TITLES, exported, fill

from archive.export import Options, UnavailableError, parquet
from archive.store import Archive

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "export.md").read_text("utf-8")
TYPES = dict(re.findall(r"^\| `(\w+)` \| (.+?) \| ", DOCUMENT.partition("## parquet")[2].partition("## md")[0], re.M))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An export of plain and hostile articles; the archive is in `data`."""
    fill(tmp_path / "data")
    with Archive.open(tmp_path / "data") as archive:
        (tmp_path / "all.parquet").write_bytes(exported("parquet", archive.choose()))
    return tmp_path / "all.parquet"


def test_every_value_comes_back_as_jsonl_has_it(file: Path) -> None:
    """Moments are moments and lists are lists; quality and evidence are JSON."""
    with Archive.open(file.parent / "data") as archive:
        lines = [json.loads(line) for line in exported("jsonl", archive.choose()).splitlines()]
    rows = pq.read_table(file).to_pylist()
    assert len(rows) == len(lines) == 5 + len(HOSTILE_TITLES)
    for row, line in zip(rows, lines, strict=True):
        for name, value in row.items():
            if name in ("quality", "evidence"):
                assert json.loads(value) == line[name]
            elif name in ("published", "first_seen", "last_seen"):
                assert value.isoformat() == line[name]
            else:
                assert value == line[name]
    assert set(lines[0]) - set(rows[0]) == {"paragraphs", "captions"}  # they follow from the blocks


def test_the_types_are_those_of_the_document(file: Path) -> None:
    """Column by column, as DuckDB names them."""
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{file}'").fetchall()
    assert {name: kind for name, kind, *_ in described} == TYPES


def test_duckdb_and_pandas_reckon_with_it(file: Path) -> None:
    """Moments with their zone, lists and structs."""
    query = "SELECT count(*), epoch(min(published)) FROM '{}' WHERE list_contains(author, '丹增')"
    published = make_article(1).published
    assert published is not None
    assert duckdb.sql(query.format(file)).fetchall() == [(5, published.timestamp())]
    captions = duckdb.sql(f"SELECT blocks[-1].kind, images[1].url FROM '{file}' ORDER BY published").fetchall()
    assert set(captions) == {("caption", None), ("caption", "http://www.gaoyuan.example/a b)<>.jpg")}
    frame: Any = pd.read_parquet(file)
    assert str(frame["published"].dt.tz) == "Asia/Shanghai"
    assert str(frame["first_seen"].dt.tz) == "UTC"
    assert frame["published"].min() == pd.Timestamp("2026-03-01 09:07", tz="Asia/Shanghai")
    assert frame.loc[0, "title"] == make_article(1).title
    assert list(frame.loc[0, "author"]) == ["丹增"]


def test_rows_are_grouped_and_written_into_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe cannot tell how far it is, nor go back; memory holds one group."""
    monkeypatch.setattr(parquet, "GROUP_ARTICLES", 4)
    fill(tmp_path)
    read, write = os.pipe()
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(os.fdopen(read, "rb").read()))
    reader.start()
    with Archive.open(tmp_path) as archive, os.fdopen(write, "wb") as stream:
        parquet.write(archive.choose(), stream, Options())
    reader.join(20)
    read_back = pq.ParquetFile(io.BytesIO(got[0]))
    assert read_back.metadata.num_rows == 5 + len(HOSTILE_TITLES)
    assert read_back.metadata.num_row_groups == -(-read_back.metadata.num_rows // 4)


def test_an_archive_without_articles_gives_the_columns(tmp_path: Path) -> None:
    """So that a query over it finds none, and does not fail."""
    Archive.open(tmp_path, write=True).close()
    with Archive.open(tmp_path) as archive:
        empty = pq.read_table(io.BytesIO(exported("parquet", archive.choose())))
    assert (empty.num_rows, set(empty.column_names)) == (0, set(TYPES))


def test_without_the_library_it_is_said_how_to_have_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence, not a traceback."""
    original = builtins.__import__

    def without(name: str, *args: Any, **words: Any) -> Any:
        if name.partition(".")[0] == "pyarrow":
            raise ImportError(name)
        return original(name, *args, **words)

    monkeypatch.setattr(builtins, "__import__", without)
    Archive.open(tmp_path, write=True).close()
    with Archive.open(tmp_path) as archive, pytest.raises(UnavailableError, match=r"jianbao\[parquet\]"):
        parquet.write(archive.choose(), io.BytesIO(), Options())
