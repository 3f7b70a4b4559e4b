"""What the archive costs per page: keep, record, index, search, export, open.

    python bench/store.py [PAGES]

Prints CPU milliseconds (process time) and bytes, for made-up articles of about 900 characters on pages of about 30 KB.
"""

from __future__ import annotations

import gzip
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.export import Options, jsonl
from archive.model import Article, Block, Capture
from archive.store import Archive

START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = random.Random(1)
CHARACTERS = [chr(SOURCE.randrange(0x4E00, 0x9FA5)) for _ in range(2500)]
WEIGHTS = [1 / (rank + 3) for rank in range(2500)]


@contextmanager
def measured(name: str, times: int = 1) -> Iterator[None]:
    """Print what the block cost, divided by `times`."""
    began = time.process_time()
    yield
    print(f"{name:44}{(time.process_time() - began) / times * 1000:10.3f} ms CPU")


def page(number: int) -> tuple[Capture, Article]:
    """A page with one article."""
    text = "".join(SOURCE.choices(CHARACTERS, WEIGHTS, k=900))
    blocks = tuple(Block("paragraph", text[start : start + 90]) for start in range(0, 900, 90))
    content = f"<html>{'<li><a href=x>链接</a></li>' * 900}<p>{text}</p></html>".encode()
    url = f"http://www.example.cn/{number}.html"
    capture = Capture(
        url=url,
        source_id="bench",
        fetched_at=START + timedelta(seconds=number),
        status=200,
        body=gzip.compress(content, 6),
        response_headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        content=content,
    )
    return capture, Article(url=url, title=text[:20], blocks=blocks, published=START + timedelta(minutes=number))


def main(amount: int, data: Path) -> None:
    """Fill an archive and ask it."""
    with Archive.open(data, write=True) as archive:
        for start in range(0, amount, 500):  # in portions, so that the pages to come need no memory
            pages = [page(number) for number in range(start, min(start + 500, amount))]
            last = start + 500 >= amount
            began = time.process_time()
            for capture, _ in pages:
                archive.keep(capture)
            kept = time.process_time()
            for capture, article in pages:
                archive.record(capture, capture.url, "article", [article], {"dropped": ["导航"] * 20}, None)
            recorded = time.process_time()
            if last:
                print(f"{'keep':44}{(kept - began) / len(pages) * 1000:10.3f} ms CPU")
                print(f"{'record':44}{(recorded - kept) / len(pages) * 1000:10.3f} ms CPU")
            archive.commit()
        with measured("index", amount):
            archive.index()
    with measured("open for writing, nothing to repair"):
        Archive.open(data, write=True).close()
    with measured("open for reading"):
        reader = Archive.open(data)
    for word in (CHARACTERS[0], "".join(CHARACTERS[:2]), "".join(CHARACTERS[30:32]), "".join(CHARACTERS[3:7])):
        found = reader.search(word)
        with measured(f"search, {found.total} hits for {len(word)} characters"):
            reader.search(word)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with measured("export as JSON lines", amount), Path(os.devnull).open("wb") as nowhere:
        jsonl.write(reader.choose(), nowhere, Options())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{'memory that the export added':44}{grown:10} KB")
    reader.close()
    database = (data / "archive.db").stat().st_size
    captures = sum(path.stat().st_size for path in (data / "captures").iterdir())
    print(f"{'database, a page':44}{database // amount:10} bytes")
    print(f"{'captures, a page':44}{captures // amount:10} bytes")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000, Path(folder))
