"""What extraction costs a process beside its time: memory over a run, and the time to its first page.

Both are measured in fresh processes, so that nothing the bench itself has loaded counts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 5
_GROWTH = """
import gzip, json, sys
from pathlib import Path
from crawler.pipeline import read

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

pages = json.load(sys.stdin)
first = 0
for _ in range(3):
    for path, url in pages:
        read(gzip.decompress(Path(path).read_bytes()), url)
        first = first or resident()
print(first, resident())
"""
_FIRST = """
import gzip, sys
from crawler.pipeline import read
reading = read(gzip.decompress(open(sys.argv[1], "rb").read()), sys.argv[2])
sys.exit(0 if reading.articles else 3)
"""


def growth(pages: list[tuple[Path, str]]) -> float | None:
    """MB of resident memory that reading all pages three times adds to what the first page took; None without /proc."""
    if not Path("/proc/self/statm").exists():
        return None
    done = subprocess.run(
        [sys.executable, "-c", _GROWTH],
        input=json.dumps([(str(path), url) for path, url in pages]),
        capture_output=True,
        text=True,
        check=True,
    )
    first, last = map(int, done.stdout.split())
    return (last - first) / 1e6


def first_page(path: Path, url: str) -> tuple[float, float]:
    """Seconds from the start of a fresh process to the end of its first page, by the clock and of the processor.

    The best of some: a busy machine only adds, and to the clock most.
    """
    clock = processor = float("inf")
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _FIRST, str(path), url], check=True)
        clock = min(clock, time.perf_counter() - began)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = min(processor, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return clock, processor
