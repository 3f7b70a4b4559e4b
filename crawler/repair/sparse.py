"""Is a page with one or two readings a mirror's?  Short pages, and pages whose mirror uses the first few of its list.

Too few readings to decide by their number; what decides is that nothing on the page speaks against a mirror and the
script speaks for one:

- every reading is the list's own, and one that no writer needs to give: 優(yōu), not 長(zhǎng), which is read in two
  ways;
- of the list up to the last character that is annotated, no character stands bare anywhere on the page;
- the script is what a one-to-one map makes of Simplified: no character that the map would have changed, none that it
  never makes (於後裡製髮), and at least twice, on two different characters, one where the words ask for another
  (于后里制, 頭發).

Spared by it: proper Traditional script, also a careless writer's who mixes 后 and 後; lessons and dictionaries, which
annotate what is hard and not what heads a mirror's list; any page that says a character bare after having annotated it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from opencc_pyo3 import OpenCC

from crawler.repair.tables import mirror_map, mirror_order, simplified_of

TRADITIONAL = 8  # characters at least that are Traditional, so that the script can be told
LEFT_OVER = 3  # different characters that stand where the words ask for another, one of them none that the careless set
MOST_MADE = 0.1  # of the other kind for each of these, on a page that has many readings
CARELESS = frozenset("于后里并余范采")  # a careless writer of Traditional script sets these too
TELLING = frozenset("么游制云干筑斗松圣只征涂伙挂面")  # and these hardly, where he means 麼遊製雲幹築 …
TWO_WAYS = frozenset("發轉數結調創應擔當強會長沒場說見號過覺車個")  # of the list, in Mandarin's everyday words
ALIKE = frozenset("着著台臺裡裏里峰峯群羣床牀線綫衛衞為爲污汙洩泄啟啓痺麻栖棲")  # a matter of taste, not of script

_HALVES = re.compile("[\ud800-\udfff]")  # which opencc does not take


@cache
def _proper() -> OpenCC:
    return OpenCC("s2t")


@cache
def _simple() -> OpenCC:
    return OpenCC("t2s")


def is_sparsely_annotated(text: str, forms: Counter[str], seen: Mapping[str, Counter[str]]) -> bool:
    """Whether the few readings `seen` on a page (character → readings) are a mirror's. `forms`: its characters."""
    return _follows_the_list(forms, seen) and is_one_to_one(text, forms)


def is_one_to_one(text: str, forms: Counter[str]) -> bool:
    """Whether the script of a page is certainly Simplified made Traditional one character at a time."""
    changed = sum(count for char, count in forms.items() if char in simplified_of())
    if changed < TRADITIONAL or any(char in mirror_map() for char in forms):
        return False
    left, made = _script(text)
    return len(left) >= LEFT_OVER and bool(TELLING & set(left)) and not made


def leans_to_one_to_one(text: str) -> bool:
    """Whether a page is rather made by a map than written, where much else speaks for it; parts may be Simplified."""
    left, made = _script(text)
    return len(left) >= LEFT_OVER and bool(TELLING & set(left)) and made.total() <= MOST_MADE * left.total()


def _follows_the_list(forms: Counter[str], seen: Mapping[str, Counter[str]]) -> bool:
    """Whether the readings are the list's, on characters without another common one, and none of its prefix is bare."""
    order = mirror_order()
    for char, counts in seen.items():
        if set(counts) != {order.get(char)} or char in TWO_WAYS:
            return False
    listed = list(order)
    prefix = listed[: 1 + max(map(listed.index, seen))]
    return all(forms[char] == (seen[char].total() if char in seen else 0) for char in prefix)


def _script(text: str) -> tuple[Counter[str], Counter[str]]:
    """What a map leaves where the words ask for another character, and what is that other one and no map makes."""
    text = _HALVES.sub("\ufffd", text)
    proper = _proper().convert(_simple().convert(text))
    if len(proper) != len(text):
        return Counter(), Counter(text)
    pairs = list(zip(text, proper, strict=True))
    left = Counter(own for own, meant in pairs if own != meant and own in CARELESS | TELLING)
    made = Counter(own for own, meant in pairs if own == meant and own not in ALIKE and _never_made(own))
    return left, made


@cache
def _never_made(char: str) -> bool:
    """Whether a character is Traditional and the map leads to another one from its Simplified form."""
    simple = _simple().convert(char)
    return simple != char and mirror_map().get(simple, simple) != char
