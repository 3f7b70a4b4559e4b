"""How the cost of grouping grows with an archive in a database: the same articles as in memory, recorded and grouped.

The rows of the articles are written as they are, without pages and captures: what is measured is the grouping alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from scale import articles

from archive.identity import article_id
from archive.model import Article, Block
from archive.store import Archive, rows
from archive.store.tables import article, capture, revision

LAST = 20_000
"""Articles before each size whose time is told."""

START = datetime(2025, 1, 1, tzinfo=UTC)
OUTLETS = ("岚川日报", "石泉日报", "财经在线")


def grow_stored(
    seed: int, sizes: Sequence[int], folder: Path, database: str | None, step: int = 2000
) -> Iterator[tuple[int, float, float, float]]:
    """For each size: articles a second of its last runs together, by the processor's time and by the clock, and bytes
    of the database for each article.

    A run brings `step` articles; sizes are multiples of it. The processor's time is this process's; a server's own is
    in that of the clock alone, and so is whatever else the machine does.
    """
    texts = articles(seed)
    with Archive.open(folder, database, write=True) as archive:
        for number, name in enumerate(OUTLETS):
            archive.describe(f"source{number}", [name])
        archive.group()
        taken = partial(_bytes, folder, archive)
        before, spent, clock, count = taken(), 0.0, 0.0, 0
        for size in range(step, max(sizes) + 1, step):
            before -= taken()
            _record(archive, range(size - step, size), texts)
            before += taken()  # what the articles take by themselves is none of the index's
            start, began = time.process_time(), time.perf_counter()
            grouped = archive.group()
            if size + LAST > min(each for each in sizes if each >= size):
                spent, clock = spent + time.process_time() - start, clock + time.perf_counter() - began
                count += grouped
            if size in sizes:
                yield size, count / spent, count / clock, (taken() - before) / size
                spent, clock, count = 0.0, 0.0, 0


def _record(archive: Archive, numbers: range, texts: Iterator[str]) -> None:
    made = [(number, next(texts)) for number in numbers]
    connection = archive._connection  # a bench may
    if numbers.start == 0:
        row = {"id": "0", "source_id": "source0", "url": "", "kind": "article", "fetched_at": START, "status": 200}
        row |= dict.fromkeys(("content_type", "payload_digest", "content_digest", "file"), "")
        connection.execute(capture.insert(), row | {"offset": 0, "length": 0, "lost": False, "verdict": "article"})
    articles_, revisions = [], []
    for number, text in made:
        url, moment = f"http://site{number % 3}.example/{number}.html", START + timedelta(minutes=number)
        id = article_id(url)
        read = Article(url, f"第{number}条", (Block("paragraph", text),), published=moment, origin=OUTLETS[number % 2])
        times = dict.fromkeys(("dated", "first_seen", "last_seen", "checked"), moment)
        own = {"id": id, "canonical_url": url, "ordinal": 0, "source_id": f"source{number % 3}", "title": read.title}
        own |= {"revision": 1, "status": "live", "role": "only", "text_digest": "", "capture_id": "0", "indexed": 1}
        articles_.append(own | times)
        revisions.append({"article_id": id, "number": 1, "capture_id": "0", "read_at": moment, "reason": "new"})
        revisions[-1] |= {"text_digest": "", "article": rows.article_to_text(read)}
    connection.execute(article.insert(), articles_)
    connection.execute(revision.insert(), revisions)
    archive.commit()


def _bytes(folder: Path, archive: Archive) -> int:
    connection = archive._connection
    if connection.dialect.name == "postgresql":
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
    return sum(file.stat().st_size for file in folder.glob("archive.db*"))
