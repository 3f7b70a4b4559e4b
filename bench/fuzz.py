"""Read hostile pages for some minutes: no exception, no page over two seconds, every repair undone exactly.

    python bench/fuzz.py --minutes 10 [--corpus CORPUS] [--out FOLDER]
    python bench/fuzz.py --only bytes:17            one round again, exactly as it was

Rounds of two kinds by turns: `pages` (put together by Hypothesis) and `bytes` (real pages, mutated); the number of a
round is its seed. Real pages are those of CORPUS/pages/dev ($JIANBAO_CORPUS, else ../shared), without it the pages of
the demo web. Every page that breaks something is written to FOLDER. Exits 1 if there was one. Times are processor time.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import hostile
from hypothesis import HealthCheck, Phase, given, seed, settings

from crawler.pipeline import read

MOST_SECONDS = 2.0  # of one page by the whole way, as a crawl reads it
PATIENCE = 60  # seconds after which a page is broken off
A_ROUND = 40  # pages
WARM = "<p>新疆棉花喜获丰收，农民笑开颜。</p>"
SLOWEST = 8


@dataclass
class Tally:
    """What was seen so far."""

    folder: Path
    pages: int = 0
    rounds: int = 0
    slowest: list[tuple[float, str, int]] = field(default_factory=list)  # seconds, name, bytes
    broken: list[str] = field(default_factory=list)

    def run(self, name: str, page: hostile.Page) -> None:
        """Check one page and time its reading; what breaks is kept."""
        self.pages += 1
        signal.alarm(PATIENCE)
        try:
            seconds = hostile.check(page)
        except Exception as error:  # noqa: BLE001 - the supervisor: whatever a page raises is what is looked for
            self._keep(name, page, "".join(traceback.format_exception(error)))
            return
        finally:
            signal.alarm(0)
        if seconds > MOST_SECONDS:
            seconds = min(seconds, _seconds(page))  # a busy machine is no slow page
        if seconds > MOST_SECONDS:
            self._keep(name, page, f"took {seconds:.2f} s, target {MOST_SECONDS} s")
        self.slowest = sorted([*self.slowest, (seconds, name, len(page.body))], reverse=True)[:SLOWEST]

    def _keep(self, name: str, page: hostile.Page, what: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{name.replace(':', '-').replace('/', '-')}.html"
        file.write_bytes(page.body)
        file.with_suffix(".txt").write_text(f"Content-Type: {page.content_type}\n{what}\n", encoding="utf-8")
        last = what.strip().splitlines()[-1]
        self.broken.append(f"{name} ({len(page.body)} bytes, {file}): {last}")
        print(f"BROKEN {self.broken[-1]}", flush=True)


def main() -> int:
    """Run rounds until the time is over; 1 if anything was broken."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--only", metavar="KIND:SEED", help="one round")
    options.add_argument("--first", type=int, default=1, metavar="SEED", help="the first round's seed [1]")
    options.add_argument(
        "--corpus", type=Path, default=os.environ.get("JIANBAO_CORPUS", hostile.ROOT.parent / "shared")
    )
    options.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "jianbao-fuzz", metavar="FOLDER")
    given_ = options.parse_args()
    signal.signal(signal.SIGALRM, _break_off)
    real = corpus_pages(given_.corpus)
    pages: Sequence[hostile.Page] = real or hostile.demo_pages()
    print(f"{len(pages)} pages to mutate, from {given_.corpus if real else 'the demo web'}; repeat a round with --only")
    hostile.check(hostile.Page(WARM.encode()))
    tally = Tally(given_.out)
    if given_.only:
        kind, number = given_.only.split(":")
        run_round(kind, int(number), pages, tally)
    else:
        run_for(given_.minutes * 60, given_.first, pages, tally)
    report(tally)
    return 1 if tally.broken else 0


def corpus_pages(corpus: Path) -> list[hostile.Page]:
    """The real pages of the corpus, if it is there."""
    return [
        hostile.Page(gzip.decompress(file.read_bytes())) for file in sorted((corpus / "pages" / "dev").glob("*/*.gz"))
    ]


def run_for(seconds: float, first: int, pages: Sequence[hostile.Page], tally: Tally) -> None:
    """Rounds of both kinds by turns."""
    begun = said = time.monotonic()
    for kind, number in _rounds(first):
        now = time.monotonic()
        if now - begun >= seconds:
            return
        if now - said >= 30:
            said = now
            print(
                f"{now - begun:5.0f} s: round {kind}:{number}, {tally.pages} pages, {len(tally.broken)} broken",
                flush=True,
            )
        run_round(kind, number, pages, tally)


def _rounds(first: int) -> Iterator[tuple[str, int]]:
    number = first
    while True:
        yield "pages", number
        yield "bytes", number
        number += 1


def run_round(kind: str, number: int, pages: Sequence[hostile.Page], tally: Tally) -> None:
    """One round: the same pages for the same seed."""
    tally.rounds += 1
    if kind == "bytes":
        dice = random.Random(number)
        for place in range(A_ROUND):
            tally.run(f"bytes:{number}/{place}", hostile.mutated(pages, dice))
        return
    places = iter(range(A_ROUND * 2))

    @seed(number)
    @settings(
        max_examples=A_ROUND,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(hostile.structured())
    def examples(page: hostile.Page) -> None:
        tally.run(f"pages:{number}/{next(places)}", page)

    examples()


def report(tally: Tally) -> None:
    """What was found."""
    print(f"\n{tally.pages} pages in {tally.rounds} rounds; slowest:")
    for seconds, name, size in tally.slowest:
        print(f"  {seconds:6.2f} s  {name:16} {size:9} bytes")
    print(f"broken: {len(tally.broken)} (target 0)")
    for line in tally.broken:
        print(f"  {line}")


def _seconds(page: hostile.Page) -> float:
    """Processor seconds of reading the page as a crawl does."""
    signal.alarm(PATIENCE)
    try:
        begun = time.process_time()
        read(page.body, hostile.URL, page.content_type)
        return time.process_time() - begun
    finally:
        signal.alarm(0)


def _break_off(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"no end after {PATIENCE} s")


if __name__ == "__main__":
    sys.exit(main())
