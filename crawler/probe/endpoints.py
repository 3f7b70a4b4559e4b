"""A page whose list is filled by a script → where that script may have it from. Pure.

First what a known system writes into its pages: 大汉's jpage, its newer build units (miit.gov.cn), news.cn's data
sources. Then whatever address the page's own scripts and `data-` attributes hold that reads like a list's: the best
first. None of them is believed before it was asked and showed articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.discover.json_list import JsonError, as_json
from crawler.probe.calls import MOST_SCRIPT, PAGE_WORDS, calls

MOST_ENDPOINTS = 12
MOST_SCRIPTS = 6
MOST_ATTRIBUTES = 5_000  # elements whose attributes are looked at
LEAST_SCORE = 3

_STATIC = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|ico|webp|s?html?|jhtml|mp[34]|m3u8|swf|pdf|docx?|xlsx?|zip|rar|apk|woff2?|ttf)(?:$|\?)",
    re.IGNORECASE,
)
# What does something, or counts somebody, is not asked.
_NO_LIST = re.compile(
    r"log(?:in|out)|sign|register|passport|user|member|captcha|verif|token|count|hits?\b|click|stat(?:s|istic)|track|visit"
    r"|vote|comment|like|favou?r|upload|download|share|weather|feedback|subscribe|delete|remove|save|update|insert|pay"
    r"|wechat|weixin|jssdk|baidu|google|cnzz|beacon",
    re.IGNORECASE,
)
_DATA = re.compile(r"/(?:api|apis|interface|rest|ajax|json|service|services|gateway|api-gateway|front|cms)/", re.I)
_LIST = re.compile(r"list|query|news|articles?\b|content|info|node|channel|column|search|roll|manuscript|docs?\b", re.I)
_PAGED = re.compile(rf"[?&](?:{PAGE_WORDS})=([01])(?=&|$)", re.IGNORECASE)
_JSON = re.compile(r"\.jsonp?(?:$|\?)|[?&](?:callback|jsonp)=", re.IGNORECASE)
_JPAGE = re.compile(r"/jpage/dataproxy\.jsp\?", re.IGNORECASE)
_DATASOURCE = re.compile(r"datasource:([\w-]{1,60})")
_DATA_KEY = re.compile(r"^data-?\w*(?:url|api|src|source|href|path|action)$|^data$", re.IGNORECASE)
_LIBRARY = re.compile(
    r"jquery|swiper|bootstrap|vue|react|angular|layui|layer|echarts|video|player|analytics|share|polyfill|require|zepto"
    r"|html5|respond|lazy|slick|slide|wx|jweixin|hm\.js|min\.js|tongji|counter|webtrends|iscroll|wow|md5|base64",
    re.IGNORECASE,
)
_DETAIL = re.compile(r"detail|content|article|info|show|view|news|art|page|read", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a list may come from; `href` as the page writes it. `sure`: a known system's, so it need not be guessed."""

    href: str
    kind: Literal["json", "html"] = "json"
    why: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Scripted:
    """What a page's scripts know: where lists may come from, how articles' addresses are made, further script files."""

    endpoints: tuple[Endpoint, ...] = ()
    addresses: tuple[str, ...] = ()  # "/detail?id={id}"
    files: tuple[str, ...] = ()


def scripted(tree: LexborHTMLParser) -> Scripted:
    """What a page's own scripts and attributes say."""
    texts, files = [], []
    for element in tree.css("script"):
        if src := element.attributes.get("src"):
            files.append(src.strip())
        else:
            texts.append(element.text())
    known = [*_build_units(tree), *_data_sources(tree)]
    guessed = _of_script("\n".join(texts)[:MOST_SCRIPT], _attributes(tree))
    return Scripted(
        _each_once([*known, *guessed.endpoints]),
        guessed.addresses,
        tuple(dict.fromkeys(each for each in files if not _LIBRARY.search(each)))[:MOST_SCRIPTS],
    )


def of_file(script: str) -> Scripted:
    """What a script file says."""
    return _of_script(script[:MOST_SCRIPT], ())


