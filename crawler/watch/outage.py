"""Our own network that is gone: told from sources that are, and nobody is blamed for it. Pure: rows in, rows out.

A look that could reach nobody is on trial until somebody is reached: its source's memory counts how many of its strikes
are of that time (`Memory.dark`). If by then several sources of different hosts, all of them sound before, could not be
reached, it was our network: those strikes are taken back and all of these sources are due again at once. Else they
stand. All of it is in the rows, so that a daemon, a `run-due` and the next one of it come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from archive.model import Watch
from crawler.schedule import recall, to_json
from crawler.source import Source
from crawler.watch.back import given_back

DARK = ("dns", "connection", "timeout")
"""What all sources have in common when it is our own network that is gone."""

REACHED = ("tls", "robots-unavailable", "redirect", "too-large", "encoding")
"""Failures that somebody has to be reached for."""

GONE_AFTER = 3
"""So many hosts that cannot be reached, and could be before, are no accident; where fewer are watched, all of them."""

FEW, IN_VAIN = 2, 2
"""So many hosts are enough once somebody is reached, if each was looked at so often in vain: whoever else is watched
was not looked at meanwhile, for the first who is reached ends the trial. Two that died while nobody else was looked at
are taken for the same: they lose those strikes, and their failed runs are told as ever."""


def is_dark(failed: str | None, answered: int) -> bool:
    """Whether a look reached nobody in a way in which all fail that are made without a network."""
    return not answered and failed in DARK


def is_light(failed: str | None, answered: int) -> bool:
    """Whether a look shows that the network is there. What is paused, or was ended by us, shows neither."""
    return answered > 0 or failed is None or failed in REACHED


def in_vain(watch: Watch) -> Watch:
    """A source at which a look reached nobody, its strike counted already."""
    return _with_dark(watch, (_dark(watch) or 0) + 1)


def excused(watch: Watch, failed: str, started: datetime, ended: datetime, due: datetime) -> Watch:
    """A source that could not be reached while nothing could: no strike is counted, and it is soon tried again."""
    held = given_back(watch, started, ended, due, "nothing could be reached", lists_due=due, failure_kind=failed)
    return _with_dark(held, _dark(watch) or 0)


def network_gone(watches: Iterable[Watch], sources: Mapping[str, Source]) -> bool:
    """Whether so many hosts that were sound cannot be reached that it is our network.

    `sources` are all that are configured: of a source that is not, or that was in trouble before, nothing can be told.
    """
    hosts = {source.id: _host(source) for source in sources.values() if source.enabled}
    return len(_witnesses(watches, hosts)) >= max(2, min(GONE_AFTER, len(set(hosts.values()))))


def _witnesses(watches: Iterable[Watch], hosts: Mapping[str, str], looks: int = 0) -> set[str]:
    """The hosts that were sound, that cannot be reached and for which so many looks count as strikes since then."""
    return {
        hosts[each.source_id]
        for each in watches
        if each.source_id in hosts and _was_sound(each) and (_dark(each) or 0) >= looks
    }


def sooner(watches: Iterable[Watch], due: datetime) -> tuple[Watch, ...]:
    """Those on trial that are left alone beyond `due`, due then: the network has been found to be gone."""
    late = (each for each in watches if each.due > due and _dark(each) is not None)
    return tuple(replace(each, due=due, lists_due=due, reason="nothing could be reached") for each in late)


def lit(watches: Iterable[Watch], sources: Mapping[str, Source], now: datetime) -> tuple[Watch, ...]:
    """Those on trial, now that somebody is reached: excused and due, or guilty of their strikes."""
    there = tuple(watches)
    on_trial = [each for each in there if _dark(each) is not None]
    if not on_trial:
        return ()
    hosts = {source.id: _host(source) for source in sources.values() if source.enabled}
    gone = network_gone(on_trial, sources) or len(_witnesses(on_trial, hosts, IN_VAIN)) >= FEW
    return tuple(_forgiven(each, now) if gone else _with_dark(each, None) for each in on_trial)


def _forgiven(watch: Watch, now: datetime) -> Watch:
    memory = recall(watch.memory)
    strikes = max(0, watch.strikes - (memory.dark or 0))
    left = max(0, memory.strikes - (memory.dark or 0))
    memory = msgspec.structs.replace(memory, strikes=left, failure=memory.failure if left else None, dark=None)
    return replace(
        watch,
        due=min(watch.due, now),
        lists_due=min(watch.due, now),
        reason="it could not be reached while nothing could",
        state=watch.state if strikes else "ok",
        strikes=strikes,
        failure_kind=watch.failure_kind if strikes else None,
        memory=to_json(memory),
    )


def _was_sound(watch: Watch) -> bool:
    dark = _dark(watch)
    return dark is not None and dark == watch.strikes


def _dark(watch: Watch) -> int | None:
    """How many of the strikes are on trial; None if the last look is not. Most rows can be told without reading."""
    return recall(watch.memory).dark if watch.failure_kind in DARK else None


def _with_dark(watch: Watch, dark: int | None) -> Watch:
    return replace(watch, memory=to_json(msgspec.structs.replace(recall(watch.memory), dark=dark)))


def _host(source: Source) -> str:
    return urlsplit(source.home).hostname or source.id
