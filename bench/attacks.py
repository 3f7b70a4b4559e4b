"""Every case of crawler/demo/attacks.py against a crawl of its own, beside five sound sites that are crawled with it.

    python bench/attacks.py               all cases, two at a time; five minutes on a quiet machine of two cores
    python bench/attacks.py WORD …        the cases whose names hold one of the words
    python bench/attacks.py --at-once 1   one at a time
    python bench/attacks.py --part 2/4    the second quarter of the cases, for a machine that others need too
    python bench/attacks.py --table       the same, as the rows of a table

For each case: the verdict that the crawl recorded, the peak of the crawl's own process and of the largest process that
reads pages (MB, as the system counts resident memory), seconds by the clock, what the attack adds to them, seconds of
the processor of all these processes, and whether the five sites came whole. What it adds is told by crawls without an
attack that are played in between: their median is the start of a process and the sound sites. The hostile source's
`timeout` is 8 s here, so that the cases that last as long as that do not take most of the run; by default it is 30.
A crawl is a process that is forked from one in which all modules of ours are imported; importing them a hundred times
would be half of the bench's time. The memory of those modules counts as the crawl's.

Exit code 1 if a verdict is none of the expected ones, a crawl takes more than 300 MB or 30 s from its start to its end,
a sound site lacks a page, or a server was asked that must not be.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from crawler.demo.attacker import Attacker  # noqa: E402 (the checkout goes first on the path)
from crawler.demo.attacks import ARTICLE, LIST, PAGE, Attack, Names, Place, attacks, html, listing  # noqa: E402

MOST_MB = 300
MOST_SECONDS = 30.0
SITES, ARTICLES = 5, 6
OUT_OF_PATIENCE = 120.0
HOSTILE_TIMEOUT, SOUND_TIMEOUT = 8.0, 20.0  # seconds; the sound sites are to come on a busy machine too
NOTHING = Attack("no attack", ("read",), lambda place: {ARTICLE: html(PAGE)})
BETWEEN = 12  # cases between two crawls without an attack
IMPORTED = ("crawler.cli.crawl", "crawler.cli.crawling", "crawler.fetch.engine", "crawler.fetch.spider", "scrapy.http")
FORKED = multiprocessing.get_context("forkserver")
TICK = os.sysconf("SC_CLK_TCK")

SOURCE = """\
id = "{id}"
name = "{id}"
home = "{base}/"
unknown = ["everything: this file is generated"]
[schedule]
every = "1h"
[politeness]
delay = 0.05
timeout = {timeout}
allow_addresses = ["{address}"]
[articles]
patterns = ['/a/']
[[lists]]
url = "{base}/list/"
kind = "{kind}"
"""
HTML_LIST = 'next_pages = "index_{n}.html"\n'


@dataclass(frozen=True)
class Result:
    """What came of one case."""

    verdict: str
    megabytes: int
    reader: int
    seconds: float
    worked: float  # seconds of the processor
    whole: int  # articles of the sound sites
    asked: int  # requests that reached the server that must not be asked

    def faults(self, case: Attack) -> list[str]:
        """What is wrong with it."""
        wrong = {
            "verdict": self.verdict not in case.verdicts,
            "memory": max(self.megabytes, self.reader) > MOST_MB,
            "time": self.seconds > MOST_SECONDS,
            "sound sites": self.whole != SITES * ARTICLES,
            "private": self.asked > 0,
        }
        return [name for name, holds in wrong.items() if holds]


def main() -> int:
    """Play the cases, and crawls without an attack between them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("words", nargs="*")
    arguments.add_argument("--at-once", type=int, default=2)
    arguments.add_argument("--part", default="1/1", help="such as 2/4")
    arguments.add_argument("--table", action="store_true")
    wanted = arguments.parse_args()
    cases = [case for case in attacks() if not wanted.words or any(word in case.name for word in wanted.words)]
    part, parts = map(int, wanted.part.split("/"))
    cases = cases[len(cases) * (part - 1) // parts : len(cases) * part // parts]
    order = [case for at, each in enumerate(cases) for case in ((NOTHING, each) if at % BETWEEN == 0 else (each,))]
    begun = time.monotonic()
    for name in [name for name in os.environ if "proxy" in name.lower()]:
        del os.environ[name]
    FORKED.set_forkserver_preload(list(IMPORTED))
    with ThreadPoolExecutor(wanted.at_once) as side_by_side:
        results = []
        for case, result in zip(order, side_by_side.map(played, order), strict=True):
            results.append((case, result))
            faults = result.faults(case)
            print(told(case, result) + (f" !!! {', '.join(faults)}" if faults else ""), file=sys.stderr, flush=True)
    plain = [result for case, result in results if case is NOTHING]
    seconds, worked = median(each.seconds for each in plain), median(each.worked for each in plain)
    played_cases = [(case, result) for case, result in results if case is not NOTHING]
    if wanted.table:
        for case, result in played_cases:
            print(row(case, result, seconds))
    print(
        f"a crawl without an attack: {seconds:.1f} s ({min(each.seconds for each in plain):.1f} to "
        f"{max(each.seconds for each in plain):.1f}), {worked:.1f} s of the processor; medians of {len(plain)}"
    )
    for what, most in (
        ("MB", max(played_cases, key=lambda each: each[1].megabytes)),
        ("MB of a reader", max(played_cases, key=lambda each: each[1].reader)),
        ("s", max(played_cases, key=lambda each: each[1].seconds)),
        ("s of the processor", max(played_cases, key=lambda each: each[1].worked)),
    ):
        print(f"most {what + ':':20} {told(*most)}")
    bad = sum(bool(result.faults(case)) for case, result in results)
    print(f"{len(played_cases)} cases in {time.monotonic() - begun:.0f} s, {bad} of them not as they should be")
    return 1 if bad or not played_cases else 0


def told(case: Attack, result: Result) -> str:
    """A result as a line."""
    figures = f"{result.megabytes:4} MB {result.reader:4} MB {result.seconds:5.1f} s {result.worked:5.1f} s CPU"
    return f"{figures}  {result.whole}/{SITES * ARTICLES}  {case.name:56} {result.verdict}"


def row(case: Attack, result: Result, plain: float) -> str:
    """A result as a row of the table in docs/security.md."""
    name = case.name.replace("|", "\\|").replace("<", "`<").replace(">", ">`")
    name = f"redirect to `{name[12:]}`" if name.startswith("redirect to http") else name
    times = f"{result.seconds:.1f} | {max(0.0, result.seconds - plain):.1f} | {result.worked:.1f}"
    return f"| {name} | {result.verdict} | {result.megabytes} | {result.reader} | {times} |"


def played(case: Attack) -> Result:
    """One case, a crawl of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jianbao-attacks-")))
        secret = stack.enter_context(Attacker("127.0.0.3"))
        hostile = stack.enter_context(Attacker("127.0.0.2"))
        sound = [stack.enter_context(Attacker(f"127.0.0.{11 + number}", sound_site(number))) for number in range(SITES)]
        answers = dict(case.answers(Place(hostile.base, secret.port)))
        paths = [path for path in answers if path.startswith("/a/")]
        hostile.answers = {LIST: listing(*paths), **answers}
        (folder / "config" / "sources").mkdir(parents=True)
        write(folder, "hostile", hostile, case.kind, case.pages, HOSTILE_TIMEOUT)
        for number, site in enumerate(sound):
            write(folder, f"sound-{number}", site)
        return crawled(folder, dict(case.names), secret)


def sound_site(number: int) -> dict[str, Any]:
    """A list and its articles."""
    paths = [f"/a/202611/t20261103_{number}{each}.html" for each in range(ARTICLES)]
    pages = {path: html(PAGE.replace("园区通报".encode(), f"园区通报{path[-7:-5]}".encode())) for path in paths}
    return {LIST: listing(*paths), **pages}


def write(
    folder: Path, name: str, site: Attacker, kind: str = "html", pages: int = 1, timeout: float = SOUND_TIMEOUT
) -> None:
    """A source's file."""
    text = SOURCE.format(id=name, base=site.base, address=site.address, kind=kind, timeout=timeout)
    text += HTML_LIST if kind == "html" and pages > 1 else ""
    text += 'item_url = "url"\n' if kind == "json" else ""
    text += f"max_pages = {pages}\n" if pages > 1 else ""
    (folder / "config" / "sources" / f"{name}.toml").write_text(text, "utf-8")


def crawled(folder: Path, names: Names, secret: Attacker) -> Result:
    """Crawl all sources in a process of its own, and watch it."""
    command = ["crawl", "--json", "-q", "--config", str(folder / "config"), "--data", str(folder / "data")]
    process = FORKED.Process(target=crawl, args=(names, command, folder))
    begun = time.monotonic()
    process.start()
    assert process.pid is not None
    peak = reader = 0
    used: dict[int, float] = {}
    while process.is_alive():
        peak = max(peak, high_water(process.pid))
        below = list(descendants(process.pid))
        reader = max([reader, *map(high_water, below)])
        used.update((each, max(used.get(each, 0.0), processor(each))) for each in (process.pid, *below))
        if time.monotonic() - begun > OUT_OF_PATIENCE:
            process.kill()
        time.sleep(0.05)
    took, worked = time.monotonic() - begun, sum(used.values())
    try:
        runs = {run["source_id"]: run for run in json.loads((folder / "out").read_text())["runs"]}
    except (OSError, ValueError):
        told = (folder / "err").read_text()[-300:]
        return Result(f"no report: {told}", peak, reader, took, worked, 0, len(secret.asked))
    failures = " ".join(sorted(runs["hostile"]["failures"]))
    whole = sum(run["counts"]["new"] for name, run in runs.items() if name != "hostile")
    return Result(failures or "read", peak, reader, took, worked, whole, len(secret.asked))


def high_water(process: int) -> int:
    """The most memory that a process held so far, in MB."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return 0


def processor(process: int) -> float:
    """Seconds of the processor that a process has used so far."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK  # proc(5): utime, stime
    return 0.0


def descendants(process: int) -> Iterator[int]:
    """The processes that a process has begun, and those that they have."""
    with suppress(OSError):
        for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
            yield int(child)
            yield from descendants(int(child))


def crawl(names: Names, arguments: list[str], folder: Path) -> None:
    """The command itself, with a name server that answers as a case wants: one answer after the other."""
    from crawler.cli import main as command

    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600), number)
    found, times = socket.getaddrinfo, Counter[str]()

    def look_up(host: str, port: int, *rest: Any) -> Any:
        if host not in names:
            return found(host, port, *rest)
        answer = names[host][min(times[host], len(names[host]) - 1)]
        times[host] += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]

    socket.getaddrinfo = look_up  # type: ignore[assignment]
    sys.argv = ["jianbao", *arguments]
    command(arguments)


if __name__ == "__main__":
    sys.exit(main())
