"""An HTML list page (栏目页) → the articles it links to, in page order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.discover.address import Base, absolute, written
from crawler.discover.judge import Verdict, judge_of, reads_like_article
from crawler.discover.link import MOST_LINKS, Found, Link
from crawler.discover.words import Words
from crawler.source import ListPage, Source

MOST_ELEMENTS = 20_000  # elements that may link, looked at on one page
_RECORDS = re.compile(r"\s*(?:<\?xml[^>]{0,300}>\s*)?<(?:datastore|recordset)\b", re.IGNORECASE)
_PIECE = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)

# Where a script names the address of a click: window.open('…'), location.href='…', location.replace("…"), or any
# quoted path to a page.
CALLED = re.compile(
    r"""(?:open\s*\(|location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*(?P<q>["'])(?P<called>[^"'\s]{1,2000})(?P=q)"""
    r"""|["'](?P<quoted>(?:https?:/|\.{0,2})/[^"'\s?]{1,2000}\.(?:s?html?|jhtml|jspx?|aspx?|php)(?:\?[^"'\s]{0,500})?)["']"""
)


def page(text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """The article links of a list page."""
    tree = LexborHTMLParser(_unpacked(text))
    base = Base.of(page_base(tree, base_url))
    judge = judge_of(source, selected=list_page.links is not None)
    own = {urldefrag(url).url for url in (base_url, source.home, *(page.url for page in source.lists))}
    verdicts: dict[str, Verdict] = {url: "no" for raw in own for url in (raw, written(raw) or raw)}
    titles: dict[str, str] = {}
    words = Words()
    for looked_at, element in enumerate(_elements(tree, list_page.links)):
        if looked_at >= MOST_ELEMENTS or words.spent:
            return Found(_links(titles), capped=True)
        attributes = element.attributes
        for url in _addresses(attributes, base):
            if titles.get(url):
                continue
            verdict = verdicts.get(url) or verdicts.setdefault(url, judge(url))
            if verdict == "no":
                continue
            title = words.of(element, attributes)
            if verdict == "looks" and not reads_like_article(url, title):
                continue
            if url not in titles and len(titles) >= MOST_LINKS:
                return Found(_links(titles), capped=True)
            titles[url] = title
    return Found(_links(titles))


def _addresses(attributes: dict[str, str | None], base: Base) -> Sequence[str]:
    """The addresses that an element with these attributes may lead to. Most are plain, and then it takes no more."""
    href = attributes.get("href")
    if href and (url := base.plainly(href)):
        return (url,)
    return [url for each in called(attributes) if (url := absolute(each, base)) is not None]


def _links(titles: dict[str, str]) -> tuple[Link, ...]:
    return tuple(Link(url, title) for url, title in titles.items())


def _unpacked(text: str) -> str:
    """The HTML that a list's own data source holds in pieces (jpage's <recordset> of 大汉), else the text as it is."""
    if "<![CDATA[" not in text or not _RECORDS.match(text):
        return text
    return "\n".join(match[1] for match in _PIECE.finditer(text))


def page_base(tree: LexborHTMLParser, base_url: str) -> str:
    """The address that relative links are relative to (HTML, 4.2.3): the first <base href>, or the page's own."""
    element = tree.css_first("base[href]")
    href = (element.attributes.get("href") or "").strip() if element is not None else ""
    try:
        base = urljoin(base_url, href)
        return base if urlsplit(base).scheme in ("http", "https") else base_url
    except ValueError:
        return base_url


def _elements(tree: LexborHTMLParser, selector: str | None) -> Iterator[LexborNode]:
    """The elements that may link, in page order: all of the page, or those that the selector names or that lie in them.

    A selector that is no CSS is an error of the source's file, found when the file is loaded; here it finds nothing.
    """
    if selector is None:
        yield from tree.css("a[href], area[href], [onclick]")
        return
    try:
        chosen = tree.css(selector)
    except (SelectolaxError, ValueError):
        return
    within: set[int] = set()  # what lies in an element that was gone through lies in no other that has to be
    for element in chosen:
        if element.mem_id in within:
            continue
        if _may_link(element):
            yield element
            continue
        for inner in element.css("*"):
            within.add(inner.mem_id)
            if _may_link(inner):
                yield inner


def _may_link(element: LexborNode) -> bool:
    return element.tag in ("a", "area") or "onclick" in element.attributes


def called(attributes: dict[str, str | None]) -> list[str]:
    """The addresses, as they are written in the page, that a click on an element with these attributes may lead to."""
    href = _tidy(attributes.get("href"))
    if href and not href.startswith("#") and href[:11].lower() != "javascript:":
        return [href]
    scripts = f"{href[:2_000]} {(attributes.get('onclick') or '')[:4_000]}"
    return [match["called"] or match["quoted"] for match in CALLED.finditer(scripts)]


def _tidy(href: str | None) -> str:
    """The href as a browser takes it: no white space at the ends, no line breaks or tabs inside (URL standard, 4.4)."""
    href = href or ""
    for character in LINE_BREAKS:
        if character in href:  # hardly ever: taking out what is not there would take ten times as long
            href = href.replace(character, "")
    return href.strip(" \0\x0b\x0c\x1f")


LINE_BREAKS = "\t\r\n"
