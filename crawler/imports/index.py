"""The index of a folder of pages (index.csv or index.jsonl) → what it says of each file, and what is wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from crawler.imports.page import BEFORE_THE_WEB, THE_WEB, BadFile, Passed, in_utc
from crawler.shanghai import SHANGHAI

FORM = "2026-11-04T08:00:00+08:00"
NAMES = frozenset({"index.csv", "index.jsonl"})


@dataclass(frozen=True, slots=True)
class Row:
    """What an index says of a file; "" and None where it says nothing."""

    url: str = ""
    at: datetime | None = None
    content_type: str = ""


def read_index(folder: Path) -> tuple[Mapping[str, Row | None], list[Passed]]:
    """What the index says of each file, None where its row cannot be understood; and a word of each such row.

    Raises BadFile for an index that cannot be read at all.
    """
    found: dict[str, Row | None] = {}
    bad: list[Passed] = []
    try:
        for where, row in _rows(folder):
            if row is None:
                bad.append(Passed("a line that is no JSON object of words", where, fault=True))
                continue
            name = _plain(row.get("path"))
            if not name:
                bad.append(Passed("a row that names no path", where, fault=True))
                continue
            try:
                told = _row(row)
            except ValueError:
                found[name] = None
                bad.append(Passed(f"a time that is none; it is written {FORM}", where, fault=True))
                continue
            early = told.at is not None and told.at < THE_WEB
            found[name] = None if early else told
            if early:
                bad.append(Passed(BEFORE_THE_WEB, where, fault=True))
    except (OSError, ValueError, csv.Error) as error:
        raise BadFile(f"The folder's index cannot be read: {error}.") from error
    return found, bad


def _rows(folder: Path) -> Iterator[tuple[str, Mapping[str, str | None] | None]]:
    """The index's rows with where each stands; None for a line that cannot be read."""
    table, lines = folder / "index.csv", folder / "index.jsonl"
    if lines.is_file():
        for number, line in enumerate(lines.read_bytes().splitlines(), 1):
            if line:
                yield f"index.jsonl, line {number}", _decoded(line)
    elif table.is_file():
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for each in reader:
                yield f"index.csv, line {reader.line_num}", dict(each)


def _decoded(line: bytes) -> Mapping[str, str | None] | None:
    try:
        return msgspec.json.decode(line, type=dict[str, str | None])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _plain(path: str | None) -> str:
    return Path(path).as_posix().removeprefix("./") if path else ""


def _row(row: Mapping[str, str | None]) -> Row:
    time = (row.get("time") or "").strip()
    at = datetime.fromisoformat(time) if time else None
    if at is not None:
        at = in_utc(at if at.tzinfo else at.replace(tzinfo=SHANGHAI))
    return Row((row.get("url") or "").strip(), at, (row.get("content_type") or "").strip())
