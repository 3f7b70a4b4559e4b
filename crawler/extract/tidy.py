"""A text as a browser shows it: white space collapsed, what cannot be seen left out."""

from __future__ import annotations

import re
from itertools import pairwise

_EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
# Control characters would reach the reader's terminal, and those of direction turn a text about; U+200C and U+200D join
# letters (Persian) and pictures and stay.
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\xad]")
UNSEEN = re.compile(f"{CONTROLS.pattern}|{INVISIBLE.pattern}".replace("]|[", ""))


def tidy(text: str) -> str:
    """Collapse white space as a browser does; breaks between Chinese characters vanish, and what cannot be seen."""
    return collapsed(UNSEEN.sub("", text))


def collapsed(text: str) -> str:
    """Collapse white space as a browser does; breaks between Chinese characters vanish."""
    text = text.strip()
    if "\n" not in text:
        return " ".join(text.split())
    segments = [" ".join(words) for segment in text.split("\n") if (words := segment.split())]
    joined = segments[:1]
    for before, segment in pairwise(segments):
        joined += (_joint(before[-1], segment[0]), segment)
    return "".join(joined)


def _joint(before: str, behind: str) -> str:
    """CSS Text 3, 4.1.3: a segment break between two East Asian characters is not a space."""
    return "" if _EAST_ASIAN.match(before) and _EAST_ASIAN.match(behind) else " "
