"""config/sources/*.toml → Source; config/families/*.toml → Family.

A source is a site or section that is watched. Everything that is particular to it stands in its file and nowhere
in the code; what a whole content-management system has in common stands in its family's file.
"""

from __future__ import annotations

from datetime import date

import msgspec


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the source is due: an interval ("30m", "6h", "1d") or a cron expression, in Asia/Shanghai."""

    every: str | None = None
    cron: str | None = None


class Politeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the source's hosts are treated. Seconds; the defaults are the careful ones, exceptions stand in the file."""

    delay: float = 2.0  # between two requests to one host
    concurrency: int = 1  # requests under way at one host
    timeout: float = 30.0
    robots: bool = True
    verify_certificates: bool = True
    legacy_tls: bool = False  # TLS 1.0/1.1 with weak ciphers: some government servers have nothing else
    max_bytes: int = 8 * 1024 * 1024
    allow_addresses: tuple[str, ...] = ()  # private addresses that may be asked all the same, e.g. "127.0.0.1"


class ListPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list page (栏目页) and how its further pages are called."""

    url: str
    section: tuple[str, ...] = ()
    links: str | None = None  # CSS selector of the article links; absent: every link that looks like an article
    next_pages: str | None = None  # "index_{n}.html", relative to url
    first_number: int = 1  # the {n} of the second page
    max_pages: int = 1


class Articles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which addresses are articles: regular expressions searched in the absolute URL. None given: the family's."""

    patterns: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    foreign: bool = False  # whether links to hosts other than the source's own are followed


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """Extraction hints, CSS selectors, valid for captures of a span of days (both ends included)."""

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


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the sites of one content-management system have in common."""

    id: str
    name: str
    articles: tuple[str, ...] = ()  # URL patterns with the groups ymd, ym, id, pg where the URL gives them
    markers: tuple[str, ...] = ()  # strings in the page that betray the system
    next_pages: str | None = None
    first_number: int = 1
    article_pages: tuple[str, ...] = ()  # how page 2 of an article is called, e.g. "{stem}_{n}.html"
    template: Template = Template()
    notes: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site or section that is watched."""

    id: str
    name: str
    home: str
    hosts: tuple[str, ...] = ()  # names of one site; the first is canonical. Empty: the host of `home`
    language: str = "zh-Hans"
    family: str | None = None
    enabled: bool = True
    unknown: tuple[str, ...] = ()  # what is not known of the site, in sentences
    schedule: Schedule = Schedule(every="1h")
    politeness: Politeness = Politeness()
    lists: tuple[ListPage, ...] = ()
    articles: Articles = Articles()
    templates: tuple[Template, ...] = ()
    profile: Family | None = None  # filled in from `family` when the source is loaded; never in a file
