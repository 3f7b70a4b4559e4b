"""Reading a large archive again: pages a second and core, and whether kills, workers or order change a byte.

    python bench/reread.py [PAGES] [KILLS]
    python bench/reread.py [PAGES] [KILLS] --keep FOLDER --minutes 20    # in parts: the same call goes on

The pages are the demo's generated ones with the furniture of a portal around them, of the weight of the median real
page (furniture.py). First none of them was read as an article (as if by rules that knew none): reading gains them all.
Then the source's file drops a box that stands in a third of the texts, and reading changes those. Both are done
undisturbed, and by two processes in a copy of the archive where the whole is killed with SIGKILL again and again; then
every row is compared.

With a folder to keep them in, the archives and what was measured outlive the run: what was done is not done again,
kills are counted from where they were, and after so many minutes it ends between two steps, with exit code 3. Each step
says what it came to and when. A step that changes an archive and is timed cannot go on where it was ended within: the
rest would be taken for the whole. Such a folder is refused.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from furniture import dressed
from whole import of_session

from archive.model import Capture
from archive.store import Archive
from crawler.demo.many import many_pages_site

ROOT = Path(__file__).resolve().parents[1]
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
    return subprocess.Popen(
        words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, start_new_session=True
    )


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


def disturbed(folder: Path, kills: int, seconds: float, chance: random.Random, course: Course, step: str) -> int:
    """The same with kills at moments spread over its time; how many hit a process that was at work."""
    hits = int(course.done.get(step, 0))
    while hits < kills:
        process = reread(folder, 2, *APPLY)
        try:
            process.communicate(timeout=1.5 + chance.random() * seconds / kills)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            hits += 1
            course.note(step, hits)
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


BEGUN = "begun"


class Course:
    """How far the bench is: what each step came to, kept in a folder, and until when it may go on."""

    def __init__(self, folder: Path, minutes: float | None) -> None:
        self.file = folder / "done.json"
        self.done: dict[str, Any] = json.loads(self.file.read_text("utf-8")) if self.file.exists() else {}
        self._began, self._minutes = time.monotonic(), minutes

    def note(self, step: str, what: Any) -> None:
        """Keep what a step came to; raises Over when the time is."""
        self._write(step, what)
        gone = (time.monotonic() - self._began) / 60
        print(f"  {gone:5.1f} min  {step}: {what}", flush=True)
        if self._minutes is not None and gone > self._minutes:
            raise Over

    def _write(self, step: str, what: Any) -> None:
        self.done[step] = what
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.done), "utf-8")
        new.replace(self.file)

    def whole(self, name: str, work: Callable[[], Any]) -> Any:
        """The same of a step that counts only from its beginning to its end; SystemExit if it was ended within."""
        if name not in self.done:
            if self.done.get(BEGUN) == name:
                raise SystemExit(f"{self.file.parent}: “{name}” was ended within: begin again, in another folder.")
            self._write(BEGUN, name)
        return self.step(name, work)

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """What a step came to, now or in a former run."""
        if name not in self.done:
            self.note(name, work())
        return self.done[name]


class Over(Exception):  # noqa: N818 - no error
    """The minutes are over."""


def main(amount: int, kills: int, folder: Path, minutes: float | None) -> int:
    """Print the figures; 1 if a target is missed, 3 if the minutes were over before the end."""
    folder.mkdir(parents=True, exist_ok=True)
    course = Course(folder, minutes)
    try:
        if course.step("asked for", lambda: [amount, kills]) != [amount, kills]:
            raise SystemExit(f"{folder} holds a run of {course.done['asked for']} pages and kills.")
        return run(amount, kills, folder, course)
    except Over:
        print("the minutes are over; the same call goes on")
        return 3


def run(amount: int, kills: int, folder: Path, course: Course) -> int:
    """The steps, those that were done before left out."""
    missed = False
    calm, stormy = folder / "calm", folder / "stormy"
    total, packed = course.step("filled", lambda: both_filled(calm, stormy, amount))
    print(f"{amount:,} pages of {total / amount / 1000:.0f} KB, {packed / amount / 1000:.0f} KB packed", flush=True)
    for stage, (what, change) in enumerate((("gained", ""), ("changed", DROP))):
        if f"{what}: kills" not in course.done:
            for each in (calm, stormy):
                path = each / "config" / "sources" / "many.toml"
                path.write_text(path.read_text("utf-8").removesuffix(DROP) + change, "utf-8")
        before = course.step(f"{what}: revisions before", partial(counted, calm, "revision"))
        read = course.step(f"{what}: report, seconds", partial(undisturbed, calm, 1 + stage))
        recorded = course.whole(f"{what}: apply, seconds", partial(undisturbed, calm, 1, *APPLY))
        articles = course.step(f"{what}: revisions", partial(counted, calm, "revision")) - before
        missed |= not enough(f"{what}: report of {amount:,} pages", amount, *read)
        missed |= not enough(f"{what}: apply of {articles:,} articles", articles, *recorded)
        storm = partial(struck, calm, stormy, kills // 2, read[0] + recorded[0], course, f"{what}: kills")
        hits, same = course.step(f"{what}: kills, and whether every row is the same", storm)
        print(f"{what}: killed {hits} times; every row {'the same' if same else 'NOT THE SAME'}", flush=True)
        missed |= not same or hits < kills // 2
    return int(missed)


def both_filled(calm: Path, stormy: Path, amount: int) -> tuple[int, int]:
    """The two archives, the same; what a run that was ended left of them goes."""
    for each in (calm, stormy):
        shutil.rmtree(each, ignore_errors=True)
    filled = fill(calm, amount)
    shutil.copytree(calm, stormy)
    return filled


def struck(calm: Path, stormy: Path, kills: int, seconds: float, course: Course, step: str) -> tuple[int, bool]:
    """How many kills hit, and whether every row is that of the archive that was left in peace."""
    chance = random.Random(f"{SEED} {step} {course.done.get(step, 0)}")
    hits = disturbed(stormy, kills, seconds, chance, course, step)
    return hits, digests(calm) == digests(stormy)


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
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("pages", type=int, nargs="?", default=10_000)
    arguments.add_argument("kills", type=int, nargs="?", default=20)
    arguments.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments.add_argument("--minutes", type=float)
    wanted = arguments.parse_args()
    if wanted.keep is not None:
        sys.exit(main(wanted.pages, wanted.kills, wanted.keep, wanted.minutes))
    with tempfile.TemporaryDirectory(prefix="jianbao-reread-") as name:
        sys.exit(main(wanted.pages, wanted.kills, Path(name), None))
