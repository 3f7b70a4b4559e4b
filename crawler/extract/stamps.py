"""Dates and times in a text, in every form in which pages print them.

Forms seen on 150 pages: `2023-05-23 09:37:00来源`, `2021年07月23日 12:22`, `23-01-14 09:22`, `25年07月28日`,
`2019-11-15 7:6:13`, `2018年06月12日 10:04 |`, `( 2025年06月25日 03 版)`, `2023-05-01-10:00:00`, ISO 8601 with an
offset; documents are dated `二〇二三年五月二十三日`, English editions `May 23, 2023 09:37` and `09:37, 23-May-2023`.
All of China keeps one time, UTC+8; an offset that is printed is honoured. `3小时前` names no day and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache, lru_cache

from archive.model import Precision
from crawler.later import later

CHINA = timezone(timedelta(hours=8))

_STAMP = later(
    r"""(?<![\d.])(?P<year>(?:19|20)\d\d|\d\d)\s*(?P<mark>[-/.年－])\s*(?P<month>\d{1,2})\s*[-/.月－]\s*(?P<day>\d{1,2})(?!\d)\s*(?P<ri>日|号)?
    (?:(?P<sep>[\s,，T|　-]{0,4})(?:星期.|周.|[（(]?星期[^）)]?[）)]?)?[\s,，]{0,3}
       (?P<pm>上午|下午|晚上|凌晨|中午)?\s*
       (?P<hour>\d{1,2})\s*(?P<colon>[:：時点點时])\s*(?P<minute>\d{1,2})(?:\s*[:：分]\s*(?P<second>\d{1,2})(?:\.\d+)?)?\s*分?
       (?P<offset>Z(?![A-Za-z])|\s?\+(?:0\d|1[0-4]):?[0-5]\d(?!\d)|-(?:0\d|1[0-4]):?[0-5]\d(?!\d))?)?""",
    re.VERBOSE,
)
_HINT = later(r"\d\s*[-/.年－]\s*\d")  # without this a text holds none of the above
_COMPACT = later(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?(?!\d)"
)
_ZERO = "〇○Ｏ零"
_IN_HAN = later(
    rf"(?P<year>[一二][{_ZERO}一二三四五六七八九]{{3}})\s*年\s*(?P<month>十[一二]?|[一二三四五六七八九])\s*月\s*"
    r"(?P<day>[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])\s*[日号]"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"(?:(?<=Jan)uary|(?<=Feb)ruary|(?<=Mar)ch|(?<=Apr)il|(?<=Jun)e|(?<=Jul)y|(?<=Aug)ust|(?<=Sep)t(?:ember)?|(?<=Oct)ober"
    r"|(?<=Nov)ember|(?<=Dec)ember)?(?![a-z])\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\s?(?P<half>[ap])\.?m\b)?"
_ENGLISH = tuple(
    later(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d:]){_CLOCK}[,\s]{{1,3}}{_MONTH}\s{{0,2}}{_DAY}[,\s]{{1,3}}{_YEAR}",
        rf"(?<![\d:]){_CLOCK}[,\s]{{1,3}}{_DAY}[-\s]{_MONTH}[-,\s]{{1,2}}{_YEAR}",
        rf"(?<![a-z]){_MONTH}\s{_DAY}\s{_CLOCK}\sCST\s{_YEAR}",  # Java's: Tue May 23 09:37:00 CST 2023
        rf"(?<![a-z]){_MONTH}\s{{0,2}}{_DAY},?\s{{1,2}}{_YEAR}(?:[,\s|]{{1,4}}{_CLOCK})?",
        rf"(?<![\d:]){_DAY}[-\s]{_MONTH}[-,\s]{{1,2}}{_YEAR}(?:[,\s|]{{1,4}}{_CLOCK})?",
    )
)
_MONTH_HINT = later(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
)
_LONGEST_KEPT = 300  # characters of a text whose dates are kept in mind: a line is asked for them several times


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date or a time that stands in a text, from `start` to `end`."""

    moment: datetime
    precision: Precision
    start: int
    end: int


def stamps(text: str) -> tuple[Stamp, ...]:
    """Every date in the text, in order. Impossible dates (31 April, 25:00) are none.

    >>> [str(stamp.moment) for stamp in stamps("二〇二三年五月二十三日 印发")]
    ['2023-05-23 00:00:00+08:00']
    """
    return _short(text) if len(text) <= _LONGEST_KEPT else _read(text)


@lru_cache(maxsize=1024)
def _short(text: str) -> tuple[Stamp, ...]:
    return _read(text)


def _read(text: str) -> tuple[Stamp, ...]:
    found = list(_plain(text)) if _HINT.search(text) else []
    if "年" in text and "月" in text:
        found += _in_han(text)
    if _MONTH_HINT.search(text):
        found += _english(text)
    return tuple(sorted(found, key=lambda stamp: stamp.start))


