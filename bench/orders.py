"""The same stories whatever the order: a web crawled with 1, 2 and 4 readers, then recorded in 20 orders.

python bench/orders.py                        # the demo web
python bench/orders.py --corpus shared        # the real pages of a corpus (see bench/replica.py), by its replay server
python bench/orders.py --data data --orders 5 # an archive that is there; it is read only
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent / "stream"))

import replica
from shuffled import Told, again, digest, told

from archive.identity import article_id, canonical_url
from archive.store import Archive
from crawler.demo import DemoWeb
from crawler.fetch import FetchOptions
from crawler.order import Order
from crawler.reader import ReaderPool
from crawler.run import crawl
from crawler.source import load_sources

READERS = (1, 2, 4)


def crawled(folder: Path, dice: random.Random, readers: Sequence[int] = READERS) -> tuple[list[Told], dict[str, int]]:
    """The stories of the demo web after its two days, for each number of readers; the sources in any order.

    And the truth: article → the number of its story, of the articles that are served on the second day.
    """
    with DemoWeb(seed=1) as web:
        web.write_config(folder / "config")
        crawl_with(readers, folder, dice)
        web.advance()
        crawl_with(readers, folder, dice)
        truth = {article_id(canonical_url(url)): each.story for url, each in web.truth().items()}
    return _told(readers, folder), truth


def crawled_corpus(corpus: Path, folder: Path, dice: random.Random, readers: Sequence[int] = READERS) -> list[Told]:
    """The stories of the corpus's real pages, for each number of readers; the sources in any order."""
    index = (corpus / "pages" / "dev" / "index.jsonl").read_text("utf-8")
    replica.write_config(folder / "config", [json.loads(line)["url"] for line in index.splitlines()])
    os.environ |= replica.PROXY
    with replica.replay(corpus):
        crawl_with(readers, folder, dice)
    return _told(readers, folder)


def crawl_with(readers: Sequence[int], folder: Path, dice: random.Random) -> None:
    """Crawl the sources of the folder's `config` once into an archive for each number of readers."""
    sources = list(load_sources(folder / "config").values())
    for workers in readers:
        shuffled = dice.sample(sources, len(sources))
        with Archive.open(folder / str(workers), write=True) as archive, ReaderPool(workers=workers) as reader:
            options = FetchOptions(at_once=dice.choice((1, 2, len(sources))))
            crawl(
                shuffled,
                archive,
                reader,
                lambda source: Order(revisit="all"),
                options,
                clock=lambda: datetime.now(UTC),
            )


def _told(readers: Sequence[int], folder: Path) -> list[Told]:
    found = []
    for workers in readers:
        with Archive.open(folder / str(workers)) as archive:
            found.append(told(archive))
    return found


def main() -> int:
    """Print what each order comes to; 1 if any differs."""
    options = argparse.ArgumentParser(description=__doc__)
    instead = options.add_mutually_exclusive_group()
    instead.add_argument("--data", type=Path, help="an archive instead of the demo web")
    instead.add_argument("--corpus", type=Path, help="real pages instead of the demo web")
    options.add_argument("--orders", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    dice = random.Random(asked.seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        results: list[str] = []
        data = asked.data
        if data is None:
            data = folder / str(READERS[0])
            by_readers = crawled_corpus(asked.corpus, folder, dice) if asked.corpus else crawled(folder, dice)[0]
            for workers, found in zip(READERS, by_readers, strict=True):
                results.append(digest(found))
                print(f"crawled with {workers} readers: {_summary(found)}  {results[-1]}", flush=True)
        with Archive.open(data) as source:
            if asked.data is not None:
                results.append(digest(told(source)))
                print(f"as it stands: {_summary(told(source))}  {results[-1]}", flush=True)
            for number in range(asked.orders):
                found = again(source, folder / f"order {number}", dice)
                results.append(digest(found))
                print(f"order {number + 1}: {_summary(found)}  {results[-1]}", flush=True)
    same = len(set(results)) == 1
    print(f"{len(results)} times {'the same' if same else 'NOT the same'}")
    return 0 if same else 1


def _summary(found: Told) -> str:
    roles = [role for _, role, _ in found.values()]
    names = {name or id for id, (name, _, _) in found.items()}
    counts = ", ".join(f"{roles.count(role)} {role}" for role in sorted(set(roles)))
    return f"{len(found)} articles, {len(names)} stories ({counts})"


if __name__ == "__main__":
    sys.exit(main())
