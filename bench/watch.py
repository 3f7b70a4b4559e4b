"""Watching a fake news web for a month of virtual time, held against its truth: `make bench-watch`.

    python bench/watch.py [--sites 50] [--days 30] [--only month] [--quick]

Four parts. The month: every site is watched by its rhythm without a wire (crawler.lab.direct), in as many processes as
there are processors, and everything that came of it is scored. The manners: some of the same sites over the true
fetcher, with what the servers saw. The alarms: sites that are redesigned or fall silent, and others that are not. The
past: a site whose lists show 500 articles of three years, and how often these are asked for in their first week.
How far it has come is told on stderr. No figure depends on the number of processes but the times.
The four policies that ours is held against (bench/policies.py) get as many looks as ours made, by replay of the same
sites' timelines. docs/lab.md tells what is counted how. Exit code 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from policies import POLICIES  # noqa: E402 (the checkout goes first on the path)
from schedules import replay, settle, together  # noqa: E402
from timelines import Timeline  # noqa: E402

from crawler.lab import OPENS, Clock, LabWeb, Month, Site, sites  # noqa: E402
from crawler.lab.breaks import Alarmed, alarmed, cases  # noqa: E402
from crawler.lab.direct import direct  # noqa: E402
from crawler.lab.drive import AGENT, lab_options, prepared, watch  # noqa: E402
from crawler.lab.glances import glances  # noqa: E402
from crawler.lab.manners import Violation, violations  # noqa: E402
from crawler.lab.pieces import Habits  # noqa: E402
from crawler.lab.rhythm import Rhythm  # noqa: E402
from crawler.lab.score import Score, Tally, score  # noqa: E402
from crawler.source import load_sources  # noqa: E402

T = TypeVar("T")
PARTS = ("month", "manners", "alarms", "past")
SITES_IN_A_SHARD = {"month": 1, "manners": 1, "alarms": 10}  # what one process is given at a time
KINDS_OF_FAILURE = {"busy": "http-429", "error": "http-5xx", "hanging": "timeout", "dns": "dns"}


@dataclass
class Shard:
    """What some of the sites came to."""

    score: Score
    manners: tuple[Violation, ...] = ()
    cpu: float = 0.0
    failed: dict[str, int] = field(default_factory=dict)  # looks, by kind of failure


@dataclass(frozen=True)
class Part:
    """What a process is to do: the sites from `first` on, every `step`-th."""

    seed: int
    count: int
    month: Month
    per_day: float
    first: int
    step: int
    true: bool


def month_of(part: Part) -> Shard:
    """Watch a part of the sites for the month."""
    began = time.process_time()
    chosen = sites(part.seed, part.count, part.month, part.per_day)[part.first :: part.step]
    web = LabWeb(chosen, Clock(part.month.opens))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stack.enter_context(web.virtual())
        if not part.true:
            stack.enter_context(direct(web))
        archive, sources = prepared(web, Path(folder))
        with archive:
            record = watch(web, archive, sources, part.month.ends, options=lab_options(web, Path(folder) / "hosts"))
            shard = Shard(score(web, archive, record))
    if part.true:
        shard.manners = violations(web.seen, web.sites, AGENT.split("/")[0])
    for each in record.ended:
        if each.failed:
            shard.failed[each.failed] = shard.failed.get(each.failed, 0) + 1
    shard.cpu = time.process_time() - began
    return shard


def alarms_of(seed: int, each: int, month: Month, first: int, step: int) -> Alarmed:
    """Look at a part of the sites that break and of those that do not, every two hours."""
    found = cases(seed, each, month)[first::step]
    web = LabWeb([case.site for case in found], Clock(month.opens))
    with tempfile.TemporaryDirectory() as folder:
        web.write_config(Path(folder))
        sources = load_sources(Path(folder))
    looks = (glances(case.site, sources[case.site.id], web.base(case.site)) for case in found)
    return alarmed(found, [ended for each_site in looks for ended in each_site])


def past(seed: int) -> dict[str, int]:
    """How often each article was asked for that stood on a site's lists when it was looked at first, in a week."""
    month = Month(OPENS, 7.0, timedelta(days=3 * 365))
    calm = replace(sites(seed, 1, month)[0], rhythm=Rhythm("clock", 0.5), redesigned=(), troubles=(), traps=False)
    web = LabWeb([replace(calm, per_page=50, pages=10, habits=Habits(0.0, 0.0))], Clock(OPENS))
    (site,) = web.sites.values()
    with tempfile.TemporaryDirectory() as folder, web.virtual(), direct(web):
        archive, sources = prepared(web, Path(folder))
        with archive:
            watch(web, archive, sources, month.ends, options=lab_options(web, Path(folder) / "hosts"))
    asked = Counter(each.path for each in web.seen)
    return {path: asked[path] for path in map(site.path, site.listed(OPENS))}


