"""A text as a browser shows it: white space collapsed, what cannot be seen left out."""

from __future__ import annotations

import re

# Control characters would reach the reader's terminal, and those of direction turn a text about.
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile(r"[\u200b\u2060\ufeff\xad]")
UNSEEN = re.compile(f"{CONTROLS.pattern}|{INVISIBLE.pattern}".replace("]|[", ""))

# U+200C and U+200D join and part Arabic, Indian, Tibetan and Mongolian letters, and pictures: there they stay, and
# between two Latin letters, whose ligatures they rule. A Chinese character joins with nothing.
_JOINERS = "[\u200c\u200d]"
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff]"
_OTHER = r"[^\s!-~]"
IDLE_JOINERS = re.compile(f"(?<={_WIDE}){_JOINERS}++(?:(?={_WIDE})|(?!{_OTHER}))|(?<!{_OTHER}){_JOINERS}++(?={_WIDE})")


def tidy(text: str) -> str:
    r"""Collapse white space as a browser does; breaks between Chinese characters vanish, and what cannot be seen.

    >>> tidy("青\u200b禾县\u200d城\u200c外"), tidy("می\u200cخواهم") == "می\u200cخواهم"
    ('青禾县城外', True)
    """
    return collapsed(IDLE_JOINERS.sub("", UNSEEN.sub("", text)))


def collapsed(text: str) -> str:
    """Collapse white space as a browser does; breaks between Chinese characters vanish."""
    text = text.strip()
    if "\n" not in text:
        return " ".join(text.split())
    joined = ""
    for segment in text.split("\n"):
        if words := segment.split():
            if joined and not (_is_east_asian(joined[-1]) and _is_east_asian(words[0][0])):
                joined += " "  # CSS Text 3, 4.1.3: a segment break between two East Asian characters is none
            joined += words[0] if len(words) == 1 else " ".join(words)
    return joined


def _is_east_asian(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uff60" or "\uf900" <= character <= "\ufaff"
