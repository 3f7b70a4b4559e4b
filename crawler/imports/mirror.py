"""A folder as `wget -r` lays it out → where each file came from, by its place alone. Pure.

The first level is the host, with its port (`www.a.cn:8080`, on Windows `www.a.cn+8080`), below `http` or `https` with
--protocol-directories; the rest is the path, with the query in the file's name. What stands for a directory is called
`index.html`, which is the same address (`archive.identity`). Escapes were undone as far as a file's name allows:

    www.a.cn/news/index.html   a.html?id=3   show.php?id=1&f=%2Fx      http://www.a.cn/news/ …

With --adjust-extension `.html` stands behind what has no such end. It is taken off where it shows, behind a script's
name or a query; `123.html` may have been `123` as well, and is believed. With --backup-converted the page as it was
fetched is `NAME.orig`, which tells the address without a doubt: that is read in the place of the other, in which links
were changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import quote_from_bytes

from crawler.source.check import is_host

BACKUP = ".orig"
ENDS = (".html", ".htm")

_PROTOCOLS = ("http", "https")
_NAMED = re.compile(r"(?P<name>[\w-]+(?:\.[\w-]+)+|localhost)(?:[:+](?P<port>\d{1,5}))?")
_NUMBERS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{2,59}")  # wget writes the ASCII form
_NO_TOP_LEVEL = frozenset(
    (
        *("backup", "bak", "csv", "data", "dir", "export", "files", "gz", "htm", "html", "json", "jsonl", "local"),
        *("old", "orig", "pages", "shtml", "tar", "temp", "tgz", "tmp", "txt", "wacz", "warc", "xhtml", "zip"),
    )
)
"""Ends that folders have, and no host."""

_SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jspx?|shtml|jhtml|cgi|pl|do|action|cfm|xhtml)\Z", re.IGNORECASE)
_FOR_WINDOWS = re.compile(r"@[\w.%\[\]-]{1,60}=")
"""What --restrict-file-names=windows makes of `?id=`."""

_ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}")
_SAFE = "/!$&'()*+,-.:;=@_~"  # what may stand bare in a path (RFC 3986, 3.3)
_INDEX = re.compile(r"(?<=/)index\.html?(?=\?|\Z)")


def is_host_s(folder: str) -> bool:
    """Whether a folder has a host's name: one with a top level that can be, or an IPv4 address.

    >>> [is_host_s(name) for name in ("www.tibet.cn", "127.0.0.1:8000", "saved-pages", "pages.bak", "2026.11")]
    [True, True, False, False, False]
    """
    found = _NAMED.fullmatch(folder.lower())
    if found is None or not is_host(folder.lower().replace("+", ":")):
        return False
    name, last = found["name"], found["name"].rpartition(".")[2]
    if _NUMBERS.fullmatch(name):
        return all(int(number) < 256 for number in name.split("."))
    return name == "localhost" or (_TOP_LEVEL.fullmatch(last) is not None and last not in _NO_TOP_LEVEL)


def host_and_path(place: str) -> tuple[str, str] | None:
    """A file's scheme and host, and its path as it lies there; None where no folder has a host's name.

    >>> host_and_path("www.tibet.cn/cn/a.html"), host_and_path("pages/a.html")
    (('http://www.tibet.cn', '/cn/a.html'), None)
    """
    parts = place.split("/")
    scheme = parts.pop(0) if parts[0] in _PROTOCOLS else "http"  # https is the same address (archive.identity)
    if len(parts) < 2 or not is_host_s(parts[0]):
        return None
    return f"{scheme}://{parts[0].lower().replace('+', ':')}", "/" + "/".join(parts[1:])


def is_adjusted(pages: Collection[str]) -> bool:
    """Whether the names of all pages of a folder end as --adjust-extension has them end."""
    return all(name.removesuffix(BACKUP).lower().endswith(ENDS) or name.endswith(BACKUP) for name in pages)


def has_backup(place: str, there: Collection[str]) -> bool:
    """Whether the page as it was fetched lies beside this one, in which links were changed."""
    return f"{place}{BACKUP}" in there or f"{place.removesuffix('.html')}{BACKUP}" in there


def address_of(place: str, *, adjusted: bool) -> str:
    """Where a page came from; "" where its place does not tell.

    >>> address_of("www.a.cn/news/index.html", adjusted=False), address_of("www.a.cn/中.php?id=3.html", adjusted=True)
    ('http://www.a.cn/news/', 'http://www.a.cn/%E4%B8%AD.php?id=3')
    """
    found = host_and_path(place)
    if found is None or _FOR_WINDOWS.search(PurePosixPath(place).name):
        return ""
    base, path = found
    if path.endswith(BACKUP):
        path = path.removesuffix(BACKUP)
    elif adjusted:
        bare = path.removesuffix(".html")
        path = bare if "?" in bare or _SCRIPT.search(bare) else path
    before, mark, query = _INDEX.sub("", path).partition("?")
    return base + _quoted(before) + mark + _quoted(query, "?")


def _quoted(text: str, more: str = "") -> str:
    """With every byte escaped that may not stand bare; escapes that are there stay."""
    raw, at, done = os.fsencode(text), 0, ""
    for escape in _ESCAPED.finditer(raw):
        done += quote_from_bytes(raw[at : escape.start()], _SAFE + more) + escape[0].decode()
        at = escape.end()
    return done + quote_from_bytes(raw[at:], _SAFE + more)
