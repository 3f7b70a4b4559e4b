"""Is a source's template what it was? Told by what its new articles lack, and how long they are.

What crawler.learn sees is the structure of pages; here is what comes of them. Both are one alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from archive.tally import FIELDS, RunTally, Tally
from crawler.health.exact import Share, surprise
from crawler.health.history import Finding, History

FALSE_ALARMS = 0.01
"""Of a changed template, in thirty days of a source that stays as it is. Each run with pages is a chance for one."""

FEWEST = 20
"""Pages of the past, before fields and lengths are a surprise: other columns may come."""

FEWEST_WHOLE = 8
"""Pages of the past, before it is a surprise that pages hold no article, look like none or have become poorer: what a
first run reads of a short list."""

FEWEST_LISTS = 2
"""List pages of the past, before one that shows no article is a surprise: from the third run on."""

ENOUGH = 3
"""New articles that are as ever, before a changed template is over."""

WINDOWS = (1, 5, 10, 20)
"""The newest run alone, and as many runs before it as bring so many pages: a small source speaks in several runs."""

MOST_IN_WINDOW = 60
"""Runs that are taken together."""

_YOUNG = 7.0  # days
_USUAL = 0.9  # a field that so many articles have is one whose lack counts
_WELL = 0.02  # a chance that is no surprise


class Trait(NamedTuple):
    """Something that a page may have which is no good sign, and how it is told."""

    name: str
    told: str  # "{some} of {of} new articles …"
    of: Callable[[Tally], Share]
    whole: bool = False  # of the page as a whole: few pages tell what is usual


def find_drift(history: History) -> tuple[Finding | None, bool]:
    """The alarm, if there is one, and whether the template is known to be well again."""
    runs = [run for run in history.runs if not _is_over(history, run)]
    newest = history.runs[-1] if history.runs else None
    if newest is None:
        return None, False
    raised = history.raised.get("template")
    past = [run for run in runs[:-1] if raised is None or run.started < raised]
    since = [run for run in runs if raised is None or run.started >= raised]
    if history.template_change:
        return Finding("template", history.template_change), False
    if (bare := _without_links(past, newest.tally)) is not None:
        return bare, False
    if not newest.tally.verdicts and not newest.tally.poorer:
        return None, False
    month, young = _chances(runs)

    def often(chance: float, trait: Trait, *_: object) -> float:
        return chance * max(1.0, young if trait.whole else month)

    found = min(_surprises(past, since), key=lambda each: often(*each), default=None)
    if found is not None and often(*found) <= FALSE_ALARMS:
        chance, trait, share, before = found
        usual = f"; {before:.1%} was usual" if before >= 0.001 else "; that was never so"
        sentence = f"The template seems to have changed: {trait.told.format(some=share.some, of=share.of)}{usual}."
        figures = {"trait": trait.name, "some": share.some, "of": share.of, "usual": round(before, 4)}
        return Finding("template", sentence, chance, figures), False
    shown = sum(run.tally.articles for run in since if raised is None or run.started > raised)
    return None, raised is not None and shown >= ENOUGH and (found is None or found[0] > _WELL)


def _is_over(history: History, run: RunTally) -> bool:
    """Whether the run is of the time before somebody said that things are normal as they are."""
    accepted = history.accepted.get("template")
    return accepted is not None and run.started < accepted


def _chances(runs: Sequence[RunTally]) -> tuple[float, float]:
    """How many runs with new pages come in thirty days; and of a source that is watched for less than a week, in a
    week: a redesign among its first runs is to be seen, by pages as a whole."""
    some = [run for run in runs if run.tally.verdicts or run.tally.again]
    if len(some) < 2:
        return 1.0, 1.0
    days = (some[-1].started - some[0].started) / timedelta(days=1)
    a_day = len(some) / max(1.0, days)
    return a_day * 30.0, a_day * (30.0 if days >= _YOUNG else _YOUNG)


def _without_links(past: Sequence[RunTally], now: Tally) -> Finding | None:
    lists, links = sum(run.tally.lists for run in past), sum(run.tally.links for run in past)
    if now.links or not now.failures.get("no-links") or lists < FEWEST_LISTS or links < 2 * lists:
        return None  # a list that may be empty, such as a news sitemap, is no problem of its run
    usual = round(links / lists)
    sentence = f"The list pages show no article any more; {usual} on each was usual. Their layout may have changed."
    return Finding("template", sentence, 0.0, {"trait": "links", "some": 0, "usual": usual})


def _surprises(past: Sequence[RunTally], since: Sequence[RunTally]) -> Iterator[tuple[float, Trait, Share, float]]:
    """The chance of each trait of the newest run, alone and with the runs before it, beside the past."""
    for trait in traits([run.tally for run in past]):
        newest = trait.of(since[-1].tally)
        if newest.some == 0:
            continue
        before = [(run.run_id, trait.of(run.tally)) for run in past]
        before = [each for each in before if each[1].of]
        for window, first in _windows([(run.run_id, trait.of(run.tally)) for run in since[-MOST_IN_WINDOW:]]):
            older = [share for number, share in before if number < first]
            seen = sum(each.of for each in older)
            if seen >= (FEWEST_WHOLE if trait.whole else FEWEST):
                yield surprise(older, window), trait, window, sum(each.some for each in older) / seen


def _windows(shares: Sequence[tuple[int, Share]]) -> Iterator[tuple[Share, int]]:
    """The newest runs together, as many as bring so many pages each time, and the number of the first of them."""
    some = of = 0
    wanted = list(WINDOWS)
    for number, share in reversed(shares):
        some, of = some + share.some, of + share.of
        if share.of and of >= wanted[0]:
            yield Share(some, of), number
            wanted = [size for size in wanted if size > of]
            if not wanted:
                return


def _new_pages(tally: Tally) -> Share:
    """Pages that were to be articles and are none, of all that were read for the first time."""
    pages = sum(count for verdict, count in tally.verdicts.items() if verdict != "challenge")
    return Share(pages - tally.verdicts.get("article", 0), pages)


def traits(past: Sequence[Tally]) -> tuple[Trait, ...]:
    """What speaks for a changed template, given what the source's articles were like."""
    patterns: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    for each in past:
        for pattern, count in each.patterns.items():
            patterns[pattern] += count
        for key, count in each.lengths.items():
            lengths[int(key) if key.isdecimal() else 0] += count
    articles = patterns.total()
    having = {name: sum(count for each, count in patterns.items() if FIELDS[name] in each) for name in FIELDS}
    usual = [name for name in FIELDS if articles and having[name] >= _USUAL * articles]
    found = [
        Trait("no article", "{some} of {of} new pages hold no article", _new_pages, whole=True),
        Trait(
            "structure",
            "{some} of {of} new pages look like none of the known templates",
            lambda tally: Share(tally.strange, tally.strange + tally.recognised),
            whole=True,
        ),
        Trait(
            "poorer",
            "{some} of {of} known articles that were read again have lost a field or half of their text",
            lambda tally: Share(tally.poorer, tally.again),
            whole=True,
        ),
    ]
    if len(usual) > 1:
        letters = "".join(FIELDS[name] for name in usual)
        told = "{some} of {of} new articles lack two or more of " + ", ".join(usual)
        found.append(Trait("fields", told, _lacking(letters, 2)))
    found += [Trait(name, "{some} of {of} new articles have no " + name, _lacking(FIELDS[name])) for name in usual]
    if lengths:
        short, few, many, long = (_quantile(lengths, part) for part in (0.02, 0.1, 0.9, 0.98))
        found += [
            Trait("short", "{some} of {of} new articles are shorter than others", _within(-1, short - 2)),
            Trait("shorter", "{some} of {of} new articles are among the shortest", _within(-1, few - 1)),
            Trait("longer", "{some} of {of} new articles are among the longest", _within(many + 1, 1000)),
            Trait("long", "{some} of {of} new articles are longer than others", _within(long + 2, 1000)),
        ]
    return tuple(found)


def _lacking(letters: str, at_least: int = 1) -> Callable[[Tally], Share]:
    def share(tally: Tally) -> Share:
        bare = (sum(letter not in pattern for letter in letters) for pattern in tally.patterns)
        counts = tally.patterns.values()
        return Share(sum(n for lacks, n in zip(bare, counts, strict=True) if lacks >= at_least), tally.articles)

    return share


def _within(lowest: int, highest: int) -> Callable[[Tally], Share]:
    def share(tally: Tally) -> Share:
        counted = ((int(key), count) for key, count in tally.lengths.items() if key.isdecimal())
        return Share(sum(count for key, count in counted if lowest <= key <= highest), tally.articles)

    return share


def _quantile(counted: Counter[int], part: float) -> int:
    wanted, seen = part * sum(counted.values()), 0
    for key in sorted(counted):
        seen += counted[key]
        if seen >= wanted:
            return key
    return max(counted)
