"""However many known articles fall due together, a look asks for as many as fit, and the lists are not held up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watch_web import Scene, article, site, source

from archive.model import Watch
from archive.store import Archive
from crawler.watch.policy import Policy, asks_until

pytest_plugins = ("watch_scene",)
LADDER = (("3h", "30m"), ("1d", "2h"), ("30d", "3d"), ("3650d", "30d"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHARE = timedelta(seconds=5)  # a visit takes a second here


def asked(scene: Scene) -> list[str]:
    """The paths that were asked for since the last call."""
    found = [visit.url.removeprefix(site("a")) for visit in scene.web.visits]
    scene.web.visits.clear()
    return found


def row(scene: Scene) -> Watch:
    """How the source stands."""
    with Archive.open(scene.data) as archive:
        return archive.watches()["a"]


def many_due(scene: Scene, count: int = 20) -> None:
    """A source of which so many articles are asked for by the ladder at once, half an hour after its first look."""
    scene.policy = Policy(share=SHARE)
    scene.watch(source("a", "6h", revisit=LADDER), articles=count)
    scene.run()
    asked(scene)
    scene.wait(minutes=31)


def test_a_look_asks_for_as_many_known_articles_as_fit_and_the_next_ones_for_the_rest(scene: Scene) -> None:
    """Two more may be under way when the time is over; the next look comes five minutes later."""
    many_due(scene)
    found: list[str] = []
    while len(found) < 20:
        scene.run()
        some = asked(scene)
        assert min(5, 20 - len(found)) <= len(some) <= 7
        found += some
        stands = row(scene)
        assert stands.last_ended is not None
        if len(found) < 20:
            assert stands.due == stands.last_ended + 5 * MINUTE
        scene.web.now = stands.due
    assert sorted(found) == sorted(f"/t{number}.html" for number in range(20))


def test_the_lists_and_what_they_show_anew_go_before_what_is_known(scene: Scene) -> None:
    """Though far more is due than fits."""
    many_due(scene)
    scene.web.publish("a", 24)
    lists_due = row(scene).lists_due
    assert lists_due is not None
    scene.web.now = lists_due
    scene.run()
    paths = asked(scene)
    assert paths[:5] == ["/news/", *(f"/t{number}.html" for number in range(20, 24))]
    assert len(paths) <= 5 + 2  # the share is over


def test_the_youngest_articles_are_asked_for_first(scene: Scene) -> None:
    """Old ones, found in one night, hold up no edit of today's news."""
    old, new = "2026-01-05 10:00:00", f"{scene.web.now + timedelta(hours=8):%Y-%m-%d %H:%M:%S}"
    scene.policy = Policy(share=SHARE)
    scene.watch(source("a", "400d", revisit=LADDER), articles=20)
    for number in range(20):
        page = article("a", number)
        told = new if number >= 17 else old
        scene.web.pages[f"{site('a')}/t{number}.html"] = page.replace(f"2026-11-03 10:{number:02}:00", told)
    scene.run()
    asked(scene)
    scene.wait(days=28)  # by then all are due, these by the rung of thirty days
    scene.run()
    assert asked(scene)[:3] == [f"/t{number}.html" for number in (17, 18, 19)]


def test_a_look_of_the_ladder_ends_when_the_lists_are_due() -> None:
    """It asks for known articles until then at the longest; one at the lists for its share."""
    policy = Policy()
    watch = Watch("a", NOON, last_started=NOON, last_ended=NOON, lists_due=NOON + 3 * MINUTE)
    assert asks_until(watch, NOON, policy) == NOON + 3 * MINUTE
    assert asks_until(replace(watch, lists_due=NOON + 30 * MINUTE), NOON, policy) == NOON + policy.share
    assert asks_until(replace(watch, lists_due=NOON), NOON, policy) == NOON + policy.share
