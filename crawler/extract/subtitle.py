"""副题: lines under the headline, or at the top of the body before the by-line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.body import SENTENCE_END
from crawler.extract.page import Line
from crawler.extract.title import plain

_DASH = re.compile(r"^(?:——|--|──|—)\s*\S")
SUBTITLE_WORDS = re.compile(r"sub-?_?(?:title|head)|futi|fubiaoti|ftitle|second-?title", re.IGNORECASE)
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


def _is_dashed(line: Line) -> bool:
    return bool(_DASH.match(line.text)) and len(line.text) <= _LONGEST and not SENTENCE_END.search(line.text)
