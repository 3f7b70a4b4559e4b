"""What a site answers at a moment: a pure function of the site, the address, the moment and the conditions."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha1
from html import escape
from typing import Literal

from crawler.demo.templates.government import CHALLENGE
from crawler.demo.templates.parts import LINK_STYLES, Item
from crawler.demo.templates.trs import not_found
from crawler.lab.looks import Printed, article, listing
from crawler.lab.pieces import Piece
from crawler.lab.sites import Site
from crawler.shanghai import SHANGHAI

Fate = Literal["whole", "hanging", "broken"]
LONGEST_PAUSE = 240  # seconds that a busy site asks for at most; less as its trouble ends
FORBIDDEN = "/admin/"
PROMOTION = "/tuiguang/"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request matters to an answer."""

    path: str  # with its query
    etag: str | None = None  # If-None-Match
    since: str | None = None  # If-Modified-Since


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. `fate`: whether it comes whole, never, or breaks off; `takes`: seconds until it is there."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    fate: Fate = "whole"
    takes: float = 0.1
    retry_after: int = 0  # seconds


def answer(site: Site, base: str, at: datetime, asked: Asked) -> Answered:
    """The answer of a site that stands at `base` (scheme and host, without a slash at the end)."""
    chance = random.Random(f"{site.seed} {at.timestamp():.3f} {asked.path}")  # noqa: S311 - how long it takes
    takes = chance.uniform(0.05, 0.9)
    trouble = site.trouble(at)
    match trouble and trouble.kind:
        case "hanging":
            return Answered(200, fate="hanging")
        case "broken":
            return Answered(200, b"<!DOCTYPE html><html>", fate="broken")
        case "error":
            return Answered(503, b"<h1>503 Service Unavailable</h1>", takes=takes)
        case "busy":
            assert trouble is not None
            left = max(1, min(LONGEST_PAUSE, int((trouble.until - at).total_seconds()) + 1))
            return Answered(429, b"<h1>429</h1>", (("Retry-After", str(left)),), takes=takes, retry_after=left)
        case "challenge" if asked.path != "/robots.txt":
            return Answered(200, CHALLENGE.encode(), (("Content-Type", "text/html; charset=utf-8"),), takes=takes)
        case _:
            return _well(site, base, at, asked, takes, chance)


def _well(site: Site, base: str, at: datetime, asked: Asked, takes: float, chance: random.Random) -> Answered:
    path = asked.path.partition("?")[0]
    if path == "/robots.txt":
        return Answered(200, _robots(site).encode(), (("Content-Type", "text/plain"),), takes=takes)
    if piece := site.by_path.get(path):
        return _article(site, base, at, asked, piece, takes)
    if number := _number(site, path):
        return _listing(site, base, at, asked, number, takes, chance)
    if path == "/feed.xml" and site.feed:
        return _conditional(site, asked, at, _feed(site, base, at).encode(), "application/rss+xml", at, takes)
    if path == "/sitemap.xml" and site.sitemap:
        return _conditional(site, asked, at, _sitemap(site, base, at).encode(), "application/xml", at, takes)
    if path.startswith("/rili/") and site.traps:
        return Answered(200, _calendar(path).encode(), (("Content-Type", "text/html; charset=utf-8"),), takes=takes)
    return Answered(404, b"<!DOCTYPE html><title>404 Not Found</title><h1>404 Not Found</h1>", takes=takes)


# --- articles


def _article(site: Site, base: str, at: datetime, asked: Asked, piece: Piece, takes: float) -> Answered:
    if not piece.is_there(at):
        return _gone(site, base, takes) if piece.published <= at else Answered(404, b"<h1>404</h1>", takes=takes)
    age = max(0, int((at - piece.published).total_seconds()))
    views = 17 + age // 7 if site.counters else 0
    look, charset = site.look_at(at), encoding(site, at)
    printed = Printed(
        piece.number, piece.text(piece.version(at)), piece.published.astimezone(SHANGHAI), site.name, views
    )
    html = article(look, site.name, printed, "utf-8" if charset[0] == "utf-8" else "gb2312")
    changed = max((moment for moment in _changes(site, piece) if moment <= at), default=piece.published)
    return _page(site, asked, at, html, charset, changed, takes)


def _changes(site: Site, piece: Piece) -> Iterator[datetime]:
    yield piece.published
    yield from piece.edited
    if piece.restored:
        yield piece.restored
    yield from (moment for moment, _ in site.redesigned)


def _gone(site: Site, base: str, takes: float) -> Answered:
    html = (("Content-Type", "text/html; charset=utf-8"),)
    match site.gone:
        case "404" | "410":
            return Answered(int(site.gone), b"<!DOCTYPE html><title>404</title><h1>404</h1>", html, takes=takes)
        case "soft-404":
            page = not_found(site=site.name, home="/cn/", charset="utf-8")
            return Answered(200, page.encode(), html, takes=takes)
        case "home":
            return Answered(302, b"", (("Location", base + site.addresses.list_page(1)),), takes=takes)


# --- lists, feeds, sitemaps


def _number(site: Site, path: str) -> int:
    """Which list page a path is; 0: none. The front page is the first."""
    if path == "/":
        return 1
    return next((n for n in range(1, site.pages + 1) if site.addresses.list_page(n) == path), 0)


def _listing(
    site: Site, base: str, at: datetime, asked: Asked, number: int, takes: float, chance: random.Random
) -> Answered:
    shown = site.listed(at)
    here = shown[(number - 1) * site.per_page : number * site.per_page]
    items = [_item(site, piece, at) for piece in here]
    path = site.addresses.list_page(number)
    html = listing(site.look_at(at), site.name, items, path, base, (number, site.pages))
    if site.traps and number == 1:
        html = html.replace("</body>", _traps(site, at, chance) + "</body>")
    charset = encoding(site, at)
    if charset[0] != "utf-8":
        html = html.replace("charset=utf-8", "charset=gb2312")
    return _page(site, asked, at, html, charset, site.changed(at), takes)


