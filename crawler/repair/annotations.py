"""Is this page one that a spam mirror has sown with pinyin?  網(wǎng)絡(luò)發(fā)展,  西藏日?qǐng)?bào).

Seen on 63 pages of 51 sites: the mirrors put the reading of some characters behind each of their occurrences, always
the same reading, on characters that they converted from Simplified before. The decision is made for the whole page and
never for one bracket, because a single 龟(guī), a dictionary entry or an article about readings is true text.

Spared on purpose: a text that gives one character two readings (麗(lí)水, 麗(lì)水), annotates a character once and
leaves it bare elsewhere, annotates characters that have no other form, is written in Simplified around the brackets, or
lists characters with their readings, one entry each.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from crawler.repair import gbk
from crawler.repair.sparse import is_one_to_one, is_sparsely_annotated, leans_to_one_to_one
from crawler.repair.tables import mirror_map, mirror_order, readings, simplified_of

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_LETTERS = f"[a-züɑɡê{TONED}]"
# A list of thousands finds a character even in the bytes of a reading: 優(yōu(zī)).
TOKEN = re.compile(rf"([(?])({_LETTERS}{{1,7}})(?:\({_LETTERS}{{1,7}}\))?(?:[ \u00a0]|&nbsp;)?\)")
HINT = re.compile(
    rf"[{TONED}][a-zɡ]{{0,3}}(?:[ \u00a0]|&nbsp;)?\)"
)  # the quick screen: a toned reading and its bracket
TONES = re.compile(f"[{TONED}]")
_INSIDE = re.compile("[\u3400-\u9fff)][\u3400-\u9fff]")  # a character that stands within words
LOOK_ALIKES = str.maketrans("ɑɡ", "ag")  # GB 2312 has its own a and g among the letters of pinyin

FEWEST = 3  # tokens whose reading matches; two will do where one of them straddles
ON_CHANGED = 0.90  # of the tokens, on characters that Traditional → Simplified changes
ALWAYS = 0.85  # of those characters' occurrences, annotated
TWO_READINGS = 0.02  # of the tokens at most, by a reading that is not the character's usual one on this page
TRADITIONAL = 0.30  # of the characters that have two forms, in their Traditional one
MANY = 12  # tokens on a page whose mirror annotates any character, now and then; its script must prove it

AGAIN = 1.5  # tokens for each character that is read: a mirror reads a character wherever it stands
MOST_ENTRIES = 0.6  # of the readings, and one, on characters that open an entry; on 1,100 mirror pages 0.38 of 8

# What a writer of Traditional script uses, and what is left where a one-to-one map made Traditional of Simplified:
# 204 to 3 on mirror pages.
PROPER, LEFT_OVER = "於後裡裏並餘範", "于后里并余范"


@dataclass(frozen=True, slots=True)
class Annotated:
    """A page that is a mirror's: the characters it annotates, with their readings; `always`, or at random."""

    readings: dict[str, str]
    tokens: int
    straddles: int
    always: bool = True


def reading_of(token: re.Match[str]) -> str:
    """The reading inside a token, in the letters of the tables."""
    return token[2].translate(LOOK_ALIKES)


def annotated(text: str) -> Annotated | None:
    """The evidence that a mirror has sown this page with pinyin, or None where the brackets are its own.

    `text` is a whole page without its scripts; thresholds as measured on 60 such pages, 14 other pages with
    readings and 19,483 newspaper paragraphs.
    """
    seen, straddles, entries = _tokens(text)
    on_chars = sum(counts.total() for counts in seen.values())
    tokens = straddles + on_chars
    if not tokens:
        return None
    usual = {char: counts.most_common(1)[0] for char, counts in seen.items()}
    page = Annotated({char: reading for char, (reading, _) in usual.items()}, tokens, straddles)
    forms = Counter(text)
    if tokens < (FEWEST - 1 if straddles else FEWEST):
        return page if seen and is_sparsely_annotated(text, forms, seen) else None
    if not _is_converted(forms, straddles):
        return None
    if not straddles and entries > 1 + MOST_ENTRIES * on_chars and on_chars < AGAIN * len(seen):
        return None
    if _is_about_readings(forms, seen, usual):
        return replace(page, always=False) if tokens >= MANY and is_one_to_one(text, forms) else None
    if not straddles and not _follows_the_list(forms, set(seen)) and not _is_sown(text, forms, seen):
        return None
    return page


def _tokens(text: str) -> tuple[dict[str, Counter[str]], int, int]:
    """Character → the readings that stand behind it and fit; how many straddle two; how many characters open an entry.

    A character opens an entry if no Han character stands before it, nor a bracket that ends another reading.
    """
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    straddles = entries = 0
    for token in TOKEN.finditer(text):
        if token.start() == 0:
            continue
        before, reading = text[token.start() - 1], reading_of(token)
        if token[1] == "(":
            if reading in readings().get(before, ()):
                seen[before][reading] += 1
                entries += _INSIDE.match(text, max(0, token.start() - 2)) is None
        else:
            byte = gbk.last_byte(before)
            straddles += byte is not None and any(map(gbk.is_changed, gbk.straddled(byte, reading)))
    return seen, straddles, entries


def _is_about_readings(forms: Counter[str], seen: dict[str, Counter[str]], usual: dict[str, tuple[str, int]]) -> bool:
    """Whether the brackets are such as a writer sets: on any character, here and there, as the reading is meant."""
    tokens = sum(counts.total() for counts in seen.values())
    on_changed = {char: counts.total() for char, counts in seen.items() if char in simplified_of()}
    if sum(on_changed.values()) < ON_CHANGED * tokens:
        return True
    if sum(on_changed.values()) < ALWAYS * sum(forms[char] for char in on_changed):
        return True
    return tokens - sum(count for _, count in usual.values()) > TWO_READINGS * tokens


def _is_converted(forms: Counter[str], straddles: int) -> bool:
    """Whether the page's script is the mirrors' own: Traditional made from Simplified, one character at a time."""
    traditional = sum(count for char, count in forms.items() if char in simplified_of())
    simplified = sum(count for char, count in forms.items() if char in mirror_map())
    if traditional < TRADITIONAL * (traditional + simplified):
        return False
    proper, left_over = (sum(forms[char] for char in chars) for chars in (PROPER, LEFT_OVER))
    return bool(straddles) or proper <= left_over + 2


def _is_sown(text: str, forms: Counter[str], seen: dict[str, Counter[str]]) -> bool:
    """Whether a mirror with a list of its own may have been at work: the same character read again and again."""
    tokens = sum(counts.total() for counts in seen.values())
    if tokens >= MANY and tokens >= AGAIN * len(seen):
        return leans_to_one_to_one(text)
    return is_one_to_one(text, forms)


def _follows_the_list(forms: Counter[str], annotated: set[str]) -> bool:
    """Whether a page annotates what a prefix of the mirrors' list would, and others only behind all of it."""
    order = list(mirror_order())
    last = max((order.index(char) if char in mirror_order() else len(order) for char in annotated), default=0)
    prefix = order[: 1 + last]
    bare = sum(forms[char] for char in prefix if char not in annotated)
    return bare <= (1 - ALWAYS) * (bare + sum(forms[char] for char in annotated))
