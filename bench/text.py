"""The true characters: everything that decode and repair are held to, beside their peers, in one run.

    python bench/text.py [CORPUS] [--sample N]

CORPUS is the folder of texts and pages ($JIANBAO_CORPUS, else `shared` beside the checkout).
Cases and real pages (bench/decode.py), mojibake, clean texts, damage done by mirrors at every length of list, the
example pages, and time beside lxml's parse. --sample takes every Nth page of the mirrors and of the timed pages (4).
Exits 1 if a target is missed. Times are processor time, as ratios within this run. Fuzzing is `make fuzz-text`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import decode as decoding
import ftfy
import repair as repairing
from decode import Target

from archive.model import article_json
from crawler.pipeline import read
from crawler.repair import repair, undo

PEERS = ("charset-normalizer", "chardet", "faust-cchardet", "Scrapy", "beautifulsoup4", "ftfy", "lxml")
REPAIRERS: dict[str, Callable[[str], str]] = {
    "jianbao": lambda text: repair(text).text,
    "ftfy.fix_text": ftfy.fix_text,
    "ftfy.fix_encoding": ftfy.fix_encoding,
}
IRRECOVERABLE = ("m16", "m17")
LEAST_EXACT = 0.98
LENGTHS = (5, 20, 60, 100, 135)  # characters of the mirrors' list that a page uses
READING = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+\)")
DAMAGE = ((0.0, 0.0), (0.3, 0.0), (0.0, 0.2), (0.3, 0.2))  # share of full stops cut, of marks with a comma before


def main() -> int:
    """Print everything; 0 if all targets are met, else 1."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("JIANBAO_CORPUS", decoding.ROOT.parent / "shared"))
    options.add_argument("corpus", nargs="?", type=Path, default=default)
    options.add_argument("--sample", type=int, default=4, metavar="N")
    given = options.parse_args()
    if not given.corpus.is_dir():
        print(f"no corpus at {given.corpus}", file=sys.stderr)
        return 2
    decoding.quiet()
    print("peers:", ", ".join(f"{peer} {version(peer)}" for peer in PEERS))
    encoding = given.corpus / "bench" / "encoding"
    clean = repairing.records(encoding / "clean.jsonl.gz")
    targets: list[Target] = []
    measures: list[tuple[str, Callable[[], list[Target]]]] = [
        ("1. generated cases: passes of each group", lambda: decoding.compare(given.corpus)),
        ("   real pages", lambda: decoding.real_pages(given.corpus)),
        ("2. mojibake: exact restorations", lambda: mojibake(repairing.records(encoding / "mojibake.jsonl.gz"))),
        ("   clean texts changed", lambda: untouched(clean)),
        ("3. damage done by mirrors", lambda: mirrors(clean, repairing.simulator(given.corpus), given.sample)),
        ("   the example mirror page and the raw page of the family", lambda: examples(given.corpus)),
        ("   time of repair", lambda: speed(given.corpus, given.sample)),
    ]
    for title, measure in measures:
        print(f"\n{title}", flush=True)
        targets += measure()
    return decoding.verdict(targets)


