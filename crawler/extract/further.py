"""The further pages of an article that is spread over several (分页): which addresses they have. Pure.

A link leads to another page of the same article where all of this is true; one sign alone proves nothing:

1. its address is the page's own with nothing but a page's number added, taken away or changed
   (`x.html`, `x_2.html`, `x-2.html`, `x.html?page=2`, `x/2/`), on the same host;
2. its line consists of a pager's words (`[2]`, `第2页`, `下一页`, `余下全文`), or holds exactly such a word as a piece;
3. it stands inside the article's element or close below it, and not among comments.

So 下一篇 (the next article), a gallery's next set and a reader's second page of comments are none. Two numbers that end
two addresses (`show_12.html`, `show_13.html`) may be two articles: there page 1 must be among the links, or the page
itself be number 0 or 1. Pagers that a script writes (`createPageHTML` of TRS) are read from its call.

The numbers are followed as they are seen: the second page is `_1` at some sites and `_2` at others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.evidence import Found
from crawler.extract.page import Line, Page
from crawler.later import later

MOST_PAGES = 50
"""So many pages of one article are taken, the first included; the longest that was seen has 21."""

_MOST_CALLS = 20  # of a pager's script that are looked at
_LISTS = ("index", "default", "list")  # stems of list pages, which call the same script
_BELOW = 20  # lines below the article's element that may stand above a pager
_MOST_LINKS = 200  # links of pager lines that are looked at
_LONGEST_LINK = 2_000

_EDGES = "[]()（）【】〔〕<>《》«»‹›|｜·…→←, 　\t\r\n\xa0:："
_PAGER_WORD = later(
    r"(?:[上下前后]一?[页頁]|[上下]\s*1\s*[页頁]|次[页頁]|[首末尾][页頁]|第[一1][页頁]|最后一?[页頁]|第?\s*\d{1,3}\s*[/／]?\s*\d{0,3}\s*[页頁]?"
    r"|共\s*\d{1,3}\s*[页頁]|第\s*\d{1,3}\s*[页頁]\s*[/／,，]?\s*共\s*\d{1,3}\s*[页頁]|余下全文|剩余全文|"
    r"分[页頁]|[页頁][码碼次]|转到|跳转|next(?:\s+page)?|prev(?:ious)?(?:\s+page)?|page|first|last)?",
    re.IGNORECASE,
)
_ON = later(r"(?:下一?[页頁]|下\s*1\s*[页頁]|后一?[页頁]|次[页頁]|余下全文|剩余全文|next(?:\s+page)?)", re.IGNORECASE)
_WHOLE_WORD = later(
    r"(?:在?本?[页頁]?(?:阅读|浏览|显示|查看|展开|閱讀|瀏覽)(?:全文|全部)|全文(?:阅读|浏览|显示|查看)"
    r"|单[页頁](?:阅读|浏览|显示)|full text|single page|view all)",
    re.IGNORECASE,
)
_HINT = later(r"[页頁]|全[文部]|next|page|view|full|^[\W\d]+$", re.IGNORECASE)
_ELSEWHERE = later(r"[上下前后]一?[篇条則则组组]|下一?(?:图集|篇章|图组)|评论|评价|留言|跟[帖贴]|回复|回帖|楼")
_OTHERS = later(r"comment|pinglun|reply|gentie|liuyan|related?|recommend|tuijian|xiangguan", re.IGNORECASE)

_PARAMETER = later(
    r"(?:page|pageno|pagenum|page_?no|page_?num|pageid|page_?index|pg|pn|p|currentpage|curpage|paged|ipage)",
    re.IGNORECASE,
)
_WHOLE_PAIR = later(
    r"(?:all|full|whole|viewall|showall|quanwen)=(?:1|true|yes|all)|(?:page|p|pg|view)=(?:all|full)", re.IGNORECASE
)
_WHOLE_NAME = ("all", "full", "whole", "quanwen")
_NUMBER = later(r"\d{1,3}")
_TRS_PAGER = later(
    r"createPageHTML\(\s*[\"']?(?P<total>\d{1,3})[\"']?\s*,\s*[\"']?(?P<current>\d{1,3})[\"']?\s*,\s*"
    r"[\"'](?P<stem>[^\"'\\]{1,200})[\"']\s*,\s*[\"'](?P<ending>\w{1,6})[\"']"
)  # cnr.cn 2019: createPageHTML(5, 2, "t20190411_524573865", "html"), counted from 0


@dataclass(frozen=True, slots=True)
class Series:
    """The pages of one article, as one of them shows them. Absolute addresses without fragments.

    `further` are the others in their order, page 1 and the page itself left out; `left_out` counts those beyond
    MOST_PAGES. `whole` is a page that holds all of the article. `onward` is what leads on from a numbered page that
    names no page 1: proof of nothing, but a way on where it is known whose further page this is.
    """

    first: str = ""  # page 1, where the page itself is a later one
    further: tuple[str, ...] = ()
    whole: str = ""
    found: Found | None = None
    left_out: int = 0
    onward: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any other page."""
        return bool(self.first or self.further or self.whole)

    @property
    def wanted(self) -> tuple[str, ...]:
        """What has to be fetched to have all of the article: the page that holds it all, else every page."""
        return (self.whole,) if self.whole else self.further

    @property
    def beyond(self) -> tuple[str, ...]:
        """Where a page that is known to be a further page leads."""
        return self.further or self.onward


