"""Repair on real and on damaged texts, beside ftfy, with the targets that it is held to.

    python bench/repair.py [CORPUS] [--sample N]

CORPUS is the folder of texts and pages ($JIANBAO_CORPUS, else `shared` beside the checkout). Prints mojibake turned
back by group, clean texts changed by kind, pages damaged as mirrors do by length of list, cuts and commas, the example
pages, and the time of repair beside lxml's parse of the same pages. --sample takes every Nth page of the damaged and
of the timed ones (6). Exits 1 if a target is missed. `bench/text.py` shows these tables beside decode's.
"""

from __future__ import annotations

import argparse
import gzip
import html
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

import decode as decoding
import ftfy
import lxml.html
from decode import Target

from archive.model import article_json
from crawler.decode import decode
from crawler.pipeline import read
from crawler.repair import repair, undo
from crawler.repair.annotations import FEWEST, TOKEN, annotated
from crawler.repair.tables import simplified_of

REPAIRERS: dict[str, Callable[[str], str]] = {
    "jianbao": lambda text: repair(text).text,
    "ftfy.fix_text": ftfy.fix_text,
    "ftfy.fix_encoding": ftfy.fix_encoding,
}
IRRECOVERABLE = ("m16", "m17")  # groups of cases that nothing can bring back
LEAST_EXACT = 0.98
MOST_TIME = 1.0  # repair of clean pages, as a multiple of lxml's parse
LENGTHS = (
    1,
    2,
    3,
    5,
    8,
    12,
    20,
    35,
    60,
    85,
    100,
    110,
    120,
    128,
    135,
)  # characters of the mirrors' list that a page uses
DAMAGE = ((0.0, 0.0), (0.3, 0.0), (0.0, 0.2), (0.3, 0.2))  # share of full stops cut, of marks with a comma before
# Traditional forms that the mirrors' map makes of another character: where a Simplified original holds one (內 beside
# 内), both are the same bytes afterwards. 著 is told from 着 by its neighbours, and stays a target.
ALIKE = frozenset(simplified_of()) - {"著"}


def main() -> int:
    """Print everything; 0 if all targets are met, else 1."""
    given = arguments(__doc__)
    if not given.corpus.is_dir():
        print(f"no corpus at {given.corpus}", file=sys.stderr)
        return 2
    decoding.quiet()
    return decoding.verdict(measure(given.corpus, given.sample))


def arguments(description: str | None) -> argparse.Namespace:
    """The folder of texts and the size of the sample."""
    options = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("JIANBAO_CORPUS", decoding.ROOT.parent / "shared"))
    options.add_argument("corpus", nargs="?", type=Path, default=default)
    options.add_argument("--sample", type=int, default=6, metavar="N")
    return options.parse_args()


def measure(corpus: Path, step: int) -> list[Target]:
    """All measurements, printed as they are known."""
    encoding = corpus / "bench" / "encoding"
    clean = records(encoding / "clean.jsonl.gz")
    measures: list[tuple[str, Callable[[], list[Target]]]] = [
        ("mojibake: exact restorations", lambda: mojibake(records(encoding / "mojibake.jsonl.gz"))),
        ("clean texts changed", lambda: untouched(clean)),
        ("damage done by mirrors to pages of four paragraphs", lambda: mirrors(clean, simulator(corpus), step)),
        ("the same damage on HTML pages", lambda: mirrors(clean, simulator(corpus), step, "HTML")),
        ("the example mirror page, and the raw page of the family", lambda: examples(corpus)),
        ("time of repair on clean pages, as multiples of lxml's parse", lambda: speed(corpus, step)),
    ]
    targets: list[Target] = []
    for title, each in measures:
        print(f"\n{title}", flush=True)
        targets += each()
    return targets


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


def mirrors(clean: list[dict[str, Any]], simulator: ModuleType, step: int, kind: str = "text") -> list[Target]:
    """Pages damaged in every measure: restored where nothing was lost, flagged where something was.

    `kind` names the shapes of the lines (see `SHAPES`); HTML pages take them in turn.

    Held to the targets are pages with at least three readings, or two of which one straddles two characters; with fewer
    a page may be someone's own.
    """
    texts = [row["text"] for row in clean if row["kind"] == "news"]
    pages = [texts[at : at + 4] for at in range(0, len(texts) - 3, 4)]
    print(f"{'':24}{'three readings or more':^46}{'one or two readings':^28}{'none':>6}{'alike':>12}{'ftfy':>6}")
    print(
        f"  {'list':>6}{'cuts':>8}{'commas':>8}{'restored':>15}{'flagged':>15}{'needlessly':>16}{'restored':>14}"
        f"{'flagged':>14}{'':6}{'restored':>12}"
    )
    total: Counter[str] = Counter()
    for row, length in enumerate(LENGTHS):
        for cuts, commas in DAMAGE:
            counts: Counter[str] = Counter()
            for seed, page in enumerate(pages[row % step :: step]):
                shape = SHAPES[kind][seed % len(SHAPES[kind])]
                counts.update(_mirrored(page, simulator, length, cuts, commas, seed + length, shape))
            total += counts
            _say_damage(f"  {length:6}{cuts:8}{commas:8}", counts)
    _say_damage(f"  {'all':22}", total)
    print("  restored: of the lossless; flagged: of the lossy; needlessly: lossless ones that are flagged")
    print("  one or two readings, none: no target; a page in Traditional script may be its writer's own")
    print("  alike: the original holds a Traditional form that the map also makes of another character; no target")
    lossless, lossy = total["lossless"], total["lossy"]
    restored, flagged = total["restored"], total["flagged"]
    return [
        Target(f"lossless damage restored, {kind}", f"all {lossless}", str(restored), restored == lossless),
        Target(f"lossy pages flagged, {kind}", f"all {lossy}", str(flagged), flagged == lossy),
    ]


