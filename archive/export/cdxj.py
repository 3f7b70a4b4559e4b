"""The index of a WARC file as CDXJ (https://specs.webrecorder.net/cdxj/0.1.0/): a line a response, in order of address.

No format of its own: `wacz` holds one.
"""

from __future__ import annotations

import heapq
import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC
from io import BytesIO
from itertools import groupby
from typing import IO
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from fastwarc.warc import ArchiveIterator

from archive.captures.records import digest
from archive.model import Capture

IN_MEMORY = 20_000
"""Lines that are sorted at a time; the rest waits in temporary files."""

PORTS = {"http": 80, "https": 443}


def line(capture: Capture, records: bytes, offset: int, name: str) -> str:
    """The line of a capture's response; `offset` is where its records begin in the file of that name."""
    place = 0
    for record in ArchiveIterator(BytesIO(records), parse_http=False):
        place = record.stream_pos  # the response comes last
    fields = {
        "url": capture.url,
        "mime": capture.content_type.partition(";")[0].strip().lower() or "unk",
        "status": str(capture.status),
        "digest": digest(capture.body),
        "length": str(len(records) - place),
        "offset": str(offset + place),
        "filename": name,
    }
    moment = capture.fetched_at.astimezone(UTC)
    return f"{surt(capture.url)} {moment:%Y%m%d%H%M%S} {json.dumps(fields)}"


def surt(url: str) -> str:
    """The address as indexes sort it: host backwards, then the path, all small, without what tells copies apart.

    As the Internet Archive's canonicaliser has it, but for session ids, which stay.

    >>> surt("https://www.Tibet.cn:443/cn//edu/?b=2&a=1#x")
    'cn,tibet)/cn/edu?a=1&b=2'
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        number = parts.port
    except ValueError:  # also what IDNA refuses
        return _plain(url).lower()
    host = re.sub(r"^www\d*\.", "", host)
    port = f":{number}" if number not in (None, PORTS.get(parts.scheme.lower())) else ""
    name = host if ":" in host else ",".join(reversed(host.split(".")))
    path = _plain(_without_dots(re.sub("/{2,}", "/", parts.path or "/")))
    query = "&".join(sorted(_plain(parts.query).lower().split("&"))) if parts.query else ""
    return f"{name}{port}){path.rstrip('/') or '/'}{'?' if query else ''}{query}".lower()


def _without_dots(path: str) -> str:
    done: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del done[-1:]
        elif segment != ".":
            done.append(segment)
    return "/" + "/".join(done).lstrip("/")


def _plain(text: str) -> str:
    """One spelling of every character: bare where it can be, else as %xx of UTF-8."""
    found, before = text.encode("utf-8", "replace"), b""
    while found != before:
        found, before = unquote_to_bytes(found), found
    return quote_from_bytes(found, safe="!\"$&'()*+,/:;<=>?@[\\]^_`{|}~-.")


def _temporary() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")


class Lines:
    """Lines that come back sorted, each once, however many there are. To be closed."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._files: list[IO[str]] = []
        self._open = ExitStack()

    def add(self, found: str) -> None:
        """Take a line, which holds no line break."""
        self._held.append(found)
        if len(self._held) == IN_MEMORY:
            file = self._open.enter_context(_temporary())
            self._files.append(file)
            try:
                file.writelines(f"{each}\n" for each in sorted(self._held))
                file.flush()
            except OSError as error:  # no disk is full but the one of temporary files
                error.filename = tempfile.gettempdir()
                raise
            self._held = []

    def sorted(self) -> Iterator[str]:
        """The lines, each with its line break."""
        for file in self._files:
            file.seek(0)
        held = (f"{each}\n" for each in sorted(self._held))
        return (found for found, _ in groupby(heapq.merge(held, *self._files)))

    def close(self) -> None:
        """Let go of the temporary files."""
        self._open.close()
