"""Dates and times as Chinese pages print them, and which of them is the time of publication.

Every form that was seen on 150 pages is read: `2023-05-23 09:37:00来源`, `2021年07月23日 12:22`, `23-01-14 09:22`,
`25年07月28日`, `2019-11-15 7:6:13`, `2018年06月12日 10:04 |`, `( 2025年06月25日 03 版)`, `2023-05-01-10:00:00`,
ISO 8601 with an offset. All of China keeps one time, UTC+8; an offset that is printed is honoured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache

from archive.model import Precision
from crawler.evidence import Found
from crawler.extract.labels import labelled
from crawler.extract.page import Line

CHINA = timezone(timedelta(hours=8))

_STAMP = re.compile(
    r"""(?<![\d.])(?P<year>(?:19|20)\d\d|\d\d)\s*(?P<mark>[-/.年－])\s*(?P<month>\d{1,2})\s*[-/.月－]\s*(?P<day>\d{1,2})(?!\d)\s*(?P<ri>日|号)?
    (?:(?P<sep>[\s,，T|　-]{0,4})(?:星期.|周.|[（(]?星期[^）)]?[）)]?)?[\s,，]{0,3}
       (?P<pm>上午|下午|晚上|凌晨|中午)?\s*
       (?P<hour>\d{1,2})\s*(?P<colon>[:：时點点])\s*(?P<minute>\d{1,2})(?:\s*[:：分]\s*(?P<second>\d{1,2})(?:\.\d+)?)?\s*分?
       (?P<offset>Z(?![A-Za-z])|\s?\+(?:0\d|1[0-4]):?[0-5]\d(?!\d)|-(?:0\d|1[0-4]):?[0-5]\d(?!\d))?)?""",
    re.VERBOSE,
)
_COMPACT = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?(?!\d)"
)
# Dates in addresses, most telling first; facts on 36 URL families: 70 % of article addresses carry the day.
_IN_URL = (
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+"),
    re.compile(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)[-/](\d{1,2})[-/](\d{1,2})/"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=(?:[01]\d|2[0-3])[0-5]\d[0-5]\d|\D|$)"),
    re.compile(r"/((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})[/_.]"),
)
_META_NAMES = (
    "pubdate", "publishdate", "firstpublishedtime", "article:published_time", "datepublished", "publishedtime",
    "publish-date", "publish_time", "pubtime", "apub:time", "bytedance:published_time", "og:release_date",
    "article:create_at", "releasedate", "dc.date", "dc.date.issued", "date", "createdate", "og:published_time",
    "og:pubdate", "_pubtime", "article.published", "published",
)  # fmt: skip
_TODAY = re.compile(r"今天是|今日是|农历|欢迎您|现在时间|当前时间")
_PUBLISHED = re.compile(r"发布|發布|發佈|发表|發表|发稿|刊发|(?<![a-z])pub", re.IGNORECASE)
# 时间 and 日期 alone may be those of what is announced; 报名时间 and 截止日期 always are
_ANY_TIME = re.compile(r"(?P<word>[\u3400-\u9fff]{0,6}?)(?:时\s{0,3}间|時\s{0,3}間|日\s{0,3}期)\s*[:：]?\s*[（(]?$")
_EVENT = re.compile(
    r"^[\W\d_一二三四五六七八九十]{0,6}(?:[活会庭演赛]\s*[动议审出]?)?\s*"
    r"(?:地\s*[点址]|会\s*场|主\s*[题办讲]|承办|协办|对象|嘉宾|参[加会]|报名|出席|案\s*由|联系)[^，。！？]{0,6}[:：]"
)
_SPAN = re.compile(r"\s*(?:至|到|起|止|前|[-—–~～]+\s*\d)")
_WEEKDAY = re.compile(r"(?:星期|周|週|礼拜)[一二三四五六日天]")
_WOVEN = re.compile(r"[\u3400-\u9fff](?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号][\u3400-\u9fff]")
_DASHED = re.compile(r"^\s*(?:——|--|──|—)")
_AT_FOOT = re.compile(
    r"(?:发布|發布|發佈|发表|發表|发稿|刊发|刊登|成文|印发|发文|公开|公布|上传|录入)(?:时间|日期|時間|于|於)?|(?:文章|新闻|信息)(?:时间|日期)"
)
_UPDATED = re.compile(r"更新|修改")
_SIDE = re.compile(r"date|time|pub|info|source|meta|laiyuan|msg|attr|shijian|riqi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date or a time that stands in a text, from `start` to `end`."""

    moment: datetime
    precision: Precision
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Published:
    """The time of publication."""

    moment: datetime
    precision: Precision
    found: Found


def stamps(text: str) -> list[Stamp]:
    """Every date in the text, in order. Impossible dates (31 April, 25:00) are none."""
    found = []
    for match in _STAMP.finditer(text):
        stamp = _stamp(match)
        if stamp is not None:
            found.append(stamp)
    return found


def published(
    head: Sequence[Line], tail: Sequence[Line], metas: Mapping[str, str], url: str, given: Iterable[str] = ()
) -> Published | None:
    """The time of publication.

    Order: the lines that the template names; the lines around the headline; the meta tags; the address; the lines at
    the foot of the article that begin with a label. A meta tag or a line at the foot that agrees with the day and knows
    the time refines it.
    """
    from_meta = _from_metas(metas)
    for text in given:
        for stamp in stamps(text):
            return _refined(Published(stamp.moment, stamp.precision, Found("template", text[:120])), from_meta)
    from_url = _from_url(url)
    best = _best(head, [each.moment.date() for each in (from_url, from_meta) if each is not None])
    if best is not None:
        return _refined(best, from_meta)
    if from_meta is not None:
        return from_meta
    foot = _at_foot(tail)
    return _refined(from_url, foot) if from_url is not None else foot


