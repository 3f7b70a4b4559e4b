"""Extraction measured on pages with gold beside its peers: body, title, time, origin, people, and what it costs.

    python bench/extract.py [CORPUS] [--peers all|none|NAME,…] [--fold tuned|held-out] [--worst N] [--fields]
    python bench/extract.py --only ID       one page: what was read, what was dropped, and why
    python bench/extract.py --own           the project's own pages with every miss
    python bench/extract.py --robust        the same pages with what their markup says mutated
    python bench/extract.py --pin           raise the pinned figures of tests/quality.toml to those of this run

CORPUS ($JIANBAO_CORPUS, else `shared` beside the checkout) holds `pages/dev/index.jsonl`, the pages, their scorer
`pages/score.py` and example pages with gold in `seeds`. A third of the sites, chosen by a hash of the name, is held out
of tuning. The project's own pages (tests/family_pages) are measured as well, with or without a corpus. Exits 1 where a
target is missed. A peer is given the page as text that we have decoded; its time is that of the process, the best of
two rounds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha1
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import costs  # noqa: E402 (the checkout goes first on the path)
import mutate  # noqa: E402
import peers as peer_tools  # noqa: E402
from corpus_score import answer as ours  # noqa: E402
from corpus_score import scorer  # noqa: E402
from family_pages import measure  # noqa: E402

from archive.model import article_json  # noqa: E402
from crawler.decode import decode  # noqa: E402
from crawler.pipeline import read  # noqa: E402

CORPUS = Path(os.environ.get("JIANBAO_CORPUS", ROOT.parent / "shared"))
EXPLAINED = ROOT / "bench" / "explained.toml"
ROUNDS = 2
OURS = "jianbao"
FIELDS = ("title", "date", "datetime", "source", "author", "editor")
GOLD = {"title": "title", "date": "published", "datetime": "published", "source": "source", "author": "author"}
LEAST = {"F1": 0.985, "title": 0.98, "date": 0.985, "datetime": 0.95, "source": 0.93, "author": 0.9, "editor": 0.95}
MOST_FALSE = 0.03
LEAST_RATIO = {"trafilatura": 15.0, "magic-html": 7.0}
MOST_GROWTH = 30.0  # MB
MOST_FIRST = 0.5  # seconds
LEAST_ENGLISH = 0.95


class Sample(NamedTuple):
    """A page of the corpus with its gold."""

    id: str
    url: str
    path: Path
    body: bytes
    gold: dict[str, Any]

    @property
    def fold(self) -> str:
        """A third of the sites is held out while tuning."""
        return "held-out" if int(sha1(self.gold["site"].encode()).hexdigest(), 16) % 3 == 0 else "tuned"


@dataclass
class Run:
    """What one tool answered and how long it took, by page; `failed` counts the pages on which it raised."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)


