"""A daemon as it is run, supervisor, worker and readers, for hours: do memory and open files stay flat?

    python bench/standing.py [--minutes 60] [--sites 10] [--every 10s] [--pace 30]

It watches sites on 127.0.0.1 that go on publishing (an article each in `pace` seconds). Once a minute the resident set
and the open files of the supervisor, of the worker and of all reading processes are printed, with the looks so far.
Flat means, for supervisor and worker: the median of the last quarter is at most 5 % and 8 MB above that of the second,
with no more open files, and the worker is still the one that began. Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from growing import GrowingWeb
from kills import Kills, descendants

PAGE = os.sysconf("SC_PAGE_SIZE")
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """A process at one moment: MB resident, open files."""

    megabytes: float
    files: int


@dataclass(frozen=True, slots=True)
class Row:
    """All processes of a daemon at one moment."""

    looks: int
    worker_id: int
    supervisor: Standing
    worker: Standing
    readers: tuple[Standing, ...]


def standing(process: int) -> Standing:
    """A process as it is now; nothing for one that has ended."""
    with suppress(OSError):
        resident = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 1e6
        return Standing(resident, sum(1 for _ in Path(f"/proc/{process}/fd").iterdir()))
    return Standing(0.0, 0)


def sampled(daemon: Kills) -> Row | None:
    """The daemon now; None while it has no worker."""
    told = daemon.now()
    if told is None or told.worker is None:
        return None
    readers = tuple(standing(each) for each in descendants(told.worker.pid))
    return Row(told.worker.ended, told.worker.pid, standing(told.pid), standing(told.worker.pid), readers)


def is_flat(rows: Sequence[Standing]) -> bool:
    """Whether a process took no more in the last quarter than in the second."""
    quarter = len(rows) // 4
    second, last = rows[quarter : 2 * quarter], rows[-quarter:]
    before, after = (median(row.megabytes for row in each) for each in (second, last))
    files = (median(row.files for row in each) for each in (second, last))
    return after <= before * 1.05 and after <= before + 8 and next(files) >= next(files)


def main() -> int:
    """Let it stand and print what it came to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--minutes", type=float, default=60.0)
    arguments.add_argument("--sites", type=int, default=10)
    arguments.add_argument("--every", default="10s")
    arguments.add_argument("--pace", type=float, default=30.0)
    wanted = arguments.parse_args()
    for name in [name for name in os.environ if "proxy" in name.lower()]:
        os.environ.pop(name)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        web = GrowingWeb(wanted.sites, first=20, pace=wanted.pace)
        daemon = Kills(folder, web, seed=1)
        try:
            web.write_config(folder / "config", wanted.every)
            daemon.start()
            until = time.monotonic() + wanted.minutes * MINUTE
            while time.monotonic() < until:
                time.sleep(MINUTE)
                if row := sampled(daemon):
                    rows.append(row)
                    tell(row, folder)
        finally:
            daemon.close()
            web.close()
    if len(rows) < 8:  # two for each quarter
        print("too short to tell")
        return 1
    flat = is_flat([row.supervisor for row in rows]) and is_flat([row.worker for row in rows])
    flat = flat and len({row.worker_id for row in rows}) == 1
    print("flat" if flat else "NOT FLAT")
    return 0 if flat else 1


def tell(row: Row, folder: Path) -> None:
    """Print one row."""
    readers = f"{len(row.readers)} readers, the largest {max((each.megabytes for each in row.readers), default=0):.1f}"
    print(
        f"{row.looks:6} looks  supervisor {row.supervisor.megabytes:6.1f} MB {row.supervisor.files:3} files  "
        f"worker {row.worker.megabytes:6.1f} MB {row.worker.files:3} files  {readers} MB  "
        f"{(folder / 'data' / 'archive.db').stat().st_size / 1e6:.1f} MB database",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
