"""The headline, without the site's name behind it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.evidence import Found
from crawler.extract.body import MARKS
from crawler.extract.labels import labelled
from crawler.extract.page import Line, Page
from crawler.extract.phrases import is_control
from crawler.extract.stamps import stamps
from crawler.later import later

_META_NAMES = ("articletitle", "og:title", "twitter:title", "title", "article:title")
_SEPARATOR = later(r"\s*(?:[_|｜丨»]+|(?<=\s)[-–—－·:]+(?=\s)|-{2,}|[-－–—]+(?=[^-－–—_|]{2,16}$))\s*")
_SITE = later(
    r"网$|網$|新闻|频道|日报|晚报|时报|早报|门户|政府|官方|中心|在线|首页|要闻|传媒|广播|电视|客户端|杂志|资讯|平台|委员会|厅$|局$|报$|社$|\.com|\.cn|正文|站$|大学|学院|研究院|财经|科技|娱乐|体育|教育|文化"
)
_OWN_NAME = later(r"(?:网站?|網站?|在线|客户端|日报|晚报|新闻社|广播电视台)$")
# a section that stands before the site's name: 标题-部门动态-某某县人民政府
_SECTION = later(
    r"^[\u3400-\u9fff]{0,4}(?:动态|要闻|新闻|快讯|公告|公示|通知|资讯|信息|频道|专栏|专题|热点|头条|聚焦|时政|政务|解读|播报|速递|文件|法规)$"
)
_TITLE_WORDS = later(r"title|headline|(?<![a-z])(?:bt|biaoti|tit|heading)(?![a-z])", re.IGNORECASE)
_LONGEST_KEPT = 300  # characters of a text that is kept in mind: the lines by the headline are compared several times
_LONGEST = 500  # characters of a title that are looked at; a hostile page may send a million
_NEAR, _NEAREST = 10, 4  # lines above the text, and above the facts, where a headline may stand
_MARKS = later(r"[\W_]+")
_COMMON_MARKS = later(r"[\s，。、；：！？“”‘’《》（）【】…—·]+")  # what is left is mostly of one form already
_NO_HEADLINE = later(r"[。>＞»]|[:：]$|^[【\[(（]")
_LABEL = later(r"^(?:标题|题目|原标题)\s*[:：]\s*")


@dataclass(frozen=True, slots=True)
class Title:
    """The headline, the index of its (last) line or -1, and where it was found."""

    text: str
    line: int
    found: Found


def plain(text: str) -> str:
    """The text for comparison: width and case folded, letters and digits only."""
    return _kept_plain(text) if len(text) <= _LONGEST_KEPT else _plain(text)


@lru_cache(maxsize=512)
def _kept_plain(text: str) -> str:
    return _plain(text)


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _COMMON_MARKS.sub("", text))
    return _MARKS.sub("", text.lower())


def find_title(page: Page, first: int, given: Iterable[int] = ()) -> Title:
    """The headline of the article whose first sentence is the line `first`.

    Order: the template's lines; a line above the text with which the <title> begins (the longest; the meta tag of
    government sites may complete it); a heading; a line whose class says so; the <title> without its endings, but where
    there is none, or one that only names the site, the short line above the facts or the text.
    """
    for index in given:
        return Title(page.lines[index].text, index, Found("template", page.lines[index].text[:120]))
    whole = _LABEL.sub("", page.title[:_LONGEST])
    agreed = _agreed(page, first, whole)
    if agreed is not None:
        return agreed
    heading = _heading(page, first)
    if heading is not None:
        return heading
    for name in _META_NAMES:
        value = page.metas.get(name, "")[:_LONGEST]
        if len(value) >= 4:
            text = without_site(value, page)
            return Title(text, -1, Found(f"meta {name}", value[:120]))
    text = without_site(whole, page)
    above = _above_facts(page, first) if not text or _names_site(text) else None
    return above or Title(text, -1, Found("title tag" if whole else "none", whole[:120]))


def _candidates(page: Page, first: int) -> Sequence[int]:
    return [
        index for index, line in enumerate(page.lines[: first + 1]) if not line.hidden and 3 <= len(line.text) <= 150
    ]


def _agreed(page: Page, first: int, whole: str) -> Title | None:
    wholes = [plain(whole)] + [plain(page.metas[name][:_LONGEST]) for name in _META_NAMES[:3] if name in page.metas]
    stripped = plain(without_site(whole, page))
    best: tuple[float, int] | None = None
    for index in _candidates(page, first):
        line = page.lines[index]
        if line.linked * 2 > len(line.text) and not line.heading:
            continue
        short = plain(line.text)
        if len(short) < 4 or not any(each.startswith(short) or (len(short) >= 8 and short in each) for each in wholes):
            continue
        score = len(short) + (8 if line.heading in (1, 2, 3) else 0) + index / (first + 1)
        if not any(each.startswith(short) for each in wholes):
            score -= 4
        if not line.heading and len(short) < 6 and short != stripped:
            score -= 6
        if score > 4 and (best is None or score > best[0]):
            best = score, index
    if best is None:
        return None
    index = best[1]
    text = page.lines[index].text
    official = page.metas.get("articletitle", "")
    if official and len(official) < 120 and plain(official).startswith(plain(text)):
        return Title(official, index, Found("meta articletitle", official[:120]))
    return Title(text, index, Found("line that the title tag repeats", text[:120]))


def _heading(page: Page, first: int) -> Title | None:
    best: tuple[float, int] | None = None
    for index in _candidates(page, first):
        line = page.lines[index]
        score = {1: 6.0, 2: 4.0, 3: 3.0}.get(line.heading, 0.0)
        if _TITLE_WORDS.search(line.words):
            score += 2.5
        if score == 0 or line.linked * 2 > len(line.text) or stamps(line.text) or len(line.text) < 5:
            continue
        distance = first - index
        score -= min(distance, 20) * 0.2
        if len(line.text) > 60 and len(MARKS.findall(line.text)) > 3:
            score -= 3
        if score > 0 and (best is None or score >= best[0]):
            best = score, index
    if best is None:
        return None
    line = page.lines[best[1]]
    return Title(line.text, best[1], Found("heading", line.text[:120]))


def _above_facts(page: Page, first: int) -> Title | None:
    """The short line that stands above the line of facts, or right above the text."""
    near = [index for index in range(max(0, first - _NEAR), first) if not page.lines[index].hidden]
    facts = next((index for index in reversed(near) if _states_facts(page.lines[index])), first)
    for index in reversed([index for index in near if index < facts][-_NEAREST:]):
        line = page.lines[index]
        if 6 <= len(line.text) <= 80 and line.linked * 2 <= len(line.text) and not _NO_HEADLINE.search(line.text):
            if stamps(line.spaced) or labelled(line.spaced) or is_control(line.text):
                continue
            return Title(line.text, index, Found("line above the facts", line.text[:120]))
    return None


def _states_facts(line: Line) -> bool:
    text = line.spaced
    return len(text) <= 120 and (bool(stamps(text)) or any(fact.field == "origin" for fact in labelled(text)))


def _names_site(text: str) -> bool:
    """Whether a title is the name of a site or nothing: `某某新闻网`, `-某某网`."""
    return len(plain(text)) < 4 or (len(text) <= 12 and bool(_SITE.search(text)) and not MARKS.search(text))


def without_site(title: str, page: Page | None = None) -> str:
    """Cut the endings that name the site or the section: `…走笔_教育_中国西藏网`, `…情况-亚洲资本网`."""
    names = (
        {
            plain(page.metas[name][:_LONGEST])
            for name in ("sitename", "og:site_name", "columnname")
            if name in page.metas
        }
        if page
        else set()
    )
    title = title[:_LONGEST]
    cut_site = False
    while True:
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title.strip()
        cut = cuts[-1]
        ending, rest = title[cut.end() :], title[: cut.start()]
        # a long dash leads to a subtitle rather than to a site
        is_site = bool((_OWN_NAME if "——" in cut[0] else _SITE).search(ending)) and len(ending) <= 24
        strong = "_" in cut[0] or "|" in cut[0] or "--" in cut[0]
        is_section = cut_site and bool(_SECTION.search(ending)) and "——" not in cut[0]
        if len(plain(rest)) >= 4 and (
            not ending or is_site or is_section or plain(ending) in names or (strong and len(ending) <= 12)
        ):
            title = rest
            cut_site = True
        else:
            return title.strip()


def site_of(page: Page) -> str | None:
    """The name that the page gives its own site: its meta tag, else the last ending of <title> that reads as one.

    本网 and 本站 stand for it where the source has no name.
    """
    for name in ("sitename", "og:site_name"):
        value = page.metas.get(name, "")
        if 2 <= len(value) <= 30:
            return value
    parts = _SEPARATOR.split(page.title[:_LONGEST].strip())
    last = parts[-1].strip() if len(parts) > 1 else ""
    return last if 3 <= len(last) <= 20 and _OWN_NAME.search(last) else None
