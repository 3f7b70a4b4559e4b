"""The figures of a report are those of the facts."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from archive.report import numbers
from archive.report.fact import FIELDS, Fact
from archive.report.numbers import Delays, Frequent, Numbers
from archive.report.time_axis import MOST_BINS, axis

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
LOOKED = datetime(2026, 10, 1, tzinfo=UTC)


def fact(source: str = "one", day: int = 1, **more: Any) -> Fact:
    """An article of a day in October at 20:00 UTC, which is the next day in China."""
    moment = datetime(2026, 10, day, 20, tzinfo=UTC)
    return Fact(source, moment, moment + timedelta(minutes=10), **more)


def told(*facts: Fact, names: dict[str, str] | None = None) -> dict[str, Any]:
    """What comes of these facts."""
    found = Numbers(names or {}, {"one": LOOKED})
    found.add_all(facts)
    return found.told(NOW)


def test_articles_are_counted_by_day_in_china_and_source() -> None:
    """Sources with most articles come first; every bin of every source stands at the same place."""
    found = told(fact("two", 1), fact("one", 1), fact("one", 3), fact("one", 3), names={"one": "甲报"})
    assert found["time"] == {"unit": "day", "bins": ["2026-10-02", "2026-10-03", "2026-10-04"]}
    one, two = found["sources"]
    assert (one["id"], one["name"], one["articles"], one["bins"]) == ("one", "甲报", 3, [1, 0, 2])
    assert (two["id"], two["name"], two["articles"], two["bins"]) == ("two", "two", 1, [1, 0, 0])
    assert (one["first"], one["last"], one["outside"], found["articles"]) == ("2026-10-02", "2026-10-04", 0, 4)


def test_nothing_gives_empty_figures() -> None:
    """An archive that holds no article has a report."""
    found = told()
    assert (found["articles"], found["sources"], found["time"]["bins"], found["repairs"]) == (0, [], [], [])
    assert found["network"] == {"edges": [], "left_out": 0}


def test_what_a_page_claims_of_time_does_not_bend_the_axis() -> None:
    """A few very old days and all that are to come are outside, and counted as that."""
    days = Counter({date(2026, 10, each): 100 for each in range(1, 31)})
    days[date(1970, 1, 1)] = 3
    days[date(2099, 1, 1)] = 50
    shown = axis(days, date(2026, 11, 3))
    assert (shown.unit, shown.bins[0], shown.bins[-1]) == ("day", date(2026, 10, 1), date(2026, 10, 30))
    assert sum(shown.counted(days)) == 3000


@pytest.mark.parametrize(("years", "unit"), [(0.2, "day"), (1.5, "week"), (9, "month"), (90, "year"), (500, "year")])
def test_steps_grow_with_the_time_that_is_shown(years: float, unit: str) -> None:
    """Every day falls into one bin."""
    today = date(2026, 11, 3)
    days = Counter({today - timedelta(days=round(365 * years * share / 50)): 1 for share in range(51)})
    shown = axis(days, today)
    assert shown.unit == unit
    assert sum(shown.counted(days)) == 51
    assert len(shown.bins) <= MOST_BINS or unit == "year"


def test_delays_are_those_after_the_first_look() -> None:
    """Within a twentieth; what was published before, or after it was seen, is counted apart; a mere day is none."""
    delays = Delays()
    dice = random.Random(5)
    minutes = [dice.randint(1, 5000) for _ in range(999)]
    for each in minutes:
        delays.add(NOW, NOW + timedelta(minutes=each), LOOKED)
    found = delays.told()
    for name, place in (("p10", 99), ("p50", 499), ("p90", 899)):
        assert found[name] == pytest.approx(sorted(minutes)[place] * 60, rel=0.06)
    delays.add(LOOKED - timedelta(seconds=1), NOW, LOOKED)
    delays.add(NOW, NOW - timedelta(seconds=1), LOOKED)
    assert delays.told() == found | {"before_first_look": 1, "ahead": 1}
    assert told(fact())["sources"][0]["delays"]["p50"] is None
    assert told(fact(published=fact().dated))["sources"][0]["delays"]["p50"] == pytest.approx(600, rel=0.06)


def test_who_was_copied_is_told_by_the_story_else_by_the_page() -> None:
    """A source's own name makes no line, nor does an article that is the origin itself."""
    names = {"one": "甲报", "two": "乙网"}
    found = told(
        fact("two", copied_from="one", origin="谁也不是"),
        fact("two", origin="甲报"),
        fact("two", outlet="丙台"),
        fact("two", origin="乙网"),
        fact("one", origin=None),
        fact("one", copied_from="one", origin="甲报"),
        names=names,
    )
    assert found["network"]["edges"] == [
        {"from": "甲报", "to": "乙网", "source_id": "two", "articles": 2, "by_story": 1},
        {"from": "丙台", "to": "乙网", "source_id": "two", "articles": 1, "by_story": 1},
    ]


