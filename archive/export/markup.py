"""What the formats with markup share: texts that XML can hold, and an article's body as HTML. No format of its own."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from archive.model import Article

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2) has no place for, not even as a reference."""

STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Controls, line ends and marks of direction: in a title or a name they would reach beyond it."""

NAMES = uuid.UUID("6f0a1f6e-3c53-5b55-9a0e-0d1f4f2b7c11")
"""Of the urn:uuid of articles and feeds."""

TAGS = {"paragraph": "p", "heading": "h2", "quote": "blockquote", "table": "pre", "caption": "p"}


def xml_text(text: str) -> str:
    """The text without what XML cannot hold.

    >>> xml_text("一\\x00二\\uffff三\\n")
    '一二三\\n'
    """
    return NO_XML.sub("", text)


def one_line(text: str) -> str:
    """A title or a name: one line that steers nothing around it.

    >>> one_line(" 工业\\n快报\\u202eexe\\x1b[1m ")
    '工业 快报exe[1m'
    """
    return " ".join(xml_text(STEERING.sub("", " ".join(text.split()))).split())


def urn(*words: str) -> str:
    """A name that stays the same as long as the words do (RFC 9562, version 5)."""
    return f"urn:uuid:{uuid.uuid5(NAMES, chr(10).join(words))}"


def web_address(url: str) -> str | None:
    """The address as a URI (RFC 3986), what may not stand in one in %XX; None if it is not one of the web.

    >>> web_address("http://a.example/a b<西>#x"), web_address("javascript:alert(1)")
    ('http://a.example/a%20b%3C%E8%A5%BF%3E#x', None)
    """
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
    except ValueError:
        return None
    return quote(url.encode("utf-8", "replace"), safe="%/:?#[]@!$&'()*+,;=~")


def rfc3339(moment: datetime) -> str:
    """A moment as feeds want it (RFC 3339), with its own offset; a year has four digits.

    >>> from datetime import UTC
    >>> rfc3339(datetime(2026, 3, 1, 8, 30, 0, 5, UTC))
    '2026-03-01T08:30:00+00:00'
    """
    return moment.isoformat(timespec="seconds")


def body_html(article: Article) -> str:
    """The body as HTML that holds texts and nothing that could run or be fetched; escaped by the library.

    >>> from archive.model import Block
    >>> body_html(Article("http://a.example/", "题", (Block("paragraph", "a<b"), Block("list", "甲\\n乙"))))
    '<p>a&lt;b</p>\\n<ul><li>甲</li><li>乙</li></ul>'
    """
    return "\n".join(ET.tostring(_element(each.kind, xml_text(each.text)), "unicode") for each in article.blocks)


def _element(kind: str, text: str) -> ET.Element:
    if kind == "list":
        found = ET.Element("ul")
        for line in text.split("\n"):
            ET.SubElement(found, "li").text = line
        return found
    found = ET.Element(TAGS.get(kind, "p"))
    (ET.SubElement(found, "em") if kind == "caption" else found).text = text
    return found
