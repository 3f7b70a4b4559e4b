"""Do a source's pages come broken, or not at all? Encoding damage, challenges to browsers, failures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from archive.tally import RunTally, Tally
from crawler.health.exact import Share, surprise
from crawler.health.history import Finding, History, Kind

FALSE_ALARMS = 0.0005
"""At one look, of a source that is as it was."""

FEWEST = 20
"""Pages of the past, before anything is a surprise."""

IN_A_ROW = 2
"""Failed runs before a source is said to fail: one is a restart of its server."""

TOLD_ELSEWHERE = ("no-links", "challenge", "robots", "fault", "hook", "copy-lost", "paused")
"""Kinds of failure that say nothing of whether a server answers: another alarm tells of them, the run itself, or the
list of hosts (a pause that a host asks for is kept to)."""

_WELL = 0.02


def find_damage(history: History) -> tuple[Finding | None, bool]:
    """Pages whose characters are suddenly damaged, where they were not; and whether that is over."""
    past, now = _runs(history, "encoding")
    if now is None or not now.read:
        return None, False
    rules = sorted(now.repairs)
    traits: list[tuple[str, Callable[[Tally], int]]] = [
        ("lose characters for good", lambda tally: tally.lossy),
        ("are unreadable", lambda tally: tally.verdicts.get("unreadable", 0)),
        *((f"need the repair {rule}", _repaired(rule)) for rule in rules),
    ]
    worst: tuple[float, str, Share] | None = None
    for told, count in traits:
        if not count(now):
            continue
        before = [Share(min(count(run.tally), run.tally.read), run.tally.read) for run in past if run.tally.read]
        if sum(each.of for each in before) < FEWEST:
            continue
        share = Share(min(count(now), now.read), now.read)
        chance = surprise(before, share)
        if worst is None or chance < worst[0]:
            worst = (chance, told, share)
    if worst is not None and worst[0] <= FALSE_ALARMS / len(traits):
        chance, told, share = worst
        sentence = f"Characters come damaged: {share.some} of {share.of} pages {told}, as few or none did before."
        return Finding("encoding", sentence, chance, {"some": share.some, "of": share.of}), False
    return None, worst is None or worst[0] > _WELL


def _repaired(rule: str) -> Callable[[Tally], int]:
    return lambda tally: tally.repairs.get(rule, 0)


def find_challenge(history: History) -> tuple[Finding | None, bool]:
    """Challenges to browsers in the place of pages; and whether that is over."""
    past, now = _runs(history, "challenge")
    if now is None:
        return None, False
    pages, challenged = sum(now.verdicts.values()), now.verdicts.get("challenge", 0)
    lists = now.failures.get("challenge", 0)
    if lists and not now.links:
        sentence = "Challenges to browsers come in the place of the list pages: nothing new can be found."
        return Finding("challenge", sentence, 0.0, {"lists": lists}), False
    if challenged:
        before = [Share(each.verdicts.get("challenge", 0), sum(each.verdicts.values())) for each in _tallies(past)]
        chance = surprise([share for share in before if share.of], Share(challenged, pages))
        if sum(share.of for share in before) >= FEWEST and chance <= FALSE_ALARMS:
            sentence = f"{challenged} of {pages} new pages are challenges to browsers."
            return Finding("challenge", sentence, chance, {"some": challenged, "of": pages}), False
    return None, bool(pages or now.links) and not challenged and not lists


def find_failing(history: History) -> tuple[Finding | None, bool]:
    """Runs in which nothing was to be had, or far less than usual; and whether that is over."""
    past, now = _runs(history, "failing")
    if now is None or not now.counts.requests:
        return None, False
    newest = [run.tally for run in history.runs[-IN_A_ROW:]]
    if len(newest) == IN_A_ROW and all(_nothing_came(each) for each in newest):
        kinds = _kinds(newest)
        sentence = f"Nothing could be had in the last {IN_A_ROW} runs: {_told(kinds)}."
        return Finding("failing", sentence, 0.0, {"failures": kinds}), False
    share = _failures(now)
    if share.of >= 5 and share.some and not _nothing_came(now):
        before = [_failures(each) for each in _tallies(past) if each.counts.requests]
        if sum(each.of for each in before) < FEWEST:
            return None, False
        chance = surprise(before, share)
        if chance <= FALSE_ALARMS:
            kinds = _kinds([now])
            sentence = f"{share.some} of {share.of} requests failed: {_told(kinds)}."
            return Finding("failing", sentence, chance, {"failures": kinds}), False
        return None, chance > _WELL
    return None, not _nothing_came(now) and share.some * 2 <= share.of


def _failures(tally: Tally) -> Share:
    """Requests that failed for the server's or the network's part, of all."""
    failed = sum(count for kind, count in tally.failures.items() if kind not in TOLD_ELSEWHERE)
    return Share(min(failed, tally.counts.requests), tally.counts.requests)


def _nothing_came(tally: Tally) -> bool:
    return tally.counts.requests > 0 and not tally.lists and not tally.read and bool(_failures(tally).some)


def _kinds(tallies: Iterable[Tally]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for tally in tallies:
        for kind, count in tally.failures.items():
            if kind not in TOLD_ELSEWHERE:
                kinds[kind] = kinds.get(kind, 0) + count
    return dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))


def _told(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} × {kind}" for kind, count in list(kinds.items())[:3])


def _tallies(runs: Iterable[RunTally]) -> Sequence[Tally]:
    return [run.tally for run in runs]


def _runs(history: History, kind: Kind) -> tuple[Sequence[RunTally], Tally | None]:
    """The runs that tell what is normal, and what the newest one saw."""
    if not history.runs:
        return (), None
    raised, accepted = history.raised.get(kind), history.accepted.get(kind)
    past = [
        run
        for run in history.runs[:-1]
        if (raised is None or run.started < raised) and (accepted is None or run.started >= accepted)
    ]
    return past, history.runs[-1].tally
