"""Which addresses are one article: a canonical form for URLs, and the ids made from it.

Two addresses get one canonical form only where the same server is known to answer both with the same page. What is
merely likely (www. and m. of an unknown site, a missing slash at the end, the order of a query) stays apart, because
articles that were merged by mistake cannot be told apart again, while duplicates are found by their text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

# scheme, authority, path, query, fragment: RFC 3986, appendix B. Every string matches.
_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#\\]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?/", re.ASCII)  # tibet.cn/cn/…: typed without its scheme
_HOST = re.compile(r"(?:[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])", re.ASCII)
LONGEST_HOST = 260  # characters: 253 of a name (RFC 1035), a colon and a port
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*", re.ASCII)
_BLANKS = "".join(map(chr, range(0x21))) + "\x7f\xa0\u3000\ufeff"  # what clings to the ends of a copied address
_LINE_BREAKS = re.compile(r"[\t\r\n]")  # browsers remove them anywhere in an address (WHATWG URL, 4.4)

# An address of which nothing but its host may have to be changed: most that lists show, at a sixth of the price.
_PLAIN_SEGMENT = r"[A-Za-z0-9!$&'()*+,\-.:=@_~]*+"
_PLAIN = re.compile(rf"https?://([\w.-]++)(/(?:(?!\.){_PLAIN_SEGMENT}/)*+(?![.iIdD]){_PLAIN_SEGMENT})", re.ASCII)

_USERINFO = re.compile(r"^([^/?#\\]*//)[^/?#\\]*@")  # RFC 3986, 3.2.1: up to the last @ of the authority

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?|[^!$&'()*+,\-./0-9:;=@A-Z_a-z~?]", re.ASCII)

# A directory and its index page are one address. The names of scripts are folded only without a query.
_INDEX = re.compile(r"(?<=/)(?:index|default)\.s?html?$", re.IGNORECASE)
_SCRIPT_INDEX = re.compile(r"(?<=/)(?:index|default)\.(?:jhtml|php|jsp|aspx?)$", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)  # Java servers, for clients without cookies

# Parameters that tell where a reader came from and never what is shown.
_TRACKING = re.compile(
    r"utm_\w+"  # Google Analytics and all who imitate it
    r"|gclid|dclid|fbclid|msclkid|yclid|_ga|mc_[ce]id"  # Google, Facebook, Microsoft, Yandex, Mailchimp
    r"|spm|scm"  # Alibaba
    r"|hm(?:sr|pl|cu|kw|ci)|bd_vid"  # Baidu Tongji
    r"|nsukey|isappinstalled|wxshare_count"  # WeChat
    r"|tdsourcetag|adtag|pgv_ref",  # Tencent
    re.IGNORECASE | re.ASCII,
)
# `from` is a tracker only with the values that WeChat gives it: elsewhere it may choose what is shown.
_TRACKING_PAIRS = re.compile(r"from=(?:singlemessage|groupmessage|timeline)", re.IGNORECASE)

# The official gateways to Traditional script name the address that they convert:
# big5.news.cn/gate/big5/www.news.cn/…, big5.www.gov.cn/gate/big5/www.gov.cn/… (seen 2018-2025).
_GATEWAY = re.compile(r"/gate/big5/(?P<host>[\w-]+(?:\.[\w-]+)+(?::\d+)?)(?P<rest>/[^#]*)?$", re.ASCII)

_TRS_HINT = re.compile(r"/(t(?:19|20)\d{6}_\d+)(?:_\d+)?\.s?html?(?:$|[?#])", re.ASCII)


def canonical_url(url: str, hosts: Sequence[str] = ()) -> str:
    """The form of an address under which an article is known. Total and idempotent; never raises.

    `hosts` are the names of one site, which become the first of them; no other host is touched.

    >>> canonical_url("https://m.tibet.cn/cn/edu/index.html?utm_source=x#top", ["www.tibet.cn", "m.tibet.cn"])
    'http://www.tibet.cn/cn/edu/'

    In order: white space is removed; https becomes http (the older sites answer nothing else); the host is written in
    lower case and as IDNA; the user's name, the scheme's own port, the fragment, `;jsessionid=` and tracking parameters
    go; escapes are written as RFC 3986 (6.2.2) has them; `.` and `..` are resolved; an index page is its directory.
    A fragment that begins with / or ! is kept: there it is a single-page application's address. The query keeps its
    order. An address that is not http, or is broken, is only tidied.
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None and len(plain[1]) <= LONGEST_HOST and (host := _host(plain[1], tuple(hosts))):
        return f"http://{host}{plain[2]}"
    url = _LINE_BREAKS.sub("", url).strip(_BLANKS)
    if _BARE_HOST.match(url):
        url = "http://" + url
    scheme, authority, path, query, fragment = _split(url)
    if scheme not in ("http", "https", "") or authority is None:
        return url
    host = _host(authority.rpartition("@")[2][: LONGEST_HOST + 1], tuple(hosts))
    if not host:
        return url
    query = _query(query)
    return f"http://{host}{_path(path, bool(query))}" + (f"?{query}" if query else "") + _route(fragment)


