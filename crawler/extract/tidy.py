"""A text as a browser shows it: white space collapsed, what cannot be seen left out."""

from __future__ import annotations

import re

_SPACES = re.compile(r"\s+")
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
    if "\n" in text:
        text = _SPACES.sub(_joint, text)
    return " ".join(text.split())


def _joint(space: re.Match[str]) -> str:
    """CSS Text 3, 4.1.3: a segment break between two East Asian characters is not a space."""
    text, start, end = space.string, space.start(), space.end()
    between = start and _EAST_ASIAN.match(text, start - 1) and _EAST_ASIAN.match(text, end)
    return "" if between and "\n" in space[0] else " "
