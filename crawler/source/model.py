"""What a source and a family are: the structs behind config/sources/*.toml and config/families/*.toml."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from crawler.revisit import LADDER, Ladder

NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
NotNegativeCount = Annotated[int, msgspec.Meta(ge=0)]

LONGEST_URL = 2083  # characters; a longer address is no article's, and no expression is tried on it

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_BUDGET = re.compile(r"(\d{1,5}(?:\.\d{1,2})?) ?/ ?([hd])")
_INTERVAL = re.compile(r"([1-9]\d{0,5}) ?([smhdw])")


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the source is due. With neither `every` nor `cron` it is looked at by the rhythm in which it publishes.

    Spans of time are written "30m", "6h", "1d", a budget "24/d" or "6/h"; cron is in Asia/Shanghai. The opening hours
    are the politeness's.
    """

    every: str | None = None
    cron: str | None = None
    budget: str | None = None  # looks at the list pages; None: as many as pay
    at_least: str = "5m"  # between two looks
    at_most: str = "1d"

    @property
    def interval(self) -> timedelta | None:
        """`every` as a span of time; None where it does not rule. Raises ValueError for a bad interval."""
        return None if self.every is None else parse_interval(self.every)

    @property
    def words(self) -> str:
        """For a person: "cron 0 6 * * *", "every 1h", "by its rhythm, 24/d"."""
        if self.cron is not None:
            return f"cron {self.cron}"
        if self.every is not None:
            return f"every {self.every}"
        return "by its rhythm" + (f", {self.budget}" if self.budget else "")


class Politeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the source's hosts are treated. Seconds; the defaults are the careful ones, exceptions stand in the file."""

    delay: NotNegative = 2.0  # between two requests to one host
    concurrency: Count = 1  # requests under way at one host
    timeout: Positive = 30.0
    robots: bool = True
    verify_certificates: bool = True
    legacy_tls: bool = False  # TLS 1.0/1.1 with weak ciphers: some government servers have nothing else
    max_bytes: Count = 8 * 1024 * 1024
    hours: str | None = None  # when it is asked, by the clock of Shanghai: "22:00-06:00"; absent: at any time
    allow_addresses: tuple[str, ...] = ()  # private addresses that may be asked all the same, e.g. "127.0.0.1"


ListKind = Literal["html", "feed", "sitemap", "json", "epaper"]


class ListPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list (栏目页, feed, sitemap …) and how its further pages are called.

    The address of a list that has one for each day holds {yyyy} or {yy}, {mm} and {dd}.
    """

    url: str
    kind: ListKind = "html"
    section: tuple[str, ...] = ()
    links: str | None = None  # CSS selector of the article links; absent: every link that looks like an article
    next_pages: str | None = None  # "index_{n}.html", relative to url; absent: the family's, with its first number
    first_number: NotNegativeCount = 1  # the {n} of the second page
    max_pages: Count = 1  # of an index of sitemaps: how many of them are walked, the newest first
    days: Count = 2  # of a list with an address for each day: how many days are visited, today included
    items: str | None = None  # JSON: where the list stands, "data.list"; absent: the answer is the list
    item_url: str | None = None  # JSON: the field of the address, or a pattern with fields, "/detail?id={id}"
    item_title: str | None = None
    item_time: str | None = None
    enabled: bool = True  # a list that is known but not watched is kept as `Source.idle_lists`


class Articles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which addresses are articles: regular expressions searched in the absolute URL. None given: the family's."""

    patterns: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    foreign: bool = False  # whether links to hosts other than the source's own are followed


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """Extraction hints, CSS selectors, valid for captures of a span of days (both ends included).

    The selectors of a field are tried in their order. One that hits a `meta` element means its content attribute.
    """

    since: date | None = None  # "from" in the file
    until: date | None = None
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    subtitle: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()  # 来源
    author: tuple[str, ...] = ()
    editor: tuple[str, ...] = ()  # 责编
    section: tuple[str, ...] = ()  # breadcrumb
    drop: tuple[str, ...] = ()  # never part of the article

    def covers(self, day: date) -> bool:
        """Whether the template is valid on that day."""
        return (self.since or date.min) <= day <= (self.until or date.max)

    def before(self, other: Template) -> Template:
        """This template's selectors, then those of `other`; the span of days stays this one's."""
        joined = {name: tuple(dict.fromkeys(getattr(self, name) + getattr(other, name))) for name in SELECTOR_FIELDS}
        return msgspec.structs.replace(self, **joined)


