"""来源: the outlet an article comes from, as the page names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.evidence import Found
from crawler.extract.dates import stamps
from crawler.extract.labels import labelled, set_apart
from crawler.extract.names import is_name
from crawler.extract.page import Line
from crawler.extract.phrases import is_control
from crawler.later import later

_META_NAMES = ("contentsource", "source", "_source", "article:source", "mediaid", "og:source", "copyrightsource")
_OWN = later(r"本(?:[网網]站?|站|[报報刊台臺])(?:原[创創])?")  # the site itself
_ORIGINAL = later(r"(?<=.)[\s(（]*原[创創][)）]?$")
_OUTLET = later(
    r"(?:报|網|网|社|台|臺|刊|杂志|雜誌|客户端|频道|在线|新媒体|周刊|时报|新闻|发布|中心|委|局|厅|部|办|政府|号|圈|集团|通讯|观察|科技|财经|娱乐|说|站|编辑部|云|家|头条)$"
)
# What may be taken for an outlet where no label and no class says so.
_BARE = later(
    r"[^\s]{2,}(?:报|報|网|網|社|台|臺|刊|客户端|客戶端|发布|發布|中文站|宣传部|融媒体中心|新闻中心|办公室|人民政府|管委会|[^委]委员会)$"
)
# 《某某日报》（2023年05月23日 第03版）: the paper that an article was printed in
_PAPER = later(r"^[\s\W]{0,3}《\s*(?P<name>[^《》]{2,16}(?:报|報|刊|杂志|周刊|时报))\s*》\s*[（(]?\s*$")
# （原载《某某日报》2023年5月22日第3版）
_REPRINTED = later(
    r"^[（(【\[]?\s*(?:本文)?(?:原载于?|原刊于?|摘自|选自|转自|转载自)\s*[:：]?\s*《(?P<name>[^《》]{2,16})》"
)
# By Wang Wei | Some Daily | Updated: 2023-05-23
_ENGLISH_OUTLET = later(
    r"(?:[A-Z][\w.'-]*\s){0,4}(?:Daily|News(?:\sAgency)?|Agency|Times|Post|Herald|Xinhua|Online|Net|Network|TV|Weekly|Radio)"
    r"|[\w.-]+\.(?:com|cn|org)(?:\.cn)?"
)
_LATIN = later(r"[A-Za-z][A-Za-z0-9 .,&'’-]*")
_NOT_BARE = later(
    r"^(?:下载|打开|安装|手机|移动|登录|进入|返回|关注)|(?:平台|平臺|旅行社|合作社|供销社|舞台|后台|柜台|灶台|吧台|海报|举报|预报|情报|公报|喜报|通报|汇报|电网|管网|路网|官网|上网|互联网|物联网|互聯網|今日发布|最新发布|信息发布|政策发布|新闻发布)$"
)
_CLASS = later(
    r"(?<![a-z])(?:[a-z]*_?source(?!code)|sourcename|laiyuan|media-?name|mediumname|ly)(?![a-z]*(?:share|time))",
    re.IGNORECASE,
)
_NO_OUTLET = later(r"\d{3}|[，。！？；（）()]|评论|阅读|参与|首页|频道$|来自|发布于")
_EMPTY = later(r"^(?:无|未知|不详|网络|互联网|null|undefined|-+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """The outlet; `original` is True where the page says 原创."""

    name: str
    original: bool | None
    found: Found


def origin(
    head: Sequence[Line], tail: Sequence[Line], metas: Mapping[str, str], site: str | None, given: Iterable[str] = ()
) -> Origin | None:
    """The origin; `head` are the lines by the headline, the likeliest first.

    `site` is the name of the source itself, which 本网 and 本站 stand for. Order: the template's lines, labels near the
    headline, the meta tag, an outlet without a label beside the time (a class or its ending says so), labels and
    原载 at the foot, an outlet on a line above or below the time, the printed paper whose day and page stand there.
    """
    for text in given:
        found = _labelled(text, site, "template")
        if found is None and not labelled(text):
            found = normalised(_first_outlet(text), site, Found("template", text[:120]))
        if found:
            return found
    for line in head:
        found = _labelled(line.spaced, site, "line by the headline")
        if found:
            return found
    for name in _META_NAMES:
        value = metas.get(name)
        if value and len(value) <= 40 and "://" not in value:
            found = normalised(value, site, Found(f"meta {name}", value))
            if found:
                return found
    for line in head:
        found = _by_class(line, site) or _behind_time(line, site)
        if found:
            return found
    for line in tail:
        found = _labelled(line.spaced, site, "foot of the article", apart=True)
        if found:
            return found
    for line in tail:
        reprinted = _REPRINTED.match(line.text) if len(line.text) <= 60 else None
        if reprinted:
            return normalised(reprinted["name"], site, Found("foot of the article", line.text[:120]))
    return _beside_time(head, site) or _of_paper(head, site) or _between_bars(head, site)


def normalised(name: str, site: str | None, found: Found) -> Origin | None:
    """The outlet's name as it would be quoted: without brackets around it, without 原创, 本网 replaced by its name."""
    name = re.sub(r"^\s*(?:来源|來源)\s*[:：]?\s*", "", name)
    name = re.sub(r"https?://\S+", "", name).strip(" \u3000|｜:：;；,，。/>»*[]【】")
    original = None
    if name.strip("()（）") in ("原创", "原創") or _OWN.fullmatch(name):
        return (
            Origin(site, True if "原" in name else None, found)
            if site
            else (Origin(name, True, found) if "原" in name else None)
        )
    if _ORIGINAL.search(name):
        original = True
        if name[:2] not in ("本站", "本网", "本網") or site:
            name = _ORIGINAL.sub("", name)
        if _OWN.fullmatch(name) and site:
            name = site
    name = (
        name.strip(" \u3000-－|｜()（）")
        if name.count("(") != name.count(")") or name.count("（") != name.count("）")
        else name.strip(" \u3000-－|｜")
    )
    if not name or len(name) > 40 or _EMPTY.match(name) or re.fullmatch(r"[\W\d_]+", name):
        return None
    return Origin(name, original, found)


