"""Whose fault a failure was: a host's, or a page's that fails as its host would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crawler.hosts import MOST_DOUBTFUL, Failed, Hosts
from crawler.visit import Visit

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = "http://www.a.cn"


def told(word: str) -> tuple[Hosts, list[str]]:
    """What becomes of a crawl of one host, and which visits failed by themselves while it went on.

    A letter of the word is a visit: `.` is answered, `c`, `t` and `d` fail for want of a connection, TLS and a name.
    """
    hosts, own = Hosts(), list[str]()
    for number, letter in enumerate(word):
        url = f"{SITE}/t{number}.html"
        if letter == ".":
            own += addresses(hosts.came(url))
        else:
            kind = {"c": "connection", "t": "tls", "d": "dns"}[letter]
            hosts.failed(Failed(Visit(url, "article"), kind, "It cannot be had.", NOON))
    return hosts, own


def addresses(failures: Sequence[Failed]) -> list[str]:
    """The visits of these failures."""
    return [each.visit.url.removeprefix(SITE) for each in failures]


def test_a_failure_with_an_answer_behind_it_is_its_page_s_own() -> None:
    """Not one that no page can have by itself."""
    hosts, own = told("cdt.")
    assert own == ["/t0.html", "/t2.html"]
    assert (hosts.in_trouble, hosts.by_themselves) == ({}, 2)


@pytest.mark.parametrize(("failures", "own"), [(MOST_DOUBTFUL, MOST_DOUBTFUL), (MOST_DOUBTFUL + 1, 0), (90, 0)])
def test_behind_many_failures_in_a_row_it_was_the_host(failures: int, own: int) -> None:
    """None of them is written down as a page's own when it answers again; and the next run begins anew."""
    assert len(told("c" * failures + ".")[1]) == own
    assert told("c" * 90 + ".c.")[1] == ["/t91.html"]


@pytest.mark.parametrize(
    ("word", "own"), [(".c", 1), (".ct", 2), ("..c.tc", 2), (".ccc", 0), (".dc", 0), (".d", 0), ("c", 0), ("cc", 0)]
)
def test_the_last_one_or_two_of_a_host_that_answered_failed_by_themselves(word: str, own: int) -> None:
    """More of them are a host that has died meanwhile, and one that never answered is in trouble."""
    hosts, _ = told(word)
    before = hosts.by_themselves
    last = addresses(hosts.ended())
    assert last == [f"/t{number}.html" for number in range(len(word) - own, len(word))]
    assert hosts.by_themselves == before + own
    assert set(hosts.in_trouble) == (set() if own else {"www.a.cn"})
    assert hosts.ended() == []
