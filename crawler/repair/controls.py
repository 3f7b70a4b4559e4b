"""C0 control characters that mirrors strew before punctuation:  进一步规范\\x05\\x08\\x07，

Seen on a page with 230 of them. No text means anything by U+0001–0008, 000B, 000E–001F; they are nevertheless left
where they are few (a stray byte is the decoder's business) and where no Chinese mark follows.
"""

from __future__ import annotations

import re

from crawler.repair.edits import Edit
from crawler.repair.glance import SIGNS
from crawler.repair.markup import Span, code_spans, outside

PRESENT = re.compile(f"[{''.join(map(chr, SIGNS))}]")
_RUN = re.compile(f"{PRESENT.pattern}+")
_MARK = frozenset("，。、；：！？（）《》“”‘’")
_FEWEST = 3  # runs before a mark


def controls(text: str) -> list[Edit]:
    """The edits that drop the control characters of a page that is strewn with them, none elsewhere."""
    runs = [run for span in _spans(text) for run in _RUN.finditer(text, *span)]
    if sum(text[run.end() : run.end() + 1] in _MARK for run in runs) < _FEWEST:
        return []
    return [Edit(run.start(), run.end(), "", "mirror-control", 0.99) for run in runs]


def _spans(text: str) -> list[Span]:
    return list(outside(code_spans(text), len(text))) if _RUN.search(text) else []