def _item(site: Site, piece: Piece, at: datetime) -> Item:
    path = site.path(piece)
    style = LINK_STYLES[piece.number % len(LINK_STYLES)]
    if site.tracked and style == "/":
        path += ("?utm_source=list&utm_medium=home", "#content", "?spm=a1.2.3")[piece.number % 3]
    title = piece.text(piece.version(site.made(at))).title
    return Item(path, title, f"{piece.published.astimezone(SHANGHAI):%Y-%m-%d}", style)


def _traps(site: Site, at: datetime, chance: random.Random) -> str:
    """Links that lead nowhere or on without end; the promotion looks like an article and is forbidden."""
    session = f"{chance.getrandbits(64):016x}"
    likeness = site.path(site.pieces[0]) if site.pieces else "/"
    promoted = PROMOTION + likeness.lstrip("/")
    return (
        f'<div class="tools"><a href="/rili/{at:%Y/%m}/">往期日历</a><a href="/user/login.php?sid={session}">登录</a>'
        f'<a href="/list.php?sid={session}&amp;page=2">更多要闻请点击这里查看</a>'
        f'<a href="{promoted}">岚川特产直供 欢迎选购</a>'
        f'<a href="{FORBIDDEN}{at:%Y%m}/t{at:%Y%m%d}_1.html">后台</a></div>'
    )


def _calendar(path: str) -> str:
    year, month = (int(part) for part in [*re.findall(r"\d+", path), "2026", "1"][:2])
    year, month = (year + 1, 1) if month >= 12 else (year, month + 1)
    return f"<!DOCTYPE html><title>日历</title><a href='/rili/{year % 10_000:04}/{month:02}/'>下个月</a>"


def _feed(site: Site, base: str, at: datetime) -> str:
    entries = "".join(
        f"<item><title>{escape(piece.text(piece.version(at)).title)}</title><link>{base}{site.path(piece)}</link>"
        f"<guid>{base}{site.path(piece)}</guid><pubDate>{format_datetime(piece.published.astimezone(UTC))}</pubDate></item>"
        for piece in site.listed(at)[: site.per_page]
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{escape(site.name)}</title>'
        f"<link>{base}/</link><description/>{entries}</channel></rss>"
    )


def _sitemap(site: Site, base: str, at: datetime) -> str:
    entries = "".join(
        f"<url><loc>{base}{site.path(piece)}</loc><lastmod>{piece.published.isoformat()}</lastmod></url>"
        for piece in site.listed(at)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def _robots(site: Site) -> str:
    lines = ["User-agent: *", f"Disallow: {FORBIDDEN}", f"Disallow: {PROMOTION}"]
    if site.crawl_delay:
        lines.append(f"Crawl-delay: {site.crawl_delay:g}")
    if site.sitemap:
        lines.append(f"Sitemap: http://{site.host}/sitemap.xml")
    return "\n".join(lines) + "\n"


# --- bytes and conditions


def encoding(site: Site, at: datetime) -> tuple[str, str]:
    """The encoding of a site's pages at a moment, and the charset that its header names ("" for none)."""
    match site.charset:
        case "utf-8":
            return "utf-8", "utf-8"
        case "gb18030":
            return "gb18030", ""
        case "mislabelled":
            return "utf-8", ""
        case "flipping":
            return ("utf-8", "") if at.astimezone(SHANGHAI).toordinal() % 2 else ("gb18030", "gb2312")


def _page(
    site: Site, asked: Asked, at: datetime, html: str, charset: tuple[str, str], changed: datetime, takes: float
) -> Answered:
    if site.adverts:
        number = int(at.timestamp() * 10) % 100_000
        advert = (
            f'<div class="ad"><a href="http://ad{number % 9}.example.invalid/{number}.html">广告 {number}</a></div>'
        )
        html = html.replace("</body>", advert + "</body>")
    content_type = f"text/html; charset={charset[1]}" if charset[1] else "text/html"
    return _conditional(site, asked, at, html.encode(charset[0]), content_type, changed, takes)


def _conditional(
    site: Site, asked: Asked, at: datetime, body: bytes, content_type: str, changed: datetime, takes: float
) -> Answered:
    """The answer with the site's validators, or 304 where they say so."""
    etag: str | None = None
    modified: datetime | None = None
    match site.validators:
        case "right":
            etag = f'"{sha1(body, usedforsecurity=False).hexdigest()[:16]}"'
        case "dated" if not site.adverts and not site.counters:
            modified = changed
        case "changing":
            etag = f'"{at.timestamp():.3f}"'
        case "stuck":
            etag = f'"{at.astimezone(SHANGHAI):%Y%m%d}"'
        case "lying":
            etag, modified = '"1"', site.begins
        case _:
            pass
    headers = [("ETag", etag)] if etag else []
    if modified:
        headers.append(("Last-Modified", format_datetime(modified.astimezone(UTC), usegmt=True)))
    lied = site.validators == "lying" and (asked.etag or asked.since)
    if lied or (etag is not None and asked.etag == etag) or (etag is None and _not_since(modified, asked.since)):
        return Answered(304, b"", tuple(headers), takes=takes)
    return Answered(200, body, (("Content-Type", content_type), *headers), takes=takes)


def _not_since(modified: datetime | None, since: str | None) -> bool:
    if modified is None or not since:
        return False
    try:
        return modified <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False
