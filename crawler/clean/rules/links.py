"""Lists of other articles: a heading such as 相关新闻 and the links under it, and lines that are nothing but links.

Seen at the foot of nearly every body, and inside it on portals (延伸阅读). Spared: links inside sentences, headlines,
attachments (a link to a document is part of a government notice).
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.attachment import is_attachment, is_document
from crawler.extract.page import Line
from crawler.later import later

# a headline's day, which stands beside it in a list
_DATE = later(r"[\[(（]?(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\])）]?\s*$")


def links(scene: Scene) -> Mapping[int, str]:
    """Drop lines of links."""
    return {
        index: "a line of links"
        for index, line in enumerate(scene.lines)
        if _is_links(line) and not _is_attachment(line)
    }


def _is_links(line: Line) -> bool:
    if not line.hrefs or line.heading:
        return False
    length = len("".join(_DATE.sub("", line.text).split()))
    return line.linked >= max(length * 0.7, length - 6)


def _is_attachment(line: Line) -> bool:
    return is_attachment(line.text) or is_document(line.hrefs)
