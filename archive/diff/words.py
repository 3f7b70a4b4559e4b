"""Two texts of one paragraph, word by word.

Words are cut by rjieba (Jieba's dictionary and model in Rust: 0.2 s to load, 60,000 characters in 0.04 s, 5 MB). What
is one thing for a reader is no matter for a dictionary: figures with their unit, dates, times, Latin words, names in
《》. In other scripts a word or syllable is what their own marks part. Both are looked for in a text whose characters
are Simplified and half-width, one for one, so that 億元 and ２８．３ are cut where 亿元 and 28.3 are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from archive.diff.common import common
from archive.fold import simplified

_DIGITS = "[零〇一二两三四五六七八九十百千万亿]"
_LATIN = "A-Za-z\u00c0-\u024f"
ATOMS = re.compile(
    rf"""
    《[^《》\n]{{1,60}}》                                           # the name of a work, a law, a paper
    | \d{{4}}年(?:\d{{1,2}}月(?:\d{{1,2}}[日号])?)? | \d{{1,2}}月\d{{1,2}}[日号]
    | \d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}} | \d{{1,2}}[:：]\d\d(?:[:：]\d\d)?
    | [{_LATIN}0-9]*[{_LATIN}][{_LATIN}0-9]*(?:['’\-][{_LATIN}0-9]+)*   # 5G, COVID-19
    | \d+(?:[.,]\d+)*(?:[%％‰]|[百千万亿]+)?
    | 百分之{_DIGITS}+(?:点{_DIGITS}+)? | {_DIGITS}{{2,}}(?:点{_DIGITS}+)?
    | [\u0f40-\u0fbc]+\u0f0b?                                       # a Tibetan syllable with its point
    | [\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]+       # Uyghur, Kazakh
    | [\u1800-\u18af]+                                              # Mongolian
    """,
    re.VERBOSE,
)

Op = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stands in both, only in the old one (removed), or only in the new one (added)."""

    op: Op
    text: str


def words(text: str) -> list[str]:
    """The words of a text; joined they are the text again.

    >>> words("《岚川日报》10月1日讯：产值42.5亿元，同比增长12.6%")
    ['《岚川日报》', '10月1日', '讯', '：', '产值', '42.5亿', '元', '，', '同比', '增长', '12.6%']
    """
    found: list[str] = []
    at = 0
    for word in _plain_words(text.translate(_plain_forms())):
        found.append(text[at : at + len(word)])
        at += len(word)
    return _with_marks(found)


@cache
def _plain_forms() -> dict[int, str]:
    """Simplified for Traditional, half-width for full-width; full-width commas part numbers and stay as they are."""
    full_width = (*map(chr, range(0xFF10, 0xFF5B)), "．")
    widths = {ord(char): chr(ord(char) - 0xFEE0) for char in full_width if char.isalnum() or char == "．"}
    return {ord(old): new for old, new in simplified().items()} | widths


def _plain_words(text: str) -> Iterator[str]:
    end = 0
    for match in ATOMS.finditer(text):
        yield from _cut(text[end : match.start()])
        yield match[0]
        end = match.end()
    yield from _cut(text[end:])


def _cut(text: str) -> list[str]:
    if not text:
        return []
    from rjieba import cut  # its dictionary is loaded where a diff is asked for

    return list(cut(text))


def _with_marks(found: Sequence[str]) -> list[str]:
    """A combining mark stays with what it stands on."""
    joined: list[str] = []
    for word in found:
        if joined and unicodedata.category(word[0]).startswith("M"):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """What was removed from the old text and added to the new one; a removal stands before its addition.

    >>> [(piece.op, piece.text) for piece in word_diff("产值增长6.3%。", "产值增长12.6%。")]
    [('same', '产值增长'), ('removed', '6.3%'), ('added', '12.6%'), ('same', '。')]
    """
    olds, news = words(old), words(new)
    return tuple(_pieces(_readable(_runs(olds, news, common(olds, news)))))


@dataclass(slots=True)
class _Run:
    """A stretch of both texts. The same stands in both, or the one was put in the other's place."""

    old: str
    new: str
    same: bool

    @property
    def length(self) -> int:
        return max(len(self.old), len(self.new))


def _runs(old: Sequence[str], new: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[_Run]:
    found: list[_Run] = []
    at_old = at_new = 0
    for one, other in [*pairs, (len(old), len(new))]:
        if one > at_old or other > at_new:
            found.append(_Run("".join(old[at_old:one]), "".join(new[at_new:other]), same=False))
        if one < len(old) and found and found[-1].same:
            found[-1].old = found[-1].new = found[-1].old + old[one]
        elif one < len(old):
            found.append(_Run(old[one], old[one], same=True))
        at_old, at_new = one + 1, other + 1
    return found


SAME_SHARE = 0.25
"""Of the shorter text. Where less is the same, the one was put in the other's place: what is left are coincidences."""

SENTENCE_ENDS = frozenset("。！？；!?;\n")


def _readable(runs: Sequence[_Run]) -> list[_Run]:
    """Without coincidences: a single character between two changes that are both longer belongs to one change.

    Two characters are a word, and a word that stayed is worth showing. Sentences are never drawn together.
    """
    kept = sum(len(run.old) for run in runs if run.same)
    old, new = "".join(run.old for run in runs), "".join(run.new for run in runs)
    if old and new and kept < SAME_SHARE * min(len(old), len(new)):
        return [_Run(old, new, same=False)]
    found: list[_Run] = []
    for at, run in enumerate(runs):
        between = found and found[-1].same and len(found[-1].old) == 1 and found[-1].old not in SENTENCE_ENDS
        if between and not run.same and at >= 2 and min(run.length, runs[at - 2].length) > 1:
            middle = found.pop().old
            found[-1].old += middle + run.old
            found[-1].new += middle + run.new
        else:
            found.append(_Run(run.old, run.new, run.same))
    return found


def _pieces(runs: Sequence[_Run]) -> Iterator[Piece]:
    for run in runs:
        if run.same:
            yield Piece("same", run.old)
            continue
        if run.old:
            yield Piece("removed", run.old)
        if run.new:
            yield Piece("added", run.new)
