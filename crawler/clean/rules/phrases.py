"""Controls, placeholders, paging, notices: lines that are known by their words (config/phrases/boilerplate.toml).

Spared: whatever stands in a longer sentence or in a table of data. A line is dropped for a `whole` phrase or a pattern
only if it holds nothing else, for a `start` only if it is short and no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from crawler.clean.scene import Scene
from crawler.extract.body import is_prose
from crawler.extract.notice import begins_as_notice, is_notice
from crawler.extract.phrases import boilerplate, without_marks

_ENDS = re.compile(r"[。！？!?][”’」』\"\')）】]*$")
_LEADS = re.compile(r"[\s【\[（(>＞》»·•◆■●▶►△▲※*\-—|｜]+")
_HEADINGS = frozenset(("related", "comments"))  # what hangs under them decides; they have rules of their own
_BELOW = "below"
_NOTICE = "notice"
_TOP = 2
_END = 0.75  # the share of a text's characters behind which its end begins
_BOTTOM = 2  # lines at its end, however long
_LONGEST_START = 60
_LONGEST_PATTERN = 80
_LONGEST = 600


@cache
def _whole() -> dict[str, str]:
    return {
        without_marks(phrase) or phrase: name
        for name, table in boilerplate().items()
        if name not in _HEADINGS
        for phrase in table.whole
    }


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _whole())


@cache
def _starts() -> tuple[re.Pattern[str], dict[str, str]]:
    by_phrase = {phrase: name for name, table in boilerplate().items() if name != _NOTICE for phrase in table.start}
    inner = "|".join(map(re.escape, sorted(by_phrase, key=len, reverse=True)))
    return re.compile(inner), by_phrase


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile("|".join(f"(?:{pattern})" for pattern in table.patterns), re.IGNORECASE))
        for name, table in boilerplate().items()
        if name != _NOTICE and table.patterns
    )


def _table_of(text: str) -> str | None:
    """The table of boilerplate.toml that knows a line, or None."""
    return _known(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=1_024)  # the same controls stand on every page of a site
def _known(text: str) -> str | None:
    bare = without_marks(text)
    if not bare:
        return None
    known = _whole().get(bare)
    if known:
        return known
    if is_notice(text):
        return _NOTICE
    if len(text) <= _LONGEST_START and not _ENDS.search(text):
        leads = _LEADS.match(text)
        pattern, by_phrase = _starts()
        match = pattern.match(text, leads.end() if leads else 0) or pattern.match(text)
        if match:
            return by_phrase[match[0]]
    if len(text) <= _LONGEST_PATTERN:
        return next((name for name, pattern in _patterns() if pattern.fullmatch(text)), None)
    return None


def whole_reason(text: str) -> str | None:
    """Why a line is boilerplate that holds a known phrase and nothing else, or None."""
    first = text[:1]
    if first.isalnum() and first not in _first_letters():
        return None  # most headlines
    table = _whole().get(without_marks(text))
    return boilerplate()[table].reason if table else None


def reason(text: str) -> str | None:
    """Why a line is boilerplate, or None."""
    table = _table_of(text)
    if table is not None:
        return boilerplate()[table].reason
    return None if len(text) > 3 or without_marks(text) else "marks without a word"


def phrases(scene: Scene) -> Mapping[int, str]:
    """Drop the lines that the phrase tables know.

    Notices stand at either end of a text; in its middle a sentence may speak of rights and hotlines. What a site prints
    below its articles counts only there.
    """
    found = {}
    total = sum(len(line.text) for line in scene.lines)
    last = max((index for index, line in enumerate(scene.lines) if is_prose(line) and not line.hidden), default=-1)
    before = 0
    for index, line in enumerate(scene.lines):
        at_an_end = index < _TOP or before >= total * _END or index >= len(scene.lines) - _BOTTOM
        before += len(line.text)
        if index in scene.cells and not line.hrefs:
            continue
        table = _table_of(line.text)
        if (table == _NOTICE and not at_an_end and not begins_as_notice(line.text)) or (
            table == _BELOW and index <= last
        ):
            continue
        why = reason(line.text)
        if why:
            found[index] = why
    return found
