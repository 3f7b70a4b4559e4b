"""副题 and 引题: lines under the headline, at the top of the body before the by-line, or right above the headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.body import SENTENCE_END
from crawler.extract.labels import labelled
from crawler.extract.page import Line, Page
from crawler.extract.stamps import stamps
from crawler.extract.title import plain
from crawler.later import later

_DASH = later(r"^(?:——|--|──|—)\s*\S")
SUBTITLE_WORDS = later(r"sub-?_?(?:title|head)|futi|fubiaoti|ftitle|second-?title", re.IGNORECASE)
# 引题: the words that templates call it by
_LEAD_WORDS = later(
    r"intro-?_?title|yinti|yin_ti|pre-?_?title|up-?_?title|shoulder-?title|jianti|lead-?_?title|over-?title|kicker",
    re.IGNORECASE,
)
_NOT_A_LEAD = later(r"(?:版|频道|新闻|要闻|专栏|专题|栏目|[网报社台])$|[>＞»：:|]")
_TOP = 4
_LONGEST = 60


def subtitles(lines: Sequence[Line], indexes: Sequence[int], title: str) -> tuple[int, ...]:
    """The indexes, among the first lines of the body, of those that are subtitles.

    A line that begins with a dash is one, and so is a short line above it that is not the headline repeated: together
    they are the headline of the printed paper. Elsewhere only a class can tell a subtitle from a sub-head.
    """
    top = [index for index in indexes[:_TOP] if not lines[index].hidden]
    whole = plain(title)
    found: list[int] = []
    dashed = next((at for at, index in enumerate(top) if _is_dashed(lines[index])), None)
    for at, index in enumerate(top):
        line = lines[index]
        if len(line.text) > _LONGEST or SENTENCE_END.search(line.text):
            break
        if (
            at == dashed
            or SUBTITLE_WORDS.search(line.words)
            or (dashed is not None and at < dashed and plain(line.text) not in whole)
        ):
            found.append(index)
    return tuple(found)


def lead_in(page: Page, headline: int) -> tuple[int, ...]:
    """The index of a 引题 right above the headline, which stands in the line of that index.

    Its class says so, or it is a smaller heading in the headline's own element, as e-papers set it; the name of a
    section or a site is none.
    """
    if headline < 1:
        return ()
    title, line = page.lines[headline], page.lines[headline - 1]
    if line.hidden or line.linked or not 4 <= len(line.text) <= _LONGEST or _NOT_A_LEAD.search(line.text):
        return ()
    if (
        SENTENCE_END.search(line.text)
        or plain(line.text) in plain(title.text)
        or stamps(line.text)
        or labelled(line.text)
    ):
        return ()
    beside = page.elements[line.element].parent == page.elements[title.element].parent
    heads = beside and title.heading and line.heading > title.heading and len(line.text) >= 6
    return (headline - 1,) if heads or _LEAD_WORDS.search(line.words) else ()


def _is_dashed(line: Line) -> bool:
    return bool(_DASH.match(line.text)) and len(line.text) <= _LONGEST and not SENTENCE_END.search(line.text)
