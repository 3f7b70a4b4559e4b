"""Measure repair on real and on damaged texts:  python bench/repair.py [CORPUS] [--all]

Prints, each line as it is known: clean texts changed, mojibake turned back (ftfy beside it), mirror damage undone
by list length, cuts and commas, the example mirror pages, and the time of repair on clean pages against lxml's parse.
CORPUS is the folder of texts ($JIANBAO_CORPUS, else ../shared). Sampled by default; --all takes everything.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import ftfy
import lxml.html  # type: ignore[import-untyped]

from crawler.decode import decode
from crawler.repair import repair, undo
from crawler.repair.annotations import annotated

ROOT = Path(__file__).resolve().parents[1]
LENGTHS = (1, 2, 3, 5, 8, 12, 20, 35, 60, 85, 100, 110, 120, 128, 135)  # of the mirrors' list; --all takes each
STEP, WIDE_STEP = 6, 4  # every so many pages are damaged, others for every length
DAMAGE = ((0.0, 0.0), (0.3, 0.0), (0.0, 0.2), (0.3, 0.2))  # share of full stops cut, of marks with a comma before
MOST_TIME = 1.0  # repair of clean pages, as a multiple of lxml's parse
GOLD_LOST = ("m16", "m17")  # groups that nothing can bring back


def main() -> int:
    """Run every measurement; 1 if a clean or an irrecoverable text was changed, or repair takes longer than lxml."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "corpus", nargs="?", default=os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"), type=Path
    )
    options.add_argument("--all", action="store_true", help="every case instead of a sample")
    given = options.parse_args()
    step = 1 if given.all else 4
    clean = records(given.corpus / "bench" / "encoding" / "clean.jsonl.gz")
    changed = measure_clean(clean, 1)
    altered = measure_mojibake(records(given.corpus / "bench" / "encoding" / "mojibake.jsonl.gz"), step)
    news = [row["text"] for row in clean if row["kind"] == "news"]
    measure_mirror(news, simulator(given.corpus), thorough=given.all)
    measure_seed(given.corpus / "seeds")
    fast = measure_time(sorted((given.corpus / "pages" / "dev").glob("*/*.gz"))[::step])
    return 1 if changed or altered or not fast else 0


def say(*words: object) -> None:
    """One line of the report, at once."""
    print(*words, flush=True)


