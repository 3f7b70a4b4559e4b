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
# What resolving and escaping would leave as it is: most addresses of a list page, at a tenth of the price.
PLAIN_ADDRESS = re.compile(
    r"(?P<origin>(?P<scheme>https?)://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::[1-9][0-9]{0,3})?)"
    r"(?P<path>/[A-Za-z0-9\-._~!$&()*+,=:@%/]*(?:\?[A-Za-z0-9\-._~!$&()*+,=:@%/]+)?)"
)
PLAIN_PATH = re.compile(r"[A-Za-z0-9\-._~!$&()*+,=@%/]+(?:\?[A-Za-z0-9\-._~!$&()*+,=:@%/]+)?")


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


def absolute(href: str, base: Base) -> str | None:
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
