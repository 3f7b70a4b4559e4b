"""However many known articles fall due together, a look asks for as many as fit, and the lists are not held up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from watch_web import Scene, article, site, source

from archive.model import Watch
from archive.store import Archive
from crawler.fetch import Job
from crawler.schedule import recall
from crawler.visit import Failure, Outcome, Visit
from crawler.watch.policy import Policy, asks_for

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
    assert 5 + 5 <= len(paths) <= 5 + 5 + 2  # then for the share, and no longer


@pytest.mark.parametrize("every", ["5m", "20m"])
def test_known_articles_have_their_share_however_long_the_lists_take(every: str, scene: Scene) -> None:
    """The list takes twice the share here, and is due again as soon as a look of the ladder might come."""
    scene.policy = Policy(share=timedelta(seconds=0.5))
    scene.watch(source("a", every, revisit=LADDER), articles=10)
    scene.run()
    asked(scene)
    end = scene.web.now + timedelta(hours=3)
    found: list[str] = []
    while scene.web.now < end:
        scene.run()
        some = asked(scene)
        assert len(some) <= 2 + 2  # a 304 of the list is proved; and it is not held up for long either
        found += some
        scene.web.now = row(scene).due
    assert {f"/t{number}.html" for number in range(10)} <= set(found)


def test_the_pages_of_a_host_in_trouble_hold_up_no_others(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is learnt of a page whose host is in trouble: it stays due, and is the most urgent still."""
    down = "http://old.a.example"
    scene.policy = Policy(share=SHARE)
    scene.watch(structs.replace(source("a", "6h", revisit=LADDER), other_hosts=("old.a.example",)), articles=20)
    lines = scene.web.pages[f"{site('a')}/news/"]
    for number in range(20):
        page = scene.web.pages[f"{site('a')}/t{number}.html"]
        scene.web.pages[f"{down}/t{number}.html"] = page.replace("a的第", "老站的第")
        lines += f"<li><a href='{down}/t{number}.html'>老站的第{number}条工业消息</a></li>"
    scene.web.pages[f"{site('a')}/news/"] = lines
    scene.run()
    with Archive.open(scene.data) as archive:
        ((_, counts),) = [(run.id, run.counts) for run in archive.runs()]
    assert counts.new == 40
    asked(scene)
    real = scene.web.of

    def of(job: Job, visit: Visit) -> Outcome:
        outcome = real(job, visit)
        return Failure(visit.url, "connection", "down", of_host=True) if visit.url.startswith(down) else outcome

    monkeypatch.setattr(scene.web, "of", of)
    scene.wait(minutes=31)
    found: list[str] = []
    looks = 0
    while len({path for path in found if path.startswith("/t")}) < 20:
        looks += 1
        assert looks <= 10
        scene.run()
        found += asked(scene)
        scene.web.now = row(scene).due
    assert row(scene).state == "ok"
    assert sum(path.startswith(down) for path in found) <= 4  # those that were under way; then it rests


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
    assert asks_for(watch, NOON, policy) == 3 * MINUTE
    assert asks_for(replace(watch, lists_due=NOON + 30 * MINUTE), NOON, policy) == policy.share
    assert asks_for(replace(watch, lists_due=NOON), NOON, policy) == policy.share


def test_where_more_fall_due_than_fit_each_article_has_its_turn(scene: Scene) -> None:
    """All are on one rung, and none of them is asked for twice before another one was once."""
    many_due(scene, 60)
    times = Counter[str]()
    for _ in range(20):
        scene.run()
        for path in asked(scene):
            times[path] += 1
            others = [times[f"/t{number}.html"] for number in range(60)]
            assert max(others) - min(others) <= 1
        scene.web.now = row(scene).due
    assert min(times.values()) >= 2


def test_a_page_that_fails_by_itself_is_not_asked_for_first_each_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its host does: a redirect to a port where nobody is. Its host answers for others, which are not held up."""
    many_due(scene, 60)
    bad, real = f"{site('a')}/t0.html", scene.web.of

    def of(job: Job, visit: Visit) -> Outcome:
        outcome = real(job, visit)
        return Failure(visit.url, "connection", "no connection", of_host=True) if visit.url == bad else outcome

    monkeypatch.setattr(scene.web, "of", of)
    began, found = scene.web.now, []
    while scene.web.now < began + 60 * MINUTE:
        scene.run()
        found += asked(scene)
        stands = row(scene)
        assert stands.last_ended is not None
        assert stands.due == stands.last_ended + 5 * MINUTE  # more wait than fit, and for nothing but time
        scene.web.now = stands.due
    assert found.count("/t0.html") <= 2
    with Archive.open(scene.data) as archive:
        page = archive.pages("a")[bad]
        assert (page.state, page.failures, page.error_kind) == ("fetched", found.count("/t0.html"), "connection")


def test_a_page_that_fails_last_behind_an_answer_of_its_host_has_failed_by_itself(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad page behind a list that answers: the only host of its source does not rest for it."""
    scene.watch(source("a", "30m", revisit=LADDER), articles=3)
    scene.run()
    bad, real = f"{site('a')}/t2.html", scene.web.of

    def of(job: Job, visit: Visit) -> Outcome:
        outcome = real(job, visit)
        return Failure(visit.url, "connection", "no connection", of_host=True) if visit.url == bad else outcome

    monkeypatch.setattr(scene.web, "of", of)
    scene.wait(minutes=31)
    asked(scene)
    scene.run()
    assert asked(scene)[-1] == "/t2.html"
    with Archive.open(scene.data) as archive:
        page = archive.pages("a")[bad]
        assert (page.state, page.failures, page.error_kind) == ("fetched", 1, "connection")
        assert recall(archive.watches()["a"].memory).resting == ()
