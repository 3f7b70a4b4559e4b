"""Captures written and read beside warcio: time, size, and a random read, with their targets.

    python bench/captures.py [--corpus FOLDER/html] [--pages 300]

Without a corpus (a folder of *.html.gz) the pages are made up: markup that repeats around Chinese text. Bodies are
written plain and, as most servers send them, packed. Either writes into a file and syncs it once; ours works out the
digests of each response as well. Times are of the processor, the best of some rounds taken by turns. Exit code 1 if a
target is missed.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import deflate
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.captures import CaptureFolder, CaptureWriter
from archive.captures.members import pack
from archive.model import Capture

START = datetime(2026, 1, 1, tzinfo=UTC)
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"), ("Date", "Thu, 01 Jan 2026 00:00:00 GMT"))
ROUNDS = 5
FASTER, READ = 3.0, 1.0


def made_up(amount: int) -> list[bytes]:
    """Pages of about 60 KB."""
    dice = random.Random(7)
    characters = [chr(dice.randrange(0x4E00, 0x9FA5)) for _ in range(2500)]
    weights = [1 / (rank + 3) for rank in range(2500)]
    words = ["".join(dice.choices(characters, weights, k=dice.randint(2, 6))) for _ in range(3000)]
    pages = []
    for number in range(amount):
        links = "".join(
            f'<li><a href="/c/{dice.randrange(10**7)}.html">{"".join(dice.choices(words, k=4))}</a></li>\n'
            for _ in range(250)
        )
        text = "".join(f"<p>　　{''.join(dice.choices(words, k=60))}。</p>\n" for _ in range(15))
        script = "".join(
            f"var v{dice.randrange(999)} = {{id: {dice.random()}, n: '{dice.choice(words)}'}};\n" for _ in range(300)
        )
        pages.append(
            f"<html><head><title>{number}</title><script>{script}</script></head><body><ul>{links}</ul>{text}</body></html>".encode()
        )
    return pages


def captures(pages: list[bytes], *, packed: bool) -> list[Capture]:
    """The pages as responses."""
    made = []
    for number, page in enumerate(pages):
        body = gzip.compress(page, 6, mtime=0) if packed else page
        coding = (("Content-Encoding", "gzip"),) if packed else ()
        url = f"http://www.example.cn/{number}.html"
        at = START + timedelta(seconds=number)
        made.append(
            Capture(url, "bench", at, 200, body, "OK", (("User-Agent", "bench"),), HEADERS + coding, content=page)
        )
    return made


def by_warcio(file: BinaryIO, made: list[Capture]) -> None:
    """The same three records of each, by warcio as it comes (gzip at level 9)."""
    writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
    for capture in made:
        head = StatusAndHeaders("200 OK", list(capture.response_headers), protocol="HTTP/1.1")
        asked = StatusAndHeaders(f"GET {capture.url} HTTP/1.1", list(capture.request_headers), is_http_request=True)
        response = writer.create_warc_record(capture.url, "response", payload=BytesIO(capture.body), http_headers=head)
        request = writer.create_warc_record(capture.url, "request", http_headers=asked)
        fields = BytesIO(b"source_id: bench\r\nkind: article\r\n")
        writer.write_record(writer.create_warc_record(capture.url, "metadata", payload=fields))
        writer.write_record(request)
        writer.write_record(response)


def spent(write: Callable[[], Any]) -> float:
    """Milliseconds of the processor."""
    began = time.process_time()
    write()
    return (time.process_time() - began) * 1000


def theirs(path: Path, made: list[Capture]) -> None:
    """All of them into one file, by warcio."""
    with path.open("wb") as file:
        by_warcio(file, made)
        file.flush()
        os.fsync(file.fileno())


def ours(folder: Path, made: list[Capture]) -> list[Any]:
    """All of them into one file."""
    with CaptureWriter(folder) as writer:
        return [writer.append(capture, START) for capture in made]


def compare(name: str, made: list[Capture]) -> list[str]:
    """Print the figures; the targets that were missed."""
    missed = []
    with tempfile.TemporaryDirectory() as place:
        folder, other_file = Path(place) / "captures", Path(place) / "warcio"
        warcio_times, our_times = [], []
        for _ in range(ROUNDS):
            warcio_times.append(spent(partial(theirs, other_file, made)))
            shutil.rmtree(folder, ignore_errors=True)
            our_times.append(spent(partial(ours, folder, [replace(each) for each in made])))  # no digest known yet
        warcio_ms, our_ms = min(warcio_times), min(our_times)
        shutil.rmtree(folder)
        places = ours(folder, made)
        (path,) = folder.iterdir()
        size, other = path.stat().st_size, other_file.stat().st_size
        with path.open("rb") as file:
            fast = sum(1 for record in ArchiveIterator(file, parse_http=False) if record.verify_block_digest())
        with path.open("rb") as file:
            slow = sum(
                1 for record in WarcioIterator(file, check_digests="raise") if record.raw_stream.read() is not None
            )
        read, floor, by_zlib = reads(CaptureFolder(folder), made, places)
    amount = len(made)
    print(f"\n{name}: {amount} pages of {sum(len(each.body) for each in made) / amount / 1000:.0f} KB")
    print(f"{'':26}{'ms a page':>12}{'KB a page':>12}")
    print(f"{'warcio':26}{warcio_ms / amount:12.3f}{other / amount / 1000:12.2f}")
    print(f"{'jianbao':26}{our_ms / amount:12.3f}{size / amount / 1000:12.2f}")
    whole = fast == slow == 3 * amount + 1
    told = [
        (f"{warcio_ms / our_ms:.2f} x warcio's speed (target {FASTER})", warcio_ms >= FASTER * our_ms),
        (f"{size / other:.4f} of its size (target 1)", size <= other),
        (f"random read {read:.2f} ms at the 95th percentile (target {READ})", read <= READ),
        (f"(SHA-1 and unpacking alone: {floor:.2f} ms by libdeflate, {by_zlib:.2f} by zlib)", True),
        (f"{fast} records read by FastWARC, {slow} by warcio, digests right", whole),
    ]
    for sentence, met in told:
        print(f"  {'met   ' if met else 'MISSED'} {sentence}")
        missed += [] if met else [f"{name}: {sentence}"]
    return missed


def reads(folder: CaptureFolder, made: list[Capture], places: list[Any]) -> tuple[float, float, float]:
    """Milliseconds of the processor for a capture by its place, the 95th percentile, and two floors of the same.

    The floors are to unpack the page alone, by libdeflate and by zlib, and to work out its body's SHA-1.
    """
    dice, taken = random.Random(1), []
    members = [each.body if each.body != each.content else pack(each.content) for each in made]
    for _ in range(1000):
        at = dice.randrange(len(made))
        ways = (
            lambda at=at: folder.read(made[at].id, places[at]),
            lambda at=at: (deflate.gzip_decompress(members[at]), sha1(made[at].body, usedforsecurity=False).digest()),
            lambda at=at: (zlib.decompress(members[at], 31), sha1(made[at].body, usedforsecurity=False).digest()),
        )
        taken.append([spent(way) for way in ways])
    read, floor, slow = (statistics.quantiles(each, n=20)[-1] for each in zip(*taken, strict=True))
    return read, floor, slow


def packers(pages: list[bytes]) -> None:
    """What packing alone takes, beside zlib."""
    print(f"\n{'packing alone':26}{'ms a page':>12}{'size':>12}")
    whole = sum(len(_zlib(page, 9)) for page in pages)
    ways: dict[str, Callable[[bytes], bytes]] = {
        **{f"zlib {level}": partial(_zlib, level=level) for level in (9, 6, 4)},
        "libdeflate 6": pack,
    }
    for name, way in ways.items():
        took = min(spent(partial(_each, way, pages)) for _ in range(ROUNDS))
        print(f"{name:26}{took / len(pages):12.3f}{sum(_each(way, pages)) / whole:12.4f}")


def _each(way: Callable[[bytes], bytes], pages: list[bytes]) -> list[int]:
    return [len(way(page)) for page in pages]


def _zlib(page: bytes, level: int) -> bytes:
    stream = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return stream.compress(page) + stream.flush()


def main() -> int:
    """Measure; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--pages", type=int, default=300)
    asked = parser.parse_args()
    found = sorted(asked.corpus.glob("*.gz"))[: asked.pages] if asked.corpus else []
    pages = [gzip.decompress(path.read_bytes()) for path in found] or made_up(asked.pages)
    packers(pages)
    missed = compare("bodies as they are", captures(pages, packed=False))
    missed += compare("bodies that the server packed", captures(pages, packed=True))
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
