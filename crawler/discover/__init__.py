"""A list → the articles it links to, and the further lists that belong to it. Pure.

A list is an HTML page (栏目页), a feed, a sitemap, a JSON endpoint or a day of a newspaper: one kind, one file, named
in `kinds`. Every kind writes addresses as RFC 3986 has them, once and here, so that the visit, the request and the
capture agree. Tracking parameters are left alone: which addresses are one page is the archive's decision. Links that a
script alone would find are not found.
"""

from crawler.discover.address import LONGEST_URL, WRITTEN, written
from crawler.discover.find import find, in_markup, links
from crawler.discover.judge import looks_like_article
from crawler.discover.link import MOST_LINKS, Found, Link
from crawler.discover.paging import has_days, next_page, on_day
from crawler.discover.words import LONGEST_TITLE, MOST_NODES

__all__ = [
    "LONGEST_TITLE",
    "LONGEST_URL",
    "MOST_LINKS",
    "MOST_NODES",
    "WRITTEN",
    "Found",
    "Link",
    "find",
    "has_days",
    "in_markup",
    "links",
    "looks_like_article",
    "next_page",
    "on_day",
    "written",
]
