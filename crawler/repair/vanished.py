"""Where a character may be missing: two halves that met because a pair of bytes between them vanished.

The mirrors' decoder shows nothing for a pair that cp936 leaves to its users (AAA1–AFFE, F8A1–FEFE, A140–A7A0). In a
shifted stretch such a pair is the second half of one character and the first of the next, and what is left of the
two, put together anew, can be a sound character: `解释，只是` → `解释；是`. The bytes do not tell; but for each
character c that was put together anew between p and n the two readings can be weighed,

    P(c | p) P(n | c)   against   the sum over all x, y of   P(x | p) P(y | x) P(n | y),

where x begins as c begins, y ends as c ends (or has the reading that stands there), and the halves between them are a
pair that vanishes. No x or y is a character that the mirror's map would have converted, or one that this page annotates
and that is bare. Where a character may be missing, that is said; nothing is put there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from crawler.repair import gbk
from crawler.repair.budget import Allowance
from crawler.repair.neighbours import follows, form, known, rest, share
from crawler.repair.tables import mirror_map, mirror_order, readings

# The odds (two characters to one) above which it is said that one may be missing. Of 263 pages of news with the whole
# list, 78 of them lossy: at 10^-0.5 3 losses are missed and 3 of 185 sound pages reported, at 10^-1.5 it is 1 and 5, at
# 10^-2.5 0 and 11. A loss that nobody is told of is worse than a doubt too many.
ODDS = 10**-2.5

_ZONES = (  # (bytes that the pair begins with, bytes that it ends with and a character can begin with)
    (range(0xAA, 0xB0), range(0xA1, 0xFF)),
    (range(0xF8, 0xFF), range(0xA1, 0xFF)),
    (range(0xA1, 0xA8), range(0x81, 0xA1)),
)


@dataclass(frozen=True, slots=True)
class Joint:
    """A character put together anew between its neighbours ("" at the ends).

    `reading` is what the page says behind it; `named` where its second half is known from that reading alone.
    """

    before: str
    char: str
    behind: str = ""
    reading: str = ""
    named: bool = False


def may_be_missing(joint: Joint, annotated: frozenset[str]) -> bool:
    """Whether two characters may have stood where one was put together. `annotated`: what the page annotates."""
    char, before, behind = form(joint.char), form(joint.before), form(joint.behind)
    if joint.char in annotated and not joint.reading:
        return True
    one = follows(before, char) * follows(char, behind)
    return _two(joint, annotated, before, behind) > ODDS * one


def _two(joint: Joint, annotated: frozenset[str], before: str, behind: str) -> float:
    """The probability of all pairs of characters that can have stood there."""
    lead, trail = gbk.pair(joint.char) or (0, 0)
    total = 0.0
    for zone in range(len(_ZONES)):
        firsts = {char: follows(before, x) for char, x in _begun(lead, zone) if char not in annotated}
        ends = _read_so(joint.reading, zone) if joint.named else _ended(trail, zone)
        seconds = {
            char: follows(y, behind) for char, y in ends if joint.named or _stands(char, joint.reading, annotated)
        }
        unknown = sum(rest(form(x)) * p for x, p in firsts.items()) * sum(
            share(form(y)) * q for y, q in seconds.items()
        )
        total += unknown + sum(
            firsts[x] * p * seconds[y]
            for x, y, p in _known(lead, None if joint.named else trail, joint.reading if joint.named else "", zone)
            if x in firsts and y in seconds
        )
    return total


@lru_cache(maxsize=4096)
def _known(lead: int, trail: int | None, reading: str, zone: int) -> tuple[tuple[str, str, float], ...]:
    """Of the pairs that can have left these halves (or this reading) those that the table of neighbours holds."""
    ends = _read_so(reading, zone) if trail is None else _ended(trail, zone)
    return tuple((first, second, p) for first, x in _begun(lead, zone) for second, y in ends if (p := known(x, y)))


def _stands(char: str, reading: str, annotated: frozenset[str]) -> bool:
    """Whether a character can stand on the page with this reading behind it, or without one."""
    return reading in readings().get(char, ()) if reading else char not in annotated


@cache
def _begun(lead: int, zone: int) -> tuple[tuple[str, str], ...]:
    """The characters with this first byte whose second begins a pair that vanishes, and their forms."""
    return _forms((lead, byte) for byte in _ZONES[zone][0])


@cache
def _ended(trail: int, zone: int) -> tuple[tuple[str, str], ...]:
    """The characters with this second byte whose first ends such a pair, and their forms."""
    return _forms((byte, trail) for byte in _ZONES[zone][1])


@cache
def _read_so(reading: str, zone: int) -> tuple[tuple[str, str], ...]:
    """The characters of the mirrors' list with this reading whose first byte ends such a pair, and their forms."""
    codes = [gbk.pair(char) or b"" for char, own in mirror_order().items() if own == reading]
    return _forms((lead, trail) for lead, trail in codes if lead in _ZONES[zone][1])


def _forms(codes: Iterable[tuple[int, int]]) -> tuple[tuple[str, str], ...]:
    """The characters of these bytes that can stand on a mirror's page, with their forms."""
    chars = (gbk.char(lead, trail) for lead, trail in codes)
    return tuple((char, form(char)) for char in chars if char and char not in mirror_map())


class Watch:
    """Follows a walk through the damaged text and weighs every character that is put together anew."""

    def __init__(self, annotated: frozenset[str], allowance: Allowance) -> None:
        self.found: list[tuple[int, str]] = []
        self._annotated = annotated
        self._allowance = allowance
        self._before = ""
        self._open: tuple[int, Joint] | None = None
        self._is_over = False  # whether the allowance is used up, and said to be

    def copied(self, words: str) -> None:
        """A stretch that stands as it is."""
        self._settle(words[:1])
        self._before = words[-1:] or self._before

    def joined(self, at: int, char: str, reading: str = "") -> None:
        """A character put together anew for the sign at `at`; a reading, if there is one, names its second half."""
        self._settle(char)
        self._open = (at, Joint(self._before, char, "", reading, bool(reading)))
        self._before = char

    def read(self, reading: str) -> None:
        """A reading behind the last character."""
        if self._open:
            at, joint = self._open
            self._open = (at, replace(joint, reading=reading))

    def _settle(self, behind: str) -> None:
        """Weigh the character that waits for its neighbour."""
        if self._open is None:
            return
        (at, joint), self._open = self._open, None
        if not self._allowance.spend():
            if not self._is_over:
                self.found.append((at, "characters may be missing from here on; there are too many to weigh each"))
            self._is_over = True
            return
        if may_be_missing(replace(joint, behind=behind), self._annotated):
            self.found.append((at, f"a character may be missing beside “{joint.char}”, which was put together anew"))