def article_id(canonical_url: str, ordinal: int = 0) -> str:
    """The id of the article on that page: 16 hexadecimal digits; `ordinal` tells several articles of one page apart.

    64 bits of SHA-256: among ten million articles the odds that any two share an id are 1 in 370,000
    (n² / 2⁶⁵), among a hundred million 1 in 3,700.

    >>> article_id("http://www.example.cn/a.html") != article_id("http://www.example.cn/a.html", 1)
    True
    """
    name = canonical_url if ordinal == 0 else f"{canonical_url}\n{ordinal}"
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def untracked(url: str) -> str:
    """The address without the parameters that only tell where a reader came from; all else as it is written.

    >>> untracked("http://www.example.cn/c/7421.html?utm_source=list&spm=1"), untracked("http://www.example.cn/?id=7")
    ('http://www.example.cn/c/7421.html', 'http://www.example.cn/?id=7')
    """
    address, mark, rest = url.partition("?")
    if not mark:
        return url
    query, sign, fragment = rest.partition("#")
    pairs = [pair for pair in query.split("&") if not _is_tracking(pair)]
    return address + (f"?{'&'.join(pairs)}" if pairs else "") + sign + fragment


def without_userinfo(url: str) -> str:
    """The address without the user's name and password, which no file of ours is to hold; all else as it is written.

    >>> without_userinfo("https://me:secret@www.example.cn/a@b"), without_userinfo("http://www.example.cn/?mail=a@b.cn")
    ('https://www.example.cn/a@b', 'http://www.example.cn/?mail=a@b.cn')
    """
    return _USERINFO.sub(r"\1", url, count=1) if "@" in url else url


def url_hint(url: str) -> str | None:
    """The `t{date}_{id}` of a TRS address, which mirrors keep when they copy a site; None for any other address.

    Equal hints on two hosts suggest one article and prove nothing: ids are counted per site.

    >>> url_hint("http://mirror.example/cn/edu/202305/t20230523_7421774.html")
    't20230523_7421774'
    """
    match = _TRS_HINT.search(url)
    return match[1] if match else None


def twin_hint(url: str) -> str | None:
    """The canonical address of the page of which an official Traditional twin is a conversion; None for any other.

    The twin is a copy of its own, in another script: the hint joins them in a story and never makes them one article.

    >>> twin_hint("http://big5.news.cn/gate/big5/www.news.cn/politics/2023-05/23/c_1129638.htm")
    'http://www.news.cn/politics/2023-05/23/c_1129638.htm'
    """
    match = _GATEWAY.search(url.partition("#")[0])
    return canonical_url(f"http://{match['host']}{match['rest'] or '/'}") if match else None


def _split(url: str) -> tuple[str, str | None, str, str, str]:
    match = _PARTS.fullmatch(url)
    assert match is not None
    scheme, authority, path, query, fragment = match.groups()
    if scheme and not _SCHEME.fullmatch(scheme):
        return "?", None, url, "", ""
    return (scheme or "").lower(), authority, path, query or "", fragment or ""


@lru_cache(maxsize=4096)
def _host(authority: str, hosts: tuple[str, ...]) -> str:
    """The host with its port, and as the first of `hosts` if it is one of them, with or without its port."""
    name = _plain_host(authority)
    known = [_plain_host(host) for host in hosts]
    bare, colon, port = name.rpartition(":") if re.search(r":\d+$", name) else (name, "", "")
    if name in known:
        return known[0]
    return f"{known[0]}{colon}{port}" if bare in known else name


def _plain_host(authority: str) -> str:
    """The host and its port if that is not the web's own; "" for what is no host."""
    host, port = authority.lower(), ""
    if len(authority) > LONGEST_HOST:
        return ""
    if match := re.fullmatch(r"(.*?):(\d*)", host, re.ASCII | re.DOTALL):
        host, port = match[1], match[2].lstrip("0")
    if not host.isascii():
        host = _idna(host)
    host = host.rstrip(".")
    if not _HOST.fullmatch(host):
        return ""
    return f"{host}:{port}" if port not in ("", "80", "443") else host


def _idna(host: str) -> str:
    """The ASCII form of a host such as 中国西藏网.中国; "" for what can have none."""
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _path(path: str, has_query: bool) -> str:
    path = _escapes(path.replace("\\", "/"))
    path = _resolved("/" + _SESSION.sub("", path).removeprefix("/"))
    path = _INDEX.sub("", path)
    return path if has_query else _SCRIPT_INDEX.sub("", path)


def _resolved(path: str) -> str:
    """`.` and `..` taken out (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    done: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del done[-1:]
        elif segment != ".":
            done.append(segment)
    if segments[-1] in (".", ".."):
        done.append("")
    return "/" + "/".join(done)


def _query(query: str) -> str:
    kept = []
    for pair in _escapes(query).split("&"):
        if pair and not _is_tracking(pair):
            kept.append(pair)
    return "&".join(kept)


def _is_tracking(pair: str) -> bool:
    return bool(_TRACKING.fullmatch(pair.partition("=")[0]) or _TRACKING_PAIRS.fullmatch(pair))


def _route(fragment: str) -> str:
    return f"#{_escapes(fragment)}" if fragment.startswith(("/", "!")) else ""


def _escapes(text: str) -> str:
    """One spelling for every character: unreserved ones bare, all others that may not stand bare as %XX of UTF-8."""
    return _ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    if match[1]:
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"
    if match[0] == "%":
        return "%25"
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
