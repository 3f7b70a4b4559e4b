"""What the start of a command costs, beside a bare interpreter's in the same run.

    python bench/start.py

The best of several starts each, in turns, because a busy machine only ever adds time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
GOAL = 8.0
MAIN = "from crawler.cli import main; main(prog_name='jianbao')"
CALLS = {
    "python -c pass": None,
    "jianbao --help": ["--help"],
    "jianbao crawl --help": ["crawl", "--help"],
    "jianbao read --help": ["read", "--help"],
    "jianbao source list": ["source", "list"],
    "jianbao read PAGE": ["read", "page.html"],
    "jianbao status": ["status"],
    "jianbao search 工业": ["search", "工业"],
    "jianbao show ID": ["show", "0000000000000000"],
}
PAGE = "<title>通报</title><h1>通报</h1>" + "<p>　　园区前三季度完成产值四十二亿元，同比增长百分之六点三。</p>" * 8


def main() -> None:
    """Print a table of best times and their ratio to the bare start."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(PAGE, "utf-8")
        subprocess.run([sys.executable, "-c", make_archive()], cwd=folder, check=True)
        best = dict.fromkeys(CALLS, float("inf"))
        for _ in range(ROUNDS):
            for name, call in CALLS.items():
                best[name] = min(best[name], start(call, folder))
    floor = best["python -c pass"]
    for name, seconds in best.items():
        over = "" if seconds <= GOAL * floor else "   over 8 ×"
        print(f"{name:22} {1000 * seconds:7.1f} ms  {seconds / floor:5.1f} ×{over}")


def start(call: list[str] | None, folder: str) -> float:
    """Seconds from start to end of one process."""
    code = ["-c", "pass"] if call is None else ["-c", MAIN, *call]
    started = time.perf_counter()
    done = subprocess.run([sys.executable, *code], cwd=folder, capture_output=True, check=False, env=os.environ)
    took = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())
    return took


def make_archive() -> str:
    """A program that makes an empty archive in ./data."""
    return "from pathlib import Path; from archive.store import Archive; Archive.open(Path('data'), write=True).close()"


if __name__ == "__main__":
    main()
