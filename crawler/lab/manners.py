"""Whether a crawler was polite, counted where it matters: at the servers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from crawler.lab.answers import FORBIDDEN, PROMOTION
from crawler.lab.sites import Site
from crawler.lab.web import Seen

EXACT = 0.001  # seconds by which a gap may fall short: what a clock of milliseconds cannot tell


@dataclass(frozen=True, slots=True)
class Violation:
    """One request that should not have been made, or not then."""

    site: str
    at: float
    path: str
    sentence: str


def violations(seen: Iterable[Seen], sites: Mapping[str, Site], product: str) -> tuple[Violation, ...]:
    """Everything that was impolite, site by site, in order of time.

    Two requests closer than the longer of the source's delay and the site's Crawl-delay; a request while another is
    under way; one during a Retry-After; a path that robots.txt forbids; a page before robots.txt was asked; a
    User-Agent that does not begin with `product`.
    """
    by_site = groupby(sorted(seen, key=lambda each: (each.site, each.at)), key=lambda each: each.site)
    return tuple(found for name, requests in by_site for found in _of(sites[name], tuple(requests), product))


def _of(site: Site, requests: Sequence[Seen], product: str) -> Iterator[Violation]:
    apart = max(site.delay, site.crawl_delay or 0.0)
    closed_until = 0.0
    asked_robots = False
    for number, each in enumerate(requests):

        def wrong(sentence: str, each: Seen = each) -> Violation:
            return Violation(site.id, each.at, each.path, sentence)

        before = requests[number - 1] if number else None
        if before is not None:
            if each.at - before.at < apart - EXACT:
                yield wrong(f"{each.at - before.at:.3f} s after the request before; {apart:g} s are asked for")
            if before.ended is None or each.at < before.ended - EXACT:
                yield wrong("while another request was under way")
        if each.at < closed_until - EXACT:
            yield wrong(f"{closed_until - each.at:.0f} s before a Retry-After was over")
        if each.path.startswith((FORBIDDEN, PROMOTION)):
            yield wrong("robots.txt forbids it")
        if not asked_robots and each.path != "/robots.txt":
            yield wrong("robots.txt was not asked before")
        if not each.user_agent.startswith(product):
            yield wrong(f"the User-Agent is {each.user_agent[:60]!r}")
        asked_robots = asked_robots or each.path == "/robots.txt"
        if each.retry_after:
            closed_until = max(closed_until, (each.ended or each.at) + each.retry_after)
