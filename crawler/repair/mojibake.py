"""Text that was read in the wrong encoding before it was stored:  涔板叆, ä¹°å…¥, ÂòÈë  → 买入

Seen on reprint sites and in old archives, for a whole page, a paragraph, or a phrase inside a good one. A phrase is
repaired only if a lossless inverse exists whose result is likelier by a factor of 10^8 and reads like Chinese.

Spared: everything that reads like a text already, in any script; words of two characters whose misreading could be
a name; text with holes (U+FFFD, ? in place of bytes), which is left and reported; 聽 except in runs of three or more
(C2 A0, a no-break space, read as GBK), since 聽 is a character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise

from crawler.repair import narrow, plausible
from crawler.repair.edits import Edit
from crawler.repair.glance import Glance
from crawler.repair.markup import Span, code_spans, spoken_attributes
from crawler.repair.roundtrips import LATIN, Proof, inverses
from crawler.repair.tables import simplified_of

GAIN = 8.0  # log10 by which the inverse must be likelier
# What the Han characters of the result must reach: log10 per character (Chinese text has about -2.6, characters at
# random -4 and less), and the share of neighbours that stand together in words (0.45, and 0.03).
NEEDED = {Proof.SHAPE: (-5.0, 0.0), Proof.LETTERS: (-3.7, 0.0), Proof.SENSE: (-3.5, 0.2)}
# Han characters that the result must have: 闂茬殑 may be three rare characters as well as 闲的.
FEWEST = {Proof.SHAPE: 3, Proof.LETTERS: 2, Proof.SENSE: 4}
LEAST_UTF8 = 3 * FEWEST[Proof.SHAPE]  # bytes of so many Han characters
LONGEST = 100_000  # signs of a line; no text has longer ones, and the work on each is to be bounded
SAMPLE = 4000  # signs of a line that are weighed; one that is longer is not looked at twice
RARE = -4.9  # log10 share below which a Han character is rare
MOST_TRIED = 60_000  # signs of phrases that have the shape of misread text and do not come back, on one page
STRANGE = -6.0  # log10 share below which a Han character is hardly ever seen
MOST_STRANGE = 0.06  # of the Han characters of a result: bytes that were put back wrongly land on such ones

_NBSP = re.compile("聽{3,}")
_TWO_LETTERS = re.compile("[\u00a1-\u00b6\u00b8-\u024f]{2}")
_TWO_BYTES = re.compile("[\u00c2-\u00ef][\u0080-\u00bf]")  # UTF-8 of a letter or a sign, read as Latin
_LATIN_RUN = re.compile(f"[\\x20-\\x7e{''.join(sorted(LATIN))}]+")
_QUOTES = "“”‘’—…–•· "
_HAN = re.compile("[\u3400-\u9fff]")
# UTF-8 of Han characters, full-width forms, punctuation and what stands between them
_UTF8_RUN = re.compile(
    rb"(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf]|\xe2[\x80-\x9f][\x80-\xbf]|\xc2[\xa0-\xbf]|[\x20-\x7e])+"
)
_HOLE = re.compile("[?\ufffd]")


@cache
def _rare() -> str:
    """The Han characters that are rare in both scripts, as the inside of a character class."""
    known = plausible.common(RARE)
    known |= {old for old, new in simplified_of().items() if new in known}
    rare = (code for code in range(0x4E00, 0xA000) if chr(code) not in known)
    runs = (list(run) for _, run in groupby(enumerate(rare), lambda each: each[1] - each[0]))  # compiled in a fifth
    spans = ((chr(run[0][1]), chr(run[-1][1])) for run in runs)
    return "".join(first if first == last else f"{first}-{last}" for first, last in spans)


@cache
def _crowded() -> re.Pattern[str]:
    """What misread text is full of, without its ASCII: Western letters, rare Han, half-width kana, Hangul together."""
    sign = f"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\uff61-\uff9f\uac00-\ud7a3\ue000-\uf8ff{_rare()}]"
    return re.compile(f"{sign}(?:.{{0,2}}?{sign}){{2}}", re.S)


@cache
def _suspicious() -> re.Pattern[str]:
    """The same signs close together inside a line, ASCII included; `_TWO_LETTERS` are suspicious too."""
    sign = f"[\u00a1-\u00b6\u00b8-\u024f\uff61-\uff9f\uac00-\ud7a3\ue000-\uf8ff{_rare()}]"
    return re.compile(f"{sign}(?:[^<]{{0,3}}?{sign}){{2}}")


def looks_misread(seen: Glance) -> bool:
    """The quick screen: whether to look for round trips at all."""
    if _crowded().search(seen.wide) or "聽聽聽" in seen.wide:
        return True
    if not seen.telling:
        return False
    return _TWO_BYTES.search(seen.wide) is not None or _is_shaped(seen)


def _is_shaped(seen: Glance) -> bool:
    return narrow.may_hold(seen) and narrow.shape().search(seen.wide) is not None


def mojibake(text: str, lines: Iterable[Span]) -> list[Edit] | None:
    """The edits that turn misread phrases of the `suspects` back into what was meant, sorted.

    None if too much has the shape of misread text and is none: each of its phrases is tried in every one-byte code.
    """
    edits: list[Edit] = []
    left = MOST_TRIED
    for start, end in lines:
        found = _line_edits(text, start, end)
        edits += found
        turned = sum(edit.end - edit.start for edit in found)
        if 2 * turned < end - start and narrow.shape().search(text, start, end):
            left -= end - start + sum(stop - at for at, stop in narrow.stretches(text[start:end]))
            if left < 0:
                return None
    return edits


def nbsp(text: str) -> list[Edit]:
    """聽聽聽聽 at the beginning of paragraphs: no-break spaces whose UTF-8 was read as GBK."""
    return [
        Edit(found.start(), found.end(), "\u00a0" * len(found[0]), "mojibake-nbsp", 0.95)
        for found in _NBSP.finditer(text)
    ]


def holes(text: str, edits: list[Edit]) -> list[int]:
    """Where repaired phrases touch signs that are still misread: bytes were replaced there before the text was stored.

    `text` is what the edits apply to; offsets are its own.
    """
    edges = [(edit.start - 3, edit.start) for edit in edits] + [(edit.end, edit.end + 3) for edit in edits]
    beside = [at for edit in edits if edit.rule == "mojibake" for at in (edit.start - 1, edit.end)]
    repaired = {index for edit in edits for index in range(edit.start, edit.end)}
    found = {
        max(left, 0)
        for left, right in edges
        if any(_HOLE.match(text[i]) for i in range(max(left, 0), min(right, len(text))) if i not in repaired)
    }
    found |= {at for at in beside if 0 <= at < len(text) and at not in repaired and narrow.is_broken_edge(text[at])}
    return sorted(found)


def suspects(text: str, seen: Glance) -> Iterator[Span]:
    """The suspicious lines of what can be seen of a page: text between tags, and the words in attributes.

    `seen` is what `glance` shows of the text. One encoding error never crosses a line. Pieces of ASCII, nearly all of
    a page's source, cost next to nothing.
    """
    found = _suspicious_pieces(seen)
    if not found:
        return
    code = code_spans(text)
    begins = [left for left, _ in code]
    for start, end in found:
        before = bisect_right(begins, start) - 1  # the last span that begins here or earlier
        if before >= 0 and start < code[before][1]:
            continue
        if start and text[start - 1] == "<" and text[start : start + 1].isascii():
            yield from spoken_attributes(text, start, end)
        else:
            yield start, end


def _suspicious_pieces(seen: Glance) -> list[Span]:
    """The suspicious ones of the pieces that tag brackets, tabs and line breaks leave, in code as well.

    A piece without its ASCII is only more suspicious: those that are not even then are never looked at.
    """
    numbers = _suspicious_numbers(seen)
    if not numbers:
        return []
    search, shaped = _suspicious().search, narrow.shape().search if narrow.may_hold(seen) else _never
    pieces = seen.pieces()
    found: list[Span] = []
    last = start = 0
    for number in numbers:
        skipped = b"<".join((*pieces[last:number], b""))
        start += len(skipped.decode("utf-8", "surrogatepass"))
        last = number
        piece = pieces[number].decode("utf-8", "surrogatepass")
        if _TWO_LETTERS.search(piece) or search(piece) or shaped(piece):
            found.append((start, start + len(piece)))
    return found


def _suspicious_numbers(seen: Glance) -> list[int]:
    """Which stretches are suspicious without their ASCII, by their numbers from the front."""
    signs = [_TWO_LETTERS, _suspicious(), *([narrow.shape()] if narrow.may_hold(seen) else [])]
    numbers: set[int] = set()
    stretches = seen.stretches()
    for sign in signs:
        number = at = 0
        for each in sign.finditer(stretches):
            number += stretches.count("<", at, each.start())
            at = each.start()
            numbers.add(number)
    return sorted(numbers)


def _never(piece: str) -> None:
    """No shape to look for."""


def _line_edits(text: str, start: int, end: int) -> list[Edit]:
    """The edits for one line: as a whole, else for its phrases."""
    if end - start > LONGEST:
        return []
    line = text[start:end]
    core = line.strip(" \u3000")  # a no-break space may be the last byte of a character
    offset = start + line.index(core) if core else start
    best = _best(core)
    if best is not None:
        return [Edit(offset, offset + len(core), best, "mojibake", 0.97)]
    phrases = _apart([*_latin_phrases(core), *_utf8_phrases(core), *_narrow_phrases(core)])
    return [Edit(offset + left, offset + right, new, "mojibake", 0.95) for left, right, new in sorted(phrases)]


def _best(phrase: str) -> str | None:
    """The likeliest inverse of a phrase, if it beats the phrase by far and reads like Chinese."""
    if len(phrase) < 2:
        return None
    now = _sampled(phrase, 1.0)
    scored = [
        (_sampled(before, len(before) / len(phrase)), before, proof)
        for before, proof in inverses(phrase, _depth(phrase))
    ]
    for score, best, proof in sorted(scored, reverse=True):
        if score < now + GAIN:
            break
        if _reads_like_chinese(best, proof):
            return best
    return None


def _depth(phrase: str) -> int:
    return 2 if len(phrase) <= SAMPLE else 1


def _sampled(text: str, share: float) -> float:
    """The log10 probability of a phrase, or of its part that stands for the first `SAMPLE` signs of the original."""
    return plausible.of_text(text[: max(2, int(SAMPLE * share))])


def _reads_like_chinese(text: str, proof: Proof) -> bool:
    """Whether a text's Han characters are common ones that stand together in words, as far as the proof wants it."""
    least, words = NEEDED[proof]
    han = _HAN.findall(text)
    if len(han) < FEWEST[proof]:
        return False
    if (strange := sum(plausible.of_char(char) < STRANGE for char in han)) > 1 and strange > MOST_STRANGE * len(han):
        return False
    mean = plausible.of_text("".join(han)) / len(han)
    joined = sum(plausible.is_word(a, b) for a, b in pairwise(text) if _HAN.match(a) and _HAN.match(b))
    return mean > least and joined >= words * (len(han) - 1)