def _best(head: Sequence[Line], known: Sequence[date]) -> Published | None:
    """The likeliest of the dates by the headline; `known` are the days that the address and the meta tags carry."""
    best: tuple[float, Published] | None = None
    for position, line in enumerate(head):
        text = line.spaced
        if len(text) > 400 or _DASHED.match(text):
            continue
        event = any(_EVENT.match(near.text) for near in head[max(0, position - 2) : position + 3] if near is not line)
        for stamp in stamps(text):
            if not _has_grounds(line, text, stamp) or _is_another(text, stamp, event, known):
                continue
            score = _score(line, text, stamp) + position / max(len(head), 1)
            if score > 0 and (best is None or score > best[0]):
                best = score, Published(stamp.moment, stamp.precision, Found("line by the headline", text[:120]))
    return best[1] if best else None


def _has_grounds(line: Line, text: str, stamp: Stamp) -> bool:
    """Whether something beside its place says that a date is of the page and none of its story: `纪念1921年7月1日`."""
    return (
        stamp.precision != "day"
        or ((stamp.end - stamp.start) * 2 > len(text) and not _WOVEN.match(text[max(0, stamp.start - 1) :]))
        or (stamp.start == 0 and _fills(line.parts[0], stamp))
        or bool(labelled(text))
        or bool(_PUBLISHED.search(_before(text, stamp)))
        or bool(_SIDE.search(line.words))
        or re.match(r"[\s，,]*第?\s*[A-Z]?\d{1,2}\s*版", text[stamp.end :]) is not None
    )


def _fills(part: str, stamp: Stamp) -> bool:
    """Whether a date is most of the piece of text that begins the line: `<b>2024年05月01日</b><a>往期</a>`."""
    return (stamp.end - stamp.start) * 2 >= len(part.strip()) > 0


def _is_another(text: str, stamp: Stamp, event: bool, known: Sequence[date]) -> bool:
    """Whether a date is that of an event or of today, as its label, its span or its neighbours say."""
    before = _before(text, stamp)
    if _PUBLISHED.search(before):
        return False
    later = bool(known) and stamp.moment.date() > max(known)
    own_line = not any(fact.field in ("origin", "author", "editor") for fact in labelled(text))
    named = _ANY_TIME.search(before)
    if named:
        if not any(fact.field == "published" for fact in labelled(text[: stamp.end])):
            return True
        bare = not named["word"] and own_line
        return bare and (event or later or _SPAN.match(text, stamp.end) is not None)
    return later and own_line and _WEEKDAY.search(text[stamp.start : stamp.end + 6]) is not None


def _before(text: str, stamp: Stamp) -> str:
    return text[max(0, stamp.start - 12) : stamp.start]


def _score(line: Line, text: str, stamp: Stamp) -> float:
    before = _before(text, stamp)
    score = 1.0
    if stamp.precision != "day":
        score += 2
    if any(fact.field == "origin" for fact in labelled(text)):
        score += 2
    if _PUBLISHED.search(before) or _ANY_TIME.search(before):
        score += 3
    if _UPDATED.search(before):
        score -= 1
    if _SIDE.search(line.words):
        score += 1
    if _TODAY.search(text):
        score -= 6
    if line.linked * 2 > len(line.text) + 20:
        score -= 3
    rest = len(text) - (stamp.end - stamp.start)
    if rest > 120:
        score -= 3
    return score


def _at_foot(tail: Sequence[Line]) -> Published | None:
    """The date of a short line that begins with labels, one of which is that of publication beyond doubt."""
    for line in tail:
        text = line.spaced
        if len(line.text) >= 80:
            continue
        facts = labelled(text)
        values = (
            [fact.value for fact in facts if _AT_FOOT.fullmatch(fact.label)] if facts and facts[0].start <= 2 else []
        )
        for value in values:
            for stamp in stamps(value):
                return Published(stamp.moment, stamp.precision, Found("foot of the article", text[:120]))
    return None


def _refined(printed: Published, meta: Published | None) -> Published:
    if (
        printed.precision == "day"
        and meta is not None
        and meta.precision != "day"
        and meta.moment.date() == printed.moment.date()
    ):
        return meta
    return printed


def _from_metas(metas: Mapping[str, str]) -> Published | None:
    for name in _META_NAMES:
        value = metas.get(name)
        if not value:
            continue
        for stamp in stamps(value) or _compact(value):
            return Published(stamp.moment, stamp.precision, Found(f"meta {name}", value[:120]))
    return None


def _from_url(url: str) -> Published | None:
    for pattern in _IN_URL:
        match = pattern.search(url)
        if match is None:
            continue
        try:
            moment = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=CHINA)
        except ValueError:
            continue
        return Published(moment, "day", Found("address", match[0]))
    return None


def url_day(url: str) -> date | None:
    """The day that the address carries, or None."""
    found = _from_url(url)
    return found.moment.date() if found else None


def _compact(text: str) -> list[Stamp]:
    match = _COMPACT.search(text)
    if match is None:
        return []
    hour, minute, second = match[4], match[5], match[6]
    try:
        moment = datetime(
            int(match[1]),
            int(match[2]),
            int(match[3]),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=CHINA,
        )
    except ValueError:
        return []
    return [Stamp(moment, "second" if second else "minute" if hour else "day", match.start(), match.end())]


def _stamp(match: re.Match[str]) -> Stamp | None:
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
