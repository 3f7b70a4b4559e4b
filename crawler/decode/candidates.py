"""Which encoding a body is in that is neither sound UTF-8 nor UTF-16: the readings of its text compete.

A reading's score is its plausibility (see `plausibility`) over a sample without scripts, plus a bonus for what the
page declares. The declared encoding is read first; if it reads like Chinese, nothing else is asked. If no Chinese
reading is good, the encodings of other languages compete too, and charset-normalizer gives a second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from crawler.decode.alignment import align
from crawler.decode.labels import ENCODINGS, Encoding, encoding_of
from crawler.decode.plausibility import ASCII, GOOD, POOR, POOR_IN, context, weights
from crawler.decode.readers import LOST, read

_DECLARED = 2.0  # log10: a label is right in 99 pages of 100
_OPINION = 4.0
_SOUND = 1.0  # bytes that happen to be sound UTF-8 are rare even among a few
_LANGUAGE = -4.0  # pages in other languages are few among our sources
_CHINESE = ("gb18030", "utf-8", "big5")
_FOREIGN = (
    *("euc-kr", "shift_jis", "euc-jp", "windows-1251", "koi8-r", "koi8-u", "ibm866", "iso-8859-5"),
    *("windows-1256", "windows-1253", "windows-1255", "windows-874"),
    *("windows-1252", "windows-1250", "iso-8859-2", "windows-1254", "windows-1258"),
)
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_ENOUGH = 24  # characters beyond ASCII from which one good reading needs no rival


class Candidate(NamedTuple):
    """An encoding and how well the body reads in it."""

    encoding: Encoding
    score: float
    mean: float
    lost: int
    characters: int  # beyond ASCII


def rank(text: bytes, declared: Mapping[str, str]) -> list[Candidate]:
    """The encodings that were weighed on a sample, best first; only one if it was beyond doubt."""
    named = _named(declared)
    ranked: list[Candidate] = []
    for name in dict.fromkeys((*(name for name in named if name in _CHINESE), *_CHINESE)):
        candidate = _weigh(text, name, named)
        ranked.append(candidate)
        if candidate.mean > GOOD and candidate.characters >= _ENOUGH and candidate.lost * 50 <= candidate.characters:
            break
    else:
        poor = max(ranked, key=_by_score).mean < POOR
        if poor:
            ranked = [_aligned(text, candidate) for candidate in ranked]
            poor = max(ranked, key=_by_score).mean < POOR
        opinion = _opinion(text) if poor and ranked[0].characters >= _ENOUGH else {}
        others = (*(name for name in named if name not in _CHINESE), *(_FOREIGN if poor else ()), *opinion)
        rivals = [_weigh(text, name, named, opinion) for name in dict.fromkeys(others) if name not in _CHINESE]
        ranked += [rival for rival in rivals if rival.mean >= POOR_IN[rival.encoding.language]]
    return sorted(ranked, key=_by_score, reverse=True)


def _by_score(candidate: Candidate) -> float:
    return candidate.score


def _named(declared: Mapping[str, str]) -> dict[str, float]:
    """The encodings that the page declares, with the bonus that they get."""
    named: dict[str, float] = {}
    for label in declared.values():
        encoding = encoding_of(label)
        if encoding and not encoding.name.startswith(("utf-16", "utf-32", "iso-2022", "hz")):
            named.setdefault(encoding.name, _DECLARED)
    return named


def _weigh(text: bytes, name: str, *bonuses: Mapping[str, float]) -> Candidate:
    """One encoding's candidate."""
    encoding = ENCODINGS[name]
    reading = read(text, name)
    if name == "utf-8" and not _SEQUENCE.search(text):  # nothing but stray bytes, which the reader made the best of
        reading = text.decode("utf-8", "replace")
    beyond_ascii = [character for character in reading if character > "\x7f"]
    plausibility = weights(encoding.language).score(beyond_ascii) + context(reading, encoding.language)
    count = len(beyond_ascii)
    score = plausibility + (len(reading) - count) * ASCII + sum(bonus.get(name, 0.0) for bonus in bonuses)
    if encoding.language not in ("zh", "any"):
        score += _LANGUAGE
    if name == "utf-8" and LOST not in reading:
        score += _SOUND
    return Candidate(encoding, score, plausibility / count if count else ASCII, reading.count(LOST), count)


def _aligned(text: bytes, candidate: Candidate) -> Candidate:
    """The candidate as it would be with its lost and added bytes made up for."""
    if candidate.encoding.language != "zh":
        return candidate
    reading, score, left_out = align(text, candidate.encoding.name)
    count = sum(character > "\x7f" for character in reading)
    if not count or score <= candidate.score:
        return candidate
    average = (score - (len(reading) - count) * ASCII) / count
    return candidate._replace(score=score, mean=average, lost=len(left_out), characters=count)


def _opinion(text: bytes) -> dict[str, float]:
    """What charset-normalizer takes the sample for, if it is an encoding that we know."""
    from charset_normalizer import from_bytes  # 20 ms, which the few pages pay that need it

    best = from_bytes(text, enable_fallback=False).best()
    encoding = encoding_of(best.encoding) if best is not None else None
    return {encoding.name: _OPINION} if encoding else {}