def compact(text: str) -> tuple[Stamp, ...]:
    """A date without any marks, as some meta tags hold it: `20230523`, `202305230937`."""
    match = _COMPACT.search(text)
    if match is None:
        return ()
    numbers = [int(number or 0) for number in match.groups()]
    try:
        moment = datetime(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], tzinfo=CHINA)
    except ValueError:
        return ()
    precision: Precision = "second" if match[6] else "minute" if match[4] else "day"
    return (Stamp(moment, precision, match.start(), match.end()),)


def _plain(text: str) -> Iterator[Stamp]:
    for match in _STAMP.finditer(text):
        stamp = _of_figures(match)
        if stamp is not None:
            yield stamp


def _of_figures(match: re.Match[str]) -> Stamp | None:
    year = int(match["year"])
    if len(match["year"]) == 2:
        # "23-01-14 09:22" and "25年07月28日" are dates; "10-12-15" alone may be anything
        if match["hour"] is None and match["mark"] != "年":
            return None
        year += 2000 if year < 70 else 1900
    elif match["mark"] == "." and match["hour"] is None and len(match["month"]) == 1 and len(match["day"]) == 1:
        return None
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    hour = _hour(match)
    try:
        moment = datetime(year, int(match["month"]), int(match["day"]), tzinfo=CHINA)
        if hour is None or hour == 24:
            return Stamp(moment, "day", match.start(), match.end())
        moment = moment.replace(hour=hour, minute=minute, second=second)
        offset = _offset(match)
        if offset:
            moment = moment.replace(tzinfo=_zone(offset)).astimezone(CHINA)
    except ValueError:
        return None
    return Stamp(moment, "second" if match["second"] is not None else "minute", match.start(), match.end())


def _hour(match: re.Match[str]) -> int | None:
    """The hour of 24, or None where none is printed or the day is left open: 晚上12:05 is of this one or the next."""
    if match["hour"] is None:
        return None
    hour, part = int(match["hour"]), match["pm"]
    if part == "晚上" and (hour < 5 or hour == 12):
        return None
    if (part in ("下午", "晚上") and hour < 12) or (part == "中午" and hour < 11):
        return hour + 12
    return 0 if part in ("凌晨", "上午") and hour == 12 else hour


def _offset(match: re.Match[str]) -> str:
    """The offset from UTC, or "". A minus behind a time without T is the dash of a span: `09:00-10:30`."""
    offset: str = (match["offset"] or "").strip()
    if match["colon"] not in (":", "：") or (offset.startswith("-") and "T" not in match["sep"]):
        return ""
    return offset


@cache
def _zone(offset: str) -> timezone:
    """`Z`, `+08:00` or `+0800`."""
    if offset == "Z":
        return timezone(timedelta(0))
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:])))


def _in_han(text: str) -> Iterator[Stamp]:
    for match in _IN_HAN.finditer(text):
        year = int("".join(str(_figure(letter)) for letter in match["year"]))
        try:
            moment = datetime(year, _number(match["month"]), _number(match["day"]), tzinfo=CHINA)
        except ValueError:
            continue
        if 1900 <= year < 2100:
            yield Stamp(moment, "day", match.start(), match.end())


def _figure(letter: str) -> int:
    return 0 if letter in _ZERO else "一二三四五六七八九".index(letter) + 1


def _number(text: str) -> int:
    """十 10, 十二 12, 二十三 23, 廿三 23, 五 5."""
    text = text.replace("廿", "二十")
    if "十" not in text:
        return _figure(text)
    tens, ones = text.split("十")
    return (_figure(tens) if tens else 1) * 10 + (_figure(ones) if ones else 0)


def _english(text: str) -> list[Stamp]:
    found: list[Stamp] = []
    for pattern in _ENGLISH:
        for match in pattern.finditer(text):
            if any(match.start() < stamp.end and stamp.start < match.end() for stamp in found):
                continue
            stamp = _of_words(match)
            if stamp is not None:
                found.append(stamp)
    return found


def _of_words(match: re.Match[str]) -> Stamp | None:
    month = _MONTHS.index(match["month"].lower()) + 1
    try:
        moment = datetime(int(match["year"]), month, int(match["day"]), tzinfo=CHINA)
        if match["hour"] is None:
            return Stamp(moment, "day", match.start(), match.end())
        hour = (
            int(match["hour"]) % 12 + (12 if match["half"] in ("p", "P") else 0)
            if match["half"]
            else int(match["hour"])
        )
        moment = moment.replace(hour=hour, minute=int(match["minute"]), second=int(match["second"] or 0))
    except ValueError:
        return None
    return Stamp(moment, "second" if match["second"] else "minute", match.start(), match.end())