@dataclass
class Targets:
    """Each target with what was measured; one that could not be measured is said to be so."""

    rows: list[tuple[str, str, str, bool | None]] = field(default_factory=list)

    def at_least(self, name: str, value: float | None, least: float, form: str = "{:.3f}") -> None:
        self._add(name, value, f"≥ {form.format(least)}", value is not None and value >= least, form)

    def at_most(self, name: str, value: float | None, most: float, form: str = "{:.3f}") -> None:
        self._add(name, value, f"≤ {form.format(most)}", value is not None and value <= most, form)

    def beside(self, name: str, value: float) -> None:
        """A figure that belongs beside a target and is none."""
        self.rows.append((name, f"{value:.3f}", "", None))

    def _add(self, name: str, value: float | None, goal: str, met: bool, form: str) -> None:
        shown = "not measured" if value is None else form.format(value)
        self.rows.append((name, shown, goal, None if value is None else met))

    def print(self) -> bool:
        """Print all of them; whether none was missed."""
        print("\ntargets")
        for name, value, goal, met in self.rows:
            word = "" if met is None else "ok" if met else "MISSED"
            print(f"  {name:53} {value:>12}  {goal:12} {word}")
        return all(met is not False for *_, met in self.rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--peers", default="all", help="all, none, or names parted by commas")
    parser.add_argument("--fold", choices=("all", "tuned", "held-out"), default="all")
    parser.add_argument("--worst", type=int, default=0, help="print that many pages with the lowest F1")
    parser.add_argument("--fields", action="store_true", help="print every wrong field")
    parser.add_argument("--only", default="", help="one page: print what was read and why")
    parser.add_argument("--robust", action="store_true", help="mutate the pages and compare")
    parser.add_argument("--own", action="store_true", help="only the project's own pages, with every miss")
    parser.add_argument("--pin", action="store_true", help="raise the pinned figures to those of this run")
    options = parser.parse_args()
    if options.own:
        measure.report(verbose=True)
        return 0
    corpus = options.corpus / "pages"
    if not (corpus / "dev/index.jsonl").is_file():
        print(f"no corpus at {options.corpus}: only the project's own pages are measured")
        return 0 if own_pages(Targets(), options.pin) else 1
    samples = [each for each in load(corpus) if options.fold in ("all", each.fold)]
    judge = scorer(corpus)
    if options.only:
        return show(next(each for each in samples if each.id == options.only))
    if options.robust:
        return robust(judge, samples)
    runs = run_all(samples, peer_tools.prepared(options.peers))
    targets = Targets()
    quality(judge, samples, runs, targets)
    print_worst(judge, samples, runs[OURS], options.worst, options.fields)
    print_costs(samples, runs, targets)
    if options.fold == "all":
        seeds_equal(options.corpus / "seeds", targets)
    fine = own_pages(targets, pin=False)
    met = targets.print()
    if options.pin and options.fold == "all":
        measure.pin(measure.figures() | {"corpus": corpus_figures(judge, samples, runs[OURS])})
    return 0 if met and fine else 1


def load(corpus: Path) -> list[Sample]:
    rows = map(json.loads, (corpus / "dev/index.jsonl").read_text("utf-8").splitlines())
    paths = ((corpus / "dev" / row["html_file"], row) for row in rows)
    return [Sample(row["id"], row["url"], path, gzip.decompress(path.read_bytes()), row) for path, row in paths]


def run_all(samples: Sequence[Sample], readers: Mapping[str, peer_tools.Read]) -> dict[str, Run]:
    """Every tool on every page in turns; the best time of the rounds counts, for ours with and without decoding."""
    runs: dict[str, Run] = defaultdict(Run)
    for round_ in range(ROUNDS):
        for each in samples:
            decoded, decoding = timed(partial(decode, each.body))
            answer, took = timed(partial(ours, each.body, each.url))
            keep(runs[OURS], each.id, answer, took)
            keep(runs[f"{OURS} from text"], each.id, answer, took - decoding)
            for name, reader in readers.items():
                try:
                    answer, took = timed(partial(reader, decoded.text, each.url))
                except Exception as error:  # noqa: BLE001 (a peer may raise anything; it is counted and shown)
                    answer, took = {}, 0.0
                    if round_ == 0:
                        runs[name].failed[type(error).__name__] += 1
                keep(runs[name], each.id, answer, took)
    return dict(runs)


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    answer = call()
    return answer, time.process_time() - began


def keep(run: Run, name: str, answer: dict[str, Any], took: float) -> None:
    run.answers[name] = answer
    run.seconds[name] = min(took, run.seconds.get(name, took))


def quality(judge: Any, samples: Sequence[Sample], runs: Mapping[str, Run], targets: Targets) -> None:
    """The scores of all tools on all pages and ours on each third; our pages below 0.8 with their explanations."""
    rows = {name: scores(judge, samples, run) for name, run in runs.items() if name != f"{OURS} from text"}
    for fold in ("tuned", "held-out"):
        part = [each for each in samples if each.fold == fold]
        if part and len(part) < len(samples):
            rows[f"{OURS}, {fold}"] = scores(judge, part, runs[OURS])
    print(f"{'':20} pages   F1     P     R   <0.8 " + " ".join(f"{name:>8}" for name in FIELDS) + "  raised on")
    for name, row in rows.items():
        fields = " ".join("       –" if row[key] is None else f"{row[key]:8.3f}" for key in FIELDS)
        failed = " ".join(f"{kind} {count}" for kind, count in runs[name].failed.items()) if name in runs else ""
        body = f"{row['F1']:.3f} {row['P']:.3f} {row['R']:.3f} {row['bad']:4}"
        print(f"{name:20} {row['pages']:4} {body}  {fields}  {failed}")
    print(f"\nfalse answers where the gold is empty{'':13}" + " ".join(f"{name:>8}" for name in FIELDS) + "   all")
    for name, row in rows.items():
        shares = " ".join(f"{false:>3} of {n:<2}" if n else "       –" for false, n in row["false"].values())
        print(f"{name:48}  {shares}   {row['false share']:.3f}")
    mine = rows[OURS]
    explain(judge, samples, runs[OURS], targets)
    targets.beside("false answers as the gold counts them, all fields", mine["false share"])
    for name, least in LEAST.items():
        targets.at_least(f"{name} (strict body)" if name == "F1" else name, mine[name], least)


def scores(judge: Any, samples: Sequence[Sample], run: Run) -> dict[str, Any]:
    gold = [each.gold for each in samples]
    pages = [judge.prf(row["text"], run.answers[row["id"]].get("text") or "") for row in gold]
    whole = judge.agg(pages)
    fields = judge.fields(gold, run.answers)
    offered = {key for answer in run.answers.values() for key, value in answer.items() if value}
    false = false_answers(fields, len(gold))
    return {
        "pages": len(gold),
        "F1": whole["F1"],
        "P": whole["P"],
        "R": whole["R"],
        "bad": sum(page["F"] < 0.8 for page in pages),
        "false": false,
        "false share": sum(count for count, _ in false.values()) / max(sum(n for _, n in false.values()), 1),
    } | {name: fields[name]["match"] if GOLD.get(name, name) in offered else None for name in FIELDS}


def false_answers(fields: Mapping[str, Any], pages: int) -> dict[str, tuple[int, int]]:
    """By field, how many of the pages without gold were answered, and how many these are.

    A time of day where only the day is known is counted with the times.
    """
    return {
        name: (round((fields[name]["fp"] or 0) * (pages - fields[name]["n"])), pages - fields[name]["n"])
        for name in FIELDS
    }


def explain(judge: Any, samples: Sequence[Sample], run: Run, targets: Targets) -> None:
    """Print every page below 0.8 and every false answer of ours with its explanation; those without one are missed."""
    known = tomllib.loads(EXPLAINED.read_text("utf-8"))
    print("\nours, page by page: bodies below 0.8 and answers where the gold is empty")
    unexplained: Counter[str] = Counter()
    empty = 0
    compare = forms(judge)
    for each in samples:
        answer, why = run.answers[each.id], known.get(each.id, {})
        f1 = judge.prf(each.gold["text"], answer["text"])["F"]
        if f1 < 0.8:
            unexplained["body"] += "body" not in why
            print(f"  {each.id:20} body {f1:.3f}: {why.get('body', 'NO EXPLANATION')}")
        for name, form in compare.items():
            if form(each.gold[name]) and form(each.gold[name]) != (None, None):
                continue
            empty += 1
            if form(answer[name]) and form(answer[name]) != (None, None):
                unexplained["false"] += name not in why
                print(f"  {each.id:20} {name} {answer[name]!r}: {why.get(name, 'NO EXPLANATION')}")
    targets.at_most("bodies below 0.8 without an explanation", unexplained["body"], 0, "{:.0f}")
    targets.at_most(
        "false answers that no page bears out, all fields", unexplained["false"] / max(empty, 1), MOST_FALSE
    )


def forms(judge: Any) -> dict[str, Callable[[Any], Any]]:
    """How the scorer compares each field."""
    return {
        "title": judge.norm_title,
        "published": judge.date_parts,
        "source": judge.norm_src,
        "author": judge.names,
        "editor": judge.names,
    }


def print_worst(judge: Any, samples: Sequence[Sample], run: Run, count: int, fields: bool) -> None:
    measured = []
    for each in samples:
        found = judge.prf(each.gold["text"], run.answers[each.id]["text"])
        measured.append((found["F"], found["P"], found["R"], each.id, run.answers[each.id]["verdict"]))
    for f1, precision, recall, name, verdict in sorted(measured)[:count]:
        print(f"{f1:.3f} P {precision:.3f} R {recall:.3f} {name} {verdict}")
    if not fields:
        return
    for each in samples:
        found = run.answers[each.id]
        for name, form in forms(judge).items():
            if form(each.gold[name]) != form(found[name]):
                print(f"{each.id} {name}: gold {each.gold[name]!r} found {found[name]!r}")


def print_costs(samples: Sequence[Sample], runs: Mapping[str, Run], targets: Targets) -> None:
    print(f"\n{'ms a page':24} {'median':>8} {'mean':>8}   ours from text is so many times faster")
    base = list(runs[f"{OURS} from text"].seconds.values())
    for name, run in runs.items():
        took = list(run.seconds.values())
        ratio = (statistics.median(took) / statistics.median(base), statistics.mean(took) / statistics.mean(base))
        print(
            f"{name:24} {statistics.median(took) * 1e3:8.1f} {statistics.mean(took) * 1e3:8.1f}   "
            f"{ratio[0]:5.1f} × by the median, {ratio[1]:5.1f} × by the mean"
        )
    for name, least in LEAST_RATIO.items():
        told = f"times faster than {name}{', with metadata' if name == 'trafilatura' else ''}"
        ratio_of_means = statistics.mean(runs[name].seconds.values()) / statistics.mean(base) if name in runs else None
        targets.at_least(f"{told} (means)", ratio_of_means, least, "{:.1f}")
    targets.at_most(
        "MB more after three runs than after one page",
        costs.growth([(each.path, each.url) for each in samples]),
        MOST_GROWTH,
        "{:.1f}",
    )
    middle = sorted(samples, key=lambda each: len(each.body))[len(samples) // 2]
    clock, processor = costs.first_page(middle.path, middle.url)
    print(f"first page of a fresh process: {clock:.2f} s by the clock, {processor:.2f} s of the processor")
    targets.at_most("seconds of processor to the first page, fresh process", processor, MOST_FIRST, "{:.2f}")


def corpus_figures(judge: Any, samples: Sequence[Sample], run: Run) -> dict[str, float]:
    """What is pinned of the corpus."""
    row = scores(judge, samples, run)
    return {name: row[name] for name in ("F1", *FIELDS)}


def own_pages(targets: Targets, pin: bool) -> bool:
    """Measure the project's own pages; whether none of the pinned figures sank."""
    print("\nown pages (families of CMS that no page above is of, by-lines and times of all kinds, English editions)")
    found = measure.report(verbose=False)
    targets.at_least("English body F1, own pages", found["english"]["F1"], LEAST_ENGLISH)
    sunk = measure.sunk(found)
    for sentence in sunk:
        print(f"  SUNK: {sentence}")
    if pin:
        measure.pin(found)
    return not sunk


def robust(judge: Any, samples: Sequence[Sample]) -> int:
    """Print how the scores stand once the markup tells less, by kind of mutation, and the pages that fall most."""
    rows: dict[str, dict[str, Any]] = {}
    fallen: dict[str, list[tuple[float, str]]] = {}
    plain = Run({each.id: ours(each.body, each.url) for each in samples})
    rows["as it is"] = scores(judge, samples, plain)
    texts = {each.id: decode(each.body).text for each in samples}
    for name, change in mutate.MUTATIONS.items():
        run = Run({each.id: ours(as_utf8(change(texts[each.id])), each.url) for each in samples})
        rows[name] = scores(judge, samples, run)
        fall_of = (
            (
                judge.prf(each.gold["text"], plain.answers[each.id]["text"])["F"]
                - judge.prf(each.gold["text"], run.answers[each.id]["text"])["F"],
                each.id,
            )
            for each in samples
        )
        fallen[name] = sorted((fall for fall in fall_of if fall[0] > 0.02), reverse=True)
    print(f"{'':34}   F1   <0.8 " + " ".join(f"{name:>8}" for name in FIELDS))
    for name, row in rows.items():
        fields = " ".join(f"{row[key]:8.3f}" for key in FIELDS)
        print(f"{name:34} {row['F1']:.3f} {row['bad']:5}  {fields}")
    for name, falls in fallen.items():
        print(f"{name}: " + (", ".join(f"{page} −{fall:.2f}" for fall, page in falls[:12]) or "no page falls"))
    print("\nown pages, Chinese and English")
    for name, change in mutate.MUTATIONS.items():
        for group, row in measure.figures(change).items():
            print(f"{name:34} {group:8} " + "  ".join(f"{key} {value:.3f}" for key, value in row.items()))
    return 0


def as_utf8(text: str) -> bytes:
    """The page in UTF-8, with the mark that says so before all that its own tags may say."""
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def show(sample: Sample) -> int:
    reading = read(sample.body, sample.url)
    print(reading.verdict, reading.evidence.verdict)
    gold = "".join(sample.gold["text"].split())
    for article in reading.articles:
        for key, value in article_json(article).items():
            if key not in ("text", "paragraphs", "blocks"):
                print(f"{key}: {value}")
        for block in article.blocks:
            mark = " " if "".join(block.text.split()) in gold else "+"
            print(f"{mark} [{block.kind}] {block.text[:150]}")
        found = "".join("".join(block.text.split()) for block in article.blocks)
        for line in sample.gold["text"].split("\n"):
            if "".join(line.split()) not in found:
                print("- missing:", line[:150])
    for name, seen in reading.evidence.fields.items():
        print(f"  {name}: {seen.rule}: {seen.seen}")
    for dropped in reading.evidence.dropped:
        print(f"  x {dropped.rule}: {dropped.reason}: {dropped.text[:100]}")
    return 0


def seeds_equal(folder: Path, targets: Targets) -> None:
    """Compare the example pages with their gold, field by field and paragraph by paragraph."""
    wrong: list[str] = []
    for gold in json.loads((folder / "gold.json").read_text("utf-8")):
        reading = read((folder / f"{gold['id']}.html").read_bytes(), gold["url"], gold["content_type"])
        if len(reading.articles) != len(gold["articles"]):
            wrong.append(f"{gold['id']}: {len(gold['articles'])} articles, {len(reading.articles)} found")
        for wanted, article in zip(gold["articles"], reading.articles, strict=False):
            wrong += (f"{gold['id']}: {sentence}" for sentence in seed_differences(wanted, article_json(article)))
    print("\nexample pages: " + ("every field and paragraph equals the gold" if not wrong else ""))
    for sentence in wrong:
        print(f"  {sentence}")
    targets.at_most("differences on the example pages", len(wrong), 0, "{:.0f}")


def seed_differences(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterable[str]:
    for name in ("title", "subtitle", "published", "origin", "author", "editor", "section", "captions"):
        if name in wanted and found[name] != wanted[name]:
            yield f"{name}: wanted {wanted[name]!r} found {found[name]!r}"
    left, right = (
        [text for text in each["paragraphs"] if text not in set(wanted["optional"])] for each in (wanted, found)
    )
    yield from (f"missing: {text[:60]}" for text in left if text not in right)
    yield from (f"too much: {text[:60]}" for text in right if text not in left)


if __name__ == "__main__":
    sys.exit(main())
