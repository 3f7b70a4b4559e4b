"""Where a story comes from."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.likeness import Copy, origin_of

NOON = datetime(2025, 3, 4, 4, 0, tzinfo=UTC)
PAPER = Copy("c", "http://paper.cn/t20250304_7.html", "岚川日报", published=NOON, precision="minute")
REPRINT = Copy("b", "http://portal.cn/9", "石泉网", "岚川日报", published=NOON + timedelta(hours=3), precision="minute")
FARM = Copy("a", "http://farm.cn/1", "财经在线", "财经在线", published=NOON + timedelta(hours=1), trust=-1)


def test_who_is_named_and_came_first_is_the_origin() -> None:
    """With the evidence, in any order."""
    copies = [PAPER, REPRINT, FARM]
    found = origin_of(copies)
    assert (found.id, found.outlet, found.held) == ("c", "岚川日报", True)
    assert found.confidence > 0.95
    assert any("岚川日报" in sentence for sentence in found.evidence)
    for _ in range(6):
        assert origin_of(random.Random(1).sample(copies, 3)) == found


def test_a_date_that_was_put_back_does_not_beat_the_names() -> None:
    """A farm that dates its copy three days before."""
    assert origin_of([PAPER, REPRINT, replace(FARM, published=NOON - timedelta(days=3))]).id == "c"


def test_a_mirror_that_keeps_everything_is_no_origin() -> None:
    """It has path, date and 来源 of the original; its characters tell it."""
    mirror = replace(PAPER, id="0", url="http://mirror.cn/t20250304_7.html", damaged=True)
    assert origin_of([mirror, PAPER]).id == "c"


def test_a_day_is_before_another_only_if_it_is_over() -> None:
    """Within one day nothing is known, and the whole text counts."""
    day = replace(REPRINT, source=None, published=NOON.replace(hour=0), precision="day", completeness=0.4, excerpt=True)
    assert origin_of([day, PAPER]).id == "c"


def test_an_outlet_that_is_not_held_is_named_all_the_same() -> None:
    """Two portals took the story from a paper that nobody crawls."""
    other = replace(REPRINT, id="d", outlet="金沙网", published=NOON)
    found = origin_of([REPRINT, other])
    assert (found.outlet, found.held, found.id) == ("岚川日报", False, "d")


def test_no_story_is_empty() -> None:
    """It is an error to ask."""
    with pytest.raises(ValueError, match="at least one"):
        origin_of([])
