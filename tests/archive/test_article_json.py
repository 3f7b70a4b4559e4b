"""docs/article.md tells the truth about an article's JSON."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive_cases import CHINA

from archive.identity import article_id
from archive.model import Article, Block, Image, Standing, article_json

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "article.md").read_text("utf-8")
FIELDS = dict(re.findall(r"^\| `(\w+)` \| (.*?) ?\|", DOCUMENT, re.M))
URL = "http://www.gaoyuan.example/c/1.html"
ARTICLE = Article(
    url=URL,
    title="牧场收到第一批设备",
    blocks=(Block("paragraph", "设备已经运到牧场。"), Block("caption", "图为牧场。")),
    source_id="gaoyuan",
    published=datetime(2026, 3, 1, 9, 7, tzinfo=CHINA),
    published_precision="minute",
    origin="高原日报",
    author=("丹增",),
    section=("高原网", "畜牧"),
    language="zh-Hans",
    images=(Image("http://www.gaoyuan.example/c/1.jpg", "图为牧场。"),),
    evidence={"encoding": {"encoding": "utf-8"}},
)
STANDING = Standing(
    id=article_id(URL),
    canonical_url=URL,
    first_seen=datetime(2026, 3, 1, 1, 30, tzinfo=UTC),
    last_seen=datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
)


def test_the_document_names_every_field_in_its_order() -> None:
    """A field that is added, renamed or taken away has to be so in the document as well."""
    assert list(FIELDS) == list(article_json(ARTICLE, STANDING))
    assert len(DOCUMENT.splitlines()) <= 60


def test_the_example_is_what_the_code_gives() -> None:
    """Field by field, in the same order."""
    example: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", DOCUMENT, re.S)[0])
    assert list(example.items()) == list(article_json(ARTICLE, STANDING).items())


def test_what_is_absent_is_as_the_document_says() -> None:
    """An article of which nothing is known gives what stands in the second column."""
    empty = article_json(Article(url=URL, title="标题", blocks=()))
    assert {name: json.loads(absent) for name, absent in FIELDS.items() if absent} == {
        name: value for name, value in empty.items() if name not in ("url", "title")
    }
