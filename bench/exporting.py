"""What exports and the report cost: time, memory and size for a small archive and a large one, format by format.

    python bench/exporting.py [--articles 1000 50000] [--data FOLDER] [--only csv,report]

Each runs as a command of its own, so that its highest memory is its own. Texts are the stream's (bench/stream), pages
some 12 KB before gzip. Exit code 1 if the largest archive takes 32 MB more than the smallest: memory is to be constant.
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

from archive.export import FORMATS
from archive.model import Article, Capture
from archive.store import Archive

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


def fill(data: Path, amount: int) -> None:
    """An archive of so many articles, each with its capture and evidence."""
    with Archive.open(data, write=True) as archive:
        for number, article in enumerate(searching.articles(amount, 7)):
            capture = page(number, article)
            archive.keep(capture)
            evidence = {"repairs": REPAIRS if number % 10 == 0 else [], "dropped": DROPPED}
            archive.record(capture, article.url, "article", [article], evidence)


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


def main(amounts: Sequence[int], folder: Path, only: Sequence[str]) -> int:
    """Measure all; 1 if memory grows."""
    commands = {name: ["export", name] for name in FORMATS} | {"report": ["report"]}
    found: dict[tuple[str, int], Cost] = {}
    print(f"{'':10}{'articles':>10}{'CPU s':>9}{'ms each':>9}{'memory MB':>11}{'file MB':>9}")
    for amount in amounts:
        data = folder / str(amount)
        if not data.exists():
            fill(data, amount)
        for name, words in commands.items():
            if only and name not in only:
                continue
            with tempfile.TemporaryDirectory() as place:
                made = found[name, amount] = cost(data, Path(place) / f"all.{name}", words)
            each = f"{made.seconds / amount * 1000:9.2f}{made.memory / 1024:11.0f}{made.size / 1e6:9.1f}"
            print(f"{name:10}{amount:10,}{made.seconds:9.1f}{each}", flush=True)
    grown = {name: found[name, max(amounts)].memory - found[name, min(amounts)].memory for name, _ in found}
    worst = max(grown, key=lambda name: grown[name])
    print(f"\nmost memory added: {grown[worst] / 1024:.0f} MB ({worst}), allowed {ALLOWED // 1024} MB")
    return int(grown[worst] > ALLOWED)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, nargs="+", default=[1_000, 50_000])
    parser.add_argument("--data", type=Path, help="where the archives are made, and found again")
    parser.add_argument("--only", default="", help="formats, and report, with commas between them")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made_up:
        place = asked.data or Path(made_up)
        sys.exit(main(asked.articles, place, [each for each in asked.only.split(",") if each]))
