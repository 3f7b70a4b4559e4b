"""Who wrote, edited and photographed: the by-lines of a page, as facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from crawler.evidence import Found
from crawler.extract.dates import stamps
from crawler.extract.labels import Labelled, labelled, set_apart
from crawler.extract.names import is_name, people
from crawler.extract.page import Line
from crawler.later import later

_ROLES = (
    r"(?:首席|见习|实习|特约|全媒体|融媒体|高级|资深|职工|文字|本报|本网)*"
    r"(?:记者|記者|通讯员|通訊員|评论员|特派员|撰稿人)"
)
# a line of its own: 某某网-某某日报记者 王小明 · 本报记者王小明李小红发自某地 · 某某商报记者王小明/文受访者供图
_OWN_LINE = later(
    rf"^[（(【\[□■◎●▲○\s]*(?P<outlet>[^，。！？；:：“”]{{0,24}}?){_ROLES}[:：]?\s*(?P<names>[^，。！？；“”]{{2,60}})$"
)
# in a dateline: （记者 王小明） · 〔記者王小明／某地報導〕
_IN_BRACKETS = later(
    rf"[（(〔\[【](?:[^（()）〔〕\[\]]{{0,16}}?){_ROLES}[:：]?\s*(?P<names>[^（()）〔〕\[\]]{{2,50}})[）)〕\]】]"
)
# 某某社某地1月2日电（王小明、李红）
_DATELINE = later(r"^[^，。（(]{2,24}(?:电|讯|消息)\s*[（(](?P<names>[^（()）]{2,30})[）)]")
_REPORTS = later(rf"^[^，。（(]{{0,20}}?{_ROLES}\s*(?P<names>[\u3400-\u9fff、\s]{{2,16}}?)\s*(?:报道|報導|摄影报道|/)")
_LAST = later(r"[（(](?P<names>[^（()）。]{2,60})[）)]\s*$")
_OF = later(r"^(?:本文)?(?:作者|记者)(?:[:：]|系|为)?\s*(?P<names>.+)$")
# 文/王小明 · 文·图/王小明 · 文｜王小明 编辑｜李小红
_DESCRIBES = later(r"^(?:本文)?(?:作者|记者)\s*(?:系|为|是|单位|简介|均)")  # 作者系某某大学教授 names nobody
# the office before its bearer's name, at the top of a text: 某某县工业局 王小明
_OFFICE_AND_NAME = later(
    r"^[\u3400-\u9fff]{4,24}(?:局|厅|委|部|办|中心|社|报|网|院|学院|大学|公司|集团|镇|乡|街道|所|站|党校)[\s　]+"
    r"(?P<names>[\u3400-\u9fff·、\s　]{2,24})$"
)
_SLASH = later(
    r"(?:^[（(]?|(?<=[\s　]))(?P<label>文[·•、]?图|图[·•、]?文|文(?!\s*[/／]\s*图)|作者|采写|采访|撰文|撰稿|"
    r"记者|编辑|责编|摄影|图片?|视频|制图)"
    r"\s*[/／丨｜|︱︰]\s*"
)
_SLASHES = later(r"[/／丨｜|︱︰]")  # the line has one of them
_WRITER = later(r"^(?:执笔人?|撰稿人?|撰文)\s*[:：]\s*(?P<names>.{2,60})$")
_OUTLET_BEHIND = later(
    r"^(?P<names>[\u3400-\u9fff·、\s]{2,16}?)\s*[/／]\s*[\u3400-\u9fff]{2,12}(?:报|网|社|台|刊|新闻|周刊|客户端)$"
)
_OUTLET = later(r"^[\u3400-\u9fff·]{2,12}(?:报|网|社|台|刊|客户端|融媒|发布)$")
_PHOTO = later(
    r"(?:^|[。！”\s（(])(?P<names>[\u3400-\u9fff·]{2,5}(?:[、\s][\u3400-\u9fff·]{2,4})*)\s*[/／]?\s*(?:摄影报道|摄影|摄|攝)\s*[）)]?$"
)
_NOT_AN_AUTHOR = later(r"编|編|校|审|審|摄|攝|图|圖|监制|來源|来源|据|转载|资料|完|略|化名|贡献")
_CUT = later(r"(?:发自|报道|報導|文[/／]|摄影|供图|图|实习生|／|/|系|[\u4e00-\u9fff]{2,3}报道).*$")
_PLACE_REPORT = later(r"\s*[\u4e00-\u9fff]{0,6}(?:报道|報導|电|摄影报道)$")
_WRITING = frozenset(("文", "作者", "采写", "采访", "撰文", "撰稿", "记者", "文图", "图文"))
_EDITING = frozenset(("编辑", "责编"))
_PICTURES = frozenset(("摄影", "图", "图片"))
_RESPONSIBLE = later(r"责\s*任\s*编\s*[辑缉]|责\s*编|責任編輯|責編")
ONLY_IN_FRONT = frozenset(("文", "记者", "通讯员", "供稿", "投稿"))  # elsewhere they are words of a sentence
_ROLES_ALONE = frozenset(("记者", "通讯员"))  # behind these in a line of facts stand names, whatever their surname
SUPPLIED = frozenset(("供稿", "投稿"))  # behind these may stand an office
# □ 王小明 李小红: marks that newspapers set before the author's name
_MARKED = later(r"^[□■◎●○]\s*(?P<names>[\u3400-\u9fff·•、\s　]{2,30})$")
# two roles that run together: 本报记者王小明通讯员李小红
_ROLE_AFTER_NAME = later(rf"(?<=[\u3400-\u9fff])(?={_ROLES}[\u3400-\u9fff]{{2}})")
# behind other facts, without a colon: 转自：某某商报 记者 王小明 李小红
_BARE_ROLE = later(
    rf"(?:^|[\s　|｜])(?:[\u3400-\u9fff]{{2,8}}[报网社台])?{_ROLES}\s+"
    r"(?P<names>[\u3400-\u9fff·•、\s　]{2,40}?)(?=\s*$|\s*[|｜]|\s+\d)"
)
_MONTH = r"(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d)"
_NAME = rf"[A-Z][A-Za-z'’.-]+(?:\s{_MONTH}[A-Z][A-Za-z'’.-]+){{1,3}}"
# By Wang Wei | Some Daily | Updated: … · By Wang Wei and Li Mingzhe in Somewhere
_BY = later(
    rf"^(?:By|BY|Written by:?|Reported by:?)\s+(?P<names>{_NAME}(?:(?:,\s|,?\sand\s|\s&\s){_NAME}){{0,5}})"
    r"(?=\s*$|\s*[|(（]|,?\s+in\s+[A-Z]|,\s[A-Z]|\s{1,3}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Updated|Published|Source|\d))"
)
_OFFICIAL = ("articletitle", "contentsource", "pubdate")  # meta tags that only the standard of government sites has
_BY_HEADLINE = "line by the headline"
_LONGEST = 160
_LONGEST_BYLINE = 140
_CLOSE = (")", "）")
_PARAGRAPH = 40  # characters from which a line at the end is text rather than a credit
_BEHIND_SENTENCE = later(r"(?:^|[。！？…!?][”’」』]?)\s*$")
_MARK = later(r"[，。！？；“”]")
_NO_PERSON = later(r"[省市县区州镇乡村局部厅处院校报网社台委会队店厂行]$")


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
    metas: Mapping[str, str] | None = None,
) -> Credits:
    """Read the credits; for each field the first reading that gives a name holds, of editors 责任编辑 before 编辑.

    `head` are the lines by the headline, `opening` the first and `closing` the last lines of the body, `tail` the
    lines behind it. A template's texts go first, then labels (near the headline, at the foot, at the top), then for
    the author: a name beside the time, a by-line of its own, the dateline, the signature at the end, and what the page
    states for machines where that is the name of a person.
    """
    names: dict[str, tuple[str, ...]] = {}
    found: dict[str, Found] = {}
    for name, people_found, rule, seen in _readings(head, opening, closing, tail, given or {}, metas or {}):
        if people_found and (name not in names or (name == "editor" and _is_weightier(seen, found[name]))):
            names[name] = people_found
            found[name] = Found(rule, seen[:120])
    return Credits(names.get("author", ()), names.get("editor", ()), names.get("photographer", ()), found)


def _is_weightier(seen: str, before: Found) -> bool:
    """责任编辑 answers for the page; 编辑 beside it may be the layout's."""
    return bool(_RESPONSIBLE.search(seen)) and not _RESPONSIBLE.search(before.seen) and before.rule != "template"


