"""Captures and articles for the archive's tests, written for them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal

import pytest
from postgresql_server import new_database

from archive.model import Article, Block, Capture, Change, Verdict
from archive.store import Archive

START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))
SOURCE = "gaoyuan"

both_databases = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


class Place:
    """Where a test's archive lies."""

    def __init__(self, folder: Path, kind: str = "sqlite") -> None:
        self.data = folder / "data"
        self.database = new_database() if kind == "postgresql" else None

    def open(self, *, write: bool = False) -> Archive:
        """The archive."""
        return Archive.open(self.data, self.database, write=write)


def url_of(number: int) -> str:
    """The address of a page."""
    return f"http://www.gaoyuan.example/c/2026/{number}.html"


def make_capture(
    number: int = 1,
    *,
    hours: float = 0,
    status: int = 200,
    text: str = "",
    kind: Literal["list", "article"] = "article",
) -> Capture:
    """A response of page `number`, `hours` after the start."""
    content = f"<html><body><p>{text or f'第{number}页的正文'}</p></body></html>".encode()
    return Capture(
        url=url_of(number),
        source_id=SOURCE,
        fetched_at=START + timedelta(hours=hours, microseconds=number),
        status=status,
        body=gzip.compress(content, mtime=0),
        reason="OK" if status == 200 else "Not Found",
        request_headers=(("User-Agent", "jianbao"), ("Accept-Encoding", "gzip")),
        response_headers=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("ETag", f'"{number}-{len(content)}"'),
            ("Last-Modified", "Sun, 01 Mar 2026 08:00:00 GMT"),
        ),
        found_on="http://www.gaoyuan.example/c/",
        kind=kind,
        content=content,
        ip="127.0.0.1",
    )


def make_article(number: int = 1, text: str = "", ordinal: int = 0, *, title: str = "") -> Article:
    """The article that page `number` holds."""
    return Article(
        url=url_of(number),
        title=title or f"高原牧场的第{number}条消息",
        blocks=(
            Block("paragraph", text or f"记者从牧场了解到，第{number}批设备已经运到。"),
            Block("caption", "图为牧场。"),
        ),
        ordinal=ordinal,
        source_id=SOURCE,
        published=datetime(2026, 3, 1, 9, 0, tzinfo=CHINA) + timedelta(minutes=7 * number),
        published_precision="minute",
        origin="高原日报",
        author=("丹增",),
        quality={"score": 1},
    )


def take_in(
    archive: Archive,
    capture: Capture,
    *articles: Article,
    verdict: Verdict = "article",
    run_id: int | None = None,
) -> tuple[Change, ...]:
    """Keep and record, as a crawl does."""
    archive.keep(capture)
    evidence = {"encoding": {"charset": "utf-8"}, "read": capture.id}
    return archive.record(capture, capture.url, verdict, articles, evidence, run_id)


def kinds(changes: tuple[Change, ...]) -> list[str]:
    """The kinds of changes."""
    return [change.kind for change in changes]


def later(capture: Capture, hours: float) -> Capture:
    """The same response at a later hour."""
    return replace(capture, fetched_at=capture.fetched_at + timedelta(hours=hours))
