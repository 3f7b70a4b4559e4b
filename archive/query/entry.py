"""An article → what search knows of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from archive.fold import spaced
from archive.model import Article, Standing
from archive.query.tree import Entry


def entry_of(
    read: Article, standing: Standing, source_id: str, dated: datetime, evidence: Mapping[str, Any] | None
) -> Entry:
    """The entry of an article's newest text; `evidence` is that of its page's reading.

    Several names in one field are parted by white space, so that no word spans two of them.
    """
    fields = {
        "title": spaced(read.title),
        "text": spaced(read.text),
        "origin": spaced(read.origin or ""),
        "author": _several(read.author),
        "editor": _several(read.editor),
        "section": _several(read.section),
        "url": spaced(standing.canonical_url),
    }
    return Entry(fields, frozenset(_tags(read, standing, source_id, evidence or {})), dated)


def _tags(read: Article, standing: Standing, source_id: str, evidence: Mapping[str, Any]) -> Iterator[str]:
    yield f"source:{spaced(source_id)}"
    yield f"status:{standing.status}"
    subtags = spaced(read.language or "").split("-")
    for number in range(1, len(subtags) + 1 if subtags[0] else 0):  # zh-hant is zh as well
        yield "language:" + "-".join(subtags[:number])
    pages = [evidence, *(page.get("evidence") or {} for page in evidence.get("pages") or ())]
    has = {
        "author": read.author,
        "date": read.published,
        "editor": read.editor,
        "images": read.images,
        "lossy": any(page.get("lossy") for page in pages),
        "origin": read.origin,
        "repairs": any(page.get("repairs") for page in pages),
        "revisions": standing.revision > 1,
        "section": read.section,
    }
    yield from (f"has:{name}" for name, there in has.items() if there)


def _several(names: Iterable[str]) -> str:
    return spaced("\n".join(names))
