"""What a page says of its own encoding: header, <meta>, XML declaration, byte order mark. Kept as written."""

from __future__ import annotations

import re

WINDOW = 16 * 1024  # bytes in which a <meta> is looked for: real pages put it behind scripts and comments
_MOST_METAS = 4

_HEADER = re.compile(r"charset\s*=\s*(\"[^\"]{0,80}\"|'[^']{0,80}'|[^;,]{0,80})", re.IGNORECASE)
_META = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([^\"';>]{1,80})")
_XML = re.compile(rb"\s{0,99}<\?xml\b[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([^\"'>]{1,80})[\"']", re.IGNORECASE)


def declarations(body: bytes, content_type: str) -> dict[str, str]:
    """Where → label as written, for "header", "xml", "meta" and, where a page holds several, "meta-2" …

    A <meta> in a comment or a script counts for nothing. Pure reading: whether a label means anything is
    `labels.encoding_of`'s business.
    """
    found: dict[str, str] = {}
    if header := _HEADER.search(content_type[:1000]):
        found["header"] = header.group(1).strip().strip("\"'")
    head = body[:WINDOW]
    if xml := _XML.match(head):
        found["xml"] = xml.group(1).decode("utf-8", "replace").strip()
    for number, label in enumerate(_metas(head), 1):
        found["meta" if number == 1 else f"meta-{number}"] = label
    return {where: label for where, label in found.items() if label}


def _metas(head: bytes) -> list[str]:
    """The labels of the <meta> elements of the head."""
    lower = head.lower()
    labels: list[str] = []
    at = lower.find(b"charset")
    while at >= 0 and len(labels) < _MOST_METAS:
        tag = lower.rfind(b"<", 0, at)
        match = _META.match(lower, at)
        if match and lower.startswith(b"<meta", tag) and not _hidden(lower, tag):
            labels.append(head[match.start(1) : match.end(1)].decode("utf-8", "replace").rstrip(" /"))
        at = lower.find(b"charset", at + 7)
    return labels


def _hidden(lower: bytes, at: int) -> bool:
    """Whether the place lies in a comment or a script."""
    return any(
        lower.rfind(start, 0, at) > lower.rfind(end, 0, at)
        for start, end in ((b"<!--", b"-->"), (b"<script", b"</script"))
    )
