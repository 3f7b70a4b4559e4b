"""Where a list goes on: its further pages by number, its lists by day. Pure."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urljoin

import msgspec

from crawler.discover.address import written
from crawler.source import Family, ListPage

DAY_FIELDS = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d"}
"""What stands for the day in the address of a list that has one of its own for each."""

_DAY_FIELD = re.compile(r"\{(yyyy|yy|mm|dd)\}")


def next_page(list_page: ListPage, number: int, profile: Family | None = None) -> str | None:
    """The address of the list page after the one of that number (1 is the newest), or None if it is not known.

    A family knows the further pages of its HTML lists alone.

    >>> next_page(ListPage(url="http://www.tibet.cn/cn/edu/", next_pages="index_{n}.html"), 1)
    'http://www.tibet.cn/cn/edu/index_1.html'
    """
    pattern, first = list_page.next_pages, list_page.first_number
    if pattern is None and profile is not None and list_page.kind == "html":
        pattern, first = profile.next_pages, profile.first_number
    if pattern is None:
        return None
    return written(urljoin(list_page.url, pattern.replace("{n}", str(first + number - 1))))


def has_days(list_page: ListPage) -> bool:
    """Whether the list has an address of its own for each day."""
    return _DAY_FIELD.search(list_page.url) is not None


def on_day(list_page: ListPage, day: date) -> ListPage:
    """The list as it is called on that day.

    >>> on_day(ListPage(url="http://szb.example.cn/html/{yyyy}-{mm}/{dd}/node_2.htm"), date(2023, 5, 3)).url
    'http://szb.example.cn/html/2023-05/03/node_2.htm'
    """
    url = _DAY_FIELD.sub(lambda match: day.strftime(DAY_FIELDS[match[1]]), list_page.url)
    return msgspec.structs.replace(list_page, url=url)
