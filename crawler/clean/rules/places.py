"""The county list: place names in random order that spam mirrors hang under a stolen article.

Seen on 45 mirrors (8 to 80 names, any separator, in one line or each in an element of its own; measured 2026). Told
by its form and by the gazetteer (crawler/clean/tables): eight or more short items, 70 % of them known places or 80 %
with a place's suffix, no sentence mark, and neighbours from different provinces, which in a true list of one province's
places they are not. It counts where it is made of links, or where it stands before or behind the whole text. Spared:
cells of a table of data, lists that the line before or the headline announces (名单如下), lists with text around them,
long lists in the order of the provinces, and lists of whole provinces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from crawler.clean.scene import Scene
from crawler.clean.tables.places import is_province, longest_from, provinces
from crawler.extract.body import is_prose
from crawler.extract.page import Line
from crawler.extract.phrases import whole_lines, without_marks
from crawler.later import later

_SPLIT = later(r"[\s|｜、，,;；/／·•・>＞»\-—–_\\+&]+")
_SUFFIX = later(r"[\u4e00-\u9fff]{1,11}(?:省|市|县|縣|区|區|旗|盟|州|镇|乡)$")
_SENTENCE = later(r"[。！？!?：:“”《》（）()]|\d")
_ANNOUNCES = later(
    r"名单|如下|以下|下列|附后|附表|分别|依次|排名|排行|百强|十强|榜|入选|入围|获奖|公示|试点|示范|目的地|路线|线路|途经|沿线|考点|名录|一览"
)
_KINDS = later(r"(?:县市|市县|县区|区县|市区|州市|城市|地区)$")  # 获评县市 is a heading
_RUN_TOGETHER = later(r"[\u4e00-\u9fff]{17,}")
_LONGEST_RUN = 20_000
_FEWEST = 8
_KNOWN = 0.7
_SUFFIXED = 0.8
_CHANGES = 0.6  # the share of neighbours that lie in different provinces
_PAIRS = 3  # neighbours that the gazetteer must know
_RETURNS = 2  # times a province comes back, from which a list is in no order
_LONGEST_ITEM = 16  # 双江拉祜族佤族布朗族傣族自治县 has 15
_LONGEST_FOREIGN = 6
_LONGEST_FIRST_FOREIGN = 3  # a longer line above the places is their heading
_FOREIGN = 3  # items on end that are no places and do not end a list (天气, 地图)
_LONGEST_ANNOUNCEMENT = 40
_MOST = 4_000  # items that are looked at


class Items(NamedTuple):
    """What a list of short items says of itself."""

    total: int
    known: int
    suffixed: int
    whole: int  # provinces as such
    pairs: int  # of known neighbours
    changes: int  # of those, how many lie in different provinces
    returns: int  # how often a province comes back after another


def items(texts: Iterable[str]) -> Items | None:
    """Look the items of a list up; None where they are few, or a text has a sentence mark or a long item."""
    names: list[str] = []
    for text in texts:
        found = _names(text)
        if found is None:
            return None
        names += found
    del names[_MOST:]
    if len(names) < _FEWEST:
        return None
    masks = [provinces(name) for name in names]
    known = [mask for mask in masks if mask]
    pairs = list(pairwise(known))
    return Items(
        total=len(names),
        known=len(known),
        suffixed=sum(bool(_SUFFIX.match(name)) for name in names),
        whole=sum(is_province(name) for name in names),
        pairs=len(pairs),
        changes=sum(not left & right for left, right in pairs),
        returns=_returns(known),
    )


def _names(text: str) -> list[str] | None:
    """The items of a text; None where it has a sentence mark, a figure or an item that is too long for a name."""
    if text.isalpha() and len(text) <= _LONGEST_ITEM:
        return [text]
    if _SENTENCE.search(text):
        return None
    found: list[str] = []
    for name in _SPLIT.split(text[: _MOST * _LONGEST_ITEM]):
        if len(name) <= _LONGEST_ITEM:
            found += (name,) if name else ()
        elif _RUN_TOGETHER.fullmatch(name):
            parts = _parted(name[:_LONGEST_RUN])
            if parts is None:
                return None
            found += parts
        else:
            return None
    return found


def _parted(text: str) -> list[str] | None:
    """Names that run together, parted by the longest that is known; None where most of the text is none."""
    found: list[str] = []
    at = foreign = 0
    while at < len(text):
        longest = min(longest_from(text[at]), _LONGEST_ITEM)
        length = next((n for n in range(longest, 1, -1) if provinces(text[at : at + n])), 0)
        if length:
            found.append(text[at : at + length])
        else:
            foreign += 1
            if foreign * 3 > len(text):
                return None
        at += length or 1
    return found


def is_place_list(texts: Iterable[str]) -> bool:
    """Whether the texts, taken together, are a list of places of different provinces."""
    found = items(texts)
    return found is not None and _is_list(found) and found.changes >= found.pairs * _CHANGES


def places(scene: Scene) -> Mapping[int, str]:
    """Drop the lists of places that are no part of the text."""
    found: dict[int, str] = {}
    runs = list(_runs(scene))
    if not runs:
        return found
    listed_lines = {index for run in runs for index in run}
    prose = [
        index
        for index, line in enumerate(scene.lines)
        if not line.hidden and index not in listed_lines and is_prose(line)
    ]
    for places_alone in runs:
        run = _with_foreign(scene, places_alone)
        texts = [scene.lines[index].spaced for index in run]
        listed = items(texts)
        if listed is None or not _is_list(listed) or listed.changes < listed.pairs * _CHANGES:
            continue
        linked = sum(scene.lines[index].linked for index in run) * 2 >= sum(map(_letters, texts))
        if linked:
            found |= dict.fromkeys(run, "place names of different provinces, each a link")
        elif _is_apart(listed, run, prose) and not _is_announced(scene, run[0]) and _in_no_order(listed):
            found |= dict.fromkeys(run, "place names of different provinces, apart from the text")
    return found


def _is_list(found: Items) -> bool:
    return (
        found.total >= _FEWEST
        and (found.known >= found.total * _KNOWN or found.suffixed >= found.total * _SUFFIXED)
        and found.pairs >= _PAIRS
        and found.whole * 2 < found.total
    )


def _returns(known: Sequence[int]) -> int:
    """How often a place of one known province stands apart from the last one of that province."""
    last: dict[int, int] = {}
    count = 0
    single = [mask for mask in known if mask & (mask - 1) == 0]
    for index, mask in enumerate(single):
        if mask in last and index - last[mask] > 1:
            count += 1
        last[mask] = index
    return count


def _in_no_order(found: Items) -> bool:
    """A long list in which no province comes back stands in the order of the provinces; a short one may by chance."""
    return found.returns >= _RETURNS or found.total < 3 * _FEWEST


def _letters(text: str) -> int:
    return len(without_marks(text))


def _runs(scene: Scene) -> Iterator[list[int]]:
    """The runs of lines that hold nothing but short items, from the first place to the last."""
    run: list[int] = []
    foreign = 0
    for index, line in enumerate(scene.lines):
        if line.hidden or (index in scene.cells and not line.hrefs) or not _is_short_items(line):
            yield from _trimmed(run, foreign)
            run, foreign = [], 0
            continue
        holds = _holds_a_place(line.spaced)
        if not run and not holds:
            continue
        run.append(index)
        foreign = 0 if holds else foreign + 1
        if foreign > _FOREIGN:
            yield from _trimmed(run, foreign)
            run, foreign = [], 0
    yield from _trimmed(run, foreign)


def _trimmed(run: list[int], foreign: int) -> Iterator[list[int]]:
    if run:
        yield run[: len(run) - foreign]


def _with_foreign(scene: Scene, run: Sequence[int]) -> list[int]:
    """The list with the few foreign items at its two ends, which lie in elements of the same parent."""
    found = list(run)
    for start, step in ((run[0], -1), (run[-1], 1)):
        for index in range(start + step, start + step * (_FOREIGN + 1), step):
            if not 0 <= index < len(scene.lines) or not _are_beside(scene, start, index):
                break
            line = scene.lines[index]
            longest = _LONGEST_FIRST_FOREIGN if step < 0 else _LONGEST_FOREIGN
            if line.heading or len(line.text) > longest or _SENTENCE.search(line.text):
                break
            found.append(index)
    return sorted(found)


def _are_beside(scene: Scene, one: int, other: int) -> bool:
    """Whether two lines stand in one element, or in two of one kind and one parent."""
    left, right = scene.lines[one].element, scene.lines[other].element
    if left == right or left < 0 or right < 0:
        return left == right
    elements = scene.page.elements
    return elements[left].parent == elements[right].parent and elements[left].tag == elements[right].tag


def _is_short_items(line: Line) -> bool:
    if line.heading or (line.strong * 2 > len(line.text) and not line.hrefs):
        return False  # a heading announces
    return _names(line.spaced) is not None


def _holds_a_place(text: str) -> bool:
    return any(provinces(name) or (_SUFFIX.match(name) and not _KINDS.search(name)) for name in _names(text) or ())


def _is_apart(found: Items, run: Sequence[int], prose: Sequence[int]) -> bool:
    """Whether all sentences stand on one side of the list, or it is so long and mixed that no text would hold it."""
    mixed = found.total >= 3 * _FEWEST and found.returns * 4 >= found.total
    return mixed or not prose or run[-1] < prose[0] or run[0] > prose[-1]


def _is_announced(scene: Scene, first: int) -> bool:
    """Whether the headline, or what stands before the list, says that a list of places follows."""
    if _ANNOUNCES.search(scene.title):
        return True
    if first == 0:
        return False
    text = scene.lines[first - 1].text
    if text.endswith(("：", ":")) or _ANNOUNCES.search(text[-_LONGEST_ANNOUNCEMENT:]):
        return True
    heading = scene.lines[first - 1].heading or len(text) <= _LONGEST_ANNOUNCEMENT // 2
    return bool(heading) and not _SENTENCE.search(text) and without_marks(text).lower() not in whole_lines("related")
