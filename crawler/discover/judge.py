"""Which addresses are articles'. Pure.

In this order:
1. what the list itself vouches for: every link under its own CSS selector, every entry of a feed;
2. the source's patterns, else its family's (`Source.is_article`);
3. the address's own looks: that of some known family, a date, or a long number or hash, under a link text that is
   longer than a menu's; or any name with a digit or a hyphen in it under a text as long as a headline.

Foreign hosts stay out unless the source's file lets them in; `exclude` always wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from archive.identity import untracked
from crawler.source import Source, family_of

SHORTEST_TITLE = 6  # characters; 更多, 首页 and 联系我们 are menus
HEADLINE = 10  # characters; no menu entry is that long

DATED = re.compile(r"(?:19|20)\d\d(?:[-/_]?(?:0?[1-9]|1[0-2]))(?:[-/_]?(?:0?[1-9]|[12]\d|3[01]))?(?=[/_-]|\D|\d{2,}|$)")
NUMBERED = re.compile(r"\d{5,}|[0-9a-f]{24,}|[?&](?:id|aid|newsid|contentid|articleid|infoid)=\w+", re.IGNORECASE)
# A page of its own rather than a section: its name holds a digit or several words (/c/8Wda7wwUnuC, /news/a-b.html).
NAMED = re.compile(r"[\d-][^/?]*$|\?.*=\w*\d")
NOT_A_HEADLINE = re.compile(r"公网安备|ICP[备证]|备案号|许可证编?号|(?:举报|投诉|热线)电话|^\d+\s*(?:跟贴|评论)")
NOT_AN_ARTICLE = re.compile(
    r"""/(?:index|list|default|main|home|col|node|more|channel)(?:[_-]?\d+)*+\.\w{3,5}$  # list pages
      | /(?:login|register|signin|logout|passport|search|sitemap|about|aboutus|contact|contactus|copyright|rss|tags?)\b
      | \.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|zip|rar|7z|mp[34]|flv|avi|apk|exe|xml|swf)$
      | /(?:ad|ads|advert|advertisement|guanggao)/
      | /$""",
    re.VERBOSE,
)  # of a path in small letters: looked for without regard to case it takes twice as long

PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9.-]+")  # hundreds of foreign hosts stand below a front page
LONGEST_SCHEME = len("https://")
Verdict = Literal["yes", "no", "looks"]


def judge_of(source: Source, *, selected: bool = False, vouched: bool = False) -> Callable[[str], Verdict]:
    """What an address alone says of its being an article's: "looks" leaves it to its looks and words.

    What a list's own selector hits (`selected`) is one; what a feed lists (`vouched`) is one unless the source has
    patterns of its own. A family's are not asked there: 41 % of the sites have more templates than one. Addresses are
    whole and without fragment.
    """
    exclude = [re.compile(pattern) for pattern in source.articles.exclude]
    family = () if source.profile is None or vouched else source.profile.articles
    patterns = source.articles.patterns or family
    articles = [re.compile(pattern) for pattern in patterns]
    hosts = source.all_hosts
    owned: dict[str, bool] = {}

    def judge(url: str) -> Verdict:
        start = url.find("/", LONGEST_SCHEME)
        origin, path = (url[:start], url[start:]) if start > 0 else (url, "")
        own = owned.get(origin)
        if own is None:
            foreign = PLAIN_ORIGIN.fullmatch(origin) is not None and origin.partition("://")[2] not in hosts
            own = owned[origin] = source.articles.foreign or (not foreign and source.owns(url))
        if not own or (exclude and any(pattern.search(url) for pattern in exclude)):
            return "no"
        if selected:
            return "yes"
        if articles:
            return "yes" if _matches(articles, url) else "no"
        if vouched:
            return "yes"
        # A menu's words need not be read.
        bare = "" if "?" in origin else path.partition("?")[0].lower()
        return "no" if bare[-1:] == "/" or NOT_AN_ARTICLE.search(bare) else "looks"

    return judge


def _matches(patterns: Sequence[re.Pattern[str]], url: str) -> bool:
    """Whether one of them is found in the address, as it is or without what only tells where a reader came from."""
    for pattern in patterns:
        if pattern.search(url):
            return True
    if "?" not in url:
        return False
    plain = untracked(url)
    return plain != url and any(pattern.search(plain) for pattern in patterns)


def _path(url: str) -> str:
    """The path of an address, without query and fragment."""
    _, slash, rest = url.partition("://")[2].partition("#")[0].partition("?")[0].partition("/")
    return slash + rest


def looks_like_article(url: str, title: str) -> bool:
    """Whether an address of no known kind looks like an article's, under these words.

    >>> looks_like_article("http://www.example.cn/2023/0523/7421774.html", "我区新能源装机突破千万千瓦")
    True
    >>> looks_like_article("http://www.example.cn/list/10234.html", "更多")
    False
    """
    return not NOT_AN_ARTICLE.search(_path(url).lower()) and reads_like_article(url.partition("#")[0], title)


def reads_like_article(url: str, title: str) -> bool:
    """The same of an address whose path is known to be none that an article never has (`judge_of`)."""
    start = url.find("/", LONGEST_SCHEME)
    address = url[start:] if start > 0 else ""
    path = address.partition("?")[0]
    if NOT_A_HEADLINE.search(title):
        return False
    if DATED.search(path):
        return bool(title) or family_of(url) is not None
    if len(title) >= HEADLINE and NAMED.search(address):
        return True
    return len(title) >= SHORTEST_TITLE and (NUMBERED.search(address) is not None or family_of(url) is not None)


def may_be_article(url: str) -> bool:
    """Whether an address that stands without words, in a sitemap, looks like an article's.

    >>> may_be_article("http://www.example.cn/2023/0523/7421774.html"), may_be_article("http://www.example.cn/cn/edu/")
    (True, False)
    """
    path = "/" + url.partition("://")[2].partition("#")[0].partition("/")[2]
    if NOT_AN_ARTICLE.search(path.partition("?")[0].lower()):
        return False
    return bool(DATED.search(path) or NUMBERED.search(path)) or family_of(url) is not None
