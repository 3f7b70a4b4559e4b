"""Counting impolite requests."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lab_webs import site

from crawler.lab.manners import violations
from crawler.lab.web import Seen

ROBOTS = Seen(0.0, "lab-001", "/robots.txt", False, "jianbao/1", 0.2, 200)
PAGE = Seen(3.0, "lab-001", "/cn/jjxw/", False, "jianbao/1", 3.4, 200)


def told(*seen: Seen, crawl_delay: float | None = None) -> list[str]:
    """What is wrong."""
    return [each.sentence for each in violations(seen, {"lab-001": site(crawl_delay=crawl_delay)}, "jianbao")]


def test_polite_requests_are_not_counted() -> None:
    """Two seconds apart, one at a time, robots.txt first."""
    assert told(ROBOTS, PAGE, replace(PAGE, at=5.0, ended=5.1)) == []


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ((ROBOTS, PAGE, replace(PAGE, at=4.9, ended=5.0)), "after the request before"),
        ((ROBOTS, replace(PAGE, ended=9.0), replace(PAGE, at=6.0, ended=9.5)), "another request was under way"),
        ((ROBOTS, replace(PAGE, ended=None), replace(PAGE, at=6.0, ended=9.5)), "another request was under way"),
        ((ROBOTS, replace(PAGE, status=429, retry_after=60), replace(PAGE, at=60.0)), "Retry-After"),
        ((replace(ROBOTS, status=429, retry_after=60), PAGE), "Retry-After"),
        ((ROBOTS, replace(PAGE, path="/admin/x")), "forbids"),
        ((ROBOTS, replace(PAGE, path="/tuiguang/202611/t20261103_1.html")), "forbids"),
        ((PAGE,), "not asked before"),
        ((ROBOTS, replace(PAGE, user_agent="Mozilla/5.0")), "User-Agent"),
    ],
)
def test_each_impolite_request_is_counted_once(seen: tuple[Seen, ...], words: str) -> None:
    """One kind of fault each."""
    found = told(*seen)
    assert len(found) == 1
    assert words in found[0]


def test_a_crawl_delay_is_longer_than_the_source_s_own() -> None:
    """Five seconds are asked for by robots.txt, two by the source."""
    assert len(told(ROBOTS, replace(PAGE, at=6.0, ended=6.1), replace(PAGE, at=10.0), crawl_delay=5.0)) == 1


def test_hosts_are_counted_apart() -> None:
    """Requests to two sites at one moment disturb nobody."""
    other = replace(site(), id="lab-002")
    seen = [replace(each, site=name) for each in (ROBOTS, PAGE) for name in ("lab-001", "lab-002")]
    assert violations(seen, {"lab-001": site(), "lab-002": other}, "jianbao") == ()
