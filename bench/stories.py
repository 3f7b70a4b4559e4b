"""A stream of articles with known copies and lookalikes, grouped by the index and by its peers; targets and growth.

python bench/stories.py                     # a seed of the clock's, printed, so that it was never seen before
python bench/stories.py --seed 7 --articles 20000 --scale 10000 100000 1000000
python bench/stories.py --stored 10000 100000 --step 2000 50  # the grouping of an archive, in SQLite
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent / "stream"))

from grouping import PEERS, Groups, ours
from scale import grow
from stored import grow_stored
from stream import Item, Stream

from archive.likeness import Copy, Index, origin_of

TARGETS = {
    "precision": 0.995,
    "recall": 0.97,
    "template": 0.005,
    "event": 0.005,
    "notice": 0.005,
    "speech": 0.005,
    "origin": 0.95,
    "speed": 1300,
    "memory": 6,
    "stored": 300,
}


@dataclass(frozen=True, slots=True)
class Score:
    """How a grouping fares. Merges are shares of articles that stand with one of another story of their family."""

    precision: float
    recall: float
    merges: dict[str, float]
    missed: dict[str, float]  # kind of copy → share that does not stand with its origin


def score(items: Sequence[Item], groups: Sequence[Iterable[str]]) -> Score:
    """The groups against the truth. Articles in no group are alone."""
    by_id = {item.id: item for item in items}
    group_of = {item.id: f"alone {item.id}" for item in items}
    together = right = 0
    merged: Counter[str] = Counter()
    for number, group in enumerate(groups):
        members = sorted(group)
        group_of.update(dict.fromkeys(members, str(number)))
        sizes = Counter(by_id[one].story for one in members)
        together += len(members) * (len(members) - 1) // 2
        right += sum(size * (size - 1) // 2 for size in sizes.values())
        for one in members:
            family = by_id[one].family
            merged[_sort(family)] += any(by_id[other].story != by_id[one].story for other in members)
    stories: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        stories[item.story].append(item)
    true = sum(len(story) * (len(story) - 1) // 2 for story in stories.values())
    families = Counter(_sort(item.family) for item in items)
    copies: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for story in stories.values():
        for copy in story[1:]:
            copies[copy.kind] += 1
            missed[copy.kind] += group_of[copy.id] != group_of[story[0].id]
    return Score(
        right / max(together, 1),
        right / max(true, 1),
        {family: merged[family] / families[family] for family in sorted(families)},
        {kind: missed[kind] / copies[kind] for kind in sorted(copies)},
    )


def _sort(family: str) -> str:
    return family.split()[0] if family else "none"


def origins(items: Sequence[Item], dice: random.Random) -> dict[str, tuple[int, int]]:
    """How often the origin is named rightly where it is held, and its outlet where it is not: (right, of all)."""
    stories: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        stories[item.story].append(item)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for story in stories.values():
        if len(story) < 2:
            continue
        first = story[0].page
        wire = first.source not in (None, first.outlet)  # it is a reprint itself, of what no site of the stream is
        absent = wire or (len(story) > 3 and dice.random() < 0.1)
        outlet = first.source if wire else first.outlet
        kind = "not held" if absent else "held"
        longest = max(len(item.text) for item in story)
        shown = [_page(item, longest) for item in (story[1:] if absent and not wire else story)]
        found = origin_of(shown)
        total[kind] += 1
        right[kind] += found.held != absent and (found.outlet == outlet if absent else found.id == story[0].id)
    return {kind: (right[kind], total[kind]) for kind in total}


def _page(item: Item, longest: int) -> Copy:
    share = len(item.text) / longest
    return replace(item.page, completeness=share, excerpt=share < 0.5)


def stored(seed: int, sizes: Sequence[int], steps: Sequence[int], database: str | None) -> int:
    """Print how an archive's grouping grows, by the articles of a run; 1 if it is slower than its floor."""
    print(f"seed {seed}, in {'PostgreSQL' if database else 'SQLite'}")
    print(f"{'a run':>6}{'articles':>10}{'articles/s of the last runs':>29}{'by the clock':>14}{'KB each':>9}")
    slowest = math.inf
    for step in steps:
        address = _own_database() if database == "own" else database
        with TemporaryDirectory() as folder:
            for size, speed, by_clock, taken in grow_stored(seed, sizes, Path(folder), address, step):
                print(f"{step:>6,}{size:>10,}{speed:>29,.0f}{by_clock:>14,.0f}{taken / 1024:>9.2f}", flush=True)
                slowest = min(slowest, speed)
    reached = slowest >= TARGETS["stored"]
    print(f"{'reached' if reached else 'MISSED':8} {TARGETS['stored']} articles/s")
    return 0 if reached else 1