# A shape makes one line of a page of one line of text; what it passes to the function is damaged, the rest is not.
Shape = Callable[[str, Callable[[str], str]], str]


def _plain_line(line: str, show: Callable[[str], str]) -> str:
    return show(line)


def _paragraph(line: str, show: Callable[[str], str]) -> str:
    return f"<p>{show(html.escape(line, quote=False))}</p>"


def _broken(line: str, show: Callable[[str], str]) -> str:
    return f"&nbsp;&nbsp;{show(html.escape(line, quote=False))}&nbsp;<br>"


def _inline(line: str, show: Callable[[str], str]) -> str:
    """Text nodes that were damaged one by one."""
    first, mark, rest = line.partition("，")
    second, last_mark, last = rest.partition("，")
    parts = (first + mark, second + last_mark, last)
    first, second, last = (show(html.escape(part, quote=False)) for part in parts)
    return f'<div>{first}<strong>{second}</strong>&nbsp;<a href="/a?id=1">{last}</a></div>'


def _source(line: str, show: Callable[[str], str]) -> str:
    """The page's source, damaged with its tags."""
    head, mark, rest = (html.escape(part, quote=False) for part in line.partition("，"))
    return show(f"<p><b>{head}</b>{mark}{rest}</p>")


SHAPES: dict[str, tuple[Shape, ...]] = {"text": (_plain_line,), "HTML": (_paragraph, _broken, _inline, _source)}


def _say_damage(head: str, counts: Counter[str]) -> None:
    """One line of the table of damage."""
    print(
        f"{head}{_of(counts, 'restored', 'lossless'):>15}{_of(counts, 'flagged', 'lossy'):>15}"
        f"{_of(counts, 'needless', 'lossless'):>16}{_of(counts, 'few restored', 'few lossless'):>14}"
        f"{_of(counts, 'few flagged', 'few lossy'):>14}{counts['none']:6}{_of(counts, 'alike restored', 'alike'):>12}"
        f"{counts['ftfy']:6}",
        flush=True,
    )


def _of(counts: Counter[str], part: str, whole: str) -> str:
    return f"{counts[part]}/{counts[whole]}"


def _mirrored(
    page: list[str], simulator: ModuleType, length: int, cuts: float, commas: float, seed: int, shape: Shape
) -> list[str]:
    """What one page counts as."""
    lost: list[str] = []
    dice = random.Random(seed)
    text = "\n".join(shape(line, str) for line in page)
    seen = "\n".join(
        shape(line, lambda part: simulator.damage(part, length, cuts, commas, dice, lost)) for line in page
    )
    done = repair(seen)
    if undo(done) != seen:
        raise AssertionError("a repair could not be undone")
    put_in = [token[1] for token in TOKEN.finditer(seen)]
    readings, straddles = len(put_in) - len(TOKEN.findall(text)), "?" in put_in
    if not readings:
        return ["none"]
    group = "" if readings >= FEWEST or (straddles and readings == FEWEST - 1) else "few "
    if lost:
        return [group + "lossy", *[group + "flagged"] * bool(done.lossy)]
    restored = done.text == text
    if ALIKE & set(text):
        return ["alike", *["alike restored"] * restored]
    counted = [group + "lossless", *[group + "restored"] * restored, *[group + "needless"] * bool(done.lossy)]
    return [*counted, *["ftfy"] * (ftfy.fix_text(seen) == text)]


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
    left = len(TOKEN.findall(text))
    print(f"  raw page {row['id']}: {len(raw.articles)} article, {len(text)} characters, {left} readings left", end="")
    print(f", language {raw.articles[0].language if raw.articles else '-'}, {len(raw.evidence.dropped)} blocks dropped")
    clean = bool(raw.articles) and not left and raw.articles[0].language == "zh-Hans"
    told = "all" if not differing else f"all but {', '.join(differing)}"
    return [
        Target("seed1 equals its gold", f"all {len(fields)} fields", told, not differing),
        Target("the raw mirror page reads as Simplified", "no reading left", f"{left} left", clean),
    ]


def speed(corpus: Path, step: int) -> list[Target]:
    """The time of repair and of ftfy on clean pages as multiples of lxml's parse."""
    times = [*_times(sorted((corpus / "pages" / "dev").glob("*/*.gz"))[::step])]
    ours, ftfys, parsers = (sum(row[column] for row in times) for column in range(3))
    worst = max(mine / parser for mine, _, parser in times)
    print(f"  {len(times)} pages: repair {ours / parsers:.2f} (worst page {worst:.1f})")
    print(f"  {len(times)} pages: ftfy.fix_text {ftfys / parsers:.2f}")
    met = ours <= MOST_TIME * parsers
    return [Target("time of repair on clean pages", f"at most {MOST_TIME} x lxml", f"{ours / parsers:.2f} x", met)]


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
    raise SystemExit(main())