def records(file: Path) -> list[dict[str, Any]]:
    """The JSON lines of a compressed file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def simulator(corpus: Path) -> ModuleType:
    """The corpus's own forward simulator of the mirrors, which knows what is lost."""
    spec = importlib.util.spec_from_file_location("mirror_damage", corpus / "bench" / "mirror" / "damage.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{corpus} has no bench/mirror/damage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def measure_clean(rows: list[dict[str, Any]], step: int) -> int:
    """How many clean texts come back changed, ours and ftfy's."""
    rows = rows[::step]
    tools: dict[str, Callable[[str], str]] = {
        "repair": lambda text: repair(text).text,
        "ftfy.fix_text": ftfy.fix_text,
        "ftfy.fix_encoding": ftfy.fix_encoding,
    }
    counts = {}
    for name, tool in tools.items():
        wrong = Counter(row["kind"] for row in rows if tool(row["text"]) != row["text"])
        counts[name] = wrong.total()
        say(f"clean texts changed, {name}: {wrong.total()} of {len(rows)}", dict(wrong) or "")
    return counts["repair"]


def measure_mojibake(rows: list[dict[str, Any]], step: int) -> int:
    """Exact restorations of invertible cases, by group; irrecoverable texts changed and flagged."""
    tools: dict[str, Callable[[str], str]] = {"ftfy.fix_text": ftfy.fix_text, "ftfy.fix_encoding": ftfy.fix_encoding}
    right: dict[str, Counter[str]] = defaultdict(Counter)
    altered = flagged = lost = 0
    for row in rows[::step]:
        done = repair(row["input"])
        if row["group"].startswith(GOLD_LOST):
            lost += 1
            altered += done.text != row["input"]
            flagged += bool(done.lossy)
        if not row["invertible"]:
            continue
        right[row["group"]]["cases"] += 1
        right[row["group"]]["repair"] += _same(done.text, row["expected"])
        for name, tool in tools.items():
            right[row["group"]][name] += _same(tool(row["input"]), row["expected"])
    total: Counter[str] = Counter()
    for group, counts in sorted(right.items()):
        say(f"  {group:34} {counts['repair']:4} of {counts['cases']:4}   ftfy {counts['ftfy.fix_text']:4}")
        total += counts
    for name in ("repair", *tools):
        say(f"mojibake turned back, {name}: {total[name]} of {total['cases']} ({total[name] / total['cases']:.1%})")
    say(f"irrecoverable texts: {lost}, altered {altered}, flagged {flagged}")
    return altered


def _same(a: str, b: str) -> bool:
    return a.replace("\u00a0", " ") == b.replace("\u00a0", " ")


def measure_mirror(texts: list[str], mirrors: ModuleType, *, thorough: bool) -> Counter[str]:
    """Pages of four paragraphs, damaged: a row for every length of the list, share of cuts and share of commas."""
    pages = ["\n".join(texts[i : i + 4]) for i in range(0, len(texts) - 3, 4)]
    lengths = range(1, 136) if thorough else LENGTHS
    say("mirror damage (commas before marks, full stops cut; ftfy: lossless pages that fix_text restores)")
    say(
        f"{'list':>5} {'cuts':>5} {'commas':>6} {'pages':>6} {'lossless restored':>19} {'lossy flagged':>15} "
        f"{'needlessly flagged':>19} {'too short':>10} {'ftfy':>5}"
    )
    total: Counter[str] = Counter()
    for row, length in enumerate(lengths):
        for cuts, commas in DAMAGE:
            chosen = pages[row % STEP :: STEP] if not thorough else pages[row % WIDE_STEP :: WIDE_STEP]
            counts: Counter[str] = Counter()
            for seed, page in enumerate(chosen):
                counts += _mirrored(page, mirrors, length, cuts, commas, seed + length)
            _say_row(f"{length:5} {cuts:5} {commas:6}", counts)
            total += counts
    _say_row(f"{'all':>18}", total)
    return total


def _say_row(head: str, counts: Counter[str]) -> None:
    """One line of the table of mirror damage."""
    lossless, lossy = counts["lossless"], counts["lossy"]
    say(
        f"{head} {counts['pages']:6} {_share(counts['restored'], lossless):>19} {_share(counts['flagged'], lossy):>15} "
        f"{_share(counts['needless'], lossless):>19} {counts['too short']:10} {counts['ftfy']:5}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} {part / whole:6.1%}" if whole else "-"


def _mirrored(page: str, mirrors: ModuleType, length: int, cuts: float, commas: float, seed: int) -> Counter[str]:
    """What became of one page, as counts of one."""
    lost: list[str] = []
    dice = random.Random(seed)
    seen = "\n".join(mirrors.damage(line, length, cuts, commas, dice, lost) for line in page.split("\n"))
    done = repair(seen)
    if undo(done) != seen:
        raise AssertionError("a repair could not be undone")
    counts = Counter({"pages": 1})
    if annotated(seen) is None:
        counts["too short"] += 1
    elif lost:
        counts.update({"lossy": 1, "flagged": bool(done.lossy)})
    else:
        fixed = ftfy.fix_text(seen) == page
        counts.update({"lossless": 1, "restored": done.text == page, "needless": bool(done.lossy), "ftfy": fixed})
    return counts


def measure_seed(folder: Path) -> None:
    """The example mirror page, as text and as HTML, against its gold paragraphs."""
    gold = next(page for page in json.loads((folder / "gold.json").read_text("utf-8")) if page["id"] == "seed1")
    wanted = [_squeezed(words) for words in gold["articles"][0]["paragraphs"]]
    page = repair(decode((folder / "seed1.html").read_bytes()).text).text
    for name, text in {
        "text": repair((folder / "seed1.txt").read_text("utf-8")).text,
        "html": lxml.html.fromstring(page.encode(), parser=lxml.html.HTMLParser(encoding="utf-8")).text_content(),
    }.items():
        found = sum(words in _squeezed(text) for words in wanted)
        say(f"seed1 {name}: {found} of {len(wanted)} gold paragraphs")


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text).replace("，", ",")


def measure_time(files: list[Path]) -> bool:
    """The time of repair and of ftfy on clean pages as multiples of lxml's parse; whether repair's is within bounds."""
    times = [*_times(files)]
    ours, ftfys, parsers = (sum(row[column] for row in times) for column in range(3))
    worst = max(mine / parser for mine, _, parser in times)
    say(f"time on {len(times)} clean pages, as multiples of lxml's parse:")
    say(f"  repair      {ours / parsers:5.2f} x (worst page {worst:.1f} x; target: at most {MOST_TIME} x in all)")
    say(f"  ftfy        {ftfys / parsers:5.2f} x (fix_text)")
    return ours <= MOST_TIME * parsers


def _times(files: list[Path]) -> Iterator[tuple[float, float, float]]:
    """Processor seconds of repair, ftfy and lxml for each page, the best of three."""
    for file in files:
        text = decode(gzip.decompress(file.read_bytes())).text
        data = text.encode("utf-8", "replace")
        if annotated(text):
            continue
        yield _best(partial(repair, text)), _best(partial(ftfy.fix_text, text)), _best(partial(_parsed, data))


def _parsed(data: bytes) -> object:
    return lxml.html.document_fromstring(data, parser=lxml.html.HTMLParser(encoding="utf-8"))


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return max(min(times), 1e-6)


if __name__ == "__main__":
    raise SystemExit(main())
