"""What a list gives: links to articles, and further lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

MOST_LINKS = 5_000  # links of one list; a real list page has 20 to 400, a day of news sitemaps up to 1,000
MOST_LISTS = 2_000  # further lists of one list: a sitemap index of 50,000 is cut, the pages of a newspaper never are


class Link(msgspec.Struct, frozen=True):  # hundreds are made of a page: a dataclass takes eight times as long
    """A link to an article: its absolute address without fragment, the words it was printed with, and its times.

    `published` is what the list says of the article's publication, `modified` what a sitemap calls its lastmod.
    """

    url: str
    title: str
    published: datetime | None = None
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one list holds.

    `lists` are the further lists that belong to it: the sitemaps of an index, the pages (版) of a newspaper's day.
    `capped`: it held more than is taken of any list. `problem` is a sentence: why it is no list that can be read.
    """

    links: tuple[Link, ...] = ()
    lists: tuple[Link, ...] = ()
    capped: bool = False
    problem: str = ""
