"""The pictures of an article with their captions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

from archive.model import Block, Image
from crawler.extract.page import Page
from crawler.later import later

_ORNAMENT = later(
    r"(?:logo|icon|blank|space|loading|qr|ewm|erweima|weixin|share|arrow|btn|button|ico|line|dot|pixel)[\w-]*\.(?:gif|png|jpe?g|webp)$|\.svg$",
    re.IGNORECASE,
)
_MOST = 100


def images(page: Page, span: range, kept: Sequence[int], blocks: Sequence[Block]) -> tuple[Image, ...]:
    """The pictures between the first and the last line of the body, `span`.

    `kept` are the indexes of the lines that `blocks` begin with. A picture's caption is the first caption that
    stands behind it before any other text; a picture at the foot of a page's ornaments is left out by its name.
    """
    by_line = dict(zip(kept, blocks, strict=True))
    found: list[Image] = []
    for picture in page.pictures:
        if picture.hidden or not span.start <= picture.before <= span.stop or len(found) >= _MOST:
            continue
        address = _absolute(page.url, picture.src)
        if address is None or any(image.url == address for image in found):
            continue
        below = next((by_line[index] for index in range(picture.before, picture.before + 2) if index in by_line), None)
        found.append(Image(address, below.text if below is not None and below.kind == "caption" else ""))
    return tuple(found)


def _absolute(base: str, source: str) -> str | None:
    """The address of a picture; None for what is no address, no picture on the web, or an ornament by its name."""
    try:
        address = urljoin(base, source)
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and not _ORNAMENT.search(parts.path) else None
