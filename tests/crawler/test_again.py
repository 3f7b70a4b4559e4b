"""Known articles wait for their turn: those of a host in trouble behind all others, at a bounded price."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import crawler.again
from archive.model import Page
from crawler.again import Again
from crawler.noting import Outstanding
from crawler.order import Order
from crawler.source.model import host_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EACH = 100


@pytest.fixture
def again() -> Again:
    """Articles of two hosts, in turns, the first one's before the other's."""
    found = Again(Order(revisit="due"), concurrency=2)
    pages = []
    for number in range(2 * EACH):
        url = f"http://{'ab'[number % 2]}.cn/t{number}.html"
        checked = NOON - timedelta(days=1) + timedelta(seconds=number)
        pages.append((url, Page("a", url, url, "article", "fetched", NOON - timedelta(days=2), last_checked=checked)))
    found.take(pages, NOON)
    return found


def hosts(again: Again) -> str:
    """Those of all that wait, in their order."""
    return "".join(host_of(page.url)[0] for _, page in iter(lambda: again.next(Outstanding(), NOON), None))


def test_the_articles_of_a_host_in_trouble_go_behind_all_others(again: Again) -> None:
    """They are no fewer, and those of a host without any are none."""
    again.put_behind("http://c.cn/")
    again.put_behind("http://a.cn/list/")
    assert again.unfitted == EACH
    again.answers("http://a.cn/list/")
    assert again.unfitted == 2 * EACH
    assert hosts(again) == "b" * EACH + "a" * EACH


def test_a_host_that_fails_and_answers_in_turns_costs_one_sorting(
    again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could have all that waits be sorted with each of its answers, for ever."""
    calls = 0

    def counted(url: str) -> str:
        nonlocal calls
        calls += 1
        return host_of(url)

    monkeypatch.setattr(crawler.again, "host_of", counted)
    for _ in range(50):
        again.put_behind("http://a.cn/t0.html")
        again.answers("http://a.cn/t2.html")
    assert calls == 2 * EACH + 2 * 50
