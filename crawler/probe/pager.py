"""The links to a list's further pages → how they are called. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LARGEST_SECOND = 21  # the number of the second page: 1 or 2, or the second's first item where items are counted
_CALL = re.compile(r"""createPageHTML\s*\(\s*\d+\s*,\s*\d+\s*,\s*["']([\w-]{1,40})["']\s*,\s*["'](\w{1,8})["']""")
_NUMBER = re.compile(r"\d+")
NEXT_WORDS = re.compile(r"^(?:下一?页|后一?页|下頁|下一頁|next(?: page)?|[>›»]{1,2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pager:
    """How further pages are called, relative to the list, and the number of the second page."""

    next_pages: str
    first_number: int


def pager(markup: str, url: str, links: Mapping[str, str]) -> Pager | None:
    """The pager of a list page, given its links as words → address; None where none is seen.

    In this order: the call that TRS writes, the links 2 and 3, the link to the next page.
    """
    if call := _CALL.search(markup):
        return Pager(f"{call[1]}_{{n}}.{call[2]}", 1)
    if "2" in links and "3" in links and (found := _between(url, links["2"], links["3"])):
        return found
    following = links.get("2") or next((address for words, address in links.items() if NEXT_WORDS.match(words)), None)
    return _of_one(url, following) if following else None


def _between(url: str, second: str, third: str) -> Pager | None:
    """The number in which the second and third page differ."""
    ones, others = list(_NUMBER.finditer(second)), list(_NUMBER.finditer(third))
    if len(ones) != len(others) or _NUMBER.sub("#", second) != _NUMBER.sub("#", third):
        return None
    differing = [(one, other) for one, other in zip(ones, others, strict=True) if one[0] != other[0]]
    if len(differing) != 1 or int(differing[0][1][0]) != int(differing[0][0][0]) + 1:
        return None
    return _named(url, second, differing[0][0])


def _of_one(url: str, second: str) -> Pager | None:
    """The last number of the second page's address, if it is 1 or 2 and the list's own address has another there."""
    numbers = list(_NUMBER.finditer(second))
    if not numbers or second == url or numbers[-1][0] not in ("1", "2"):
        return None
    return _named(url, second, numbers[-1])


def _named(url: str, second: str, number: re.Match[str]) -> Pager | None:
    value = int(number[0])
    here, there = urlsplit(url), urlsplit(second)
    if value > LARGEST_SECOND or here.netloc != there.netloc or number[0] != str(value):
        return None
    pattern = f"{second[: number.start()]}{{n}}{second[number.end() :]}"
    folder = url.partition("?")[0].rpartition("/")[0] + "/"
    return Pager(pattern.removeprefix(folder), value)
