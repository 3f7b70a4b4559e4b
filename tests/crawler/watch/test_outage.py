"""Our own network is gone for a while: nobody is blamed, and what could not be reached is looked at once it is back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from watch_web import Scene, site, source

from archive.model import Watch
from archive.store import Archive
from crawler.cli.crawling import lift
from crawler.schedule import recall
from crawler.watch import Policy

pytest_plugins = ("watch_scene",)

SELDOM = Policy(dark_pause=timedelta(minutes=20))  # so that an outage takes few looks


def go(scene: Scene, *names: str) -> None:
    """Let these sources be gone, and no others."""
    scene.web.down = {url for url in scene.web.pages if url.startswith(tuple(site(name) for name in names) or "-")}


def rows(scene: Scene) -> Mapping[str, Watch]:
    """All rows."""
    with Archive.open(scene.data) as archive:
        return archive.watches()


def pass_time(scene: Scene, span: timedelta) -> None:
    """Run what is due whenever something is, each time as a process of its own would."""
    until = scene.web.now + span
    for _ in range(60):
        soonest = min(each.due for each in rows(scene).values())
        if soonest >= until:
            break
        scene.web.now = max(scene.web.now, soonest)
        scene.run()
    else:
        pytest.fail(f"It never comes to an end: {rows(scene)}")
    scene.web.now = until


def blamed(scene: Scene) -> int:
    """How often it was said that the network is gone."""
    return sum("network seems to be gone" in said for said in scene.said)


def test_when_nothing_can_be_reached_no_source_is_blamed(scene: Scene) -> None:
    """It is the network that is gone: said once, no strikes from then on, and all are tried again soon."""
    scene.watch(*(source(f"s{number}") for number in range(8)))
    go(scene, *scene.sources)
    scene.run()
    assert blamed(scene) == 1
    assert sorted(each.strikes for each in rows(scene).values()) == [0] * 6 + [1] * 2
    assert {each.due <= scene.web.now + timedelta(minutes=2) for each in rows(scene).values()} == {True}


@pytest.mark.parametrize("count", [2, 3, 6])
def test_after_a_night_without_a_network_all_are_looked_at_as_soon_as_one_answers(scene: Scene, count: int) -> None:
    """Though each look was a process of its own, as from cron: no strike is left, nobody stays away for hours."""
    scene.policy = SELDOM
    names = [f"s{number}" for number in range(count)]
    scene.watch(*(source(name, f"{30 * (number + 1)}m") for number, name in enumerate(names)))
    scene.run()
    go(scene, *names)
    pass_time(scene, timedelta(hours=4))
    assert blamed(scene) == 1
    assert max(each.strikes for each in rows(scene).values()) < 10
    go(scene)
    scene.names()
    pass_time(scene, timedelta(minutes=21))
    assert sorted(scene.names()) == names
    assert {(each.strikes, each.state, each.failure_kind) for each in rows(scene).values()} == {(0, "ok", None)}
    assert {(recall(each.memory).strikes, recall(each.memory).dark) for each in rows(scene).values()} == {(0, None)}
    assert sum("network is there again" in said for said in scene.said) == 1


def test_those_that_were_looked_at_are_enough_beside_many_that_were_not(scene: Scene) -> None:
    """Two hourly sources beside ten others, a night without a network: the two are well as soon as one answers."""
    often, seldom = ["a", "b"], [f"d{number}" for number in range(10)]
    scene.watch(*(source(name, "1h") for name in often), *(source(name, "9h") for name in seldom))
    scene.run()
    scene.wait(hours=1)
    go(scene, *scene.sources)
    pass_time(scene, timedelta(hours=8))
    assert max(rows(scene)[name].due for name in often) > scene.web.now
    assert [rows(scene)[name].strikes > 2 for name in often] == [True, True]
    assert {rows(scene)[name].strikes for name in seldom} == {0}
    go(scene)
    scene.names()
    scene.wait(minutes=30)
    scene.run(only=(seldom[0],))
    assert scene.names() == [seldom[0]]
    assert {each.strikes for each in rows(scene).values()} == {0}
    assert [rows(scene)[name].due <= scene.web.now for name in often] == [True, True]


def test_a_look_that_reached_nobody_in_the_dark_came_to_its_end(scene: Scene) -> None:
    """The workers that ended at the source before count no more, as after any look."""
    scene.watch(*(source(name) for name in "abcd"))
    scene.run()
    scene.wait(hours=30)
    with Archive.open(scene.data, write=True) as archive:
        for each in archive.watches().values():
            assert archive.amend(replace(each, deaths=1, due=scene.web.now))
    go(scene, *scene.sources)
    scene.run()
    assert blamed(scene) == 1
    assert {each.deaths for each in rows(scene).values()} == {0}


def test_sources_that_were_dead_before_are_no_witnesses_and_keep_their_strikes(scene: Scene) -> None:
    """Three dead ones that are due while nothing else is are left alone for longer each time, as any dead one is."""
    scene.watch(*(source(name) for name in "abc"), source("good", "10m"))
    go(scene, *"abc")
    for name in ("a", "good", "b", "good", "c", "good"):
        scene.wait(minutes=10)
        scene.run(only=(name,))
    scene.wait(minutes=6)
    scene.run(only=tuple("abc"))
    assert not blamed(scene)
    scene.wait(minutes=10)
    scene.run(only=("good",))
    there = rows(scene)
    assert [there[name].strikes for name in "abc"] == [2, 2, 2]
    assert {recall(each.memory).dark for each in there.values()} == {None}
    assert min(there[name].due for name in "abc") > scene.web.now - timedelta(minutes=10)


def test_a_source_that_was_ill_before_is_as_ill_afterwards(scene: Scene) -> None:
    """Its looks in the dark were in vain: they neither add to its strikes nor take any away."""
    scene.policy = SELDOM
    scene.watch(*(source(name) for name in ("ill", "s0", "s1", "s2")))
    scene.run()
    scene.wait(hours=1)
    go(scene, "ill")
    for _ in range(3):
        scene.run()
        scene.web.now = rows(scene)["ill"].due
    before = rows(scene)["ill"].strikes
    go(scene, *scene.sources)
    pass_time(scene, timedelta(hours=3))
    go(scene, "ill")
    pass_time(scene, timedelta(minutes=21))
    ill = rows(scene)["ill"]
    assert (before, blamed(scene)) == (3, 1)
    assert 3 <= ill.strikes <= 5  # those before, one at most until it was known to be dark, and one since
    assert {rows(scene)[name].strikes for name in ("s0", "s1", "s2")} == {0}


def test_several_sources_of_one_host_are_one_witness(scene: Scene) -> None:
    """A newspaper's four sections are gone with its server; our network is there."""
    home = f"{site('paper')}/"
    sections = [msgspec.structs.replace(source(f"s{number}"), home=home) for number in range(4)]
    scene.watch(*sections, source("x"), source("y"))
    go(scene, *(each.id for each in sections))
    for each in sections:
        scene.run(only=(each.id,))
    assert not blamed(scene)
    assert {rows(scene)[each.id].strikes for each in sections} == {1}


def test_what_a_person_crawls_and_is_answered_ends_the_darkness_too(scene: Scene) -> None:
    """Nobody waits for the next look of a worker."""
    scene.policy = SELDOM
    scene.watch(*(source(name) for name in "abcd"))
    scene.run()
    go(scene, *"abcd")
    pass_time(scene, timedelta(hours=2))
    with Archive.open(scene.data, write=True) as archive:
        run = archive.begin_run("a", scene.web.now, "crawl")
        answered = replace(run, counts=replace(run.counts, requests=1, answered=1))
        archive.end_run(answered)
        lift(archive, [answered], scene.sources)
    assert {(each.strikes, each.state) for each in rows(scene).values()} == {(0, "ok")}
    assert {each.reason for each in rows(scene).values()} == {"it could not be reached while nothing could"}
