"""Reading a large archive again: pages a second and core, and whether kills, workers or order change a byte.

    python bench/reread.py [PAGES] [KILLS]

The pages are the demo's generated ones with the furniture of a portal around them. First none of them was read as an
article (as if by rules that knew none): reading gains them all. Then the source's file drops a box that stands in a
third of the texts, and reading changes those. Both are done undisturbed, and by two processes in a copy of the
archive where the whole is killed with SIGKILL again and again; then every row is compared.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.model import Capture
from archive.store import Archive
from crawler.demo.many import many_pages_site

BASE = "http://127.0.0.1:9"
START = datetime(2026, 11, 4, tzinfo=UTC)
SEED = 7
TARGET = 100.0
MOST_REPEATS = 5
TABLES = ("article", "revision", "capture", "page")
DROP = '\n[[templates]]\ndrop = ["p.extra"]\n'


def fill(folder: Path, amount: int) -> int:
    """An archive of so many pages that no rule took for articles; the bytes of all their contents."""
    site = many_pages_site(amount)
    (folder / "config" / "sources").mkdir(parents=True)
    (folder / "config" / "sources" / "many.toml").write_text(site.source(BASE), "utf-8")
    built = site.build(BASE, 1, SEED)
    total = 0
    with Archive.open(folder / "data", write=True) as archive:
        for number, path in enumerate(built.truth):
            content = dressed(built.answers[path].body, number)
            total += len(content)
            capture = Capture(
                url=BASE + path,
                source_id="many",
                fetched_at=START + timedelta(seconds=number),
                status=200,
                body=gzip.compress(content, 6, mtime=0),
                response_headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
                content=content,
            )
            archive.record(capture, capture.url, "other", (), {"verdict": "no rule knew it"})
    return total


def dressed(page: bytes, number: int) -> bytes:
    """The page with a portal's furniture, and in every third one a box among its paragraphs."""
    chance = random.Random(number)
    links = "".join(
        f'<li><a href="/news/{each}.html">{chance.choice("岚川云塘青坪")}要闻第{each}条</a></li>' for each in range(220)
    )
    furniture = f'<div class="side"><ul>{links}</ul><script>var a={list(range(600))};</script></div>'.encode()
    page = page.replace(b'<div class="footer">', furniture + b'<div class="footer">')
    if number % 3 == 0:
        box = '<p class="extra">　　另外，记者从园区管委会了解到，全年计划引进企业二十家，新增就业三千人。</p>\n</div>'
        page = page.replace(b'</div>\n<div class="editor">', box.encode() + b'\n<div class="editor">')
    return page


APPLY = ("--apply", "--even-if-worse")


def reread(folder: Path, workers: int, *more: str) -> subprocess.Popen[bytes]:
    """The command, begun."""
    call = [sys.executable, "-m", "crawler.cli", "reread", "many", *more, "-q"]
    env = os.environ | {"JIANBAO_CONFIG": str(folder / "config"), "JIANBAO_DATA": str(folder / "data")}
    words = [*call, "--workers", str(workers)]
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0)


def undisturbed(folder: Path, workers: int, *more: str) -> tuple[float, float]:
    """Seconds by the clock and of the processor, readers included, that the command takes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for _ in range(MOST_REPEATS):  # a page that met the reader's limit, on a busy machine, is tried again
        process = reread(folder, workers, *more)
        said = process.communicate()
        if process.returncode not in (0, 1):
            raise SystemExit(f"reread ended with {process.returncode}: {said[1].decode()[-2000:]}")
        if process.returncode == 0 or not more:
            break
        print("some pages met the reader's limit, and are read another time")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent


def disturbed(folder: Path, kills: int, seconds: float, chance: random.Random) -> int:
    """The same with kills at moments spread over its time; how many hit a process that was at work."""
    hits = 0
    while hits < kills:
        process = reread(folder, 2, *APPLY)
        try:
            process.communicate(timeout=1.5 + chance.random() * seconds / kills)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            hits += 1
        else:
            break
    undisturbed(folder, 2, *APPLY)
    return hits


def digests(folder: Path) -> dict[str, str]:
    """A digest of every row of every table that holds what was read."""
    database = sqlite3.connect(folder / "data" / "archive.db")
    found = {}
    for name in TABLES:
        digest = hashlib.sha256()
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
        kept = [each for each in columns if not (name == "article" and each in ("indexed", "grouped"))]
        for row in database.execute(
            f"SELECT {', '.join(f'{each!r}'.replace(chr(39), chr(34)) for each in kept)} FROM {name} ORDER BY 1, 2"
        ):
            digest.update(repr(row).encode())
        found[name] = digest.hexdigest()
    database.close()
    return found


def main(amount: int, kills: int) -> int:
    """Print the figures; 1 if a target is missed."""
    missed = False
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory() as name:
        calm, stormy = Path(name) / "calm", Path(name) / "stormy"
        total = fill(calm, amount)
        shutil.copytree(calm, stormy)
        print(f"{amount:,} pages of {total / amount / 1000:.0f} KB")
        for stage, (what, change) in enumerate((("gained", ""), ("changed", DROP))):
            for folder in (calm, stormy):
                path = folder / "config" / "sources" / "many.toml"
                path.write_text(path.read_text("utf-8") + change, "utf-8")
            clock, spent = undisturbed(calm, 1 + stage)
            rate = amount / spent
            missed |= rate < TARGET
            print(f"{what}: read {clock:.1f} s by the clock, {spent:.1f} s of the processor: {rate:.0f} pages/s/core")
            more, spent = undisturbed(calm, 1, *APPLY)
            print(f"{what}: recorded, indexed and grouped in {more:.1f} s by the clock, {spent:.1f} s of the processor")
            hits = disturbed(stormy, kills // 2, clock + more, chance)
            same = digests(calm) == digests(stormy)
            print(f"{what}: killed {hits} times; every row {'the same' if same else 'NOT THE SAME'}")
            missed |= not same or hits < kills // 2
            print(f"{what}: {revisions(calm)}")
    return int(missed)


def revisions(folder: Path) -> str:
    """How many articles and revisions there are."""
    database = sqlite3.connect(folder / "data" / "archive.db")
    counts = [database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("article", "revision")]
    database.close()
    return "{:,} articles, {:,} revisions".format(*counts)


if __name__ == "__main__":
    arguments = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*(arguments + [10_000, 20][len(arguments) :])))
