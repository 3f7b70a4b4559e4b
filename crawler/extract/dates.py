"""Which of a page's dates is the time of publication."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from archive.model import Precision
from crawler.evidence import Found
from crawler.extract.labels import labelled
from crawler.extract.page import Line
from crawler.extract.stamps import CHINA, Stamp, compact, stamps
from crawler.later import later

__all__ = ["CHINA", "Published", "Stamp", "published", "stamps", "url_day"]

# Dates in addresses, most telling first; facts on 36 URL families: 70 % of article addresses carry the day.
_IN_URL = (
    later(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+"),
    later(r"/((?:19|20)\d\d)[-/]?(\d\d)[-/]?(\d\d)/"),
    later(r"/((?:19|20)\d\d)[-/](\d{1,2})[-/](\d{1,2})/"),
    later(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=(?:[01]\d|2[0-3])[0-5]\d[0-5]\d|\D|$)"),
    later(r"/((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})[/_.]"),
)
_META_NAMES = (
    "linked:published", "pubdate", "publishdate", "firstpublishedtime", "article:published_time", "datepublished",
    "publishedtime",
    "publish-date", "publish_time", "pubtime", "apub:time", "bytedance:published_time", "og:release_date",
    "article:create_at", "releasedate", "dc.date", "dc.date.issued", "date", "createdate", "og:published_time",
    "og:pubdate", "_pubtime", "article.published", "published",
)  # fmt: skip
# 05-23 09:37: a time whose year stands in the address alone
_YEARLESS = later(
    r"(?<![\d年/.-])(?P<month>\d{1,2})\s?[-/月.]\s?(?P<day>\d{1,2})\s?日?\s{1,3}(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?![\d:：])"
)
_YEAR_IN_URL = later(r"/(?P<year>(?:19|20)\d\d)(?:[-/]?(?P<month>0[1-9]|1[0-2]))?(?=[-/])")
_TODAY = later(r"今天是|今日是|农历|欢迎您|现在时间|当前时间")
# right before the date: 发布时间：2023-05-23; `…发布首批名单 2023-05-23` of a list is a headline
_PUBLISHED = later(
    r"(?:发布|發布|發佈|发表|發表|发稿|刊发|(?<![a-z])pub[a-z]*)\s*(?:时\s*间|日\s*期|時間|于|於|date|time|on)?\s*[:：|丨]?\s*[（(\[【]?\s*$",
    re.IGNORECASE,
)
_BY = later(r"(?:By|BY|Written by|Reported by)\b")
# 时间 and 日期 alone may be those of what is announced; 报名时间 and 截止日期 always are
_ANY_TIME = later(r"(?P<word>[\u3400-\u9fff]{0,6}?)(?:时\s{0,3}间|時\s{0,3}間|日\s{0,3}期)\s*[:：]?\s*[（(]?$")
_EVENT = later(
    r"^[\W\d_一二三四五六七八九十]{0,6}(?:[活会庭演赛]\s*[动议审出]?)?\s*"
    r"(?:地\s*[点址]|会\s*场|主\s*[题办讲]|承办|协办|对象|嘉宾|参[加会]|报名|出席|案\s*由|联系)[^，。！？]{0,6}[:：]"
)
_SPAN = later(r"\s*(?:至|到|起|止|前|[-—–~～]+\s*\d)")
_WEEKDAY = later(r"(?:星期|周|週|礼拜)[一二三四五六日天]")
_WOVEN = later(r"[\u3400-\u9fff](?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号][\u3400-\u9fff]")
_LEAST_HEADLINE = 10  # characters of a link that is rather a headline than an outlet's name
_DASHED = later(r"^\s*(?:——|--|──|—)")
_AT_FOOT = later(
    r"(?:发布|發布|發佈|发表|發表|发稿|刊发|刊登|成文|印发|发文|公开|公布|上传|录入)(?:时间|日期|時間|于|於)?|(?:文章|新闻|信息)(?:时间|日期)"
)
_UPDATED = later(r"更新|修改|[Uu]pdated|[Mm]odified")
_DOCUMENT = later(r"成文|印发|生成")
_SIDE = later(r"date|time|pub|info|source|meta|laiyuan|msg|attr|shijian|riqi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Published:
    """The time of publication."""

    moment: datetime
    precision: Precision
    found: Found


def published(
    head: Sequence[Line], tail: Sequence[Line], metas: Mapping[str, str], url: str, given: Iterable[str] = ()
) -> Published | None:
    """The time of publication.

    Order: the lines that the template names; the lines around the headline; what the page states for machines; the
    address; the lines at the foot of the article that begin with a label. A meta tag, a line at the foot or a time
    without a year by the headline that agrees with the day refines it.
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
    yearless = _yearless(head, url)
    if yearless is not None and (from_url is None or yearless.moment.date() == from_url.moment.date()):
        return yearless
    foot = _at_foot(tail)
    return _refined(from_url, foot) if from_url is not None else foot


def _best(head: Sequence[Line], known: Sequence[date]) -> Published | None:
    """The likeliest of the dates by the headline; `known` are the days that the address and the meta tags carry."""
    best: tuple[float, Published] | None = None
    for position, line in enumerate(head):
        text = line.spaced
        if len(text) > 400 or not stamps(text) or _DASHED.match(text):
            continue
        event = any(_EVENT.match(near.text) for near in head[max(0, position - 2) : position + 3] if near is not line)
        for stamp in stamps(text):
            if _is_item(line, stamp) or not _has_grounds(line, text, stamp) or _is_another(text, stamp, event, known):
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
        or bool(_BY.match(text))
        or bool(_SIDE.search(line.words))
        or re.match(r"[\s，,]*第?\s*[A-Z]?\d{1,2}\s*版", text[stamp.end :]) is not None
    )


def _is_item(line: Line, stamp: Stamp) -> bool:
    """Whether the line is an item of a list: a linked headline with the day of its own article behind it."""
    if stamp.precision != "day" or line.linked < _LEAST_HEADLINE or stamp.start == 0:
        return False
    free = len("".join(line.text.split())) - line.linked
    return free <= stamp.end - stamp.start + 3 and not labelled(line.spaced)


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
    if _DOCUMENT.search(before):
        score -= 0.5  # 成文日期 stands beside 发布日期 and is earlier
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


def _yearless(head: Sequence[Line], url: str) -> Published | None:
    """`05-23 09:37` by the headline, of the year in the address; a month there must be the same."""
    year = _YEAR_IN_URL.search(url)
    if year is None:
        return None
    for line in head:
        text = line.spaced
        match = _YEARLESS.search(text) if len(text) <= 120 else None
        if match is None or (year["month"] and int(year["month"]) != int(match["month"])):
            continue
        numbers = [int(match[name]) for name in ("month", "day", "hour", "minute")]
        try:
            moment = datetime(int(year["year"]), numbers[0], numbers[1], numbers[2], numbers[3], tzinfo=CHINA)
        except ValueError:
            continue
        return Published(moment, "minute", Found("line by the headline, year of the address", text[:120]))
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
        for stamp in stamps(value) or compact(value):
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
