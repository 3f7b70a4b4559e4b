"""Questions for what a site publishes about itself: the feed its head names, the sitemaps its robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archive.model import Capture
from crawler.probe.findings import FoundList
from crawler.probe.inquiry import Inquiry, Script, resolved

MOST_SITEMAPS = 3
MANY = 1_000  # articles; a sitemap that holds more tells of the past, and other lists show what is new
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


def feed(inquiry: Inquiry, named: Sequence[str]) -> Script[None]:
    """The first feed that the page names."""
    for url in named[:1]:
        yield from inquiry.data("feed", url, "the feed that the page names", "The page's head names this feed.")


def robots(inquiry: Inquiry) -> Script[list[str]]:
    """The sitemaps that robots.txt names, as far as they lie on the site's own domain."""
    home = inquiry.found.home
    outcome, _ = yield from inquiry.ask(f"{home}robots.txt", "the sitemaps that it names", None)
    if not isinstance(outcome, Capture) or outcome.status != 200:
        return []
    named = _SITEMAP_LINE.findall(outcome.content[:500_000].decode("utf-8", "replace"))
    urls = dict.fromkeys(url for line in named if (url := resolved(home, line)) is not None)
    return [url for url in urls if inquiry.reachable(url)]


def sitemaps(inquiry: Inquiry, named: Sequence[str]) -> Script[None]:
    """Those that robots.txt names; where it names none and there is no feed either, the usual one."""
    for url in named[:MOST_SITEMAPS]:
        inquiry.take_host(url)
        yield from _sitemap(inquiry, url, "robots.txt names this sitemap.")
    if not named and not any(each.kind == "feed" for each in inquiry.found.lists):
        yield from _sitemap(inquiry, f"{inquiry.found.home}sitemap.xml", "It lies where sitemaps usually do.")


def _sitemap(inquiry: Inquiry, url: str, seen: str) -> Script[None]:
    """One sitemap; of an index one of its sitemaps is looked at, and the index becomes the list."""
    found = inquiry.found
    answer = yield from inquiry.data("sitemap", url, "a sitemap", seen)
    if answer is not None and answer.lists and not answer.links:
        inside = answer.lists[0].url
        within = yield from inquiry.data("sitemap", inside, "the first sitemap of that index")
        found.lists = [each for each in found.lists if each.url not in (url, inside)]
        articles = len(inquiry.own(within.links)) if within is not None else 0
        if articles:
            seen = f"{seen} It is an index of {len(answer.lists)}; {inside} was looked at."
            inquiry.note(FoundList(url, "sitemap", articles=articles, seen=seen))
    others = any(each.articles and each.kind != "sitemap" for each in found.lists)
    found.lists = [
        replace(each, idle=True, seen=f"{each.seen} It tells of the past: switch it on to fill that in.")
        if each.url == url and others and (each.articles or 0) > MANY
        else each
        for each in found.lists
    ]
