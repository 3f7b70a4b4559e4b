"""What no repair brings back: 锟斤拷, 烫烫烫, U+FFFD.

Only reported, never changed. Spared: a text that speaks of 锟斤拷.
"""

from __future__ import annotations

import re

_KUN = re.compile("(?:锟斤拷|锟斤|斤拷){2,}|(?:锟斤拷[^\n]{0,20}){3}|锟斤拷(?=[\u0080-\uffff]{0,3}锟)")
_HOT = re.compile("烫{6,}|屯{6,}")
_HOLES = re.compile("\ufffd+")


def may_be_lost(wide: str) -> bool:
    """The quick screen, on a text without its ASCII (a fifth of a page): whether to look at the text itself."""
    return any(sign in wide for sign in "\ufffd锟烫屯") and any(
        signs in wide for signs in ("\ufffd", "锟斤", "烫烫烫", "屯屯屯")
    )


def lost(text: str) -> tuple[str, ...]:
    """Sentences about what is lost for good in a text, most telling first; empty where nothing is."""
    said = []
    if "锟斤" in text and (found := _KUN.findall(text)):
        said.append(f"{_counted(len(found), 'stretch')} of 锟斤拷: GBK read as UTF-8 and back, the characters are gone")
    if ("烫烫烫" in text or "屯屯屯" in text) and (found := _HOT.findall(text)):
        said.append(f"{_counted(len(found), 'stretch')} of uninitialised memory (烫烫, 屯屯)")
    if "\ufffd" in text:
        found = _HOLES.findall(text)
        characters, places = _counted(sum(map(len, found)), "replacement character"), _counted(len(found), "place")
        said.append(f"{characters} (U+FFFD) in {places}: bytes were lost")
    return tuple(said)


def _counted(number: int, thing: str) -> str:
    plural = "es" if thing.endswith("ch") else "s"
    return f"{number} {thing}{plural if number != 1 else ''}"
