"""What the start of a command costs, beside a bare interpreter's in the same run.

    python bench/start.py [--rounds 20] [--sources 100] [--articles 100000]

The best of several starts each, in turns, because a busy machine only ever adds time. By the clock and by the
processor: on a machine that does other things the clock tells little, and the ratio to the bare start more. `status`
is asked of an empty archive and of a large one (bench/large.py), which is made first and takes a minute.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from large import make

GOAL = 8.0
MAIN = "from crawler.cli import main; main(prog_name='jianbao')"
LARGE = "jianbao status, large"
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once, as in every installation, and not at each start."""

CALLS = {
    "python -c pass": None,
    "jianbao --help": ["--help"],
    "jianbao crawl --help": ["crawl", "--help"],
    "jianbao read --help": ["read", "--help"],
    "jianbao source list": ["source", "list"],
    "jianbao read PAGE": ["read", "page.html"],
    "jianbao status": ["status"],
    LARGE: ["status"],
    "jianbao search 工业": ["search", "工业"],
    "jianbao show ID": ["show", "0000000000000000"],
}
PAGE = "<title>通报</title><h1>通报</h1>" + "<p>　　园区前三季度完成产值四十二亿元，同比增长百分之六点三。</p>" * 8


def main() -> None:
    """Print a table of best times and their ratio to the bare start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--articles", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(PAGE, "utf-8")
        subprocess.run([sys.executable, "-c", make_archive()], cwd=folder, check=True)
        large = Path(folder) / "large"
        make(large, given.sources, given.articles)
        best = {name: (float("inf"), float("inf")) for name in CALLS}
        for _ in range(given.rounds):
            for name, call in CALLS.items():
                took = start(call, large if name == LARGE else Path(folder))
                best[name] = min(best[name][0], took[0]), min(best[name][1], took[1])
    floor, work = best["python -c pass"]
    print(f"large: {given.sources} sources, {given.articles} articles; best of {given.rounds}", end="; ")
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"{'':24}{'by the clock':>20}{'of the processor':>22}")
    for name, (seconds, processor) in best.items():
        over = "" if seconds <= GOAL * floor else "   over 8 ×"
        clock = f"{seconds:7.3f} s {seconds / floor:6.1f} ×"
        print(f"{name:24}{clock:>20}{f'{processor:7.3f} s {processor / work:6.1f} ×':>22}{over}")


def start(call: list[str] | None, folder: Path) -> tuple[float, float]:
    """Seconds from start to end of one process, by the clock and of the processor."""
    code = ["-c", "pass"] if call is None else ["-c", MAIN, *call]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([sys.executable, *code], cwd=folder, stdout=subprocess.DEVNULL, stderr=said, env=ENV)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            said.seek(0)
            raise SystemExit(said.read().decode())
    return took, used.ru_utime + used.ru_stime


def make_archive() -> str:
    """A program that makes an empty archive in ./data."""
    return "from pathlib import Path; from archive.store import Archive; Archive.open(Path('data'), write=True).close()"


if __name__ == "__main__":
    main()
