"""The addresses that a list writes → addresses as RFC 3986 has them, once and here. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from w3lib.url import safe_url_string

LONGEST_URL = 2_000  # bytes of an address as it is written here
LONGEST_HREF = 8_000  # characters before ../ and escapes are worked out

# RFC 3986, 2: the characters of an address.
WRITTEN = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]+")


def _plain(characters: str) -> str:
    """The expression of a path and its query of these characters, without what is to be worked out: //, /. and /.."""
    pieces = rf"{characters}*+(?:/(?![./]){characters}*+)*+"
    return rf"{pieces}(?:\?(?=.){pieces})?"


# What resolving and escaping would leave as it is: most addresses of a list page, at a tenth of the price.
PLAIN_PATH = re.compile(r"(?=[^?])" + _plain(r"[A-Za-z0-9\-._~!$&()*+,=@%]"))  # with a colon it may name a scheme
PLAIN_ADDRESS = re.compile(
    r"(?P<origin>(?P<scheme>https?)://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[1-9][0-9]{0,3})?)"
    r"(?P<path>(?=/|$)" + _plain(r"[A-Za-z0-9\-._~!$&()*+,=:@%]") + ")"
)


@dataclass(frozen=True, slots=True)
class Base:
    """What relative addresses are relative to. `origin` and `directory` are empty where the base is not a plain one."""

    url: str
    scheme: str = ""
    origin: str = ""  # "http://www.example.cn"
    directory: str = ""  # "http://www.example.cn/cn/edu/"

    @classmethod
    def of(cls, url: str) -> Base:
        match = PLAIN_ADDRESS.fullmatch(url)
        if match is None:
            return cls(url)
        folder = match["path"].partition("?")[0].rpartition("/")[0] + "/"
        return cls(url, match["scheme"], match["origin"], match["origin"] + folder)

    def plainly(self, href: str) -> str | None:
        """The address where it can be put together without a closer look, else None."""
        if len(href) > LONGEST_URL:
            return None
        if href.startswith(("http", "//")):
            whole = href if href[0] == "h" else f"{self.scheme}:{href}"
            return whole if len(whole) <= LONGEST_URL and PLAIN_ADDRESS.fullmatch(whole) is not None else None
        folder, tail = self.directory, href.removeprefix("./")
        while tail.startswith("../") and len(folder) > len(self.origin) + 1:
            folder, tail = folder[: folder.rindex("/", 0, -1) + 1], tail[3:]
        if not folder or PLAIN_PATH.fullmatch(tail) is None:
            return None
        if href[0] == "/":
            url = self.origin + href
        elif tail[0] in "./":
            return None
        else:
            url = folder + tail
        return url if len(url) <= LONGEST_URL else None


def absolute(href: str, base: Base) -> str | None:
    """The address, resolved and written as RFC 3986 has it, without its fragment; None if none can be asked for it."""
    href = href[: LONGEST_HREF + 1].partition("#")[0]
    if len(href) > LONGEST_HREF:
        return None
    if url := base.plainly(href):
        return url
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