def is_byline(line: Line) -> bool:
    """Whether the line is a by-line and nothing else: `本报记者 某某`, `文/某某`, `By Wang Wei`."""
    if _line_of_its_own(line):
        return True
    by = _BY.match(line.text)
    return (len(line.text) < 60 and bool(_slashed(line.text))) or (by is not None and len(line.text) - by.end() < 30)


def _readings(
    head: Sequence[Line],
    opening: Sequence[Line],
    closing: Sequence[Line],
    tail: Sequence[Line],
    given: Mapping[str, Iterable[str]],
    metas: Mapping[str, str],
) -> Iterator[_Reading]:
    for name, texts in given.items():
        for text in texts:
            yield name, _of_template(name, text), "template", text
    for rule, lines in (
        (_BY_HEADLINE, head),
        ("foot of the article", [*reversed(closing), *tail]),
        ("top of the body", opening),
    ):
        for line in lines:
            yield from _of_labels(line, rule)
    for line in head:
        if stamps(line.spaced) or labelled(line.spaced):
            yield "author", _beside_time(line), "name beside the time", line.text
            yield "author", _behind_facts(line), "name behind the facts", line.text
    for line in [*head, *opening[:4], *closing[-3:], *tail[:3]]:
        if len(line.text) < _LONGEST_BYLINE:
            yield "author", _line_of_its_own(line), "by-line", line.text
            for name, words in _slashed(line.text):
                yield name, words, "by-line", line.text
    for line in opening[:4]:
        yield "author", _in_dateline(line), "dateline", line.text
    for line in reversed(closing[-4:]):
        yield "author", _signature(line), "signature", line.text
        if len(line.text) >= _PARAGRAPH:
            break  # a signature closes the last paragraph or stands below it
    for line in [*opening, *closing]:
        if "摄" not in line.text and "攝" not in line.text:
            continue
        match = _PHOTO.search(line.text) if len(line.text) < _LONGEST else None
        if match:
            yield "photographer", people(match["names"], labelled=False), "caption", line.text
    for name in ("linked:author", "article:author", *(["author"] if any(each in metas for each in _OFFICIAL) else [])):
        value = metas.get(name, "")
        named = people(value, labelled=False)
        if name == "linked:author" or all(is_name(each) for each in named):
            yield "author", named, f"meta {name}", value


