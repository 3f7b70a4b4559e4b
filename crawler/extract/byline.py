"""Who wrote, edited and photographed: the by-lines of a page, as facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from crawler.evidence import Found
from crawler.extract.dates import stamps
from crawler.extract.labels import labelled
from crawler.extract.names import is_name, people
from crawler.extract.page import Line

_REPORTER = (
    r"(?:首席|见习|实习|特约|全媒体|融媒体|高级|资深|职工)*(?:记者|記者|通讯员|通訊員|特约评论员|评论员|特派员|撰稿人)"
)
# a line of its own: 天山网-新疆日报记者 马伊宁 / 本报记者罗科苏盈发自北京 / 顶端新闻·河南商报记者马俊峰/文受访者供图
_OWN_LINE = re.compile(
    rf"^[（(【\[□■◎●▲○\s]*(?P<outlet>[^，。！？；:：“”]{{0,24}}?){_REPORTER}[:：]?\s*(?P<names>[^，。！？；“”]{{2,60}})$"
)
# in a dateline: （记者 陆一夫）, （刘艺、杨吉）, 〔記者巫其倫／台北報導〕
_IN_BRACKETS = re.compile(
    rf"[（(〔\[【](?:[^（()）〔〕\[\]]{{0,16}}?){_REPORTER}[:：]?\s*(?P<names>[^（()）〔〕\[\]]{{2,50}})[）)〕\]】]"
)
_DATELINE = re.compile(r"^[^，。（(]{2,24}(?:电|讯|消息)\s*[（(](?P<names>[^（()）]{2,30})[）)]")
_SAYS = re.compile(
    rf"^[^，。（(]{{0,20}}?{_REPORTER}\s*(?P<names>[\u3400-\u9fff、\s]{{2,16}}?)\s*(?:报道|報導|摄影报道|/)"
)
_LAST = re.compile(r"[（(](?P<names>[^（()）。]{2,60})[）)]\s*$")
_OF = re.compile(r"^(?:本文)?(?:作者|记者)(?:[:：]|系|为)?\s*(?P<names>.+)$")
_SLASH = re.compile(r"^(?P<label>文|作者|撰文|撰稿|编辑|摄影|图)\s*[/／丨｜|︱]\s*(?P<names>.{2,40})$")
_WRITER = re.compile(r"^(?:执笔人?|撰稿人?|撰文)\s*[:：]\s*(?P<names>.{2,60})$")
_PHOTO = re.compile(
    r"(?P<names>[\u3400-\u9fff·]{2,5}(?:[、\s][\u3400-\u9fff·]{2,4})*)\s*[/／]?\s*(?:摄影报道|摄影|摄|攝)\s*[）)]?$"
)
_CUT = re.compile(r"(?:发自|报道|報導|文|摄影|供图|图|实习生|通讯员|／|/|系).*$")


@dataclass(frozen=True, slots=True)
class Credits:
    """The people named by the page, each group with where it was read."""

    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    photographer: tuple[str, ...] = ()
    found: dict[str, Found] = field(default_factory=dict)


def credits(
    head: Sequence[Line],
    opening: Sequence[Line],
    closing: Sequence[Line],
    tail: Sequence[Line],
    given: dict[str, Iterable[Line]] | None = None,
) -> Credits:
    """Read the credits.

    `head` are the lines by the headline, `opening` the first and `closing` the last lines of the body, `tail` the
    lines behind it. A template's lines go first; for the author the order is: by-line under the headline, by-line at
    the top, dateline, signature at the end, labels at the foot.
    """
    found: dict[str, Found] = {}
    names: dict[str, tuple[str, ...]] = {"author": (), "editor": (), "photographer": ()}

    def take(field_name: str, people_found: tuple[str, ...], rule: str, line: Line) -> bool:
        if people_found and not names[field_name]:
            names[field_name] = people_found
            found[field_name] = Found(rule, line.text[:120])
        return bool(names[field_name])

    for name, lines in (given or {}).items():
        for line in lines:
            values = [fact.value for fact in labelled(line.spaced) if fact.field == name] or [line.spaced]
            take(name, people(values[0]), "template", line)
    for rule, lines in (
        ("line by the headline", head),
        ("foot of the article", [*reversed(closing), *tail]),
        ("top of the body", opening),
    ):
        for line in lines:
            if len(line.text) > 160:
                continue
            for fact in labelled(line.spaced):
                if fact.field in ("editor", "photographer") or (
                    fact.field == "author" and _is_label(fact.label, line, rule)
                ):
                    if fact.field == "photographer" and len(fact.label) == 1:
                        continue
                    take(fact.field, people(fact.value), rule, line)
    for line in head:
        take("author", _beside_time(line), "name beside the time", line)
    for line in [*head, *opening[:4], *closing[-3:], *tail[:3]]:
        take("author", _line_of_its_own(line), "by-line", line)
    for line in opening[:4]:
        take("author", _in_dateline(line), "dateline", line)
    for line in reversed(closing[-4:]):
        take("author", _signature(line), "signature", line)
    for line in [*opening, *closing]:
        match = _PHOTO.search(line.text) if len(line.text) < 200 else None
        if match:
            take("photographer", people(match["names"], labelled=False), "caption", line)
    return Credits(names["author"], names["editor"], names["photographer"], found)


def is_byline(line: Line) -> bool:
    """Whether the line is a by-line and nothing else: `本报记者 某某`, `文/某某`."""
    return bool(_line_of_its_own(line)) or (bool(_SLASH.match(line.text)) and len(line.text) < 40)


def _is_label(label: str, line: Line, rule: str) -> bool:
    """A single character such as 文 is a label only at the start of a short line."""
    if label in ("文", "记者", "通讯员", "供稿"):
        return len(line.text) < 40 and line.spaced.startswith(label)
    return True


def _beside_time(line: Line) -> tuple[str, ...]:
    """`李梅英 发布时间:2020-05-19`: a name and nothing else before the label of the time."""
    text = line.spaced
    found = stamps(text)
    if not found or len(text) > 160:
        return ()
    before = text[: found[0].start]
    facts = labelled(before + " ")
    words = (before[: facts[0].start] if facts else before).split()
    return tuple(word for word in words if is_name(word)) if words and all(is_name(word) for word in words) else ()


def _line_of_its_own(line: Line) -> tuple[str, ...]:
    if len(line.text) > 70:
        return ()
    match = _SLASH.match(line.text)
    if match:
        return people(match["names"]) if match["label"] in ("文", "作者", "撰文", "撰稿") else ()
    match = _WRITER.match(line.text)
    if match:
        return people(match["names"])
    match = _OWN_LINE.match(line.text)
    if not match:
        return ()
    return _named(match["names"])


def _named(text: str) -> tuple[str, ...]:
    text = _CUT.sub("", text) if len(_CUT.sub("", text).strip()) >= 2 else text
    found = people(text, labelled=False)
    if found:
        return found
    # 罗科苏盈: two names that run together
    glued = "".join(text.split())
    if len(glued) == 4 and is_name(glued[:2]) and is_name(glued[2:]):
        return (glued[:2], glued[2:])
    if len(glued) in (5, 6) and is_name(glued[:3]) and is_name(glued[3:]):
        return (glued[:3], glued[3:])
    return people(text, labelled=False) or (people(text) if 2 <= len(glued) <= 4 else ())


def _in_dateline(line: Line) -> tuple[str, ...]:
    start = line.text[:120]
    match = _IN_BRACKETS.search(start) or _DATELINE.match(start) or _SAYS.match(start)
    return _named(match["names"]) if match else ()


def _signature(line: Line) -> tuple[str, ...]:
    match = _LAST.search(line.text)
    if not match:
        return ()
    inner = match["names"].strip()
    of = _OF.match(inner)
    if of:
        return _named(re.split(r"系|为|单位|，|,|：|:", of["names"])[0]) or people(of["names"].split()[0])[:1]
    reporter = re.match(rf"^.{{0,16}}?{_REPORTER}[:：]?\s*(?P<names>.+)$", inner)
    if reporter:
        return _named(reporter["names"])
    return people(inner, labelled=False)