def _labelled(text: str, site: str | None, rule: str, *, apart: bool = False) -> Origin | None:
    if len(text) > 400:
        return None
    for fact in labelled(text):
        if fact.field != "origin" or (apart and not set_apart(text, fact)):
            continue
        value = _first_outlet(fact.value)
        found = normalised(value, site, Found(rule, text[:120])) if value else None
        if found:
            return found
    return None


def _first_outlet(value: str) -> str:
    """Cut at a time, a bracket that is left open, and at words that are no outlet."""
    for stamp in stamps(value):
        value = value[: stamp.start] if stamp.start > 1 else value[stamp.end :]
        break
    words = value.split()
    if not words:
        return ""
    if _LATIN.fullmatch(value.strip()):
        return value.strip() if len(words) <= 5 else ""
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)  # 县 委 办: spaced out
    kept = [words[0]]
    for word in words[1:]:
        if is_name(word) or not _OUTLET.search(word) or len(word) < 3:
            break
        kept.append(word)
    return " ".join(kept).rstrip("】]）)") if value.count("（") + value.count("(") == 0 else " ".join(kept)


def _by_class(line: Line, site: str | None) -> Origin | None:
    """A part whose class says that it is the source: `<span class="a_source">某某周刊</span>`."""
    if len(line.text) > 160:
        return None
    for part, place in line.pieces:
        text = " ".join(part.split())
        whole = line.text == text and _CLASS.search(line.block_words)
        if 2 <= len(text) <= 20 and (whole or _CLASS.search(place.words)) and _outlet_like(text):
            return normalised(text, site, Found("class of the element", line.spaced[:120]))
    return None


def _behind_time(line: Line, site: str | None) -> Origin | None:
    """An outlet right behind the time: `2009年11月09日11:30 某某日报 我要评论`."""
    text = line.spaced
    if len(text) > 120:
        return None
    for stamp in stamps(text):
        rest = text[stamp.end :].strip(" ·|｜•-").split()
        before = text[: stamp.start].strip(" ·|｜•-").split()
        for word in [*rest[:1], *before[-1:]]:
            word = word.strip("|｜ ·")
            if len(word) <= 16 and _names_itself(word):
                return normalised(word, site, Found("outlet beside the time", text[:120]))
    return None


def _beside_time(head: Sequence[Line], site: str | None) -> Origin | None:
    """A line above or below the time that is an outlet's name, perhaps behind an author's: `某某/中国青年报`."""
    for at, line in enumerate(head):
        if len(line.text) > 60 or not stamps(line.spaced):
            continue
        for near in (*reversed(head[max(0, at - 2) : at]), *head[at + 1 : at + 2]):
            name = re.split(r"[/／]", near.text)[-1].strip()
            if len(name) <= 16 and near.linked in (0, len(name)) and _names_itself(name):
                return normalised(name, site, Found("outlet by the time", near.text[:120]))
    return None


def _of_paper(head: Sequence[Line], site: str | None) -> Origin | None:
    """The printed paper whose day and page stand by the headline."""
    for line in head:
        text = line.spaced
        for stamp in stamps(text) if len(text) <= 60 else ():
            paper = _PAPER.match(text[: stamp.start])
            if paper:
                return normalised(paper["name"], site, Found("paper by the headline", text))
    return None


def _between_bars(head: Sequence[Line], site: str | None) -> Origin | None:
    """`By Wang Wei | Some Daily | Updated: 2023-05-23`: the part of an English line that is an outlet's name."""
    for line in head:
        text = line.spaced
        parts = [part.strip() for part in text.split("|")]
        if len(text) > 120 or len(parts) < 2 or not stamps(text):
            continue
        for part in parts:
            if _ENGLISH_OUTLET.fullmatch(part):
                return normalised(part, site, Found("outlet between bars", text))
    return None


def _names_itself(text: str) -> bool:
    """Whether a text without label or class is an outlet's name by its ending: 青禾日报, not 财经 or 旅行社."""
    return bool(_BARE.match(text)) and not _NOT_BARE.search(text) and not _OWN.fullmatch(text) and _outlet_like(text)


def _outlet_like(text: str) -> bool:
    """Whether a text may be an outlet's name: no person, no time, no control of the page."""
    return not (_NO_OUTLET.search(text) or is_name(text) or is_control(text) or stamps(text) or labelled(text))