def _of_template(name: str, text: str) -> tuple[str, ...]:
    facts = labelled(text)
    for fact in facts:
        if fact.field == name:
            return people(fact.value)
    return () if facts or stamps(text) else people(text)


def _of_labels(line: Line, rule: str) -> Iterator[_Reading]:
    text = line.spaced
    if len(line.text) > _LONGEST:
        return
    facts = labelled(text)
    if not facts:
        return
    authors: list[str] = []
    for fact in facts:
        if fact.field == "origin":
            # 来源：某某网 王小明: a name behind the outlet
            behind = fact.value.split()[1:]
            if behind and all(is_name(word) for word in behind):
                authors += behind
        if fact.field not in ("author", "editor", "photographer") or (len(fact.label) == 1 and fact.field != "author"):
            continue
        if not set_apart(text, fact):
            continue
        named = _behind_label(line, fact, in_facts=rule == _BY_HEADLINE and len(facts) > 1)
        if fact.field == "author":
            authors += named
        else:
            yield fact.field, named, rule, text[fact.start :]
    yield "author", tuple(dict.fromkeys(authors)), rule, line.text


def _behind_label(line: Line, fact: Labelled, *, in_facts: bool) -> tuple[str, ...]:
    if fact.label not in ONLY_IN_FRONT:
        return people(fact.value)
    if in_facts and fact.label in _ROLES_ALONE:
        return people(fact.value)
    if not (len(line.text) < 40 and fact.start <= 1):
        return ()
    return people(fact.value, labelled=fact.label in SUPPLIED)


