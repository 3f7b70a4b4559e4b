"""Where the time of a page goes, from its bytes to its reading.

    python bench/stages.py [CORPUS] [--rounds N] [--calls N]

CORPUS ($JIANBAO_CORPUS, else `shared` beside the checkout) holds `pages/dev/index.jsonl` and the pages. A stage is
timed on all pages at a stretch, in milliseconds of process time a page: the best of the rounds, because a busy machine
only ever adds. The parse of the same pages by lexbor is the measure by which figures of two machines can be compared.
`--calls` adds the functions that take most time, as cProfile sees them. docs/performance.md explains the table.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import gzip
import json
import os
import pstats
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

import costs  # noqa: E402 (the checkout goes first on the path)
from selectolax.lexbor import LexborHTMLParser  # noqa: E402

from crawler.clean.outside import outside  # noqa: E402
from crawler.decode import decode  # noqa: E402
from crawler.extract.body import find_body  # noqa: E402
from crawler.extract.draft import drafts  # noqa: E402
from crawler.extract.guard import guard  # noqa: E402
from crawler.extract.page import read_page  # noqa: E402
from crawler.extract.template import selectors  # noqa: E402
from crawler.pipeline import read  # noqa: E402
from crawler.repair import repair  # noqa: E402

CORPUS = Path(os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"))
PARSE = "parse by lexbor"
WHOLE = "whole: read()"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=0)
    options = parser.parse_args()
    folder = options.corpus / "pages/dev"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    pages = [(gzip.decompress((folder / row["html_file"]).read_bytes()), row["url"]) for row in rows]
    stages = stages_of(pages)
    gc.freeze()  # what the bench itself holds is no matter of the reader's
    best = dict.fromkeys(stages, float("inf"))
    for _ in range(options.rounds):
        for name, stage in stages.items():
            began = time.process_time()
            stage()
            best[name] = min(best[name], (time.process_time() - began) / len(pages) * 1e3)
    show(best, len(pages), sum(len(body) for body, _ in pages) / len(pages) / 1024)
    files = [(folder / row["html_file"], row["url"]) for row in rows]
    grown = costs.growth(files)
    print(f"memory grows by {grown:.1f} MB over three rounds" if grown is not None else "no /proc: memory unknown")
    clock, processor = costs.first_page(*files[0])
    print(f"first page {clock:.2f} s after the start of a process, {processor:.2f} s of the processor")
    if options.calls:
        profile = cProfile.Profile()
        profile.runcall(stages[WHOLE])
        pstats.Stats(profile).sort_stats("tottime").print_stats(options.calls)


def stages_of(pages: list[tuple[bytes, str]]) -> dict[str, Callable[[], object]]:
    """What is timed, by name; a stage works on what the one before it left."""
    texts = [decode(body).text for body, _ in pages]
    markups = [repair(text).text for text in texts]
    chosen = [selectors(url, text) for text, (_, url) in zip(texts, pages, strict=True)]
    inputs = list(zip(markups, (url for _, url in pages), chosen, strict=True))
    read_pages = [read_page(*each) for each in inputs]
    return {
        WHOLE: lambda: [read(*page) for page in pages],
        "decode": lambda: [decode(body) for body, _ in pages],
        "repair": lambda: [repair(text) for text in texts],
        "template": lambda: [selectors(page[1], text) for page, text in zip(pages, texts, strict=True)],
        "guard": lambda: [guard(markup) for markup in markups],
        PARSE: lambda: [LexborHTMLParser(markup) for markup in markups],
        "page: guard, parse, walk": lambda: [read_page(*each) for each in inputs],
        "body": lambda: [find_body(page) for page in read_pages],
        "drafts: body, facts": lambda: [drafts(page, None) for page in read_pages],
        "outside": lambda: [outside(page, ()) for page in read_pages],
    }


def show(best: dict[str, float], pages: int, kilobytes: float) -> None:
    """Print milliseconds a page, the share of the whole, and the ratio to the parse."""
    print(f"{pages} pages, {kilobytes:.0f} KB in the mean")
    print(f"{'stage':26} {'ms':>6} {'share':>7} {'parses':>7}")
    for name, spent in best.items():
        print(f"{name:26} {spent:6.2f} {spent / best[WHOLE]:7.1%} {spent / best[PARSE]:7.1f}")
    counted = ("decode", "repair", "template", "page: guard, parse, walk", "drafts: body, facts", "outside")
    rest = best[WHOLE] - sum(best[name] for name in counted)
    print(f"{'clean, blocks, the rest':26} {rest:6.2f} {rest / best[WHOLE]:7.1%} {rest / best[PARSE]:7.1f}")


if __name__ == "__main__":
    main()
