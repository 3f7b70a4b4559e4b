"""Copyright notices, disclaimers and records (ICP备, 公网安备): sentences that are the site's and not the article's.

The words are data (`[notice]` of config/phrases/boilerplate.toml). A line is a notice where it begins as only notices
do, where it holds a phrase of nothing else, or where two signs come together: it speaks of reprints, rights or
liability (`weak`), and it addresses the reader or speaks for the site (`beside`). Phrases do not count in quotation
marks, nor two signs where something is reported (`reported`: 法院, 规定, 说): newspapers write of rights as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from crawler.extract.phrases import boilerplate

_OPENS = r"[\s【\[（(〔*※◆▲●■]*"
# `版权声明写得再好，…` is a sentence; behind the word that begins a notice stands a mark, an end, or what is claimed.
_GOES_ON = r"(?:\s*[:：】\])）〕©|｜]|\s+\S|\s*$|(?=本|凡|未经|以上|所有|转载|任何|不得|违者|侵权))"
_LONGEST = 600
_QUOTED = ("“", "‘", "「", "『", "《")


class _Words(NamedTuple):
    start: re.Pattern[str]
    certain: re.Pattern[str]
    patterns: re.Pattern[str]
    weak: re.Pattern[str]
    beside: re.Pattern[str]
    reported: re.Pattern[str]


@cache
def _words() -> _Words:
    table = boilerplate()["notice"]
    return _Words(
        start=re.compile(rf"{_OPENS}(?:{_any(table.start)}){_GOES_ON}"),
        certain=re.compile(_any(table.contains)),
        patterns=re.compile("|".join(table.patterns)),
        weak=re.compile(_any(table.weak)),
        beside=re.compile(_any(table.beside)),
        reported=re.compile(_any(table.reported)),
    )


def _any(phrases: Iterable[str]) -> str:
    return "|".join(map(re.escape, phrases))


def is_notice(text: str) -> bool:
    """Whether a line is a copyright notice, a disclaimer or a record."""
    return len(text) <= _LONGEST and _is_notice(text)


@lru_cache(maxsize=1_024)  # a line is asked about several times on its way, and notices recur on a site's pages
def _is_notice(text: str) -> bool:
    words = _words()
    if words.start.match(text):
        return True
    if _said(words.certain, text) or _said(words.patterns, text):
        return True
    return _said(words.weak, text) and words.beside.search(text) is not None and words.reported.search(text) is None


def _said(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the line itself says so: what stands right behind an opening quotation mark is someone's words."""
    match = pattern.search(text)
    return match is not None and not text.endswith(_QUOTED, 0, match.start())


def begins_as_notice(text: str) -> bool:
    """Whether a line begins as only notices do."""
    return _words().start.match(text) is not None
