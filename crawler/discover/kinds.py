"""The kinds of lists, by the word that a source's file calls them with. A new kind is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawler.discover.epaper import epaper
from crawler.discover.feed import feed
from crawler.discover.json_list import json_list
from crawler.discover.link import Found
from crawler.discover.page import page
from crawler.discover.sitemap import sitemap
from crawler.source import ListPage, Source

Kind = Callable[[str, str, ListPage, Source], Found]
"""The text of a list, its address, the list as the source's file describes it, the source → what it holds. Pure."""

KINDS: Mapping[str, Kind] = {
    "html": page,
    "feed": feed,
    "sitemap": sitemap,
    "json": json_list,
    "epaper": epaper,
}
