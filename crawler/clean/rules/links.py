"""Lists of other articles: a heading such as 相关新闻 and the links under it, and lines that are nothing but links.

Seen at the foot of nearly every body, and inside it on portals (延伸阅读). Spared: links inside sentences, headlines,
attachments (a link to a document is part of a government notice).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.clean.scene import Scene
from crawler.extract.page import Line

_DOCUMENT = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|jpg|txt)(?:$|[?#])", re.IGNORECASE)
_ATTACHMENT = re.compile(r"^附件|^附[:：]|附件下载")


def links(scene: Scene) -> Mapping[int, str]:
    """Drop lines of links."""
    return {
        index: "a line of links"
        for index, line in enumerate(scene.lines)
        if _is_links(line) and not _is_attachment(line)
    }


def _is_links(line: Line) -> bool:
    length = len("".join(line.text.split()))
    return bool(line.hrefs) and line.linked >= max(length * 0.7, length - 6) and not line.heading


def _is_attachment(line: Line) -> bool:
    return bool(_ATTACHMENT.search(line.text)) or any(_DOCUMENT.search(href) for href in line.hrefs)
