"""Reading a large archive again: pages a second and core, and whether kills, workers or order change a byte.

    python bench/reread.py [PAGES] [KILLS]

The pages are the demo's generated ones with the furniture of a portal around them, of the weight of the median real
page (furniture.py). First none of them was read as an article (as if by rules that knew none): reading gains them all.
Then the source's file drops a box that stands in a third of the texts, and reading changes those. Both are done
undisturbed, and by two processes in a copy of the archive where the whole is killed with SIGKILL again and again; then
every row is compared.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from furniture import dressed
from whole import of_session

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


def fill(folder: Path, amount: int) -> tuple[int, int]:
    """An archive of so many pages that no rule took for articles; the bytes of all their contents, and packed."""
    site = many_pages_site(amount)
    (folder / "config" / "sources").mkdir(parents=True)
    (folder / "config" / "sources" / "many.toml").write_text(site.source(BASE), "utf-8")
    built = site.build(BASE, 1, SEED)
    total = packed = 0
    with Archive.open(folder / "data", write=True) as archive:
        for number, path in enumerate(built.truth):
            content = dressed(built.answers[path].body, number)
            body = gzip.compress(content, 6, mtime=0)
            total, packed = total + len(content), packed + len(body)
            capture = Capture(
                url=BASE + path,
                source_id="many",
                fetched_at=START + timedelta(seconds=number),
                status=200,
                body=body,
                response_headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
                content=content,
            )
            archive.record(capture, capture.url, "other", (), {"verdict": "no rule knew it"})
    return total, packed


APPLY = ("--apply", "--even-if-worse")


def reread(folder: Path, workers: int, *more: str) -> subprocess.Popen[bytes]:
    """The command, begun, in a session of its own."""
    call = [sys.executable, "-m", "crawler.cli", "reread", "many", *more, "-q"]
    env = os.environ | {"JIANBAO_CONFIG": str(folder / "config"), "JIANBAO_DATA": str(folder / "data")}
    words = [*call, "--workers", str(workers)]
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def undisturbed(folder: Path, workers: int, *more: str) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of all its processes, that the command takes.

    The readers' are looked up in /proc as long as they live: the system buries them itself, and counts them nowhere.
    """
    began, spent = time.perf_counter(), 0.0
    for _ in range(MOST_REPEATS):  # a page that met the reader's limit, on a busy machine, is tried again
        process = reread(folder, workers, *more)
        seconds: dict[int, float] = {}
        said: tuple[bytes, bytes] | None = None
        while said is None:
            with suppress(subprocess.TimeoutExpired):
                said = process.communicate(timeout=0.05)
            seconds.update(of_session(process.pid))
        spent += sum(seconds.values())
        if process.returncode not in (0, 1):
            raise SystemExit(f"reread ended with {process.returncode}: {said[1].decode()[-2000:]}")
        if process.returncode == 0 or not more:
            break
        print("some pages met the reader's limit, and are read another time")
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
        total, packed = fill(calm, amount)
        shutil.copytree(calm, stormy)
        print(f"{amount:,} pages of {total / amount / 1000:.0f} KB, {packed / amount / 1000:.0f} KB packed", flush=True)
        for stage, (what, change) in enumerate((("gained", ""), ("changed", DROP))):
            for folder in (calm, stormy):
                path = folder / "config" / "sources" / "many.toml"
                path.write_text(path.read_text("utf-8") + change, "utf-8")
            before = counted(calm, "revision")
            read = undisturbed(calm, 1 + stage)
            recorded = undisturbed(calm, 1, *APPLY)
            articles = counted(calm, "revision") - before
            missed |= not enough(f"{what}: report of {amount:,} pages", amount, *read)
            missed |= not enough(f"{what}: apply of {articles:,} articles", articles, *recorded)
            hits = disturbed(stormy, kills // 2, read[0] + recorded[0], chance)
            same = digests(calm) == digests(stormy)
            print(f"{what}: killed {hits} times; every row {'the same' if same else 'NOT THE SAME'}", flush=True)
            missed |= not same or hits < kills // 2
    return int(missed)


def enough(what: str, amount: int, clock: float, spent: float) -> bool:
    """Print how fast it was; whether that is enough."""
    rate = amount / spent
    times = f"{clock:.1f} s by the clock, {spent:.1f} s of the processor"
    print(f"{what}: {times}: {rate:.0f} a second and core", flush=True)
    return rate >= TARGET


def counted(folder: Path, table: str) -> int:
    """The rows of a table."""
    with closing(sqlite3.connect(folder / "data" / "archive.db")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


if __name__ == "__main__":
    arguments = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*(arguments + [10_000, 20][len(arguments) :])))
