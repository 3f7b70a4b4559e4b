"""The ladder of revisits is a clock: between two looks at the lists known articles are asked for alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from watch_web import Scene, article, site, source

from archive.model import Watch
from archive.store import Archive
from crawler.schedule import Terms, pause
from crawler.watch.policy import Policy, is_of_lists, put_right, revisited, with_ladder

pytest_plugins = ("watch_scene",)
LADDER = (("3h", "30m"), ("1d", "2h"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def kinds(scene: Scene) -> list[str]:
    """What was asked for since the last call."""
    found: list[str] = [visit.kind for visit in scene.web.visits]
    scene.web.visits.clear()
    return found


def row(scene: Scene, name: str = "a") -> Watch:
    """How a source stands."""
    with Archive.open(scene.data) as archive:
        return archive.watches()[name]


def test_a_look_of_the_ladder_asks_for_no_list_and_the_lists_come_at_their_time(scene: Scene) -> None:
    """It learns nothing and is no walk of the lists; an edit is seen half an hour after the article was."""
    scene.watch(source("a", "6h", revisit=LADDER))
    scene.run()
    first = row(scene)
    assert first.lists_due is not None
    assert first.last_ended is not None
    assert first.lists_due == first.last_ended + 6 * HOUR
    assert timedelta(0) <= first.last_ended + 30 * MINUTE - first.due < MINUTE
    kinds(scene)
    scene.web.pages[f"{site('a')}/t1.html"] = article("a", 1).replace("三千吨", "五千吨")
    scene.wait(minutes=30)
    scene.run()
    second = row(scene)
    assert kinds(scene) == ["article", "article"]
    assert [each.of_lists for each in scene.ended] == [True, False]
    assert (second.lists_due, second.memory, second.why) == (first.lists_due, first.memory, first.why)
    with Archive.open(scene.data) as archive:
        assert [run.counts.changed for run in archive.runs()] == [1, 0]
        assert archive.last_walked("a") == first.last_ended
        assert len(archive.records("a", NOON - timedelta(days=9000)).looks) == 1
    scene.web.now = first.lists_due
    scene.run()
    assert kinds(scene)[0] == "list"
    assert scene.ended[-1].of_lists
    with Archive.open(scene.data) as archive:
        (one, other) = archive.records("a", NOON - timedelta(days=9000)).runs  # what the ladder saw is judged with it
        assert (one.tally.counts.changed, other.tally.counts.changed) == (0, 1)


def test_without_a_ladder_there_are_no_looks_but_at_lists(scene: Scene) -> None:
    """`revisit = []`."""
    scene.watch(source("a", "6h"))
    scene.run()
    assert row(scene).due == row(scene).lists_due


def test_a_row_of_an_older_layout_is_looked_at_as_ever(scene: Scene) -> None:
    """It knows nothing of its lists: the next look is one at them."""
    scene.watch(source("a", "6h", revisit=LADDER))
    scene.run()
    kinds(scene)
    with Archive.open(scene.data, write=True) as archive:
        archive.amend(replace(archive.watches()["a"], lists_due=None))
    scene.wait(minutes=30)
    scene.run()
    assert kinds(scene)[0] == "list"
    assert row(scene).lists_due is not None


def test_a_look_of_the_ladder_that_is_cut_short_is_due_still_and_asks_for_no_list(scene: Scene) -> None:
    """What it had asked for is not asked for again."""
    scene.watch(source("a", "6h", revisit=LADDER), articles=4)
    scene.run()
    before = row(scene)
    kinds(scene)
    scene.wait(minutes=40)
    scene.web.interrupt_after = 2
    scene.run()
    assert (row(scene).lists_due, row(scene).due) == (before.lists_due, before.due)
    assert kinds(scene) == ["article", "article"]
    scene.web.interrupt_after = None
    scene.run()
    assert kinds(scene) == ["article", "article"]
    assert row(scene).due > before.due


WATCH = Watch("a", NOON + 6 * HOUR, last_started=NOON - MINUTE, last_ended=NOON, lists_due=NOON + 6 * HOUR)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (None, 6 * HOUR),
        (HOUR, HOUR),
        (MINUTE, 5 * MINUTE),  # not sooner, so that articles are asked for in groups
        (-30 * MINUTE, 30 * MINUTE),  # the look before left it over
        (9 * HOUR, 6 * HOUR),
    ],
)
def test_a_source_is_due_when_its_lists_are_or_when_the_ladder_asks(asked: timedelta | None, due: timedelta) -> None:
    """Whatever comes first."""
    moment = None if asked is None else NOON + asked
    ended = with_ladder(WATCH, moment, Terms(), Policy())
    assert (ended.due, ended.lists_due) == (NOON + due, WATCH.lists_due)
    assert is_of_lists(ended, ended.due) == (due == 6 * HOUR)


def test_where_the_ladder_reaches_nobody_the_lists_judge_soon() -> None:
    """No strike is counted for a look at known articles alone; the next look is one at the lists."""
    ended = revisited(WATCH, "dns", NOON, NOON + MINUTE)
    assert (ended.strikes, ended.state, ended.memory) == (0, "ok", WATCH.memory)
    assert (ended.due, ended.lists_due) == (NOON + 6 * MINUTE, NOON + 6 * MINUTE)
    assert is_of_lists(ended, ended.due)
    assert revisited(WATCH, "robots", NOON, NOON + MINUTE).lists_due == WATCH.lists_due  # they are due sooner


@pytest.mark.parametrize("articles", [2, 20], ids=["all fit", "more than fit"])
def test_after_a_look_of_the_ladder_that_failed_none_comes_before_its_pause(
    articles: int, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its articles are due still, and were they asked for at once, nobody would be left alone."""
    scene.policy = Policy(share=timedelta(seconds=5))
    scene.watch(source("a", "6h", revisit=LADDER), articles=articles)
    scene.run()
    monkeypatch.setattr(scene.web, "trouble", "timeout")
    scene.web.down = {f"{site('a')}/t{number}.html" for number in range(articles)}
    scene.wait(minutes=31)
    scene.run()
    stands = row(scene)
    assert stands.last_ended is not None
    assert (scene.ended[-1].of_lists, scene.ended[-1].failed) == (False, "timeout")
    assert stands.due == stands.lists_due == stands.last_ended + pause("timeout", 1)


def test_a_source_in_trouble_has_no_looks_of_the_ladder() -> None:
    """Each look at it is one at the lists, which judges."""
    ill = replace(WATCH, state="backing-off")
    assert with_ladder(ill, NOON + HOUR, Terms(), Policy()).due == WATCH.lists_due
    assert is_of_lists(ill, NOON)


def test_the_ladder_keeps_opening_hours() -> None:
    """Which are those of Asia/Shanghai: noon is eight in the evening there."""
    closed = with_ladder(WATCH, NOON + HOUR, Terms(hours="00:00-06:00"), Policy())
    assert closed.due == NOON + 4 * HOUR


def test_a_moment_of_the_lists_that_a_wrong_clock_wrote_is_put_right() -> None:
    """Though the ladder asks in time."""
    wrong = replace(WATCH, due=NOON + HOUR, lists_due=NOON + timedelta(days=400))
    right = put_right(wrong, Terms(), NOON, Policy())
    assert right is not None
    assert right.lists_due is not None
    assert right.lists_due <= NOON + timedelta(days=1)
