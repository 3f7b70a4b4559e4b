"""Replays publication timelines against policies of when to look, all at the same number of requests.

Two arenas. *Shared*: all sources draw on one budget, and a policy may spend more on one than on another; its one knob
is turned until the whole spends the budget. *Own*: every source has a budget for itself; the others' knobs are turned
for each source anew, with its timeline known, while ours is told one budget for all and keeps it as it can.

    python bench/schedules.py --seed 7 --budget 24
"""

from __future__ import annotations

import argparse
import bisect
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat

from policies import POLICIES, Look, Policy, within_budget
from timelines import MINUTE, Timeline, timelines

SMALL = 0.1  # what an answer 304 costs beside a list page that is sent
TOLERANCE = 0.009
TARGET = 0.30  # by how much our median delay lies below the best of the others
Make = Callable[[float], Policy]


@dataclass(slots=True)
class Score:
    """What a policy came to. Delays are in minutes; an article that was never seen has none."""

    requests: int = 0
    unmodified: int = 0
    published: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median delay, lost articles counting as never seen."""
        return self.quantile(0.5)

    def quantile(self, part: float) -> float:
        """The delay within which that part of all published articles was seen; infinite if it never was."""
        place = math.ceil(part * self.published) - 1
        return sorted(self.delays)[place] if 0 <= place < len(self.delays) else math.inf

    @property
    def mean(self) -> float:
        """Of the articles that were seen."""
        return math.fsum(self.delays) / len(self.delays) if self.delays else math.inf

    @property
    def cost(self) -> float:
        """In list pages sent."""
        return self.requests - self.unmodified * (1 - SMALL)


def together(scores: Sequence[Score]) -> Score:
    """Several sources as one."""
    return Score(
        sum(each.requests for each in scores),
        sum(each.unmodified for each in scores),
        sum(each.published for each in scores),
        [delay for each in scores for delay in each.delays],
    )


def replay(source: Timeline, policy: Policy) -> Score:
    """One source from the beginning of the watch to its end."""
    before = bisect.bisect_left(source.appeared, source.begins)
    score = Score(published=len(source.appeared) - before)
    seen, now = 0, source.begins
    while now < source.ends:
        score.requests += 1
        failed = next((kind for since, until, kind in source.outages if since <= now < until), None)
        if failed is not None:
            now = max(policy.after(Look(now, 0, (), failed)), now + 1)
            continue
        there = bisect.bisect_right(source.appeared, now)
        oldest = max(there - source.entries, 0)
        new = range(max(seen, oldest), there)
        score.delays += [(now - source.appeared[index]) / MINUTE for index in new if index >= before]
        score.unmodified += source.validators and not new
        seen = there
        now = max(policy.after(Look(now, there - oldest, tuple(source.stated[index] for index in new))), now + 1)
    return score


def settle(run: Callable[[float], Sequence[Score]], budget: float, knob: float, stretch: float) -> Sequence[Score]:
    """The run at the knob's place where it spends the budget within a per cent, or as near as it can.

    `stretch` is how far the knob has to be turned for a per cent of requests, to begin with: secants from then on.
    """
    best: tuple[float, Sequence[Score]] = (math.inf, ())
    before: tuple[float, float] | None = None  # logs of the knob's place and of the excess
    for _ in range(20):
        scores = run(knob)
        place, excess = math.log(knob), math.log(sum(each.requests for each in scores) / budget)
        best = min(best, (abs(excess), scores), key=lambda each: each[0])
        if abs(excess) < TOLERANCE:
            break
        if before and before[1] != excess:
            stretch = min(max((place - before[0]) / (before[1] - excess), 0.2), 4.0)
        before = (place, excess)
        knob = math.exp(place + stretch * excess)
    return best[1]


def shared(sources: Sequence[Timeline], name: str, budget: float, pool: ProcessPoolExecutor) -> list[Score]:
    """All sources with one knob."""
    make = POLICIES[name]

    def run(knob: float) -> list[Score]:
        return list(pool.map(_once, sources, repeat(make), repeat(knob), chunksize=5))

    knob, stretch = (21.0, 2.0) if name == "ours" else (1.0, 1.0)
    return list(settle(run, budget * sum(_days(each) for each in sources), knob, stretch))


def own(sources: Sequence[Timeline], name: str, budget: float, pool: ProcessPoolExecutor) -> list[Score]:
    """Each source with a knob of its own; ours is told the budget."""
    if name == "ours":  # one knob for all: the budget that each is told
        most = budget * sum(_days(each) for each in sources)

        def run(less: float) -> list[Score]:
            return list(pool.map(_once, sources, repeat(within_budget), repeat(budget / less), chunksize=5))

        return list(settle(run, most, 0.9, 1.0))
    return list(pool.map(partial(_settled, make=POLICIES[name], budget=budget), sources, chunksize=5))


def _once(source: Timeline, make: Make, knob: float) -> Score:
    return replay(source, make(knob))


def _settled(source: Timeline, make: Make, budget: float) -> Score:
    return settle(lambda knob: [replay(source, make(knob))], budget * _days(source), 1.0, 1.0)[0]


def _days(source: Timeline) -> float:
    return (source.ends - source.begins) / 86_400


ARENAS = {"shared": shared, "own": own}
COLUMNS = ("", "requests", "cost", "per new", "median", "mean", "p90", "of sources", "per request", "complete")


def line(name: str, scores: Sequence[Score]) -> str:
    """A policy's figures."""
    whole = together(scores)
    medians = [each.median for each in scores if each.published]
    sound = [each for each in medians if each < math.inf]
    per_new = whole.requests / max(len(whole.delays), 1)
    cells = [
        f"{whole.requests}",
        f"{whole.cost:.0f}",
        f"{per_new:.2f}",
        f"{whole.median:.1f}",
        f"{whole.mean:.1f}",
        f"{whole.quantile(0.9):.0f}",
        f"{math.fsum(sound) / len(sound):.1f}",
        f"{whole.mean * per_new:.1f}",
        f"{len(whole.delays) / whole.published:.2%}",
    ]
    return f"{name:17}" + "".join(f"{cell:>12}" for cell in cells)


