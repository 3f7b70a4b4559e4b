"""One page, several encodings: an include in another encoding, a stretch with a lost byte. Repaired tag by tag.

The page is cut at `<`, `>` and line breaks, which are part of no character in any of these encodings. Every piece is
read in the page's own encoding and in the others that pages mix with it; a piece whose own reading is poor takes
another, if that is clearly more plausible or its neighbours take it too (Viterbi over pieces, with a price for every
change of encoding, because an include is a run of pieces and not a word).
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

from crawler.decode.alignment import LONGEST, align
from crawler.decode.interleaved import LEAST, Run, interleaved
from crawler.decode.interleaved import LONGEST as LONGEST_LINE
from crawler.decode.plausibility import POOR, context, mean, usual, weights
from crawler.decode.readers import LOST, read
from crawler.decode.signs import gain, is_neutral, is_sentence, is_sound

_CHANGE = -3.0  # log10: one piece in a thousand is where another encoding begins
_CUT = re.compile(rb"<?[^<>\n]*[>\n]?")
MIXED = ("utf-8", "gb18030", "big5")  # what Chinese pages mix
_DENSE = 4  # suspicion within _NEAR characters that makes a piece be looked at
_NEAR = 8
_BUDGET = 128 * 1024  # bytes of poor pieces that a page may have looked at closely: most of a second
_BODY = 1024 * 1024  # a body beyond it takes so long to be read at all that it has half the budget
_PIECE = 16  # bytes that a piece costs besides its own
_MOST_PIECES = 60_000  # that a page is cut into; of 156 real pages none has more than 30,000 tags and lines
_LEAST_BUDGET = 256  # bytes of the budget below which nothing more is looked at
_MOST_RECORDS = 100
_MANY = 3  # characters lost in one piece: one damaged byte costs fewer
_GAIN = 6.0  # log10 by which a change of encoding within a piece must be better than none
_LETTER = -5.0  # log10: the least that a letter or sign of a page in UTF-8 weighs
_STEP = 12.0  # log10 by which what is readable must be better in step: about four characters
_SURE = 8  # characters beyond doubt that end a stretch in another encoding
_NEUTRAL = 0.5  # log10 that a piece which could be either costs in the other encoding
# Text from a site that puts readings between bytes and decodes them anew: `?` for half a character, a reading, `)`.
# It is out of step in itself; that is `crawler.repair`'s business, which needs it as it was sent.
_READING = re.compile(r"\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read one piece."""

    encoding: str
    text: str
    score: float
    left_out: tuple[int, ...] = ()
    runs: tuple[Run, ...] = ()  # where the encoding changes within the piece
    held: bool = False  # as good in the page's own encoding


@cache  # most pages are not asked
def _suspect() -> re.Pattern[str]:
    """What a sound Chinese page seldom holds."""
    return re.compile(f"[^{usual()}]")


class Survey(NamedTuple):
    """Whether rare characters crowd somewhere in a text; if not, all the rare ones that it holds."""

    crowded: bool
    characters: frozenset[str]


def survey(text: str) -> Survey:
    """Look for the trace of a wrong alignment or another encoding: rare characters close together.

    >>> survey("万喆先生喜欢葡萄").crowded, survey("涓浗鐨勫彂灞").crowded
    (False, True)
    """
    table = weights("zh")
    seen: set[str] = set()
    points: deque[tuple[int, int]] = deque()
    total = 0
    for match in _suspect().finditer(text):
        place, character = match.start(), match.group()
        seen.add(character)
        weight = table[character]
        points.append((place, 1 if weight >= -5.5 else 2 if weight >= -7.5 else 4))
        total += points[-1][1]
        while place - points[0][0] >= _NEAR:
            total -= points.popleft()[1]
        if total >= _DENSE:
            return Survey(True, frozenset())
    return Survey(False, frozenset(seen))


