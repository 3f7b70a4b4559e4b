"""A folder of HTML files → pages.

Where each came from is told by an index.csv or index.jsonl in the folder (path, url, time, content_type), else by the
page itself: a comment that browsers write (saved from url), `link rel=canonical`, `og:url`. When: by the index, else
the file's own time. Links, devices and pipes are not followed.
"""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import msgspec

from crawler.imports.page import MOST_BYTES, BadFile, Incoming, Passed, in_utc, is_address
from crawler.shanghai import SHANGHAI

SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
LOOKED_AT = 1 << 18
FORM = "2026-11-04T08:00:00+08:00"
SAVED_FROM = re.compile(
    r"<!--\s{0,20}saved from url=\(\d{1,6}\)\s{0,20}(https?://[^\s>]{1,2000}?)\s{0,20}-->", re.IGNORECASE
)
TAGS = re.compile(r"<(?:link|meta)\b[^<>]{1,3000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-zA-Z:-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,2500})"|'([^']{0,2500})'|([^\s"'>]{1,2500}))""")


@dataclass(frozen=True, slots=True)
class Row:
    """What an index says of a file; "" and None where it says nothing."""

    url: str = ""
    at: datetime | None = None
    content_type: str = ""


def pages(folder: Path) -> Iterator[Incoming | Passed]:
    """What a folder holds, by path. Raises BadFile for an index that cannot be read."""
    index, bad = _index(folder)
    yield from bad
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        wanted = path.suffix.lower() in SUFFIXES or name in index
        row = index.get(name, Row())  # None: the row is told, and a guess in its place would be an untruth
        if wanted and row is not None and (found := _page(path, name, row)) is not None:
            yield found
    for name in sorted(index):
        if index[name] is not None and not (folder / name).is_file():
            yield Passed("in the index, and not there", name, fault=True)


def _page(path: Path, name: str, row: Row) -> Incoming | Passed | None:
    try:
        told = path.lstat()
        if not stat.S_ISREG(told.st_mode):
            return Passed("no plain file", name) if not stat.S_ISDIR(told.st_mode) else None
        if told.st_size > MOST_BYTES:
            return Passed(f"larger than {MOST_BYTES >> 20} MiB", name)
        body = path.read_bytes()
    except OSError as error:
        return Passed(f"it cannot be read: {error.strerror}", name, fault=True)
    url = row.url or address_in(body)
    if not is_address(url):
        why = "it says nowhere which address it came from, and no index does"
        return Passed(why if not url else "an address that is none of the web", name, fault=True)
    try:
        at = row.at or in_utc(datetime.fromtimestamp(int(told.st_mtime), UTC))
    except (ValueError, OverflowError, OSError):
        return Passed("the file's own time is none", name, fault=True)
    return Incoming(url, at, body, 200, "OK", (("Content-Type", row.content_type or "text/html"),))


def address_in(body: bytes) -> str:
    """The address that a page says it came from; "" if it says none.

    >>> address_in(b'<!-- saved from url=(0020)http://a.example/1 --><html>')
    'http://a.example/1'
    """
    head = body[:LOOKED_AT].decode("latin-1")
    if saved := SAVED_FROM.search(head[:5_000]):
        return saved[1]
    told: dict[str, str] = {}
    for tag in TAGS.finditer(head):
        attributes = {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(tag[0])}
        if "canonical" in attributes.get("rel", "").lower().split():
            told.setdefault("canonical", attributes.get("href", "").strip())
        elif attributes.get("property", attributes.get("name", "")).lower() == "og:url":
            told.setdefault("og", attributes.get("content", "").strip())
    return next((url for name in ("canonical", "og") if is_address(url := told.get(name, ""))), "")


def _index(folder: Path) -> tuple[Mapping[str, Row | None], list[Passed]]:
    """What the index says of each file, None where its row cannot be understood; and a word of each such row."""
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
                found[name] = _row(row)
            except ValueError:
                found[name] = None
                bad.append(Passed(f"a time that is none; it is written {FORM}", where, fault=True))
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