def next_pages_of(url: str) -> tuple[str, int] | None:
    """How the further pages of an endpoint are called, relative to it, and the number of the second one.

    >>> next_pages_of("http://www.example.cn/api/list?cid=12&pageNo=1&size=20")
    ('list?cid=12&pageNo={n}&size=20', 2)
    """
    match = _PAGED.search(url)
    if match is None:
        return None
    pattern = url[: match.start(1)] + "{n}" + url[match.end(1) :]
    return pattern.removeprefix(url.partition("?")[0].rpartition("/")[0] + "/"), int(match[1]) + 1


def _of_script(script: str, attributes: tuple[str, ...]) -> Scripted:
    scored: list[tuple[int, Endpoint]] = []
    addresses: list[str] = []
    for href, asked, fields in (
        *((each.href, each.asked, each.fields) for each in calls(script)),
        *((href, True, ()) for href in attributes),
    ):
        if fields:
            if len(fields) <= 2 and _DETAIL.search(href) and not _NO_LIST.search(href):
                addresses.append(href)
            continue
        if _JPAGE.search(href):
            scored.append((99, Endpoint(href, "html", "大汉's jpage", sure=True)))
        elif (score := _score(href, asked=asked)) >= LEAST_SCORE:
            scored.append((score, Endpoint(href, "json", "a script")))
    scored.sort(key=lambda each: -each[0])
    return Scripted(_each_once([each for _, each in scored]), tuple(dict.fromkeys(addresses))[:5])


def _score(href: str, *, asked: bool) -> int:
    """How much an address reads like a list of data."""
    if _STATIC.search(href) or _NO_LIST.search(href) or not re.match(r"(?:https?:)?/|\.{1,2}/|[\w-]+/|[\w-]+\.", href):
        return 0
    return (
        3 * bool(_JSON.search(href))
        + 2 * bool(_DATA.search(href))
        + 2 * bool(_LIST.search(href))
        + 2 * bool(_PAGED.search(href))
        + 2 * asked
    )


def _attributes(tree: LexborHTMLParser) -> tuple[str, ...]:
    """Addresses in the `data-` attributes of elements: <ul data-url="/api/list?cid=12">."""
    found = []
    for element in tree.css("div, ul, ol, section, table, tbody")[:MOST_ATTRIBUTES]:
        for name, value in element.attributes.items():
            if value and len(value) <= 600 and "/" in value and "{" not in value and _DATA_KEY.match(name):
                found.append(value.strip())
    return tuple(dict.fromkeys(found))


def _build_units(tree: LexborHTMLParser) -> Iterator[Endpoint]:
    """大汉's units: <script parseType="buildstatic" url="…" querydata="{'webId':'…'}"> (miit.gov.cn, 2019-2026)."""
    for element in tree.css("script[url][querydata]")[:10]:
        url, text = element.attributes.get("url") or "", element.attributes.get("querydata") or ""
        try:
            query = as_json(text[:4_000].replace("'", '"'))
        except JsonError:
            continue
        if isinstance(query, dict):
            pairs = {str(key): value for key, value in query.items() if isinstance(value, str | int)}
            mark = "&" if "?" in url else "?"
            yield Endpoint(f"{url}{mark}{urlencode(pairs)}", "json", "大汉's build unit", sure=True)


def _data_sources(tree: LexborHTMLParser) -> Iterator[Endpoint]:
    """news.cn's data sources: <ul data="datasource:ID"> is filled from /ds_ID.json (2019-2026)."""
    for element in tree.css("[data]")[:500]:
        if match := _DATASOURCE.search(element.attributes.get("data") or ""):
            yield Endpoint(f"/ds_{match[1]}.json", "json", "news.cn's data source", sure=True)


def _each_once(endpoints: list[Endpoint]) -> tuple[Endpoint, ...]:
    """Those that differ by more than their order or a time; so many of them."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], Endpoint] = {}
    for each in endpoints:
        try:
            parts = urlsplit(each.href)
        except ValueError:
            continue
        query = frozenset(pair for pair in parse_qsl(parts.query) if pair[0] not in ("_", "t", "callback"))
        found.setdefault((f"{parts.netloc}{parts.path}", query), each)
    return tuple(found.values())[:MOST_ENDPOINTS]
