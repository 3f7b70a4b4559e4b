"""A folder of HTML files → pages.

Where each came from is told by an index.csv or index.jsonl in the folder (path, url, time, content_type), else by the
page itself: a comment that browsers write (saved from url), `link rel=canonical`, `og:url`; else by its place, where
the folder is laid out as `wget -r` does (`mirror`). When: by the index, else the file's own time. Links, devices and
pipes are not followed.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from archive.identity import canonical_url
from crawler.imports import mirror
from crawler.imports.index import NAMES, Row, read_index
from crawler.imports.page import (
    MOST_BYTES,
    THE_WEB,
    Incoming,
    Passed,
    in_utc,
    is_address,
    no_address,
)

SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
NO_PAGE = frozenset((".js", ".css", ".json", ".xml", ".svg", ".txt", ".csv", ".jsonl", ".gz", ".zip", ".jpg", ".png"))
"""Ends of files that hold no page, whatever stands in them; others are asked in a mirror."""

LOOKED_AT = 1 << 18
SNIFFED = 1 << 10
BEGINS = re.compile(rb"<(?:!doctype\s{1,20}html|html|head|body)[\s>]", re.IGNORECASE)
SAVED_FROM = re.compile(
    r"<!--\s{0,20}saved from url=\(\d{1,6}\)\s{0,20}(https?://[^\s>]{1,2000}?)\s{0,20}-->", re.IGNORECASE
)
TAGS = re.compile(r"<(?:link|meta)\b[^<>]{1,3000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-zA-Z:-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,2500})"|'([^']{0,2500})'|([^\s"'>]{1,2500}))""")

NOWHERE = "it says nowhere which address it came from, and no index does"
INDEX = "An index.csv with the columns path and url tells; or put it in a folder with its host's name, as wget -r does."
TIMES = "An index.csv with the columns path and time (and url) tells when it was fetched."


def pages(folder: Path) -> Iterator[Incoming | Passed]:
    """What a folder holds, by path. Raises BadFile for an index that cannot be read."""
    index, bad = read_index(folder)
    yield from bad
    inside = _Inside(folder, index)
    there = set()
    for name in inside.names:
        row = index.get(name, Row())  # None: the row is told, and a guess in its place would be an untruth
        if row is not None and (found := _page(folder / name, name, row, inside.address_of(name))) is not None:
            there.add(name)
            yield replace(found, is_file=True) if isinstance(found, Passed) else found
    for name in sorted(index):
        if index[name] is not None and name not in there:  # the disk is not asked: an index may name anything
            yield Passed("in the index, and not there", name, fault=True)


class _Inside:
    """The names of what a folder holds that may be pages, and what their places tell."""

    def __init__(self, folder: Path, index: Collection[str]) -> None:
        called = (folder.name, folder.resolve().name)  # a link's own name goes before that of what it leads to
        self._within = next((f"{name}/" for name in called if mirror.is_host_s(name)), "")  # the folder of one host
        every = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
        self._mirrored = [name for name, path in every.items() if self._is_mirrored(name, path)]
        self._adjusted = mirror.is_adjusted(self._mirrored)
        mirrored = set(self._mirrored)
        self.names = [
            name
            for name in every
            if name in index
            or (name in mirrored and not mirror.has_backup(name, mirrored))
            or (name not in mirrored and SUFFIXES & {PurePosixPath(name).suffix.lower(), _suffix(name)})
        ]

    def _is_mirrored(self, name: str, path: Path) -> bool:
        """Whether it is a page in a host's folder."""
        if mirror.host_and_path(self._within + name) is None or name in NAMES:
            return False
        suffix = _suffix(name.removesuffix(mirror.BACKUP))
        return suffix in SUFFIXES or (suffix not in NO_PAGE and _begins_as_a_page(path))

    def address_of(self, name: str) -> str:
        """Where its place says that it came from; "" if that says nothing."""
        return mirror.address_of(self._within + name, adjusted=self._adjusted)


def _suffix(name: str) -> str:
    """The end of a name without what a query has added to it."""
    return PurePosixPath(re.split(r"[?@]", name.rpartition("/")[2])[0]).suffix.lower()


def _begins_as_a_page(path: Path) -> bool:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        with path.open("rb") as file:
            return BEGINS.search(file.read(SNIFFED)) is not None
    except OSError:
        return False


def _page(path: Path, name: str, row: Row, place: str) -> Incoming | Passed | None:
    try:
        told = path.lstat()
        if not stat.S_ISREG(told.st_mode):
            return Passed("no plain file", name) if not stat.S_ISDIR(told.st_mode) else None
        if told.st_size > MOST_BYTES:
            return Passed(f"larger than {MOST_BYTES >> 20} MiB", name)
        body = path.read_bytes()
    except OSError as error:
        return Passed(f"it cannot be read: {error.strerror}", name, fault=True)
    url = row.url or _likelier(address_in(body), place)
    if not url:
        return Passed(NOWHERE, name, fault=True, remedy=INDEX)
    if (bad := no_address(url)) is not None:
        return Passed(bad[0], name, fault=True, remedy=INDEX)
    try:
        at = row.at or in_utc(datetime.fromtimestamp(int(told.st_mtime), UTC))
    except (ValueError, OverflowError, OSError):
        return Passed("the file's own time is none", name, fault=True, remedy=TIMES)
    if at < THE_WEB:
        return Passed("the file's own time is before there was a web", name, fault=True, remedy=TIMES)
    headers = (("Content-Type", row.content_type or "text/html"),)
    return Incoming(url, at, body, 200, "OK", headers, place="" if row.url or url != place else name)


def _likelier(said: str, place: str) -> str:
    """What a page says of its address, else what its place does.

    On some sites every page calls the front page its address. Of such a one its place is believed.
    """
    front = not urlsplit(canonical_url(said)).path.strip("/")  # also called /index.html, /index.php and the like
    return place if place and front else said


def address_in(body: bytes) -> str:
    """The address that a page says it came from; "" if it says none.

    >>> address_in(b'<!-- saved from url=(0020)http://a.example/1 --><html>')
    'http://a.example/1'
    """
    head = body[:LOOKED_AT].decode("latin-1")
    if saved := SAVED_FROM.search(head[:5_000]):
        return saved[1]
    told: dict[str, str] = {}
    for tag in TAGS.finditer(head):
        attributes = {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(tag[0])}
        if "canonical" in attributes.get("rel", "").lower().split():
            told.setdefault("canonical", attributes.get("href", "").strip())
        elif attributes.get("property", attributes.get("name", "")).lower() == "og:url":
            told.setdefault("og", attributes.get("content", "").strip())
    return next((url for name in ("canonical", "og") if is_address(url := told.get(name, ""))), "")
