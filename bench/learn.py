"""What learning from many pages does, with and without.

    python bench/learn.py [CORPUS] [--show] [--sites N]

1. The 62 pages of one site among the corpus's pages without gold: lines that stand in several bodies, with and without
   what was learnt, and every line that was dropped (`--show`), to be judged by eye.
2. Sites of the corpus with gold and five pages or more: F1 with and without, each page read with what the site's other
   pages tell.
3. Made-up sites with the truth about every line (tests/crawler/learn/learn_sites.py), and redesigns of them.

CORPUS is as in bench/extract.py.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "crawler" / "learn")]

from corpus_score import scorer  # noqa: E402
from learn_measure import Measured, learnt_from, measure, reading_of  # noqa: E402 - they lie with the tests
from learn_sites import Made, redesigned, same_design, site  # noqa: E402

from crawler.learn.change import NEWEST, Sight, changed, sight_of  # noqa: E402
from crawler.learn.learn import learn  # noqa: E402
from crawler.learn.learnt import Learnt, to_bytes  # noqa: E402
from crawler.learn.observe import Observation  # noqa: E402
from crawler.pipeline import observed, read  # noqa: E402
from crawler.reading import Reading  # noqa: E402

CORPUS = Path(os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"))
ONE_SITE = "cxpy-"  # how the ids of the pages of one site begin
SEVERAL = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--show", action="store_true", help="print every line that was dropped")
    parser.add_argument("--sites", type=int, default=20, help="made-up sites")
    options = parser.parse_args()
    folder = options.corpus / "pages" / "dev"
    if folder.is_dir():
        one_site(folder, options.show)
        with_gold(options.corpus / "pages", options.show)
    made_up(options.sites)
    redesigns(options.sites)
    return 0


def pages(folder: Path, index: str) -> Iterator[dict[str, Any]]:
    """The rows of an index with their bytes and an address."""
    for line in (folder / index).read_text("utf-8").splitlines():
        row = json.loads(line)
        body = gzip.decompress((folder / row["html_file"]).read_bytes())
        yield row | {"body": body, "url": row.get("url") or f"http://www.example.com/{row['id']}.html"}


def note(row: dict[str, Any]) -> Observation | None:
    return observed(row["body"], row["url"], identity=row["id"])


def lines_of(reading: Reading) -> list[str]:
    return [line for article in reading.articles for block in article.blocks for line in block.text.split("\n")]


def one_site(folder: Path, show: bool) -> None:
    rows = [row for row in pages(folder, "unlabelled.jsonl") if row["id"].startswith(ONE_SITE)]
    began = time.process_time()
    notes = [each for each in map(note, rows) if each]
    observing, began = time.process_time() - began, time.process_time()
    learnt = learn(notes)
    learning, began = time.process_time() - began, time.process_time()
    assert learnt is not None
    without = [lines_of(read(row["body"], row["url"])) for row in rows]
    reading, began = time.process_time() - began, time.process_time()
    known = [read(row["body"], row["url"], learnt=learnt) for row in rows]
    informed = time.process_time() - began
    ms = 1e3 / len(rows)
    print(f"1. {len(rows)} pages of one site; a page costs {observing * ms:.1f} ms to observe, decoding and extraction")
    print(f"   included, and {learning * ms:.1f} ms to learn from; reading with it: × {informed / reading:.2f}")
    for each in learnt.templates:
        kinds = f"{dict(Counter(line.where for line in each.lines))}, {len(each.spots)} boxes"
        print(f"   template {each.name}: {each.pages} pages, {each.articles} articles, {kinds}")
    print(f"   profile: {len(to_bytes(learnt)):,} bytes")
    after = [lines_of(each) for each in known]
    for name, every in (("without", without), ("with", after)):
        counts = Counter(line for lines in every for line in set(lines))
        recurring = {line: count for line, count in counts.items() if count >= SEVERAL}
        print(f"   {name}: {len(recurring)} lines stand in {SEVERAL} bodies or more, {sum(recurring.values())} times")
        for line, count in sorted(recurring.items(), key=lambda item: -item[1]):
            print(f"      {count} × {line[:60]}")
    gone = Counter(line for one, other in zip(without, after, strict=True) for line in set(one) - set(other))
    print(f"   lines that are gone: {len(gone)}, {sum(gone.values())} times; of them on fewer than {SEVERAL} pages:")
    print("     ", [line for line, count in gone.items() if count < SEVERAL] or "none")
    if show:
        for line, count in gone.most_common():
            print(f"      {count} × {line}")


def with_gold(corpus: Path, show: bool) -> None:
    judge = scorer(corpus)
    by_site: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in pages(corpus / "dev", "index.jsonl"):
        by_site[row["site"]].append(row)
    print("2. pages with gold, each read with what the other pages of its site tell")
    for name, rows in sorted(by_site.items()):
        if len(rows) <= SEVERAL:
            continue
        notes = {row["id"]: note(row) for row in rows}
        scores: list[tuple[float, float]] = []
        dropped = 0
        for row in rows:
            learnt = learn(each for key, each in notes.items() if each and key != row["id"])
            readings = [read(row["body"], row["url"], learnt=each) for each in (None, learnt)]
            one, other = (judge.prf(row["text"], "\n".join(lines_of(each)))["F"] for each in readings)
            scores.append((one, other))
            furniture = [each.text for each in readings[1].evidence.dropped if each.rule == "furniture"]
            dropped += len(furniture)
            if show and (furniture or one != other):
                print(f"      {row['id']}: {one:.3f} → {other:.3f}", [text[:40] for text in furniture])
        count = len(scores)
        before, after = (sum(score[at] for score in scores) / count for at in (0, 1))
        print(f"   {name:12} {count:3} pages  mean F1 {before:.4f} → {after:.4f}; {dropped} lines dropped as furniture")


def made_up(count: int) -> None:
    print(f"3. {count} made-up sites a line; lines of the articles' text and of the furniture inside their elements")
    for size, unseen in ((8, 0), (20, 0), (40, 0), (40, 20)):
        total = Measured()
        for seed in range(1000, 1000 + count):
            made = site(seed, count=size + unseen)
            add(total, measure(made[size:] if unseen else made, learnt_from(made[:size])))
        what = f"learnt from {size} pages, read {'other' if unseen else 'the same'}"
        precision = 1 - total.dropped_text / total.dropped if total.dropped else 1.0
        recall = 1 - total.left / total.left_without if total.left_without else 1.0
        print(
            f"   {what:38} text lost {total.lost_without} → {total.lost} of {total.text}"
            f" (by learning {len(total.lost_by_learning)}); furniture left {total.left_without} → {total.left}"
            f" of {total.furniture}; dropped {total.dropped}: precision {precision:.4f}, recall {recall:.3f}"
        )


def add(total: Measured, more: Measured) -> None:
    for name in Measured.__dataclass_fields__:
        setattr(total, name, getattr(total, name) + getattr(more, name))


def redesigns(count: int) -> None:
    noticed: Counter[int] = Counter()
    early = false = looked = 0
    for seed in range(2000, 2000 + count):
        before, after = redesigned(seed)
        learnt = learnt_from(before)
        assert learnt is not None
        early += any(alarms(learnt, before))
        told = alarms(learnt, before[-NEWEST:] + after)[NEWEST:]
        noticed[told.index(True) + 1 if True in told else 0] += 1
        for specials in (0, 2, 4):
            usual, more = same_design(seed, specials=specials)
            profile = learnt_from(usual)
            assert profile is not None
            told = alarms(profile, usual + more)
            looked += len(told)
            false += sum(told)
    print(f"   redesigns: {count}, alarm after pages of the new dress: {dict(sorted(noticed.items()))} (0: never)")
    print(
        f"   alarms before a redesign: {early}; false alarms on sites with up to 4 specials: {false} of {looked} looks"
    )


def alarms(learnt: Learnt, made: Sequence[Made]) -> list[bool]:
    """Whether there is an alarm after each page."""
    seen: list[Sight] = []
    told = []
    for page in made:
        sight = sight_of({"learnt": reading_of(page, learnt).evidence.learnt})
        if sight:
            seen.insert(0, sight)
        told.append(changed(seen[:NEWEST], learnt) is not None)
    return told


if __name__ == "__main__":
    sys.exit(main())
