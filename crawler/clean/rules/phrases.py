"""Controls, placeholders, paging, notices: lines that are known by their words (config/phrases/boilerplate.toml).

Spared: whatever stands in a longer sentence or in a table of data. A line is dropped for a `whole` phrase only if it
holds nothing else, for a `start` only if it is short and no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from crawler.clean.scene import Scene
from crawler.extract.notice import begins_as_notice, is_notice
from crawler.extract.phrases import boilerplate, without_marks

_ENDS = re.compile(r"[。！？!?][”’」』\"\')）】]*$")
_HEADINGS = frozenset(("related", "comments"))  # what hangs under them decides; they have rules of their own
_PAGES = re.compile(r"共有?\s*\d+\s*[页頁](?:$|[\s,，第])")
_TOP = 2
_END = 0.75  # the share of a text's characters behind which its end begins
_BOTTOM = 2  # lines at its end, however long
_LONGEST_START = 60
_LONGEST_NOTICE = 600


@cache
def _whole() -> dict[str, tuple[str, str]]:
    return {
        without_marks(phrase) or phrase: (name, table.reason)
        for name, table in boilerplate().items()
        if name not in _HEADINGS
        for phrase in table.whole
    }


@cache
def _starts() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    by_phrase = {
        phrase: (name, table.reason)
        for name, table in boilerplate().items()
        if name != "notice"
        for phrase in table.start
    }
    inner = "|".join(map(re.escape, sorted(by_phrase, key=len, reverse=True)))
    return re.compile(inner), by_phrase


def reason(text: str) -> str | None:
    """Why a line is boilerplate, or None."""
    bare = without_marks(text)
    if not bare:
        return None if len(text) > 3 else "marks without a word"
    known = _whole().get(bare)
    if known:
        return known[1]
    if len(text) <= _LONGEST_NOTICE and is_notice(text):
        return boilerplate()["notice"].reason
    if _PAGES.match(text):
        return boilerplate()["paging"].reason
    if len(text) <= _LONGEST_START and not _ENDS.search(text):
        pattern, by_phrase = _starts()
        match = pattern.match(text)
        if match:
            return by_phrase[match[0]][1]
    return None


def phrases(scene: Scene) -> Mapping[int, str]:
    """Drop the lines that the phrase tables know.

    Notices stand at either end of a text; in its middle a sentence may speak of rights and hotlines.
    """
    found = {}
    total = sum(len(line.text) for line in scene.lines)
    before = 0
    for index, line in enumerate(scene.lines):
        at_an_end = index < _TOP or before >= total * _END or index >= len(scene.lines) - _BOTTOM
        before += len(line.text)
        if index in scene.cells and not line.hrefs:
            continue
        why = reason(line.text)
        if why and (why != boilerplate()["notice"].reason or at_an_end or begins_as_notice(line.text)):
            found[index] = why
    return found
