"""WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/): captures, their index and the articles as pages, in one ZIP.

ReplayWeb.page shows it without a server. The WARC file lies in it uncompressed, so that a page is had by its bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

from archive.export import SOFTWARE, Options, Written
from archive.export.cdxj import Lines, line
from archive.export.markup import one_line, web_address
from archive.export.warc import copied
from archive.model import Capture

if TYPE_CHECKING:
    from archive.store.chosen import Chosen, Taken

VERSION = "1.1.1"
DATA = "data.warc.gz"
FIRST_YEAR = 1980  # that ZIP can tell


def write(chosen: Chosen, stream: BinaryIO, options: Options) -> Written:
    """Write the package; its list of contents comes last, when their digests are known."""
    with zipfile.ZipFile(stream, "w", allowZip64=True) as archive, closing(Lines()) as index:
        newest, records = chosen.captures(every=options.every)
        package = _Package(archive, newest)
        with package.file(f"archive/{DATA}", zipfile.ZIP_STORED) as put:

            def seen(capture: Capture, records: bytes, offset: int) -> None:
                index.add(line(capture, records, offset, DATA))

            written = copied(chosen, (newest, records), put, options, seen)
        package.lines("indexes/index.cdx", index.sorted())
        package.lines("pages/pages.jsonl", _pages(chosen))
        package.close(options)
    faults = tuple(dict.fromkeys((*written.faults, *chosen.faults)))  # its pages may be damaged in other columns
    return replace(written, articles=len(chosen) - len(chosen.faults), faults=faults)


def _pages(chosen: Chosen) -> Iterator[str]:
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Articles"}) + "\n"
    for taken in chosen.unwatched().articles(evidence=False):
        yield json.dumps(_page(taken), ensure_ascii=False) + "\n"


def _page(taken: Taken) -> dict[str, str]:
    article = taken.article
    return {
        "id": taken.standing.id,
        "url": web_address(article.url) or article.url,
        "ts": _moment(taken.changed),
        "title": one_line(article.title),
        "text": article.text,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Package:
    """Writes files into the ZIP one after another, and remembers what datapackage.json has to say of them.

    It is made at the moment of the newest capture, so that the same captures give the same bytes.
    """

    def __init__(self, archive: zipfile.ZipFile, made: datetime) -> None:
        self._archive, self._made = archive, made
        self._resources: list[dict[str, Any]] = []

    @contextmanager
    def file(self, path: str, compression: int = zipfile.ZIP_DEFLATED) -> Iterator[Any]:
        """A function that takes the bytes of a file."""
        info = zipfile.ZipInfo(path, max(self._made.astimezone(UTC).timetuple()[:6], (FIRST_YEAR, 1, 1, 0, 0, 0)))
        info.compress_type, info.external_attr = compression, 0o644 << 16
        seen, size = sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as file:

            def put(data: bytes) -> None:
                nonlocal size
                file.write(data)
                seen.update(data)
                size += len(data)

            yield put
        self._resources.append(
            {"name": path.rpartition("/")[2], "path": path, "hash": f"sha256:{seen.hexdigest()}", "bytes": size}
        )

    def lines(self, path: str, lines: Iterable[str]) -> None:
        """A file of text, line by line."""
        with self.file(path) as put:
            for each in lines:
                put(each.encode())

    def close(self, options: Options) -> None:
        """Write what the package says of itself, and the digest of that."""
        told = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": one_line(options.title) or SOFTWARE,
            "created": _moment(self._made),
            "software": SOFTWARE,
            "resources": list(self._resources),
        }
        manifest = json.dumps(told, ensure_ascii=False, indent=1)
        self.lines("datapackage.json", [manifest])
        digest = {"path": "datapackage.json", "hash": self._resources[-1]["hash"]}
        self.lines("datapackage-digest.json", [json.dumps(digest)])