def added(results: Sequence[Score] | Sequence[Alarmed]) -> Score | Alarmed:
    """Several parts as one."""
    whole = type(results[0])()
    for result in results:
        for each in fields(result):
            mine, more = getattr(whole, each.name), getattr(result, each.name)
            if isinstance(mine, Tally):
                mine.of, mine.good, mine.missing = mine.of + more.of, mine.good + more.good, mine.missing + more.missing
            else:
                setattr(whole, each.name, mine + more)
    return whole


def shards(part: str, count: int) -> int:
    """Into how many shards so many sites are divided."""
    return -(-count // SITES_IN_A_SHARD[part])


def parts_of(seed: int, count: int, month: Month, per_day: float, *, true: bool) -> list[Part]:
    """What the processes are to do, shard by shard."""
    step = shards("manners" if true else "month", count)
    return [Part(seed, count, month, per_day, first, step, true) for first in range(step)]


def collected(name: str, asked: Sequence[Future[T]]) -> list[T]:
    """The results in their order; how far it has come is told on stderr whenever a tenth is done."""
    began, told = time.monotonic(), 0
    for done, _ in enumerate(as_completed(asked), 1):
        if done * 10 // len(asked) > told:
            told = done * 10 // len(asked)
            print(
                f"{name}: {done} of {len(asked)} shards, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
            )
    return [each.result() for each in asked]


def timeline(site: Site) -> Timeline:
    """A site's publications as the replay of schedules takes them."""
    pieces = [piece for piece in site.pieces if not (piece.gone and piece.gone <= site.seen_from(piece))]
    appeared = sorted((site.seen_from(piece).timestamp(), piece.published.timestamp()) for piece in pieces)
    return Timeline(
        name=site.id,
        kind=site.rhythm.kind,
        appeared=tuple(at for at, _ in appeared),
        stated=tuple(stated for _, stated in appeared),
        entries=site.per_page * site.pages,
        validators=site.validators in ("right", "dated") and not site.adverts,
        outages=tuple(
            (each.since.timestamp(), each.until.timestamp(), KINDS_OF_FAILURE.get(each.kind, "connection"))
            for each in site.troubles
        ),
        begins=site.opens.timestamp(),
        ends=site.ends.timestamp(),
    )


def others(found: Sequence[Site], looks: int) -> dict[str, float]:
    """The median delay, in minutes, of each of the other policies with as many looks."""
    lines = [timeline(site) for site in found]

    def run_of(name: str) -> Callable[[float], Sequence[object]]:
        return lambda knob: [replay(line, POLICIES[name](knob)) for line in lines]

    return {name: together(settle(run_of(name), looks, 1.0, 1.0)).median for name in POLICIES if name != "ours"}  # type: ignore[arg-type]


def tallied(name: str, tally: Tally, target: float, *, verbose: bool) -> bool:
    """One line of the report, and whether the target is met."""
    good = tally.share >= target
    print(
        f"{name:40}{tally.good:7} of {tally.of:6}  {tally.share:8.3%}  target {target:.1%}  {'' if good else 'MISSED'}"
    )
    for sentence in tally.missing[: 12 if verbose or not good else 0]:
        print(f"    {sentence}")
    return good


def told(name: str, value: str, good: bool, target: str) -> bool:
    """One line of the report, and whether the target is met."""
    print(f"{name:40}{value:>29}  target {target}  {'' if good else 'MISSED'}")
    return good


def main() -> int:
    """Run all parts and print the report."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sites", type=int, default=50)
    arguments.add_argument("--days", type=float, default=30)
    arguments.add_argument("--per-day", type=float, default=0.4, help="what sites publish, beside their full rate")
    arguments.add_argument(
        "--true-sites", type=int, default=10, help="watched over the true fetcher, for their manners"
    )
    arguments.add_argument("--true-days", type=float, default=7)
    arguments.add_argument(
        "--breaks", type=int, default=100, help="redesigns, and as many silences and unchanged sites"
    )
    arguments.add_argument("--break-days", type=float, default=21)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments.add_argument("--only", choices=PARTS, action="append", help="parts; all of them, if none is named")
    arguments.add_argument("--quick", action="store_true", help="a few sites for a few days")
    arguments.add_argument("-v", "--verbose", action="store_true")
    wanted = arguments.parse_args()
    if wanted.quick:
        wanted.sites, wanted.days, wanted.true_sites, wanted.true_days = 4, 3.0, 2, 1.0
        wanted.breaks, wanted.break_days = 2, 12.0
    began, good = time.monotonic(), True
    chosen = tuple(wanted.only or PARTS)
    month, short = Month(OPENS, wanted.days), Month(OPENS, wanted.true_days)
    breaking = Month(OPENS, wanted.break_days)
    with ProcessPoolExecutor(wanted.processes, mp_context=get_context("spawn")) as pool:
        if "month" in chosen:
            parts = parts_of(wanted.seed, wanted.sites, month, wanted.per_day, true=False)
            good &= month_report(collected("month", [pool.submit(month_of, part) for part in parts]), wanted, month)
        if "manners" in chosen:
            parts = parts_of(wanted.seed + 1, wanted.true_sites, short, wanted.per_day, true=True)
            good &= manners_report(collected("manners", [pool.submit(month_of, part) for part in parts]), wanted)
        if "alarms" in chosen:
            step = shards("alarms", 3 * wanted.breaks)
            terms = (wanted.seed + 2, wanted.breaks, breaking)
            broken = [pool.submit(alarms_of, *terms, first, step) for first in range(step)]
            good &= alarms_report(collected("alarms", broken), wanted)
    if "past" in chosen:
        good &= past_report(wanted)
    print(f"\n{time.monotonic() - began:.0f} s on {wanted.processes} processes")
    return 0 if good else 1


def month_report(shards: Sequence[Shard], wanted: argparse.Namespace, month: Month) -> bool:
    """The month's figures."""
    whole = added([shard.score for shard in shards])
    assert isinstance(whole, Score)
    print(f"The month: {wanted.sites} sites, {wanted.days:g} days, seed {wanted.seed}, without a wire")
    good = tallied("articles captured", whole.captured, 0.999, verbose=wanted.verbose)
    print(
        f"    {whole.unseeable} stood too short for anybody to see them; {whole.too_late} came after the last look at "
        "their source"
    )
    good &= tallied("titles and texts as they stood", whole.true, 1.0, verbose=wanted.verbose)
    good &= tallied("edits seen within the ladder", whole.edits, 0.99, verbose=wanted.verbose)
    good &= tallied("deletions seen within the ladder", whole.deletions, 0.99, verbose=wanted.verbose)
    good &= tallied("restorations seen within the ladder", whole.restorations, 0.99, verbose=wanted.verbose)
    print(
        f"    {whole.fleeting} were over, or the month was, before the ladder asks; {whole.troubled} fell to a site in "
        f"trouble; edits were seen after {median(whole.edit_delays or [0.0]) / 60:.0f} min (median)"
    )
    good &= told(
        "articles stored twice, or never published",
        f"{whole.double}, {whole.foreign}",
        not (whole.double + whole.foreign),
        "0, 0",
    )
    new = max(1, len(whole.delays))
    print(f"{'looks at lists, requests':40}{whole.list_looks:14} {whole.requests:14}")
    print(f"{'the same for each new article':40}{whole.list_looks / new:14.2f} {whole.requests / new:14.2f}")
    print(f"    {whole.looks - whole.list_looks} more looks at known articles alone")
    print(f"{'CPU':40}{sum(each.cpu for each in shards):27.0f} s")
    failures: dict[str, int] = {}
    for shard in shards:
        for kind, count in shard.failed.items():
            failures[kind] = failures.get(kind, 0) + count
    print(
        f"    looks that failed: {', '.join(f'{kind} {count}' for kind, count in sorted(failures.items())) or 'none'}"
    )
    ours = whole.median_delay / 60
    medians = others(sites(wanted.seed, wanted.sites, month, wanted.per_day), whole.list_looks)
    for name, minutes in medians.items():
        print(f"{'    median delay with as many looks: ' + name:57}{minutes:8.1f} min")
    best = min(medians.values())
    return good & told(
        "median delay, beside the best of the four",
        f"{ours:.1f} min, {ours / best - 1:+.0%}",
        ours <= 0.7 * best,
        "-30%",
    )


def manners_report(shards: Sequence[Shard], wanted: argparse.Namespace) -> bool:
    """What the servers saw of the true fetcher."""
    whole = added([shard.score for shard in shards])
    assert isinstance(whole, Score)
    wrong = [each for shard in shards for each in shard.manners]
    print(f"\nThe manners: {wanted.true_sites} sites, {wanted.true_days:g} days, over the true fetcher")
    good = told("requests, impolite ones at the servers", f"{whole.requests}, {len(wrong)}", not wrong, "0")
    for each in wrong[:12]:
        print(f"    {each.site} {each.at:.3f} {each.path}: {each.sentence}")
    good &= tallied("articles captured", whole.captured, 0.999, verbose=wanted.verbose)
    good &= tallied("titles and texts as they stood", whole.true, 1.0, verbose=wanted.verbose)
    print(f"{'CPU for each request':40}{1000 * sum(each.cpu for each in shards) / max(1, whole.requests):26.1f} ms")
    return good


def past_report(wanted: argparse.Namespace) -> bool:
    """The figures of a site with a past."""
    askings = past(wanted.seed + 3)
    whole = sum(askings.values()) - len(askings)
    print(f"\nThe past: {len(askings)} articles of three years, found in one night, and the week after it")
    return told("askings for them, for each", f"{whole}, {whole / len(askings):.2f}", whole <= len(askings), "1.00")


def alarms_report(parts: Sequence[Alarmed], wanted: argparse.Namespace) -> bool:
    """What was noticed of redesigns and silences."""
    whole = added(parts)
    assert isinstance(whole, Alarmed)
    print(f"\nThe alarms: {wanted.breaks} redesigns, silences and unchanged sites each, {wanted.break_days:g} days")
    good = tallied("redesigns alarmed at the next run", whole.redesigned, 0.95, verbose=wanted.verbose)
    good &= tallied("silences alarmed at the next run", whole.silent, 0.95, verbose=wanted.verbose)
    good &= tallied("unchanged sites without an alarm", whole.quiet, 0.98, verbose=wanted.verbose)
    print(f"    {whole.false} alarms in {whole.looks} looks at sites while they were unchanged")
    return good


if __name__ == "__main__":
    sys.exit(main())