SELECTOR_FIELDS = ("body", "title", "subtitle", "published", "origin", "author", "editor", "section", "drop")


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sites of one content-management system have in common."""

    id: str
    name: str
    order: int | None = None  # place among the families when an address is recognised; absent: it never is
    articles: tuple[str, ...] = ()  # URL patterns with the groups ymd, ym, id, pg where the URL gives them
    markers: tuple[str, ...] = ()  # strings in the page that betray the system
    next_pages: str | None = None
    first_number: NotNegativeCount = 1
    article_pages: tuple[str, ...] = ()  # how page 2 of an article is called, e.g. "{stem}_{n}.html"
    template: Template = Template()
    notes: tuple[str, ...] = ()

    def address(self, url: str) -> re.Match[str] | None:
        """The match of the first of the family's patterns that is found in the URL, with its named groups."""
        if len(url) > LONGEST_URL:
            return None
        return next((match for pattern in self.articles if (match := re.search(pattern, url))), None)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site or section that is watched."""

    id: str
    name: str
    home: str
    hosts: tuple[str, ...] = ()  # names of one site; the first is canonical. Empty: the host of `home`
    other_hosts: tuple[str, ...] = ()  # hosts with articles of their own, e.g. subdomains; they keep their names
    language: str = "zh-Hans"
    outlets: tuple[str, ...] = ()  # what 来源 calls its own articles, beside `name`: the paper behind the site
    trust: Annotated[int, msgspec.Meta(ge=-2, le=1)] = 0  # as a place where news begins: -2 a spam mirror, 1 a paper
    family: str | None = None
    enabled: bool = True
    unknown: tuple[str, ...] = ()  # what is not known of the site, in sentences
    schedule: Schedule = Schedule()
    politeness: Politeness = Politeness()
    lists: tuple[ListPage, ...] = ()
    articles: Articles = Articles()
    revisit: tuple[tuple[str, str], ...] | None = None  # (up to this age, this often); (): never; absent: the usual
    templates: tuple[Template, ...] = ()
    idle_lists: tuple[ListPage, ...] = ()  # the lists with enabled = false; filled in when the source is loaded
    hook: str | None = None  # the path of the source's own cleaning, ID.py; filled in when the source is loaded
    profile: Family | None = None  # filled in from `family` when the source is loaded; never in a file

    @property
    def host(self) -> str:
        """The canonical host, as it is or with its port ("www.tibet.cn", "127.0.0.1:8080")."""
        return self.names[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the one site, the canonical one first: what stands under one of them stands under all."""
        return self.hosts or (host_of(self.home),)

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every host of the source, the canonical one first; the other hosts have articles of their own."""
        return (*self.names, *self.other_hosts)

    @property
    def ladder(self) -> Ladder:
        """When its articles are asked for again. Raises ValueError for a bad interval."""
        if self.revisit is None:
            return LADDER
        return tuple((parse_interval(until), parse_interval(pause)) for until, pause in self.revisit)

    def owns(self, url: str) -> bool:
        """Whether the URL lies on one of the source's hosts, at any port unless a host is given with one."""
        host = host_of(url)
        return host in self.all_hosts or host.rpartition(":")[0] in self.all_hosts

    def is_article(self, url: str) -> bool:
        """Whether the address is one of the source's articles: its own patterns, else its family's; `exclude` wins.

        A source that names neither patterns nor a family that has some knows no address for an article.
        """
        if len(url) > LONGEST_URL or not (self.articles.foreign or self.owns(url)):
            return False
        patterns = self.articles.patterns or (self.profile.articles if self.profile else ())
        if any(re.search(pattern, url) for pattern in self.articles.exclude):
            return False
        return any(re.search(pattern, url) for pattern in patterns)

    def template_at(self, day: date | None) -> Template:
        """The hints for a page captured on that day: the source's own selectors, then its family's.

        Without a day the newest of the source's templates is taken; on a day that none covers, the family's alone.
        """
        own = self.own_template(day)
        return own.before(self.profile.template) if self.profile else own

    def own_template(self, day: date | None) -> Template:
        """The source's own hints for a page captured on that day, the newest ones without a day; empty in a gap."""
        newest_first = sorted(self.templates, key=lambda template: template.since or date.min, reverse=True)
        return next((template for template in newest_first if day is None or template.covers(day)), Template())


def host_of(url: str) -> str:
    """The host of a URL in lower case, with its port unless it is the scheme's own; "" where there is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f"{host}:{port}"


def parse_interval(text: str) -> timedelta:
    """ "30m", "6h", "1d" as a span of time. Raises ValueError.

    >>> parse_interval("90m")
    datetime.timedelta(seconds=5400)
    """
    match = _INTERVAL.fullmatch(text)
    if not match:
        raise ValueError('an interval is a number and one of s, m, h, d, w: "30m", "6h", "1d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def parse_budget(text: str) -> float:
    """ "24/d", "6/h" as looks a day. Raises ValueError.

    >>> parse_budget("24/d"), parse_budget("2/h"), parse_budget("0.5/d")
    (24.0, 48.0, 0.5)
    """
    match = _BUDGET.fullmatch(text)
    if not match or float(match[1]) == 0:
        raise ValueError('a budget is a number above 0 by the day or the hour: "24/d", "6/h"')
    return float(match[1]) * (24 if match[2] == "h" else 1)
