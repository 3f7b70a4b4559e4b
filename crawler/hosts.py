"""The hosts of a source in the course of one crawl: who answered, who is in trouble, whose fault a failure was.

A page that fails as its host does (no connection, no TLS: it may redirect to a port where nobody is) and whose host
then answers for another page has failed by itself. So has one of the last pages of a crawl whose host answered before.
It rests as every such page does; else it would be asked for first at each look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.source.model import host_of
from crawler.visit import Visit

OF_A_PAGE = ("connection", "tls")
"""Kinds of failures of a host that may be one page's alone."""

MOST_DOUBTFUL = 20
"""Where more of a host's visits fail in a row it was the host, though it answers again: none failed by itself."""

MOST_LAST = 2
"""So many of a host's visits may fail last of all by themselves; where more do the host has died meanwhile."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A visit that failed as its host does."""

    visit: Visit
    kind: str
    message: str
    at: datetime


class Hosts:
    """`in_trouble` are the hosts that failed and have not answered since, each with how it first did."""

    def __init__(self) -> None:
        self.in_trouble: dict[str, str] = {}
        self.answered: set[str] = set()
        self.by_themselves = 0  # visits that failed for reasons of their own
        self._in_a_row: Counter[str] = Counter()  # failures of a host since it last answered, of whatever kind
        self._doubtful: defaultdict[str, list[Failed]] = defaultdict(list)  # those of them that may be a page's alone

    def failed(self, failure: Failed) -> None:
        """A visit failed as its whole host does."""
        host = host_of(failure.visit.url)
        self.in_trouble.setdefault(host, failure.kind)
        self._in_a_row[host] += 1
        if self._in_a_row[host] > MOST_DOUBTFUL:
            self._doubtful.pop(host, None)
        elif failure.kind in OF_A_PAGE:
            self._doubtful[host].append(failure)

    def came(self, url: str) -> Sequence[Failed]:
        """An answer from there. The failures that were none of the host's, as is known by that."""
        host = host_of(url)
        self.answered.add(host)
        return self._cleared(host)

    def ended(self) -> Sequence[Failed]:
        """Nothing is asked for any more. The last failures that were none of their hosts', which had answered."""
        alone = [
            host
            for host in self.in_trouble
            if host in self.answered and len(self._doubtful.get(host, ())) == self._in_a_row[host] <= MOST_LAST
        ]
        return [each for host in alone for each in self._cleared(host)]

    def _cleared(self, host: str) -> Sequence[Failed]:
        self.in_trouble.pop(host, None)
        self._in_a_row.pop(host, None)
        own = self._doubtful.pop(host, ())
        self.by_themselves += len(own)
        return own
