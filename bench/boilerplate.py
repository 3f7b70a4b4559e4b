"""Boilerplate, county lists and verdicts, measured on made-up pages.

    python bench/boilerplate.py [--wrong]

Prints, from the cases of tests/crawler (lines.toml, county_lists.py, verdict_pages.py): how many blocks of boilerplate
are dropped by kind, how many sentences that only look like it are kept, how many county lists are found and true lists
left alone, and which verdict each kind of page gets. `--wrong` prints each case that went wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from crawler.pipeline import read
from crawler.reading import Reading

CASES = Path(__file__).resolve().parents[1] / "tests/crawler"
URL = "http://www.example.cn/2024/0506/1.html"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print each case that went wrong")
    wrong = parser.parse_args().wrong
    sys.path[:0] = [str(CASES / "clean"), str(CASES / "extract")]
    lines(import_module("made_up_lines"), wrong)
    lists(import_module("county_lists"), wrong)
    verdicts(import_module("verdict_pages"), wrong)
    return 0


def reading(markup: str) -> Reading:
    return read(markup.encode(), URL, "text/html; charset=utf-8")


def lines(cases: Any, wrong: bool) -> None:
    """Precision and recall by kind of line: a block counts as dropped where none of its words comes out anywhere."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for case in cases.cases():
        name = f"{'sentence' if case.stays else 'block'} {case.kind}"
        total[name] += 1
        seen = cases.outcome(case, reading(case.markup))
        right[name] += seen is None
        if wrong and seen is not None:
            print(f"  {name} ({case.at}): {case.html}: {seen}")
    for what, head in (("block", "boilerplate dropped"), ("sentence", "look-alikes kept")):
        names = [name for name in total if name.startswith(what)]
        print(f"{head}: {sum(right[name] for name in names)} of {sum(total[name] for name in names)}")
        print("  " + ", ".join(f"{name.split()[1]} {right[name]}/{total[name]}" for name in names))


def lists(cases: Any, wrong: bool) -> None:
    """County lists found, true lists that lost a name or were named as link spam."""
    began = time.process_time()
    found, total = tally(cases.spam(1_400), lambda case: not cases.left(case, reading(case.markup)), wrong)
    print(f"county lists: {found} of {total} found, {(time.process_time() - began) / total * 1e3:.1f} ms a page")
    for name, made in (("of one province", cases.one_province(700)), ("of several", cases.several_provinces(450))):
        kept, total = tally(made, lambda case: not cases.lost(case, reading(case.markup)), wrong)
        print(f"true lists {name}: {total - kept} of {total} touched")


def verdicts(cases: Any, wrong: bool) -> None:
    """The confusion table: for each kind of page the verdicts it got, those that are wrong marked."""
    table: dict[str, Counter[str]] = {}
    right = total = 0
    for case in cases.cases():
        found = reading(case.markup)
        is_right = found.verdict in case.verdicts
        right, total = right + is_right, total + 1
        table.setdefault(case.kind, Counter())[found.verdict + ("" if is_right else "!")] += 1
        if wrong and not is_right:
            print(f"  {case.kind}: {found.verdict}, {found.evidence.verdict}: {case.markup[:160]}")
    print(f"verdicts: {right} of {total} right")
    for kind, counts in table.items():
        print(f"  {kind:34} " + ", ".join(f"{verdict} {count}" for verdict, count in sorted(counts.items())))


def tally(made: Iterable[Any], is_right: Any, wrong: bool) -> tuple[int, int]:
    judged = list(_judged(made, is_right))
    if wrong:
        for case, right in judged:
            if not right:
                print(f"  {case.kind}: {' '.join(case.names[:9])}")
    return sum(right for _, right in judged), len(judged)


def _judged(made: Iterable[Any], is_right: Any) -> Iterator[tuple[Any, bool]]:
    for case in made:
        yield case, bool(is_right(case))


if __name__ == "__main__":
    sys.exit(main())
