"""Attachments (附件): links to documents, and the lines that announce them. They are part of a government notice."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DOCUMENT = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|ceb|zip|rar|7z|txt)(?:$|[?#])", re.IGNORECASE)
_ANNOUNCES = re.compile(
    r"[\s【\[（(]*(?:(?:相关|有关)?附件(?:下载)?|附表|附(?=\s*[:：]))(?:$|[\s:：\d一二三四五六七八九十【\[（(《】\]）)])"
)


def is_document(hrefs: Iterable[str]) -> bool:
    """Whether a link leads to a document."""
    return any(_DOCUMENT.search(href) for href in hrefs)


def is_attachment(text: str) -> bool:
    """Whether a line announces or names an attachment: `附件1：…`, `附件：`, `附件下载`."""
    return _ANNOUNCES.match(text) is not None
