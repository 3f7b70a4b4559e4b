"""Sites that are redesigned or fall silent on a day, others that go on as ever, and whether that is noticed in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from crawler.lab.looks import Look
from crawler.lab.rhythm import Kind, Rhythm
from crawler.lab.score import Tally
from crawler.lab.sites import Month, Site, sites
from crawler.watch import Ended

Fate = Literal["redesigned", "silent", "unchanged"]
EXPECTED = 12
"""Articles that should have come and did not: then a silence is one (a source that brings one a week is not silent yet
on a Monday)."""

PARALLEL = 60
"""Timelines of a rhythm that its mean is taken of."""

KINDS: tuple[tuple[Kind, float, bool], ...] = (
    ("clock", 6.0, False), ("office", 6.0, True), ("dawn", 6.0, False), ("evening", 6.0, True),
)  # fmt: skip
OTHER: dict[Look, Look] = {"trs": "phpcms", "phpcms": "farm", "government": "trs", "farm": "government"}


@dataclass(frozen=True, slots=True)
class Case:
    """One site and what becomes of it. `noticeable`: the first look that begins then or later can know it."""

    site: Site
    fate: Fate
    noticeable: datetime | None = None


def cases(seed: int, each: int, month: Month, *, warm: float = 0.7) -> tuple[Case, ...]:
    """So many sites of each fate; what happens, happens after `warm` of the span."""
    drawn = sites(seed, 3 * each, month)
    return tuple(
        _case(site, ("redesigned", "silent", "unchanged")[number % 3], number // 3, month, warm)
        for number, site in enumerate(drawn)
    )


def _case(site: Site, fate: Fate, number: int, month: Month, warm: float) -> Case:
    kind, mean, rests = KINDS[number % len(KINDS)]
    moment = month.opens + timedelta(days=month.days * warm, hours=number * 7 % 24)
    calm = replace(
        site, rhythm=Rhythm(kind, mean, rests), redesigned=(), troubles=(), validators="right", adverts=False,
        counters=False, traps=False, selectors=True, per_page=20, pages=1, charset=_plain(site),
    )  # fmt: skip
    match fate:
        case "redesigned":
            look: Look = "app" if number % 2 else OTHER[site.look]
            return Case(replace(calm, redesigned=((moment, look),)), fate, moment)
        case "silent":
            quiet = replace(calm, rhythm=Rhythm(kind, mean, rests, ((moment, month.ends),)))
            return Case(quiet, fate, _missed(calm, moment))
        case "unchanged":
            return Case(calm, fate)


def _plain(site: Site) -> Literal["utf-8", "gb18030"]:
    return "gb18030" if site.look == "phpcms" else "utf-8"


def _missed(calm: Site, silent: datetime) -> datetime | None:
    """When EXPECTED articles, to the nearest one, were to be expected since then; None: not before the end.

    What is to be expected of a rhythm is what it brings on average: a silence is due by that, and not by how many
    articles this one site would have had by chance.
    """
    timelines = (calm.rhythm.moments(silent, calm.ends, f"{calm.seed} {number}") for number in range(PARALLEL))
    would = sorted(moment for timeline in timelines for moment in timeline)
    due = round(PARALLEL * (EXPECTED - 0.5))
    return would[due - 1] if due <= len(would) else None


@dataclass(slots=True)
class Alarmed:
    """What was noticed at the next run, and what was told of sites that went on as ever."""

    redesigned: Tally = field(default_factory=Tally)
    silent: Tally = field(default_factory=Tally)
    quiet: Tally = field(default_factory=Tally)  # unchanged sites of which nothing was told
    looks: int = 0  # at sites while they were unchanged
    false: int = 0  # alarms at those


def alarmed(found: Sequence[Case], ended: Iterable[Ended]) -> Alarmed:
    """Hold the alarms of looks against what became of the sites."""
    result = Alarmed()
    by_source: dict[str, list[Ended]] = {}
    for each in ended:
        by_source.setdefault(each.source_id, []).append(each)
    for case in found:
        looks = by_source.get(case.site.id, [])
        broken = case.site.redesigned[0][0] if case.fate == "redesigned" else None
        silent = case.site.rhythm.silent[0][0] if case.fate == "silent" else None
        sound = [each for each in looks if not _from(each, broken or silent or case.site.ends)]
        false = list(_raised(sound))
        result.looks += len(sound)
        result.false += len(false)
        if case.fate == "unchanged":
            result.quiet.count(not false, f"{case.site.id}: {false[0] if false else ''}")
        elif case.noticeable is not None:
            after = [each for each in looks if _from(each, case.noticeable)]
            if after:
                standing = [alarm.kind for alarm in after[0].examined.alarms.standing]
                tally = result.redesigned if case.fate == "redesigned" else result.silent
                tally.count(
                    bool(standing), f"{case.site.id} ({case.site.rhythm.kind}) {case.noticeable:%d %H:%M}: no alarm"
                )
    return result


def _from(ended: Ended, moment: datetime) -> bool:
    return ended.run is not None and ended.run.started >= moment


def _raised(looks: Iterable[Ended]) -> Iterator[str]:
    for each in looks:
        for alarm in each.examined.alarms.raised:
            yield f"{alarm.kind} at {each.run.started if each.run else '?'}: {alarm.sentence}"