def series(page: Page, element: int) -> Series:
    """The pages of the article that lies in that element of the page; empty for an article on one page.

    An article whose pager goes on beyond what one page shows is followed page by page: each shows some more.
    """
    if written := _by_script(page):
        return written
    links = list(_links(page, element))
    shapes = _shapes(page.url) if links else []
    numbers: dict[_Shape, dict[int, str]] = {shape: {} for shape in shapes}
    whole, seen = "", ""
    for line, address in links:
        plain = _plain(address)
        if not whole and _is_whole(line, plain, shapes):
            whole = address
        for shape in shapes if _speaks_of_pages(line) else ():
            number = shape.number(plain)
            if number is not None and number != shape.own:
                numbers[shape].setdefault(number, address)
                seen = seen or line.spaced[:120]
    found = [each for shape in shapes if (each := _series(shape, numbers[shape], whole, seen)) is not None]
    if proven := [each for each in found if each]:
        return proven[0]
    if whole:
        return Series(whole=whole, found=Found("link to all of the article", whole))
    return found[0] if found else NO_SERIES


NO_SERIES = Series()

BARE = -1  # the number of an address without one: it comes before all numbers


class _Shape(NamedTuple):
    """How an article's pages are called: what stands before and after the number, and the form without one."""

    before: str
    after: str
    bare: str
    own: int  # the number of the page itself

    def number(self, plain: str) -> int | None:
        """The page's number in an address as `_plain` gives it, BARE for the one without; None for any other one."""
        if plain == self.bare:
            return BARE
        if not plain.startswith(self.before) or not plain.endswith(self.after):
            return None
        middle = plain[len(self.before) : len(plain) - len(self.after)]
        return int(middle) if _NUMBER.fullmatch(middle) else None


def _shapes(url: str) -> list[_Shape]:
    """The shapes that the page's own address may have, the likelier first; none for what is no web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > _LONGEST_LINK:
        return []
    plain = _plain(url)
    path, mark, query = plain.partition("?")
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    tail = f"{dot}{ending}{mark}{query}"
    found = []
    if stem:
        found += [_Shape(f"{folder}/{stem}{sign}", tail, plain, BARE) for sign in "_-"]
        found += [
            _Shape(f"{folder}/{match[1]}{match[2]}", tail, f"{folder}/{match[1]}{tail}", int(match[3]))
            for match in [re.fullmatch(r"(.*[^_-])([_-])(\d{1,3})", stem)]
            if match
        ]
    elif not query and folder.count("/") > 0:  # x/ and x/2/, or x/2
        found += [_Shape(f"{path}", "/", plain, BARE), _Shape(f"{path}index_", ".html", plain, BARE)]
        found += [
            _Shape(f"{match[1]}/", "/", f"{match[1]}/", int(match[2]))
            for match in [re.fullmatch(r"(.*[^/])/(\d{1,3})/", path)]
            if match
        ]
    return found + _query_shapes(path, query)


def _query_shapes(path: str, query: str) -> list[_Shape]:
    """`?page=2`: the parameter stands last, wherever it stood, as `_plain` writes it."""
    pairs = query.split("&") if query else []
    if pairs and (match := re.fullmatch(rf"({_PARAMETER.pattern})=(\d{{1,3}})", pairs[-1], re.IGNORECASE)):
        rest = "&".join(pairs[:-1])
        bare = f"{path}?{rest}" if rest else path
        return [_Shape(f"{bare}{'&' if rest else '?'}{match[1]}=", "", bare, int(match[2]))]
    bare = f"{path}?{query}" if query else path
    names = ("page", "pageno", "pagenum", "pageindex", "currentpage", "curpage", "paged", "pg", "pn", "p")
    return [_Shape(f"{bare}{'&' if query else '?'}{name}=", "", bare, BARE) for name in names]


def _plain(url: str) -> str:
    """An address as it is compared: without scheme and fragment, the page's parameter last and in lower case."""
    rest = url.partition("://")[2].partition("#")[0]
    path, mark, query = rest.partition("?")
    if not mark:
        return rest
    pairs = [pair for pair in query.split("&") if pair]
    numbers = [pair for pair in pairs if _PARAMETER.fullmatch(pair.partition("=")[0])]
    others = [pair for pair in pairs if pair not in numbers]
    return f"{path}?{'&'.join([*others, *(pair.lower() for pair in numbers)])}"