def read_mixture(body: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    """The body read piece by piece, and a record of every stretch that was not read as the page's own encoding."""
    pieces = _pieces(body)
    budget = _BUDGET if len(body) <= _BODY else _BUDGET // 2
    choices: list[tuple[int, list[Reading]]] = []
    stretches: list[list[list[Reading]]] = [[]]  # of choices with nothing beyond doubt between them
    sure = 0
    texts: list[str] = [""] * len(pieces)
    for number, piece in enumerate(pieces):
        if budget < _LEAST_BUDGET or number == _MOST_PIECES:  # so much damage is no page: the rest in one go
            texts[number] = read(b"".join(pieces[number:]), encoding)
            break
        if piece.isascii():
            texts[number] = piece.decode("ascii")
            continue
        plain = read(piece, encoding)
        if len(piece) > budget or _beyond_doubt(piece, plain, encoding):
            texts[number] = plain
            sure += len(plain) - len(plain.encode("ascii", "ignore"))
            continue
        budget -= len(piece) + _PIECE
        if sure >= _SURE and stretches[-1]:
            stretches.append([])
        sure = 0
        choices.append((number, _readings(piece, plain, encoding)))
        stretches[-1].append(choices[-1][1])
    chosen = [reading for stretch in stretches for reading in _without_tail(_best_run(stretch), stretch)]
    for (number, _), reading in zip(choices, chosen, strict=True):
        texts[number] = reading.text
    records = _records([number for number, _ in choices], chosen, pieces, encoding)
    return "".join(texts), records


def _pieces(body: bytes) -> list[bytes]:
    """The body cut behind each `>` and line break and before each `<`; what is beyond the limit is one piece."""
    pieces: list[bytes] = []
    end = 0
    for match in islice(_CUT.finditer(body), _MOST_PIECES):
        pieces.append(match.group())
        end = match.end()
    if end < len(body):
        pieces.append(body[end:])
    return pieces


def _beyond_doubt(piece: bytes, plain: str, own: str) -> bool:
    """Whether a piece needs no second look: usual characters only, or UTF-8 whose form no other encoding has."""
    if own != "utf-8":
        if _READING.search(plain) and is_sound(plain):
            return True
        return _suspect().search(plain) is None and mean(plain, weights("zh")) > POOR
    return _is_utf8(piece) and max(plain) >= "\u0800"


def _readings(piece: bytes, plain: str, own: str) -> list[Reading]:
    """The ways to read a piece, the page's own first."""
    table = weights("zh")
    base = (weights("any") if own == "utf-8" else table).score(plain) + gain(plain, own)
    readings = [Reading(own, plain, base + context(plain, "zh"))]
    sound = own != "utf-8" and is_sound(plain)
    crowded = LOST in plain or survey(plain).crowded
    for encoding in MIXED:
        if crowded and encoding != "utf-8" and len(piece) <= LONGEST:
            text, score, left_out = align(piece, encoding)
            if encoding == own:
                score += gain(text, own)
            aligned = Reading(encoding, text, score + context(text, "zh"), left_out)
            if encoding != own or not sound or _is_out_of_step(readings[0], aligned):
                readings.append(aligned)
        elif encoding != own and (crowded or encoding != "utf-8" or _is_utf8(piece)):
            text = read(piece, encoding)
            readings.append(Reading(encoding, text, table.score(text) + context(text, "zh")))
    if _could_be_own(piece, plain, own):
        return [readings[0], *(_held_back(reading, readings[0].score) for reading in readings[1:])]
    if crowded and LEAST <= len(piece) <= LONGEST_LINE:
        readings += _in_parts(piece, max(readings, key=_by_score), own)
    return readings


def _is_out_of_step(plain: Reading, aligned: Reading) -> bool:
    """Whether a piece whose every byte is readable is out of step all the same: much better sense in step, and good.

    A table of rare characters never makes good sense; half a character that somebody else lost left its `?`.
    """
    gained = aligned.score > plain.score + _STEP
    return gained and mean(aligned.text, weights("zh")) > POOR and "?" not in plain.text


def _could_be_own(piece: bytes, plain: str, own: str) -> bool:
    """Whether nothing in a piece speaks against the page's own encoding, though another may read frequent characters.

    In UTF-8 the Greek and Cyrillic letters are two bytes, as all is in GBK; 图片 in GBK are ͼ and Ƭ, which no page has.
    """
    if own != "utf-8":
        return is_sound(plain) and is_neutral(plain, own)
    table = weights("any")
    return _is_utf8(piece) and all(table[character] >= _LETTER for character in plain)


def _held_back(reading: Reading, own: float) -> Reading:
    """A reading of a piece that could be either: it may go on with a stretch in its encoding, not begin one.

    Sound UTF-8 of three bytes a character is no accident.
    """
    if is_sentence(reading.text) or (reading.encoding == "utf-8" and max(reading.text) >= "\u0800"):
        return reading
    score = own - _NEUTRAL if is_sound(reading.text) else min(reading.score, own - _NEUTRAL)
    return replace(reading, score=score, held=True)


def _by_score(reading: Reading) -> float:
    return reading.score


def _in_parts(piece: bytes, best: Reading, own: str) -> list[Reading]:
    """The piece with a change of encoding within it, if no one encoding makes sense of it all and changing does."""
    if best.text.count(LOST) < _MANY and not survey(best.text).crowded:
        return []
    parts = interleaved(piece, own)
    if len(parts.runs) == 1 or parts.score < best.score + _GAIN:
        return []
    return [Reading(own, parts.text, parts.score, parts.left_out, parts.runs)]


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _best_run(choices: list[list[Reading]]) -> list[Reading]:
    """One reading for every piece, so that plausibility less the price of changes is highest."""
    ways: dict[str, float] = {}
    back: list[dict[str, tuple[Reading, str | None]]] = []
    for readings in choices:
        by_encoding: dict[str, Reading] = {}
        for reading in readings:
            known = by_encoding.get(reading.encoding)
            if known is None or reading.score > known.score + 1.0:
                by_encoding[reading.encoding] = reading
        here: dict[str, float] = {}
        steps: dict[str, tuple[Reading, str | None]] = {}
        leader = max(ways, key=ways.__getitem__) if ways else None
        for name, reading in by_encoding.items():
            stay = ways.get(name)
            before: str | None = name
            score = stay if stay is not None else float("-inf")
            if leader is not None and ways[leader] + _CHANGE > score:
                score, before = ways[leader] + _CHANGE, leader
            if not ways:
                score, before = (0.0 if reading is readings[0] or name == readings[0].encoding else _CHANGE), None
            here[name] = score + reading.score
            steps[name] = reading, before
        ways = here
        back.append(steps)
    chosen: list[Reading] = []
    last = max(ways, key=ways.__getitem__) if ways else None
    for steps in reversed(back):
        assert last is not None
        reading, last = steps[last]
        chosen.append(reading)
    return chosen[::-1]


def _without_tail(chosen: list[Reading], choices: list[list[Reading]]) -> list[Reading]:
    """What could be either behind a stretch in another encoding is the page's own again."""
    end = len(chosen)
    while end and chosen[end - 1].held:
        end -= 1
    return chosen[:end] + [readings[0] for readings in choices[end:]]


def _records(numbers: list[int], chosen: list[Reading], pieces: list[bytes], own: str) -> tuple[str, ...]:
    """What was done, in the order of the page: runs of pieces in another encoding, places of resynchronisation."""
    starts: list[int] = []
    at = 0
    for piece in pieces:
        starts.append(at)
        at += len(piece)
    records: list[str] = []
    run: tuple[str, int, int] | None = None  # encoding, first byte, pieces
    for number, reading in zip(numbers, chosen, strict=True):
        for offset in reading.left_out:
            records.append(f"resynchronised at byte {starts[number] + offset}")
        for part, after in pairwise(reading.runs):
            records.append(f"{after.encoding} from byte {starts[number] + after.start}, {part.encoding} before it")
        if run is not None and run[0] != reading.encoding:
            records.append(_foreign(run))
            run = None
        if reading.encoding != own:
            run = (reading.encoding, run[1], run[2] + 1) if run else (reading.encoding, starts[number], 1)
    if run is not None:
        records.append(_foreign(run))
    if len(records) > _MOST_RECORDS:
        records[_MOST_RECORDS:] = [f"… and {len(records) - _MOST_RECORDS} more places"]
    return tuple(records)


def _foreign(run: tuple[str, int, int]) -> str:
    encoding, first, pieces = run
    return f"{pieces} piece{'s' * (pieces > 1)} from byte {first} read as {encoding}"
