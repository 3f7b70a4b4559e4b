"""A list page → the articles it links to, in page order. Pure.

What counts as an article's address, in this order:
1. the list's own CSS selector, if its file gives one: every link under it is one;
2. the source's patterns, else its family's (`Source.is_article`);
3. the address's own looks: that of some known family, a date, or a long number or hash, under a link text that is
   longer than a menu's; or any name with a digit or a hyphen in it under a text as long as a headline.

Foreign hosts stay out unless the source's file lets them in. Addresses are written as RFC 3986 has them, once and here:
what is no ASCII, white space and controls are escaped, so that the visit, the request and the capture agree. Tracking
parameters are left alone: which addresses are one page is the archive's decision. Links that a script alone would find
are not found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError
from w3lib.url import safe_url_string

from crawler.source import Family, ListPage, Source, family_of

MOST_LINKS = 5_000  # links of one page; a real list page has 20 to 400
MOST_ELEMENTS = 20_000  # elements that may link, looked at on one page
MOST_NODES = 50_000  # nodes of the page walked for words over all: links may lie in one another a thousand deep,
MOST_NODES_OF_A_LINK = 100  # and the words of each would be those of all that it holds
MOST_TEXT = 2_000_000  # characters of link text read over all
MOST_TEXT_OF_A_LINK = 2_000
LONGEST_URL = 2_000  # bytes of an address as it is written here
LONGEST_HREF = 8_000  # characters before ../ and escapes are worked out
LONGEST_TITLE = 300
SHORTEST_TITLE = 6  # characters; 更多, 首页 and 联系我们 are menus
HEADLINE = 10  # characters; no menu entry is that long

# Where a script names the address of a click: window.open('…'), location.href='…', location.replace("…"), or any
# quoted path to a page.
CALLED = re.compile(
    r"""(?:open\s*\(|location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*(?P<q>["'])(?P<called>[^"'\s]{1,2000})(?P=q)"""
    r"""|["'](?P<quoted>(?:https?:/|\.{0,2})/[^"'\s?]{1,2000}\.(?:s?html?|jhtml|jspx?|aspx?|php)(?:\?[^"'\s]{0,500})?)["']"""
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

# RFC 3986, 2: the characters of an address.
WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")
# What resolving and escaping would leave as it is: most addresses of a list page, at a tenth of the price.
PLAIN_ADDRESS = re.compile(
    r"(?P<origin>(?P<scheme>https?)://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[1-9][0-9]{0,3})?)"
    r"(?P<path>/[A-Za-z0-9\-._~!$&()*+,=:@%/]*(?:\?[A-Za-z0-9\-._~!$&()*+,=:@%/]+)?)"
)
PLAIN_PATH = re.compile(r"[A-Za-z0-9\-._~!$&()*+,=@%/]+(?:\?[A-Za-z0-9\-._~!$&()*+,=:@%/]+)?")


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
    base = _Base.of(_base(tree, base_url))
    judge = _judge(source, selected=list_page.links is not None)
    own = {urldefrag(url).url for url in (base_url, source.home, *(page.url for page in source.lists))}
    verdicts: dict[str, Verdict] = {url: "no" for raw in own for url in (raw, written(raw) or raw)}
    resolved: dict[str, str | None] = {}
    titles: dict[str, str] = {}
    words = _Words()
    for looked_at, element in enumerate(_elements(tree, list_page.links)):
        if looked_at >= MOST_ELEMENTS or words.spent:
            return Found(_links(titles), capped=True)
        attributes = element.attributes
        for href in _called(attributes):
            if href not in resolved:
                resolved[href] = _absolute(href, base)
            url = resolved[href]
            if url is None or titles.get(url):
                continue
            if url not in verdicts:
                verdicts[url] = judge(url)
            if verdicts[url] == "no":
                continue
            title = words.of(element, attributes)
            if verdicts[url] == "looks" and not looks_like_article(url, title):
                continue
            if url not in titles and len(titles) >= MOST_LINKS:
                return Found(_links(titles), capped=True)
            titles[url] = title
    return Found(_links(titles))


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
    return written(urljoin(list_page.url, pattern.replace("{n}", str(first + number - 1))))


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


def _called(attributes: dict[str, str | None]) -> list[str]:
    """The addresses, as they are written in the page, that a click on an element with these attributes may lead to."""
    href = _tidy(attributes.get("href"))
    if href and not href.startswith("#") and href[:11].lower() != "javascript:":
        return [href]
    scripts = f"{href[:2_000]} {(attributes.get('onclick') or '')[:4_000]}"
    return [match["called"] or match["quoted"] for match in CALLED.finditer(scripts)]


def _tidy(href: str | None) -> str:
    """The href as a browser takes it: no white space at the ends, no line breaks or tabs inside (URL standard, 4.4)."""
    return (href or "").translate(LINE_BREAKS).strip(" \0\x0b\x0c\x1f")


LINE_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))


@dataclass(frozen=True, slots=True)
class _Base:
    """What relative addresses are relative to. `origin` and `directory` are empty where the base is not a plain one."""

    url: str
    scheme: str = ""
    origin: str = ""  # "http://www.example.cn"
    directory: str = ""  # "http://www.example.cn/cn/edu/"

    @classmethod
    def of(cls, url: str) -> _Base:
        match = PLAIN_ADDRESS.fullmatch(url)
        if match is None:
            return cls(url)
        folder = match["path"].partition("?")[0].rpartition("/")[0] + "/"
        plain = not DOTTED_OR_DOUBLE.search(folder)
        return cls(url, match["scheme"], match["origin"], match["origin"] + folder if plain else "")

    def plainly(self, href: str) -> str | None:
        """The address where it can be put together without a closer look, else None."""
        if href.startswith("http"):
            match = PLAIN_ADDRESS.fullmatch(href)
            return href if match is not None and not DOTTED_OR_DOUBLE.search(match["path"]) else None
        folder, tail = self.directory, href.removeprefix("./")
        while tail.startswith("../") and len(folder) > len(self.origin) + 1:
            folder, tail = folder[: folder.rindex("/", 0, -1) + 1], tail[3:]
        if DOTTED_OR_DOUBLE.search(tail) or not PLAIN_PATH.fullmatch(tail):
            return None
        if href.startswith("/"):
            return self.origin + href if self.origin else None
        return folder + tail if folder and tail[0] not in "./" else None


DOTTED_OR_DOUBLE = re.compile(r"/[./]")  # the beginnings of /./, /../ and //


def _absolute(href: str, base: _Base) -> str | None:
    """The address, resolved and written as RFC 3986 has it, without its fragment; None if none can be asked for it."""
    href = href[: LONGEST_HREF + 1].partition("#")[0]
    if len(href) > LONGEST_HREF:
        return None
    if url := base.plainly(href):
        return url if len(url) <= LONGEST_URL else None
    path, mark, query = href.partition("?")
    try:
        return written(urljoin(base.url, path.replace("\\", "/") + mark + query))
    except ValueError:
        return None


def written(url: str) -> str | None:
    """The address in the characters of RFC 3986, others escaped as UTF-8, without fragment; escapes stay as they are.

    None if it is none of http or https, names no host or a user, cannot be written so, or is longer than LONGEST_URL.

    >>> written("http://中国.cn/新闻/2 b.html?q=%2F#top")
    'http://xn--fiqs8s.cn/%E6%96%B0%E9%97%BB/2%20b.html?q=%2F'
    """
    try:
        address = safe_url_string(urldefrag(url).url)
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        usable = usable and parts.port != 0  # reading a port that is no number raises
    except ValueError:
        return None
    return address if usable and len(address) <= LONGEST_URL and WRITTEN.fullmatch(address) else None


class _Words:
    """Reads the words of one page's links, within bounds: links that lie in one another share what they hold.

    A page that spends the bounds is none that a reader could use, and nothing more is taken of it.
    """

    def __init__(self) -> None:
        self._nodes = 0
        self._characters = 0

    @property
    def spent(self) -> bool:
        """Whether the page's bounds are reached."""
        return self._nodes >= MOST_NODES or self._characters >= MOST_TEXT

    def of(self, element: LexborNode, attributes: dict[str, str | None]) -> str:
        """The words of a link: its text, or its title attribute where the text is shortened to an ellipsis or empty,
        or else a picture's alt.
        """
        text, alt = self._read(element)
        title = _one_line(text)
        shortened = title.endswith(("…", "...", ".."))
        if not title or shortened:
            full = _one_line(attributes.get("title"))
            if not title or len(full) > len(title) - 3:
                title = full
        return (title or _one_line(alt))[:LONGEST_TITLE]

    def _read(self, element: LexborNode) -> tuple[str, str | None]:
        """The text within the element and the alt of its first picture that has one."""
        pieces: list[str] = []
        length, alt = 0, None
        for node in islice(element.traverse(include_text=True), MOST_NODES_OF_A_LINK):
            self._nodes += 1
            if node.is_text_node:
                piece = node.text_content or ""
                pieces.append(piece)
                length += len(piece)
                if length >= MOST_TEXT_OF_A_LINK:
                    break
            elif alt is None and node.tag == "img":
                alt = node.attributes.get("alt")
        self._characters += length + 1
        return "".join(pieces), alt


def _one_line(text: str | None) -> str:
    return " ".join((text or "")[:MOST_TEXT_OF_A_LINK].split())


Verdict = Literal["yes", "no", "looks"]


def _judge(source: Source, *, selected: bool) -> Callable[[str], Verdict]:
    """What an address alone says of its being an article's: "looks" leaves it to its looks and words."""
    exclude = [re.compile(pattern) for pattern in source.articles.exclude]
    patterns = source.articles.patterns or (source.profile.articles if source.profile is not None else ())
    articles = [re.compile(pattern) for pattern in patterns]
    owned: dict[str, bool] = {}

    def judge(url: str) -> Verdict:
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in owned:
            owned[origin] = source.articles.foreign or source.owns(url)
        if not owned[origin] or any(pattern.search(url) for pattern in exclude):
            return "no"
        if selected:
            return "yes"
        if articles:
            return "yes" if any(pattern.search(url) for pattern in articles) else "no"
        return "looks"

    return judge


def looks_like_article(url: str, title: str) -> bool:
    """Whether an address of no known kind looks like an article's, under these words.

    >>> looks_like_article("http://www.example.cn/2023/0523/7421774.html", "我区新能源装机突破千万千瓦")
    True
    >>> looks_like_article("http://www.example.cn/list/10234.html", "更多")
    False
    """
    _, slash, rest = url.partition("://")[2].partition("#")[0].partition("/")
    address = slash + rest
    path = address.partition("?")[0]
    if NOT_AN_ARTICLE.search(path) or NOT_A_HEADLINE.search(title):
        return False
    if DATED.search(path):
        return bool(title) or family_of(url) is not None
    if len(title) >= HEADLINE and NAMED.search(address):
        return True
    return len(title) >= SHORTEST_TITLE and (NUMBERED.search(address) is not None or family_of(url) is not None)
