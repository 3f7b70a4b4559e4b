"""What reading in processes that can be killed costs, and what becomes of pages that are made to keep a reader busy.

    python bench/safety.py            the cost of a page, then every shape of crawler/demo/hostile.py
    python bench/safety.py NAME …     the shapes whose names hold one of the words

Exit code 1 if a page took more than a second longer than it may.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from crawler.demo import many_pages_site
from crawler.demo.hostile import SHAPES, hostile_page
from crawler.reader import ReaderPool, Task
from crawler.reader.pool import SECONDS
from crawler.reader.work import work

ROUNDS = 5
PAGES = 100
SLOW = 0.5  # seconds: shapes that take longer are named in the summary


def main(words: Sequence[str]) -> int:
    """Print both tables."""
    with ReaderPool(workers=1) as reader:
        if not words:
            asyncio.run(cost(reader))
        return asyncio.run(
            shapes(reader, [each for each in SHAPES if not words or any(word in each for word in words)])
        )


async def cost(reader: ReaderPool) -> None:
    """Time of the same pages in turns, here and in a worker; medians over rounds, per page."""
    answers = many_pages_site(PAGES).build("http://127.0.0.1", 1, 1).answers
    tasks = [Task(answer.body, f"http://127.0.0.1{path}") for path, answer in answers.items() if "/t2026" in path]
    await reader.read(tasks[0])
    here, there, mine = [], [], []
    for _ in range(ROUNDS):
        here.append(timed(time.perf_counter, lambda: [work(task) for task in tasks]))
        started, used = time.perf_counter(), time.process_time()
        for task in tasks:
            await reader.read(task)
        there.append(time.perf_counter() - started)
        mine.append(time.process_time() - used)
    here_ms, there_ms, mine_ms = (1000 * statistics.median(each) / len(tasks) for each in (here, there, mine))
    print(f"{len(tasks)} pages of {sum(len(task.body) for task in tasks) // len(tasks):,} bytes, ms a page:")
    print(f"  in this process {here_ms:.2f}   in a worker {there_ms:.2f}, of which {mine_ms:.2f} CPU here\n")


def timed(clock: Callable[[], float], call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = clock()
    call()
    return clock() - started


async def shapes(reader: ReaderPool, names: Sequence[str]) -> int:
    """Read a page of each shape; print its time and what came of it."""
    await reader.read(Task(b"", ""))  # the start is not a page's
    slow, stopped, late = [], [], []
    for name in names:
        body = hostile_page(name)
        started = time.perf_counter()
        answer = await reader.read(Task(body, "http://127.0.0.1/news/202611/t20261103_1.html"))
        took = time.perf_counter() - started
        verdict = f"{answer.reading.verdict:10} {answer.stopped or '; '.join(answer.reading.evidence.lossy)[:60]}"
        print(f"{took:7.2f} s  {len(body):>10,} bytes  {name:50} {verdict}", flush=True)
        slow += [name] if took > SLOW else []
        stopped += [name] if answer.stopped else []
        late += [name] if took > SECONDS + 1.0 else []
    print(f"\n{len(names)} shapes on {os.cpu_count()} cores: {len(stopped)} stopped, {len(slow)} over {SLOW} s.")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
