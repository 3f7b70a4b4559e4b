"""A list page → the articles it links to, in page order. Pure.

What counts as an article's address, in this order:
1. the list's own CSS selector, if its file gives one: every link under it is one;
2. the source's patterns, else its family's (`Source.is_article`);
3. the address's own looks: that of some known family, a date, or a long number or hash, under a link text that is
   longer than a menu's; or any name with a digit or a hyphen in it under a text as long as a headline.

Foreign hosts stay out unless the source's file lets them in. Tracking parameters are left alone: which addresses are
one page is the archive's decision. Links that a script alone would find are not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawler.source import Family, ListPage, Source, family_of

MOST_LINKS = 5_000  # links of one page; a real list page has 20 to 400
MOST_ELEMENTS = 100_000  # elements looked at
MOST_TEXT = 2_000_000  # characters of link text read over all
LONGEST_URL = 2_048
LONGEST_TITLE = 300
SHORTEST_TITLE = 6  # characters; 更多, 首页 and 联系我们 are menus
HEADLINE = 10  # characters; no menu entry is that long

# Where a script names the address of a click: window.open('…'), location.href='…', location.replace("…"), or any
# quoted path to a page.
CALLED = re.compile(
    r"""(?:open\s*\(|location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*(?P<q>["'])(?P<called>[^"'\s]{1,2000})(?P=q)"""
    r"""|["'](?P<quoted>(?:https?:/|\.{0,2})/[^"'\s]{1,2000}\.(?:s?html?|jhtml|jspx?|aspx?|php)(?:\?[^"'\s]{0,500})?)["']"""
)
DATED = re.compile(r"(?:19|20)\d\d(?:[-/_]?(?:0?[1-9]|1[0-2]))(?:[-/_]?(?:0?[1-9]|[12]\d|3[01]))?(?=[/_-]|\D|\d{2,}|$)")
NUMBERED = re.compile(r"\d{5,}|[0-9a-f]{24,}|[?&](?:id|aid|newsid|contentid|articleid|infoid)=\w+", re.IGNORECASE)
# A page of its own rather than a section: its name holds a digit or several words (/c/8Wda7wwUnuC, /news/a-b.html).
NAMED = re.compile(r"[\d-][^/?]*$|\?.*=\w*\d")
NOT_A_HEADLINE = re.compile(r"公网安备|ICP[备证]|备案号|许可证编?号|(?:举报|投诉|热线)电话|^\d+\s*(?:跟贴|评论)")
NOT_AN_ARTICLE = re.compile(
    r"""/(?:index|list|default|main|home|col|node|more|channel)(?:[_-]?\d+)*\.\w{3,5}$   # list pages
      | /(?:login|register|signin|logout|passport|search|sitemap|about|aboutus|contact|contactus|copyright|rss|tags?)\b
      | \.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|zip|rar|7z|mp[34]|flv|avi|apk|exe|xml|swf)$
      | /(?:ad|ads|advert|advertisement|guanggao)/
      | /$""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article: its absolute address without fragment, and the words it was printed with."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Found:
    """The article links of one page. `capped`: the page held more than is taken of any page."""

    links: tuple[Link, ...]
    capped: bool = False


def links(html_text: str, base_url: str, list_page: ListPage, source: Source) -> tuple[Link, ...]:
    """The article links of a list page, each address once, in page order."""
    return find(html_text, base_url, list_page, source).links


def find(html_text: str, base_url: str, list_page: ListPage, source: Source) -> Found:
    """As `links`, with the word whether the page held more."""
    tree = LexborHTMLParser(html_text)
    base = _base(tree, base_url)
    own = {urldefrag(url).url for url in (base_url, source.home, *(page.url for page in source.lists))}
    titles: dict[str, str] = {}
    looked_at, read, capped = 0, 0, False
    for element in _elements(tree, list_page.links):
        looked_at += 1
        if looked_at > MOST_ELEMENTS:
            capped = True
            break
        for url in _addresses(element, base):
            if url in own or titles.get(url):
                continue
            title, characters = _title(element) if read < MOST_TEXT else ("", 0)
            read += characters
            if not _wanted(url, title, source, selected=list_page.links is not None):
                continue
            if url not in titles and len(titles) >= MOST_LINKS:
                return Found(_links(titles), capped=True)
            titles[url] = title
    return Found(_links(titles), capped)


def next_page(list_page: ListPage, number: int, profile: Family | None = None) -> str | None:
    """The address of the list page after the one of that number (1 is the newest), or None if it is not known.

    >>> next_page(ListPage(url="http://www.tibet.cn/cn/edu/", next_pages="index_{n}.html"), 1)
    'http://www.tibet.cn/cn/edu/index_1.html'
    """
    pattern, first = list_page.next_pages, list_page.first_number
    if pattern is None and profile is not None:
        pattern, first = profile.next_pages, profile.first_number
    if pattern is None:
        return None
    return urljoin(list_page.url, pattern.replace("{n}", str(first + number - 1)))


def _links(titles: dict[str, str]) -> tuple[Link, ...]:
    return tuple(Link(url, title) for url, title in titles.items())


def _base(tree: LexborHTMLParser, base_url: str) -> str:
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
    for element in chosen:
        if element.tag == "a" or "onclick" in element.attributes:
            yield element
        else:
            yield from element.css("a[href], area[href], [onclick]")


def _addresses(element: LexborNode, base: str) -> Iterator[str]:
    """The absolute addresses that a click on the element may lead to."""
    attributes = element.attributes
    href = _tidy(attributes.get("href"))
    if href and not href.lower().startswith("javascript:") and not href.startswith("#"):
        candidates = [href]
    else:
        scripts = f"{href} {(attributes.get('onclick') or '')[:4_000]}"
        candidates = [match["called"] or match["quoted"] for match in CALLED.finditer(scripts[:6_000])]
    for candidate in candidates:
        if url := _absolute(candidate, base):
            yield url


def _tidy(href: str | None) -> str:
    """The href as a browser takes it: no white space at the ends, no line breaks or tabs inside (URL standard, 4.4)."""
    return re.sub(r"[\t\r\n]", "", href or "").strip(" \0\x0b\x0c\x1f")


def _absolute(href: str, base: str) -> str | None:
    """The address, resolved, without its fragment; None if it is none of http or https or names no host."""
    path, mark, query = href.partition("#")[0].partition("?")
    try:
        url = urljoin(base, path.replace("\\", "/") + mark + query)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        usable = usable and parts.port != 0  # reading a port that is no number raises
    except ValueError:
        return None
    return url if usable and len(url) <= LONGEST_URL else None


def _title(element: LexborNode) -> tuple[str, int]:
    """The words of a link, and how many characters were read to get them.

    The title attribute is taken where the text is shortened to an ellipsis or empty, then a picture's alt.
    """
    text = element.text(deep=True)
    title = " ".join(text.split())
    full = " ".join((element.attributes.get("title") or "")[: 2 * LONGEST_TITLE].split())
    shortened = title.endswith(("…", "...", "..")) and len(full) > len(title) - 3
    if not title or shortened:
        title = full
    if not title and (picture := element.css_first("img[alt]")) is not None:
        title = " ".join((picture.attributes.get("alt") or "").split())
    return title[:LONGEST_TITLE], len(text) + 1


def _wanted(url: str, title: str, source: Source, *, selected: bool) -> bool:
    """Whether a link of the page is one to an article."""
    if not (source.articles.foreign or source.owns(url)):
        return False
    if any(re.search(pattern, url) for pattern in source.articles.exclude):
        return False
    if selected:
        return True
    if source.articles.patterns or (source.profile is not None and source.profile.articles):
        return source.is_article(url)
    return looks_like_article(url, title)


def looks_like_article(url: str, title: str) -> bool:
    """Whether an address of no known kind looks like an article's, under these words.

    >>> looks_like_article("http://www.example.cn/2023/0523/7421774.html", "我区新能源装机突破千万千瓦")
    True
    >>> looks_like_article("http://www.example.cn/list/10234.html", "更多")
    False
    """
    parts = urlsplit(url)
    if NOT_AN_ARTICLE.search(parts.path) or NOT_A_HEADLINE.search(title):
        return False
    address = parts.path + ("?" + parts.query if parts.query else "")
    if DATED.search(parts.path):
        return bool(title) or family_of(url) is not None
    if len(title) >= HEADLINE and NAMED.search(address):
        return True
    return len(title) >= SHORTEST_TITLE and (NUMBERED.search(address) is not None or family_of(url) is not None)