def test_a_source_s_own_papers_are_not_whom_it_reprints() -> None:
    """In either script; who has no such paper reprints it, and so is a source that is watched by itself."""
    found = Numbers({"one": "岚川网", "two": "乙网", "three": "岚川日报"}, {}, {"one": ("岚川日报",)})
    found.add_all(
        [
            fact("one", origin="岚川日报"),
            fact("one", origin="嵐川日報"),
            fact("one", outlet="岚川日报"),
            fact("one", copied_from="three"),
            fact("two", origin="岚川日报"),
        ]
    )
    edges = [(each["from"], each["source_id"], each["articles"]) for each in found.told(NOW)["network"]["edges"]]
    assert edges == [("岚川日报", "one", 1), ("岚川日报", "two", 1)]


def test_repairs_and_fields_are_shares_of_articles() -> None:
    """Articles by rule, changes in all; a field that is there in two of four is a half."""
    found = told(
        fact(repairs={"mirror-comma": 5, "mirror-cut": 1}, lossy=True, filled=frozenset({"author", "time"})),
        fact(repairs={"mirror-comma": 2}, filled=frozenset({"author"})),
        fact(),
        fact(filled=frozenset(FIELDS)),
    )
    assert found["repairs"] == [
        {"rule": "mirror-comma", "articles": 2, "changes": 7},
        {"rule": "mirror-cut", "articles": 1, "changes": 1},
    ]
    (source,) = found["sources"]
    assert (source["repaired"], source["lossy"]) == (2, 1)
    assert (source["filled"]["author"], source["filled"]["time"], source["filled"]["images"]) == (0.75, 0.5, 0.25)


def test_names_that_pages_make_up_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frequent ones stay; what was let go is known."""
    monkeypatch.setattr(numbers, "MOST_NAMES", 100)
    found = Frequent()
    for number in range(1000):
        found.add(f"一次性{number}")
        found.add("常见")
    assert len(found.counts) <= 100
    assert found.counts["常见"] == 1000
    assert found.left_out + found.counts.total() == 2000


def test_what_is_seen_at_once_has_no_delay() -> None:
    """Below a second; a second is one."""
    delays = Delays()
    for each in (0, 0.4, 1):
        delays.add(NOW, NOW + timedelta(seconds=each), None)
    found = delays.told()
    assert (found["p10"], found["p50"], found["p90"]) == (0, 0, 1)


def test_names_that_look_alike_are_one_row() -> None:
    """Whatever stands in them and cannot be seen; another script is another name."""
    alike = [
        "新华社",
        "新\u200b华社",
        "\ufeff新华社\u3164",
        "新华\u202e社",
        "新\u00ad华\ufe0f社",
        " 新华社\u2800",
        "新华社\U000e0041",
    ]
    found = told(*(fact(origin=each) for each in (*alike, "新華社", "\u200b\u3164")))
    assert [(each["from"], each["articles"]) for each in found["network"]["edges"]] == [("新华社", 7), ("新華社", 1)]