def _beside_time(line: Line) -> tuple[str, ...]:
    """`王小明 发布时间:2020-05-19`, `2020-05-19 09:37 某某日报 王小明`: names and nothing else beside the time.

    They stand before its label, or behind an outlet that follows it.
    """
    text = line.spaced
    found = stamps(text)
    if not found or len(text) > _LONGEST:
        return ()
    before = text[: found[0].start]
    facts = labelled(before + " ")
    words = [word for word in re.split(r"[\s、，,;；]+", before[: facts[0].start] if facts else before) if word]
    if words and all(is_name(word) for word in words):
        return tuple(words)
    behind = [] if labelled(text) else text[found[0].end :].split()
    if 2 <= len(behind) <= 4 and _OUTLET.search(behind[0]) and all(is_name(word) for word in behind[1:]):
        return tuple(behind[1:])
    return ()


def _behind_facts(line: Line) -> tuple[str, ...]:
    """`来源：某某商报 记者 王小明 李小红`: names behind a role without a colon, on a line that holds facts."""
    text = line.spaced
    if len(text) > _LONGEST or not (stamps(text) or labelled(text)):
        return ()
    match = _BARE_ROLE.search(text) if _may_name_a_role(text) else None
    return _named(match["names"]) if match else ()


def _slashed(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The people by field of a line such as `文｜王小明 编辑｜李小红`; of a line that does not begin so, none."""
    if len(text) > 70 or not _SLASHES.search(text) or _MARK.search(text):
        return []
    matches = list(_SLASH.finditer(text))
    if not matches or (matches[0].start() > 1 and not _OUTLET.search(text[: matches[0].start()].strip())):
        return []
    found = []
    for match, following in zip_longest(matches, matches[1:]):
        label = re.sub(r"[·•、]", "", match["label"])
        field_ = (
            "author"
            if label in _WRITING
            else "editor"
            if label in _EDITING
            else "photographer"
            if label in _PICTURES
            else ""
        )
        named = people(text[match.end() : following.start() if following else len(text)])
        if field_ and named:
            found.append((field_, named))
    return found


def _line_of_its_own(line: Line) -> tuple[str, ...]:
    text = line.text
    by = _BY.match(text) if len(text) < _LONGEST_BYLINE else None
    if by:
        return people(by["names"])
    if len(text) > 70 or _slashed(text):
        return ()
    match = _WRITER.match(text)
    if match:
        return people(match["names"])
    spaced = line.spaced
    match = (
        (_OUTLET_BEHIND.match(text) if "/" in text or "／" in text else None)
        or _MARKED.match(text)
        or (_OFFICE_AND_NAME.match(spaced) if " " in spaced else None)
    )
    if match:
        return people(match["names"], labelled=False)
    if not _may_name_a_role(text):
        return ()
    match = _OWN_LINE.match(spaced if spaced.replace(" ", "") == text.replace(" ", "") else text)
    return _named(match["names"]) if match else ()


def _may_name_a_role(text: str) -> bool:
    """Whether a text holds a letter with which the words of _ROLES end; most lines hold none."""
    return "者" in text or "员" in text or "員" in text or "人" in text


def _named(text: str) -> tuple[str, ...]:
    """The names behind 记者; they may run together, and a verb may follow them."""
    text = _ROLE_AFTER_NAME.sub(" ", text)
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
    named = [name for word in words for name in people(word)] if all(2 <= len(word) <= 4 for word in words) else []
    return tuple(dict.fromkeys(named))


def _in_dateline(line: Line) -> tuple[str, ...]:
    start = line.text[:120]
    named = _may_name_a_role(start)
    match = (
        (_IN_BRACKETS.search(start) if named else None)
        or _DATELINE.match(start)
        or (_REPORTS.match(start) if named else None)
    )
    return _named(match["names"]) if match else ()


def _signature(line: Line) -> tuple[str, ...]:
    match = _LAST.search(line.text) if line.text.rstrip()[-1:] in _CLOSE else None
    if not match:
        return ()
    inner = match["names"].strip()
    if _DESCRIBES.match(inner):
        return ()
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
