"""Sitemaps, sitemap indexes and news sitemaps → addresses. Pure. (sitemaps.org, protocol 0.9; Google News, 0.9)

Of a sitemap all kinds of pages are taken that look like articles or fit the source's patterns; of a news sitemap every
page. They stand newest first, as far as times are given.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

from crawler.discover.address import written
from crawler.discover.judge import judge_of, may_be_article
from crawler.discover.link import MOST_LINKS, MOST_LISTS, Found, Link
from crawler.discover.moments import moment
from crawler.discover.words import headline
from crawler.discover.xml import HostileXmlError, without_prolog
from crawler.extract.dates import url_day
from crawler.source import ListPage, Source

MOST_ENTRIES = 100_000  # twice what the protocol allows
_ROOTS = ("urlset", "sitemapindex")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def sitemap(text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """The articles of a sitemap or the sitemaps of an index, newest first."""
    try:
        entries = list(_in_xml(without_prolog(text)) if "<" in text[:2_000] else _in_lines(text))
    except HostileXmlError as error:
        return Found(problem=str(error))
    if not entries:
        return Found(problem="" if _is_sitemap(text) else "It is no sitemap.")
    judge, vouched = judge_of(source), judge_of(source, vouched=True)
    articles: dict[str, Link] = {}
    lists: dict[str, Link] = {}
    for entry in entries:
        url = written(entry["loc"])
        if url is None or url == base_url:
            continue
        modified = moment(entry.get("lastmod", ""))
        if "sitemap" in entry:
            if source.owns(url):
                lists.setdefault(url, Link(url, "", modified=modified))
            continue
        verdict = (vouched if "news" in entry else judge)(url)
        if verdict == "yes" or (verdict == "looks" and may_be_article(url)):
            published = moment(entry.get("publication_date", ""))
            articles.setdefault(url, Link(url, headline(entry.get("title", "")), published, modified))
    capped = len(articles) > MOST_LINKS or len(lists) > MOST_LISTS or len(entries) >= MOST_ENTRIES
    return Found(_newest(articles)[:MOST_LINKS], _newest(lists)[:MOST_LISTS], capped)


def _newest(links: dict[str, Link]) -> tuple[Link, ...]:
    """The newest first; those without any time as they stand."""
    return tuple(sorted(links.values(), key=_time, reverse=True))


def _time(link: Link) -> datetime:
    if known := link.published or link.modified:
        return known
    day = url_day(link.url)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else LONG_AGO


def _is_sitemap(text: str) -> bool:
    return any(f"<{root}" in text[:5_000] for root in _ROOTS)


def _in_lines(text: str) -> Iterator[dict[str, str]]:
    """A sitemap may be a text of one address a line."""
    for line in text.splitlines()[:MOST_ENTRIES]:
        if line.strip().startswith(("http://", "https://")):
            yield {"loc": line.strip()}


def _in_xml(text: str) -> Iterator[dict[str, str]]:
    """Every <url> and <sitemap> as what its elements say, by their local names; what is broken gives what it holds."""
    from lxml import etree

    events = etree.iterparse(
        io.BytesIO(text.encode("utf-8", "replace")),
        events=("end",),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    count = 0
    try:
        for _, element in events:
            name = _local(element.tag)
            if name not in ("url", "sitemap"):
                continue
            entry = {_local(each.tag): (each.text or "").strip() for each in element.iter() if each is not element}
            if entry.get("loc"):
                count += 1
                yield entry | {name: ""}
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if count >= MOST_ENTRIES:
                return
    except etree.XMLSyntaxError:
        return  # not even the parser that mends everything makes anything of the rest


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""
