"""What is put in order whenever a worker opens the archive: the dead, newcomers, due times that cannot be right.

Whoever holds the archive for writing knows that no other worker is alive: every lease that is found is void.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from archive.model import Watch
from archive.store import Archive
from crawler.schedule import terms_of
from crawler.shanghai import in_words
from crawler.source import Source
from crawler.watch.owner import this_machine
from crawler.watch.policy import Policy, cut_short, poisoned, put_right


def settled(
    archive: Archive,
    sources: Mapping[str, Source],
    owner: str,
    now: datetime,
    policy: Policy,
    spread: timedelta,
    say: Callable[[str], None],
) -> dict[str, Watch]:
    """All watches, put in order: the dead let go, newcomers enrolled, due times that cannot be right put right."""
    for each in archive.watches().values():
        if each.lease_owner == owner:  # an earlier round of ours broke
            archive.release(owner, cut_short(each))
    _bury(archive, owner, now, policy, say, silent=archive.is_marked())
    there = archive.watches()
    fresh = sorted(name for name in sources if name not in there)
    one_after_another = spread / max(len(fresh), 1)
    dues = {name: now + number * one_after_another for number, name in enumerate(fresh)}
    archive.enrol([newcomer(name, archive, due) for name, due in dues.items()])
    watches = dict(archive.watches())
    for name in sources:
        if right := put_right(watches[name], terms_of(sources[name]), now, policy):
            say(
                f"{name}: it was due {in_words(watches[name].due)}, later than its schedule can mean (a clock was "
                f"wrong, or its file says otherwise now); it is due {in_words(right.due)}."
            )
            archive.amend(right)
            watches[name] = right
    _tell_missed([watches[name] for name in sources], now, policy, say)
    return watches


def newcomer(source_id: str, archive: Archive, due: datetime) -> Watch:
    """A source that was not watched yet; a person may have crawled it."""
    crawled = archive.runs(source_id, limit=1)
    return Watch(source_id, due, "it was crawled by hand alone" if crawled else "it was never looked at")


def _bury(
    archive: Archive, owner: str, now: datetime, policy: Policy, say: Callable[[str], None], *, silent: bool
) -> None:
    """End the leases of workers that are gone; a source at which one after the other dies is quarantined.

    One of this machine that was not `silent` ended in order and could not give back what it was at: its disk was full.
    """
    leases = archive.watches().values()
    ours = [each.source_id for each in leases if (each.lease_owner or "").startswith(this_machine())]
    in_order = [] if silent else ours
    dead = archive.void(owner, in_order)
    for how, left in (("ended without a word while it was at", False), ("could not give back", True)):
        if names := ", ".join(sorted(each.source_id for each in dead if (each.source_id in in_order) is left)):
            say(f"A worker {how} {names}: begun anew.")
    for each in dead:
        if ill := poisoned(each, now, policy):
            archive.amend(ill)
            say(f"{each.source_id}: quarantined, {ill.reason}.")


def _tell_missed(watches: Sequence[Watch], now: datetime, policy: Policy, say: Callable[[str], None]) -> None:
    missed = [each.due for each in watches if each.last_ended is not None and each.due < now - policy.late]
    if missed:
        count = f"{len(missed)} source{'s' if len(missed) > 1 else ''}"
        say(f"Missed while nobody was at work, since {in_words(min(missed))}: {count}. Each is crawled once now.")