def by_kind(sources: Sequence[Timeline], scores: Sequence[Score]) -> Iterator[str]:
    """The figures of each kind of source."""
    for kind in dict.fromkeys(each.kind for each in sources):
        yield line(f"  {kind}", [score for source, score in zip(sources, scores, strict=True) if source.kind == kind])


def main() -> int:
    """Print both tables; 0 if the target is met in both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="of the timelines")
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--budget", type=float, default=24.0, help="looks a day and source")
    parser.add_argument("--arena", choices=tuple(ARENAS), action="append", help="both, if none is named")
    parser.add_argument("--only", choices=tuple(POLICIES), action="append", help="policies")
    parser.add_argument("--kinds", action="store_true", help="the figures of each kind of source as well")
    options = parser.parse_args()
    sources = timelines(options.seed, options.days, options.sites)
    met = True
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for arena in options.arena or ARENAS:
            each = "all together" if arena == "shared" else "for each source"
            size = f"{options.sites} sources, {options.days} days, {options.budget:g} looks a day"
            print(f"\nseed {options.seed}, {size}, {each}")
            print(f"{COLUMNS[0]:17}" + "".join(f"{column:>12}" for column in COLUMNS[1:]))
            medians = {}
            for name in options.only or POLICIES:
                scores = ARENAS[arena](sources, name, options.budget, pool)
                print(line(name, scores), flush=True)
                medians[name] = together(scores).median
                if options.kinds:
                    print(*by_kind(sources, scores), sep="\n")
            if len(medians) == len(POLICIES):
                best = min(median for name, median in medians.items() if name != "ours")
                below = 1 - medians["ours"] / best
                met &= below >= TARGET
                print(f"median delay below the best of the others: {below:.0%} (target {TARGET:.0%})")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