def _latin_phrases(line: str) -> list[tuple[int, int, str]]:
    """Phrases misread as Western letters inside a good line, without the quotation marks around them."""
    found = []
    for run in _LATIN_RUN.finditer(line):
        if run[0].isascii():
            continue
        for left, right in _trimmed(run[0]):
            best = _best(run[0][left:right])
            if best is not None:
                found.append((run.start() + left, run.start() + right, best))
                break
    return found


def _narrow_phrases(line: str) -> list[tuple[int, int, str]]:
    """Phrases whose UTF-8 was read one byte at a time inside a good line, found by the shape; the longest win."""
    if not narrow.shape().search(line):
        return []
    candidates = ((left, right, _best(line[left:right])) for left, right in narrow.stretches(line))
    return [(left, right, best) for left, right, best in candidates if best is not None]


def _apart(phrases: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of phrases that overlap the longest."""
    kept: list[tuple[int, int, str]] = []
    for left, right, new in sorted(phrases, key=lambda phrase: (phrase[0] - phrase[1], phrase)):
        at = bisect_right(kept, (left, right, new))
        if (at == 0 or kept[at - 1][1] <= left) and (at == len(kept) or right <= kept[at][0]):
            kept.insert(at, (left, right, new))
    return kept


def unread(text: str, seen: Glance) -> list[int]:
    """Where lines stand that are misread for certain and that nothing turned back."""
    found = ((start, narrow.unread(text[start:end])) for start, end in suspects(text, seen) if end - start <= LONGEST)
    return [start + at for start, at in found if at is not None]


def _trimmed(run: str) -> list[Span]:
    """A run as it is, without the spaces, without the quotation marks at its ends."""
    spans = []
    for signs in (" ", _QUOTES, _QUOTES + "".join(map(chr, range(0x21, 0x7F)))):
        left = len(run) - len(run.lstrip(signs))
        right = len(run.rstrip(signs))
        if (left, right) not in spans and left < right:
            spans.append((left, right))
    return spans


def _utf8_phrases(line: str) -> list[tuple[int, int, str]]:
    """Phrases whose UTF-8 was read as GBK inside a good line, found by the shape of the bytes."""
    try:
        data = line.encode("gb18030")
    except UnicodeEncodeError:
        return []
    starts = _char_starts(line)
    found = []
    for run in _UTF8_RUN.finditer(data):
        if len(run[0]) < LEAST_UTF8:
            continue
        span = _whole_chars(run[0], run.start(), starts)
        if span is None:
            continue
        left, right = span
        best = _best(line[left:right].strip(" "))
        if best is not None:
            left += len(line[left:right]) - len(line[left:right].lstrip(" "))
            found.append((left, left + len(line[left:right].strip(" ")), best))
    return found


def _char_starts(line: str) -> dict[int, int]:
    """Byte offset in GB 18030 → index of the character that begins there."""
    starts, at = {}, 0
    for index, char in enumerate(line):
        starts[at] = index
        at += len(char.encode("gb18030"))
    starts[at] = len(line)
    return starts


def _whole_chars(run: bytes, at: int, starts: dict[int, int]) -> Span | None:
    """The longest part of a run of UTF-8 that begins and ends where both a sequence and a character do."""
    bounds = [i for i in range(len(run) + 1) if i == len(run) or run[i] & 0xC0 != 0x80]
    inside = [starts[at + i] for i in bounds if at + i in starts]
    return (inside[0], inside[-1]) if len(inside) > 1 and inside[-1] - inside[0] > 1 else None