def mojibake(rows: list[dict[str, Any]]) -> list[Target]:
    """Invertible cases that come back exactly, by group and tool; irrecoverable ones that are altered."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    altered: Counter[str] = Counter()
    lost = flagged = 0
    for row in rows:
        done = {name: tool(row["input"]) for name, tool in REPAIRERS.items()}
        if row["group"].startswith(IRRECOVERABLE):
            lost += 1
            altered.update(name for name, text in done.items() if text != row["input"])
            flagged += bool(repair(row["input"]).lossy)
        if row["invertible"]:
            sizes[row["group"]] += 1
            right[row["group"]].update(name for name, text in done.items() if _spaced(text) == _spaced(row["expected"]))
    _head("group", "cases")
    for group, size in sorted(sizes.items()):
        _row(group, size, right[group])
    total = sum(right.values(), Counter[str]())
    _row("all invertible", sizes.total(), total)
    _row("irrecoverable, altered", lost, altered)
    print(f"  irrecoverable texts flagged: {flagged} of {lost}")
    share = total["jianbao"] / sizes.total()
    return [
        Target("mojibake turned back", "at least 98 %", f"{share:.1%}", share >= LEAST_EXACT),
        Target("irrecoverable texts altered", "0", str(altered["jianbao"]), not altered["jianbao"]),
    ]


def untouched(rows: list[dict[str, Any]]) -> list[Target]:
    """Clean texts that a tool changes, by kind."""
    sizes = Counter(row["kind"] for row in rows)
    changed: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        changed[row["kind"]].update(name for name, tool in REPAIRERS.items() if tool(row["text"]) != row["text"])
    _head("kind", "texts")
    for kind, size in sorted(sizes.items()):
        _row(kind, size, changed[kind])
    total = sum(changed.values(), Counter[str]())
    _row("all", sizes.total(), total)
    return [Target("clean texts changed", f"0 of {len(rows)}", str(total["jianbao"]), not total["jianbao"])]


def mirrors(clean: list[dict[str, Any]], simulator: ModuleType, step: int) -> list[Target]:
    """Pages of four paragraphs, damaged: restored where nothing was lost, flagged where something was."""
    texts = [row["text"] for row in clean if row["kind"] == "news"]
    pages = [texts[at : at + 4] for at in range(0, len(texts) - 3, 4)][::step]
    print("    list  cuts  commas  lossless  restored   lossy  flagged  no reading")
    total: Counter[str] = Counter()
    for length in LENGTHS:
        for cuts, commas in DAMAGE:
            counts: Counter[str] = Counter()
            for seed, page in enumerate(pages):
                counts.update(_mirrored(page, simulator, length, cuts, commas, seed))
            total += counts
            print(
                f"  {length:6}{cuts:6}{commas:8}{counts['lossless']:10}{counts['restored']:10}{counts['lossy']:8}"
                f"{counts['flagged']:9}{counts['no reading']:12}"
            )
    print(
        "  no reading: none of the page's characters is on the list; it is in Traditional script, and nothing tells why"
    )
    restored, lossless = total["restored"], total["lossless"]
    flagged, lossy = total["flagged"], total["lossy"]
    return [
        Target("lossless damage restored", f"all {lossless}", str(restored), restored == lossless),
        Target("lossy pages flagged", f"all {lossy}", str(flagged), flagged == lossy),
    ]


def _mirrored(page: list[str], simulator: ModuleType, length: int, cuts: float, commas: float, seed: int) -> list[str]:
    """What one page counts as."""
    lost: list[str] = []
    dice = random.Random(seed)
    seen = "\n".join(simulator.damage(line, length, cuts, commas, dice, lost) for line in page)
    done = repair(seen)
    if undo(done) != seen:
        raise AssertionError("a repair could not be undone")
    if not READING.search(seen):
        return ["no reading"]
    if lost:
        return ["lossy", *["flagged"] * bool(done.lossy)]
    return ["lossless", *["restored"] * (done.text == "\n".join(page))]


def examples(corpus: Path) -> list[Target]:
    """The example mirror page against its gold, field by field, and the raw page of the family."""
    gold = next(page for page in json.loads((corpus / "seeds/gold.json").read_text("utf-8")) if page["id"] == "seed1")
    wanted = gold["articles"][0]
    body = (corpus / "seeds/seed1.html").read_bytes()
    found = [article_json(each) for each in read(body, gold["url"], gold["content_type"]).articles]
    fields = [name for name, value in wanted.items() if value and name != "optional"]
    differing = [name for name in fields if not found or _plain(found[0][name]) != _plain(wanted[name])]
    print(f"  seed1: {len(fields) - len(differing)} of {len(fields)} fields equal to the gold", *differing)
    (row, body), *_ = [page for page in decoding.pages(corpus) if page[0].get("pinyin_annotations")]
    raw = read(body, "http://www.example.cn/a/2.html")
    text = "".join(block.text for each in raw.articles for block in each.blocks)
    left = len(READING.findall(text))
    print(f"  raw page {row['id']}: {len(raw.articles)} article, {len(text)} characters, {left} readings left", end="")
    print(f", language {raw.articles[0].language if raw.articles else '-'}, {len(raw.evidence.dropped)} blocks dropped")
    clean = bool(raw.articles) and not left and raw.articles[0].language == "zh-Hans"
    told = "all" if not differing else f"all but {', '.join(differing)}"
    return [
        Target("seed1 equals its gold", f"all {len(fields)} fields", told, not differing),
        Target("the raw mirror page reads as Simplified", "no reading left", f"{left} left", clean),
    ]


def speed(corpus: Path, step: int) -> list[Target]:
    """Repair of clean pages beside lxml's parse."""
    met = repairing.measure_time(sorted((corpus / "pages" / "dev").glob("*/*.gz"))[::step])
    most = repairing.MOST_TIME
    return [Target("time of repair on clean pages", f"at most {most} x lxml", "as printed above", met)]


def _head(what: str, count: str) -> None:
    print(f"  {what:34}{count:>7}", *(f"{tool:>19}" for tool in REPAIRERS), sep="")


def _row(what: str, size: int, counts: Counter[str]) -> None:
    print(f"  {what:34}{size:7}", *(f"{counts[tool]:19}" for tool in REPAIRERS), sep="")


def _spaced(text: str) -> str:
    """NBSP equals space in the comparison."""
    return text.replace("\u00a0", " ")


def _plain(value: object) -> list[str]:
    """A field without spaces, and with one form of the comma, which the gold does not keep."""
    values = value if isinstance(value, list) else [value]
    return [re.sub(r"\s", "", str(each)).replace("，", ",") for each in values]


if __name__ == "__main__":
    sys.exit(main())
