"""The corpus's own scorer, and our answers in its words: for the benches and for the floor of the figures."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from archive.model import article_json
from crawler.pipeline import read


def scorer(pages: Path) -> Any:
    """The script of the corpus's folder of pages, as a module."""
    spec = importlib.util.spec_from_file_location("score", pages / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(body: bytes, url: str) -> dict[str, Any]:
    """What we read of a page."""
    reading = read(body, url)
    article = article_json(reading.articles[0]) if reading.articles else {}
    return {
        "verdict": reading.verdict,
        "text": "\n".join(each.text for each in reading.articles),
        "title": article.get("title"),
        "published": (article.get("published") or "")[: 10 if article.get("published_precision") == "day" else 19],
        "source": article.get("origin"),
        "author": article.get("author") or [],
        "editor": article.get("editor") or [],
    }
