"""Thousands of looks at sources in one process: do memory and open files stay flat?

    python bench/soak.py [--looks 10000] [--hours 3] [--sites 10] [--keep-open]

The lab's sites are watched in virtual time by the true fetcher, reading in process; it ends after so many looks or so
many real hours, whichever comes first. As a daemon's worker does, it opens the archive when something is due and closes
it when nothing is. Memory is the resident set, sampled after every pass. Flat means: the median of the last quarter is
at most 5 % and 8 MB above that of the second, and no more files are open. Exit code 1 if not.

What tells a leak from caches that fill up to their bounds is printed for each quarter: how fast memory grew (a leak
grows as fast in the last as in the first), how many blocks Python's allocator has given out, how many of them are
entries of lru_caches, and what SQLite holds, at most 16 MB of pages and no more than the database has. `--keep-open`
leaves the archive open throughout, so that this cache goes on filling. At the end all caches are emptied: blocks that a
leak holds stay.
"""

from __future__ import annotations

import _sqlite3
import argparse
import ctypes
import gc
import os
import sys
import tempfile
import time
from array import array
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from archive.store import Archive  # noqa: E402 (the checkout goes first on the path)
from crawler.lab import OPENS, Clock, LabWeb, Month, pieces, sites  # noqa: E402
from crawler.lab.drive import Record, lab_options, prepared, watch  # noqa: E402

CACHE = type(lru_cache(len))
PAGE = os.sysconf("SC_PAGE_SIZE")
TOLD_EVERY = 100  # looks


@dataclass(frozen=True, slots=True)
class Held:
    """What Python holds after so many looks, with nothing left to collect."""

    looks: int
    megabytes: float  # resident
    blocks: int  # of Python's allocator that are in use
    entries: int  # of all lru_caches
    sqlite: float  # MB that SQLite has asked for


@dataclass
class Samples:
    """Looks so far, and what was measured at them."""

    looks: int = 0
    rows: array[float] = field(default_factory=lambda: array("d"))  # looks, MB resident, open files, and so on
    held: list[Held] = field(default_factory=list)  # every hundred looks

    def weigh(self) -> None:
        """Collect what is garbage and count what is left."""
        gc.collect()
        entries = sum(cache.cache_info().currsize for cache in caches())
        self.held.append(Held(self.looks, self.rows[-2], sys.getallocatedblocks(), entries, of_sqlite()))

    def quarters(self) -> list[Held]:
        """What was held nearest to the beginning and to the end of each quarter."""
        ends = [self.looks * number / 4 for number in range(5)]
        return [min(self.held, key=lambda held: abs(held.looks - end)) for end in ends]

    def take(self) -> None:
        """Measure now."""
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6
        self.rows.extend((self.looks, resident, sum(1 for _ in Path("/proc/self/fd").iterdir())))

    def quarter(self, number: int) -> tuple[float, float]:
        """The medians of a quarter of the looks (1 to 4): MB, files."""
        least, most = (self.looks * part / 4 for part in (number - 1, number))
        samples = list(zip(self.rows[::3], self.rows[1::3], self.rows[2::3], strict=True))
        rows = [row for row in samples if least < row[0] <= most] or samples[-1:]
        return median(row[1] for row in rows), median(row[2] for row in rows)


def size(file: Path) -> float:
    """A file's size in MB."""
    return file.stat().st_size / 1e6


def of_sqlite() -> float:
    """MB that SQLite holds for all connections of the process, as told by the library that Python is bound to."""
    used = ctypes.CDLL(_sqlite3.__file__).sqlite3_memory_used
    used.restype = ctypes.c_int64
    return int(used()) / 1e6


def caches() -> list[Any]:
    """All lru_caches of the process."""
    return [each for each in gc.get_objects() if isinstance(each, CACHE)]


class Enough(Exception):  # noqa: N818 - it is an event
    """So many looks, or so many hours."""


def main() -> int:
    """Run the soak and print what it came to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--looks", type=int, default=10_000)
    arguments.add_argument("--hours", type=float, default=3.0)
    arguments.add_argument("--sites", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep-open", action="store_true", help="one opening of the archive for all looks")
    wanted = arguments.parse_args()
    days = wanted.looks / wanted.sites / 24 * 1.6 + 2  # a look an hour, and some that trouble costs
    month = Month(OPENS, days)
    web = LabWeb(sites(wanted.seed, wanted.sites, month, per_day=0.15), Clock(OPENS))
    samples, began, told = Samples(), time.monotonic(), 0

    def after_pass(record: Record) -> None:
        nonlocal told
        samples.looks += len(record.ended)
        record.ended.clear()  # what the lab itself remembers is not to be measured
        record.changes.clear()
        record.said.clear()
        web.seen.clear()
        pieces._written.cache_clear()  # every text that a site of the lab ever had
        samples.take()
        if samples.looks - told >= TOLD_EVERY:
            told = samples.looks
            samples.weigh()
            held, files = samples.held[-1], samples.rows[-1]
            database = size(Path(folder) / "archive.db")
            print(
                f"{held.looks:6} looks  {held.megabytes:7.1f} MB  {held.blocks:8} blocks  {held.entries:6} cached  "
                f"{held.sqlite:5.1f} MB in SQLite  {database:5.1f} MB database  {files:3.0f} files  "
                f"{time.monotonic() - began:6.0f} s",
                flush=True,
            )
        if samples.looks >= wanted.looks or time.monotonic() - began > wanted.hours * 3600:
            raise Enough

    with tempfile.TemporaryDirectory() as folder, web.virtual():
        archive, sources = prepared(web, Path(folder), every="1h")
        options = lab_options(web, Path(folder) / "hosts")
        opened = partial(Archive.open, Path(folder), write=True, clock=web.clock.now)
        if not wanted.keep_open:
            archive.close()
        with archive if wanted.keep_open else nullcontext(), suppress(Enough):
            given = archive if wanted.keep_open else opened
            watch(web, given, sources, month.ends, options=options, after_pass=after_pass)
    samples.weigh()
    second, last = samples.quarter(2), samples.quarter(4)
    tell_growth(samples)
    flat = last[0] <= second[0] * 1.05 and last[0] <= second[0] + 8 and last[1] <= second[1]
    print(f"{samples.looks} looks in {time.monotonic() - began:.0f} s, {time.process_time():.0f} s of CPU")
    for name, (resident, files) in (("second", second), ("last", last)):
        print(f"{name} quarter: {resident:.1f} MB, {files:.0f} files")
    print("flat" if flat else "NOT FLAT")
    return 0 if flat else 1


def tell_growth(samples: Samples) -> None:
    """Print how fast each quarter grew, and what is held once all caches are emptied."""
    for number, (before, after) in enumerate(pairwise(samples.quarters()), 1):
        thousands = (after.looks - before.looks) / 1000
        if thousands > 0:
            print(
                f"quarter {number}, for each 1,000 looks: {(after.megabytes - before.megabytes) / thousands:+.1f} MB, "
                f"{(after.blocks - before.blocks) / thousands:+.0f} blocks, "
                f"{(after.entries - before.entries) / thousands:+.0f} cached"
            )
    full = samples.held[-1]
    for cache in caches():
        cache.cache_clear()
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)  # what was freed goes back to the system; what stays resident is held
    samples.take()
    samples.weigh()
    left = samples.held[-1]
    print(
        f"{full.blocks} blocks and {full.megabytes:.1f} MB held, "
        f"{left.blocks} and {left.megabytes:.1f} with the archive closed, the caches emptied and free memory given back"
    )


if __name__ == "__main__":
    sys.exit(main())
