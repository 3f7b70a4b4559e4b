"""The hosts of a source in the course of one crawl: who answered, who is in trouble, whose fault a failure was.

A page that fails as its host does (no connection, no TLS: it may redirect to a port where nobody is) and whose host
then answers for another page has failed by itself. It rests as every such page does; else it would be asked for first
at each look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.source.model import host_of
from crawler.visit import Visit

OF_A_PAGE = ("connection", "tls")
"""Kinds of failures of a host that may be one page's alone."""

MOST_DOUBTFUL = 20
"""Of one host; behind so many failures in a row it is the host."""


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
        self._doubtful: defaultdict[str, list[Failed]] = defaultdict(list)

    def failed(self, failure: Failed) -> None:
        """A visit failed as its whole host does."""
        host = host_of(failure.visit.url)
        self.in_trouble.setdefault(host, failure.kind)
        if failure.kind in OF_A_PAGE and len(self._doubtful[host]) < MOST_DOUBTFUL:
            self._doubtful[host].append(failure)

    def came(self, url: str) -> Sequence[Failed]:
        """An answer from there. The failures that were none of the host's, as is known by that."""
        host = host_of(url)
        self.answered.add(host)
        self.in_trouble.pop(host, None)
        return self._doubtful.pop(host, ())
