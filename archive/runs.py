"""The nouns of the watch: runs, what they counted, when a source is due, what is wrong with it.

They are `archive.model`'s, and stand on their own for whoever needs no more of it: `jianbao status` is to be quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

WatchState = Literal["ok", "backing-off", "quarantined"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What one run did. `pages` are responses that were read; the next four say what became of their articles."""

    requests: int = 0
    answered: int = 0  # by a server, with whatever status
    pages: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0  # asked again and unchanged, by a 304 or by equal text
    gone: int = 0
    restored: int = 0
    not_modified: int = 0  # 304 answers
    quarantined: int = 0  # read, but not fit to be published: unreadable, challenge, soft-404, empty
    problems: int = 0  # requests that failed
    repaired: int = 0  # articles whose characters were repaired


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of one source."""

    id: int
    source_id: str
    started: datetime
    finished: datetime | None = None
    state: Literal["running", "finished", "interrupted", "failed"] = "running"
    counts: Counts = Counts()
    failures: Mapping[str, int] = field(default_factory=dict)  # by kind: dns, timeout, http-503, robots …


@dataclass(frozen=True, slots=True)
class Watch:
    """When a source is due next, who is at it, and how it has fared.

    `due` is the next moment of any kind, `lists_due` that from which on a look is one at its lists: a look before it
    asks for known articles alone. None: every look is one at the lists. `reason` is that of `lists_due`.

    A lease says that a worker crawls the source: `lease_owner` names the process, and from `lease_until` on nobody
    need believe it. `strikes` counts the failed crawls since the last good one, `deaths` the workers in a row that
    ended without a word while they were at the source, and before a page came. `memory` is JSON of the schedule's own.
    """

    source_id: str
    due: datetime
    reason: str = ""  # why its lists are due then, as a sentence
    lease_owner: str | None = None
    lease_until: datetime | None = None
    last_started: datetime | None = None
    last_ended: datetime | None = None
    state: WatchState = "ok"
    strikes: int = 0
    failure_kind: str | None = None  # of the newest crawl, if it failed: dns, tls, http-404, challenge …
    deaths: int = 0
    memory: str = ""
    lists_due: datetime | None = None

    @property
    def why(self) -> str:
        """Why it is due when it is, as a sentence."""
        early = self.state == "ok" and self.lists_due is not None and self.due < self.lists_due
        return REVISITS if early else self.reason


REVISITS = "known articles are asked for again"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something is wrong with a source, from `raised` until `cleared`. An `id` of 0: not written yet.

    `confirmed` by the newest run that saw it, `told` to people the last time. `accepted`: a person said that it is
    normal from now on.
    """

    source_id: str
    kind: str
    raised: datetime
    confirmed: datetime
    sentence: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    told: datetime | None = None
    cleared: datetime | None = None
    accepted: bool = False
    id: int = 0
