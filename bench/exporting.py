"""What exports and the report cost: time, memory and size for a small archive and a large one, format by format.

    python bench/exporting.py [--articles 1000 50000] [--captures 1000 5000] [--data FOLDER] [--only csv,report]

Each runs as a command of its own, so that its highest memory is its own. Texts are the stream's (bench/stream), each
with 4 KB of evidence. Formats that hold captures have archives of their own, with pages of some 12 KB before gzip. Exit
code 1 if the largest archive takes 32 MB more than the smallest: memory is to be constant.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import searching
import sqlalchemy as sa

from archive.export import FORMATS
from archive.model import Article, Capture
from archive.store import Archive, rows
from archive.store.engine import database_url
from archive.store.tables import capture

WITH_CAPTURES = ("warc", "wacz")
ALLOWED = 32 * 1024
"""KB of memory by which the largest archive may exceed the smallest."""

FURNITURE = "<li><a href='/c/{0}.html'>第{0}条相关链接</a></li>"
REPAIRS = [{"rule": "mirror-comma", "start": 7 * each, "before": ".", "after": "，"} for each in range(20)]
DROPPED = [{"rule": "links", "reason": "links outside the article's element", "text": "首页 要闻 关于我们"}] * 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took: processor seconds, the highest memory in KB, bytes written."""

    seconds: float
    memory: int
    size: int


def fill_texts(data: Path, amount: int) -> None:
    """An archive of so many articles without pages; one evidence stands for all."""
    searching.fill(data, amount, 7)
    engine = sa.create_engine(database_url(data, None))
    with engine.begin() as connection:
        packed = rows.evidence_to_bytes({"repairs": REPAIRS, "dropped": DROPPED})
        connection.execute(capture.update().values(evidence=packed))
    engine.dispose()


def fill_captures(data: Path, amount: int) -> None:
    """An archive of so many articles with their pages, as a crawl makes it."""
    with Archive.open(data, write=True) as archive:
        for number, article in enumerate(searching.articles(amount, 7)):
            kept = page(number, article)
            archive.keep(kept)
            evidence = {"repairs": REPAIRS if number % 10 == 0 else [], "dropped": DROPPED}
            archive.record(kept, article.url, "article", [article], evidence)


def page(number: int, article: Article) -> Capture:
    """The page that holds the article."""
    links = "".join(FURNITURE.format(number + each) for each in range(100))
    content = f"<html><ul>{links}</ul><h1>{article.title}</h1><p>{article.text}</p></html>".encode()
    assert article.published is not None
    return Capture(
        url=article.url,
        source_id=article.source_id or "",
        fetched_at=article.published + timedelta(minutes=20 + number % 300),
        status=200,
        body=gzip.compress(content, 6, mtime=0),
        response_headers=(("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")),
        content=content,
    )


def cost(data: Path, target: Path, words: Sequence[str]) -> Cost:
    """Run a command to its end."""
    call = [sys.executable, "-m", "crawler.cli", *words, "-o", str(target), "--data", str(data), "-q"]
    child = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}")
    files = [target] if target.is_file() else [each for each in target.rglob("*") if each.is_file()]
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss, sum(each.stat().st_size for each in files))


def main(articles: Sequence[int], captures: Sequence[int], folder: Path, only: Sequence[str]) -> int:
    """Measure all; 1 if memory grows."""
    print(f"{'':10}{'articles':>10}{'CPU s':>9}{'ms each':>9}{'memory MB':>11}{'file MB':>9}")
    texts = [["export", name] for name in FORMATS if name not in WITH_CAPTURES] + [["report"]]
    pages = [["export", name] for name in WITH_CAPTURES]
    grown: dict[str, int] = {}
    for amounts, commands, fill in ((articles, texts, fill_texts), (captures, pages, fill_captures)):
        wanted = [words for words in commands if not only or words[-1] in only]
        for amount in amounts if wanted else ():
            data = folder / f"{fill.__name__}-{amount}"
            if not data.exists():
                fill(data, amount)
            for words in wanted:
                made = measured(data, words, amount)
                grown[words[-1]] = made.memory - (grown[words[-1]] if amount != amounts[0] else 0)
    worst = max(grown, key=lambda name: grown[name])
    print(f"\nmost memory added: {grown[worst] / 1024:.0f} MB ({worst}), allowed {ALLOWED // 1024} MB")
    return int(grown[worst] > ALLOWED)


def measured(data: Path, words: Sequence[str], amount: int) -> Cost:
    """One line of the table."""
    with tempfile.TemporaryDirectory() as place:
        made = cost(data, Path(place) / f"all.{words[-1]}", words)
    each = f"{made.seconds / amount * 1000:9.2f}{made.memory / 1024:11.0f}{made.size / 1e6:9.1f}"
    print(f"{words[-1]:10}{amount:10,}{made.seconds:9.1f}{each}", flush=True)
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, nargs=2, default=[1_000, 50_000])
    parser.add_argument("--captures", type=int, nargs=2, default=[1_000, 5_000])
    parser.add_argument("--data", type=Path, help="where the archives are made, and found again")
    parser.add_argument("--only", default="", help="formats, and report, with commas between them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_up:
        given = [each for each in asked.only.split(",") if each]
        sys.exit(main(asked.articles, asked.captures, asked.data or Path(made_up), given))