def _links(page: Page, element: int) -> Iterator[tuple[Line, str]]:
    """The links of lines that may be a pager's, with their absolute addresses, in page order."""
    first, last = page.elements[element].first, page.elements[element].last
    looked_at = others = 0
    foreign: dict[int, bool] = {}
    for index, line in enumerate(page.lines[first:], first):
        if not line.hrefs or line.hidden or not _may_lead_on(line) or _among_others(page, line, foreign):
            others += index >= last
            if others > _BELOW:
                return
            continue
        for href in line.hrefs:
            looked_at += 1
            if looked_at > _MOST_LINKS:
                return
            if len(href) > _LONGEST_LINK:
                continue
            try:
                address = urldefrag(urljoin(page.url, href.strip())).url
                usable = urlsplit(address).scheme in ("http", "https")
            except ValueError:
                continue
            if usable:
                yield line, address


def _among_others(page: Page, line: Line, known: dict[int, bool]) -> bool:
    """Whether a line stands among comments or recommendations, by the words of the elements around it."""
    if line.element not in known:
        around = page.ancestors(line.element)[:6]
        known[line.element] = any(_OTHERS.search(page.elements[each].words) for each in around)
    return known[line.element]


def _may_lead_on(line: Line) -> bool:
    if not _HINT.search(line.text):  # nearly every line: a hundredth of the price
        return False
    return _speaks_of_pages(line) or any(_WHOLE_WORD.fullmatch(part.strip(_EDGES)) for part in line.parts)


def _speaks_of_pages(line: Line) -> bool:
    """Whether a line is a pager's: nothing but its words, or a piece that leads on at the end of other text."""
    if _ELSEWHERE.search(line.text) and line.linked * 2 >= len(line.text):
        return False
    words = [word for part in line.parts if (word := part.strip(_EDGES))]
    if len(line.text) <= 400 and all(
        _PAGER_WORD.fullmatch(piece) or _WHOLE_WORD.fullmatch(piece)
        for word in words
        for piece in ([word] if _PAGER_WORD.fullmatch(word) else word.split())
    ):
        return True
    return line.linked <= 40 and any(_ON.fullmatch(word) for word in words)


def _is_whole(line: Line, plain: str, shapes: Sequence[_Shape]) -> bool:
    """Whether a link leads to a page that holds all of the article: by its words and its address."""
    if not any(_WHOLE_WORD.fullmatch(part.strip(_EDGES)) for part in line.parts):
        return False
    for shape in shapes:
        if any(plain == f"{shape.before}{name}{shape.after}" for name in _WHOLE_NAME):
            return True
        added = plain.removeprefix(shape.bare)
        if plain.startswith(shape.bare) and added[:1] in "?&" and _WHOLE_PAIR.fullmatch(added[1:]):
            return True
    return False


def _series(shape: _Shape, numbers: Mapping[int, str], whole: str, seen: str) -> Series | None:
    """What the links of one shape come to; None if they prove nothing."""
    others = dict(numbers)
    if not others:
        return None
    lowest = min(others)
    if shape.own == BARE:
        others.pop(0, None)  # x_0.html beside x.html: all of the article, or page 1 again
        first = ""
    elif lowest < shape.own and lowest <= 1:
        first = others.pop(lowest)
    elif shape.own <= 1:
        first = ""
    else:  # two numbers and no page 1: two articles
        onward = tuple(others[number] for number in sorted(others) if number > shape.own)
        return Series(onward=onward[: MOST_PAGES - 1]) if onward else None
    ordered = [others[number] for number in sorted(others)]
    if not ordered and not first:
        return None
    return Series(
        first,
        tuple(ordered[: MOST_PAGES - 1]),
        whole,
        Found("pager", seen),
        max(0, len(ordered) - MOST_PAGES + 1),
    )


def _by_script(page: Page) -> Series | None:
    """The pages that a call of createPageHTML names, where it names this page and no list; None without such a call."""
    at = page.markup.find("createPageHTML(")
    name = page.url.partition("?")[0].rpartition("/")[2]
    for _ in range(_MOST_CALLS):
        if at < 0:
            break
        match = _TRS_PAGER.match(page.markup, at)
        if match:
            stem, ending, total = match["stem"], match["ending"], int(match["total"])
            names = [f"{stem}.{ending}", *(f"{stem}_{number}.{ending}" for number in range(1, total))]
            if total > 1 and name in names and stem not in _LISTS:
                pages = [urljoin(page.url, each) for each in names]
                own = names.index(name)
                others = tuple(each for number, each in enumerate(pages) if number not in (0, own))
                first = pages[0] if own else ""
                taken = others[: MOST_PAGES - 1]
                return Series(first, taken, "", Found("pager script", match[0][:120]), len(others) - len(taken))
        at = page.markup.find("createPageHTML(", at + 1)
    return None
