"""Who wrote, edited and photographed: the by-lines of a page, as facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.evidence import Found
from crawler.extract.dates import stamps
from crawler.extract.labels import labelled, set_apart
from crawler.extract.names import is_name, people
from crawler.extract.page import Line

_ROLES = (
    r"(?:首席|见习|实习|特约|全媒体|融媒体|高级|资深|职工|文字|本报|本网)*"
    r"(?:记者|記者|通讯员|通訊員|评论员|特派员|撰稿人)"
)
# a line of its own: 某某网-某某日报记者 王小明 · 本报记者王小明李小红发自某地 · 某某商报记者王小明/文受访者供图
_OWN_LINE = re.compile(
    rf"^[（(【\[□■◎●▲○\s]*(?P<outlet>[^，。！？；:：“”]{{0,24}}?){_ROLES}[:：]?\s*(?P<names>[^，。！？；“”]{{2,60}})$"
)
# in a dateline: （记者 王小明） · 〔記者王小明／某地報導〕
_IN_BRACKETS = re.compile(
    rf"[（(〔\[【](?:[^（()）〔〕\[\]]{{0,16}}?){_ROLES}[:：]?\s*(?P<names>[^（()）〔〕\[\]]{{2,50}})[）)〕\]】]"
)
# 某某社某地1月2日电（王小明、李红）
_DATELINE = re.compile(r"^[^，。（(]{2,24}(?:电|讯|消息)\s*[（(](?P<names>[^（()）]{2,30})[）)]")
_REPORTS = re.compile(
    rf"^[^，。（(]{{0,20}}?{_ROLES}\s*(?P<names>[\u3400-\u9fff、\s]{{2,16}}?)\s*(?:报道|報導|摄影报道|/)"
)
_LAST = re.compile(r"[（(](?P<names>[^（()）。]{2,60})[）)]\s*$")
_OF = re.compile(r"^(?:本文)?(?:作者|记者)(?:[:：]|系|为)?\s*(?P<names>.+)$")
_SLASH = re.compile(
    r"^[（(]?(?P<label>文图|图文|文|作者|撰文|撰稿|编辑|摄影|图|视频|制图)\s*[/／丨｜|︱︰]\s*(?P<names>.{2,40}?)[）)]?$"
)
_WRITER = re.compile(r"^(?:执笔人?|撰稿人?|撰文)\s*[:：]\s*(?P<names>.{2,60})$")
_OUTLET_BEHIND = re.compile(
    r"^(?P<names>[\u3400-\u9fff·、\s]{2,16}?)\s*[/／]\s*[\u3400-\u9fff]{2,12}(?:报|网|社|台|刊|新闻|周刊|客户端)$"
)
_PHOTO = re.compile(
    r"(?:^|[。！”\s（(])(?P<names>[\u3400-\u9fff·]{2,5}(?:[、\s][\u3400-\u9fff·]{2,4})*)\s*[/／]?\s*(?:摄影报道|摄影|摄|攝)\s*[）)]?$"
)
_NOT_AN_AUTHOR = re.compile(r"编|編|校|审|審|摄|攝|图|圖|监制|來源|来源|据|转载|资料|完|略|化名|贡献")
_CUT = re.compile(r"(?:发自|报道|報導|文[/／]|摄影|供图|图|实习生|／|/|系|[\u4e00-\u9fff]{2,3}报道).*$")
_PLACE_REPORT = re.compile(r"\s*[\u4e00-\u9fff]{0,6}(?:报道|報導|电|摄影报道)$")
_WRITING = frozenset(("文", "作者", "撰文", "撰稿", "文图", "图文"))
ONLY_IN_FRONT = frozenset(("文", "记者", "通讯员", "供稿", "投稿"))  # elsewhere they are words of a sentence
_LONGEST = 160
_PARAGRAPH = 40  # characters from which a line at the end is text rather than a credit
_BEHIND_SENTENCE = re.compile(r"(?:^|[。！？…!?][”’」』]?)\s*$")
_NO_PERSON = re.compile(r"[省市县区州镇乡村局部厅处院校报网社台委会队店厂行]$")


@dataclass(frozen=True, slots=True)
class Credits:
    """The people named by the page, each group with where it was read."""

    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()
    photographer: tuple[str, ...] = ()
    found: Mapping[str, Found] = field(default_factory=dict)


_Reading = tuple[str, tuple[str, ...], str, str]  # field, names, rule, words seen


def credits(
    head: Sequence[Line],
    opening: Sequence[Line],
    closing: Sequence[Line],
    tail: Sequence[Line],
    given: Mapping[str, Iterable[str]] | None = None,
) -> Credits:
    """Read the credits; for each field the first reading that gives a name holds.

    `head` are the lines by the headline, `opening` the first and `closing` the last lines of the body, `tail` the
    lines behind it. A template's texts go first, then labels (near the headline, at the foot, at the top), then for
    the author: a name beside the time, a by-line of its own, the dateline, the signature at the end.
    """
    names: dict[str, tuple[str, ...]] = {}
    found: dict[str, Found] = {}
    for name, people_found, rule, seen in _readings(head, opening, closing, tail, given or {}):
        if people_found and name not in names:
            names[name] = people_found
            found[name] = Found(rule, seen[:120])
    return Credits(names.get("author", ()), names.get("editor", ()), names.get("photographer", ()), found)


def is_byline(line: Line) -> bool:
    """Whether the line is a by-line and nothing else: `本报记者 某某`, `文/某某`."""
    return bool(_line_of_its_own(line)) or (bool(_SLASH.match(line.text)) and len(line.text) < 40)


def _readings(
    head: Sequence[Line],
    opening: Sequence[Line],
    closing: Sequence[Line],
    tail: Sequence[Line],
    given: Mapping[str, Iterable[str]],
) -> Iterator[_Reading]:
    for name, texts in given.items():
        for text in texts:
            yield name, _of_template(name, text), "template", text
    for rule, lines in (
        ("line by the headline", head),
        ("foot of the article", [*reversed(closing), *tail]),
        ("top of the body", opening),
    ):
        for line in lines:
            yield from _of_labels(line, rule)
    for line in head:
        yield "author", _beside_time(line), "name beside the time", line.text
    for line in [*head, *opening[:4], *closing[-3:], *tail[:3]]:
        yield "author", _line_of_its_own(line), "by-line", line.text
    for line in opening[:4]:
        yield "author", _in_dateline(line), "dateline", line.text
    for line in reversed(closing[-4:]):
        yield "author", _signature(line), "signature", line.text
        if len(line.text) >= _PARAGRAPH:
            break  # a signature closes the last paragraph or stands below it
    for line in [*opening, *closing]:
        match = _PHOTO.search(line.text) if len(line.text) < _LONGEST else None
        if match:
            yield "photographer", people(match["names"], labelled=False), "caption", line.text


def _of_template(name: str, text: str) -> tuple[str, ...]:
    facts = labelled(text)
    for fact in facts:
        if fact.field == name:
            return people(fact.value)
    return () if facts or stamps(text) else people(text)


def _of_labels(line: Line, rule: str) -> Iterator[_Reading]:
    if len(line.text) > _LONGEST:
        return
    for fact in labelled(line.spaced):
        if fact.field == "origin":
            # 来源：某某网 王小明: a name behind the outlet
            behind = fact.value.split()[1:]
            if behind and all(is_name(word) for word in behind):
                yield "author", tuple(behind), rule, line.text
        if fact.field not in ("author", "editor", "photographer") or (len(fact.label) == 1 and fact.field != "author"):
            continue
        if not set_apart(line.spaced, fact):
            continue
        if fact.label in ONLY_IN_FRONT and not (len(line.text) < 40 and fact.start <= 1):
            continue
        yield fact.field, people(fact.value, labelled=fact.label not in ONLY_IN_FRONT), rule, line.text


def _beside_time(line: Line) -> tuple[str, ...]:
    """`王小明 发布时间:2020-05-19`: a name and nothing else before the label of the time."""
    text = line.spaced
    found = stamps(text)
    if not found or len(text) > _LONGEST:
        return ()
    before = text[: found[0].start]
    facts = labelled(before + " ")
    words = [word for word in re.split(r"[\s、，,;；]+", before[: facts[0].start] if facts else before) if word]
    return tuple(words) if words and all(is_name(word) for word in words) else ()


def _line_of_its_own(line: Line) -> tuple[str, ...]:
    text = line.text
    if len(text) > 70:
        return ()
    match = _SLASH.match(text)
    if match:
        return people(match["names"]) if match["label"] in _WRITING else ()
    match = _WRITER.match(text)
    if match:
        return people(match["names"])
    match = _OUTLET_BEHIND.match(text)
    if match:
        return people(match["names"], labelled=False)
    match = _OWN_LINE.match(line.spaced if line.spaced.replace(" ", "") == text.replace(" ", "") else text)
    return _named(match["names"]) if match else ()


def _named(text: str) -> tuple[str, ...]:
    """The names behind 记者; they may run together, and a verb may follow them."""
    short = _PLACE_REPORT.sub("", text) if len(_PLACE_REPORT.sub("", text).strip()) >= 2 else text
    cut = _CUT.sub("", short)
    short = cut if len(cut.strip()) >= 2 else short
    found = people(short, labelled=False)
    if found:
        return found
    glued = "".join(short.split())
    for first in (2, 3):  # 王小明李小红: two names that run together
        if len(glued) == 2 * first and is_name(glued[:first]) and is_name(glued[first:]):
            return (glued[:first], glued[first:])
    words = [word for word in re.split(r"[\s、，,;；]+", short) if word]
    # after 记者 a word of two to four characters is a name, whatever its surname
    return people(short) if words and all(2 <= len(word) <= 4 for word in words) else ()


def _in_dateline(line: Line) -> tuple[str, ...]:
    start = line.text[:120]
    match = _IN_BRACKETS.search(start) or _DATELINE.match(start) or _REPORTS.match(start)
    return _named(match["names"]) if match else ()


def _signature(line: Line) -> tuple[str, ...]:
    match = _LAST.search(line.text)
    if not match:
        return ()
    inner = match["names"].strip()
    of = _OF.match(inner)
    if of:
        name = re.split(r"系|为|单位|，|,|：|:", of["names"])[0]
        return _named(name) or people(name.split()[0] if name.split() else "")[:1]
    if _NOT_AN_AUTHOR.search(inner):
        return ()
    reporter = re.match(rf"^.{{0,16}}?{_ROLES}[:：]?\s*(?P<names>.+)$", inner)
    if reporter:
        return _named(reporter["names"])
    return _bare_signature(inner) if _BEHIND_SENTENCE.search(line.text[: match.start()]) else ()


def _bare_signature(inner: str) -> tuple[str, ...]:
    """Names in a bracket behind the last sentence that nothing labels; a place or an office among them is no name."""
    found = people(_PLACE_REPORT.sub("", inner), labelled=False)
    return () if any(_NO_PERSON.search(name) for name in found) else found