def _own_database() -> str:
    """The address of an empty database on a server that ends with this process."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "archive"))
    from postgresql_server import new_database, server

    if server() is None:
        raise SystemExit("No PostgreSQL can be started here.")
    return new_database()


def main() -> int:
    """Print the tables; 1 if a target is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options.add_argument("--articles", type=int, default=6000)
    options.add_argument("--scale", type=int, nargs="*", default=[10_000, 100_000])
    options.add_argument("--stored", type=int, nargs="*", default=[], help="sizes of an archive in a database")
    options.add_argument("--step", type=int, nargs="+", default=[2000, 50], help="articles of a run, with --stored")
    options.add_argument("--database", help="a PostgreSQL's address, or `own` for one of the tests'; SQLite without it")
    options.add_argument("--no-peers", action="store_true")
    asked = options.parse_args()
    Index().query("岚川")  # the table of characters is made once a process, in half a second
    if asked.stored:
        if bad := [size for size in asked.stored for step in asked.step if step < 1 or size % step]:
            options.error(f"--stored {bad[0]} is no multiple of --step")
        return stored(asked.seed, asked.stored, asked.step, asked.database)
    items = Stream(asked.seed, asked.articles).items
    print(
        f"seed {asked.seed}: {len(items)} articles,"
        f" {sum(len(item.text) for item in items) / len(items):.0f} characters each"
    )
    families = "".join(f"{name:>8}" for name in ("notice", "event", "speech", "none"))
    print(f"{'':12}{'precision':>10}{'recall':>8}{'template':>10}{families}{'articles/s':>12}")
    own, own_speed = None, 0.0
    makers: dict[str, Callable[[Sequence[Item]], Groups]] = {"jianbao": ours, **({} if asked.no_peers else PEERS)}
    for name, make in makers.items():
        start = time.process_time()
        groups = list(make(items))
        speed = len(items) / (time.process_time() - start)
        result = score(items, groups)
        if own is None:
            own, own_speed = result, speed
        merges = "".join(f"{result.merges.get(family, 0):>8.2%}" for family in ("notice", "event", "speech", "none"))
        template = result.merges.get("template", 0)
        print(
            f"{name:12}{result.precision:>10.4f}{result.recall:>8.4f}{template:>10.2%}{merges}{speed:>12,.0f}",
            flush=True,
        )
        print("  missed: " + "  ".join(f"{kind} {share:.1%}" for kind, share in result.missed.items()), flush=True)
    assert own is not None
    named = origins(items, random.Random(asked.seed))
    for kind, (right, total) in named.items():
        print(f"origin named rightly where it is {kind}: {right} of {total} = {right / total:.3f}")
    right, total = (sum(pair[at] for pair in named.values()) for at in (0, 1))
    reached = {
        "precision": own.precision >= TARGETS["precision"],
        "recall": own.recall >= TARGETS["recall"],
        **{sort: own.merges.get(sort, 0) <= TARGETS[sort] for sort in ("template", "event", "notice", "speech")},
        "origin": right / total >= TARGETS["origin"],
        "speed of the stream": own_speed >= TARGETS["speed"],
    }
    print(f"{'articles':>10}{'articles/s':>12}{'last tenth/s':>14}{'KB each':>9}")
    for size, speed, last, kilobytes in grow(asked.seed, asked.scale):
        print(f"{size:>10,}{speed:>12,.0f}{last:>14,.0f}{kilobytes:>9.2f}", flush=True)
        reached[f"speed at {size:,}"] = last >= TARGETS["speed"]
        reached[f"memory at {size:,}"] = kilobytes <= TARGETS["memory"] or size < 100_000
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")
    for name, well in reached.items():
        print(f"{'reached' if well else 'MISSED':8} {name}")
    return 0 if all(reached.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
