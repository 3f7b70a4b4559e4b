"""The addresses of a newspaper's electronic edition → the list that has one address for each day. Pure.

方正数字报 in its two forms (seen 2016-2025): `html/2026-11/22/node_2.htm` and `pc/layout/202611/22/node_01.html` or
`col01.html`. A link to one page of one day is enough: the day in it becomes {yyyy}, {mm} and {dd}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_DAY_PAGE = re.compile(
    r"^(?P<paper>https?://[^?#]{1,300}/)(?P<yyyy>20\d\d)(?P<dash>-?)(?P<mm>0[1-9]|1[0-2])/(?P<dd>0[1-9]|[12]\d|3[01])/"
    r"(?P<page>(?:node|col)_?\d+(?:_\d+)?\.s?html?)$",
    re.IGNORECASE,
)
DOOR = re.compile(r"数字报|數字報|电子报|電子報|电子版|電子版|数字版|读报|讀報|报纸阅读|e-?paper", re.IGNORECASE)
"""What a link to an edition's own front page is called."""


@dataclass(frozen=True, slots=True)
class PaperPage:
    """One page (版) of one day's edition."""

    url: str
    pattern: str  # the same with {yyyy}, {mm} and {dd} for the day
    day: date


def paper_page(url: str) -> PaperPage | None:
    """What an address says of itself; None if it is no page of a day.

    >>> paper_page("http://szb.example.cn/gsrb/pc/layout/202611/22/col01.html").pattern
    'http://szb.example.cn/gsrb/pc/layout/{yyyy}{mm}/{dd}/col01.html'
    """
    match = _DAY_PAGE.match(url)
    if match is None or "{" in url or "}" in url:
        return None
    try:
        day = date(int(match["yyyy"]), int(match["mm"]), int(match["dd"]))
    except ValueError:
        return None
    pattern = f"{match['paper']}{{yyyy}}{match['dash']}{{mm}}/{{dd}}/{match['page']}"
    return PaperPage(url, pattern, day)


def papers(urls: Iterable[str]) -> tuple[PaperPage, ...]:
    """The first page of the newest day of each paper that is linked to; the papers in page order."""
    found: dict[str, PaperPage] = {}
    for url in urls:
        page = paper_page(url)
        if page is None:
            continue
        paper = page.pattern.rpartition("/")[0]
        known = found.get(paper)
        if known is None or (page.day, _number(known)) > (known.day, _number(page)):
            found[paper] = page
    return tuple(found.values())


def _number(page: PaperPage) -> int:
    """The number of a page: the first one has the smallest."""
    return int(re.findall(r"\d+", page.url.rpartition("/")[2])[0])
