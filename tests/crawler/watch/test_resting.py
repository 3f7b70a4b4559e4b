"""A host that cannot be reached is remembered over looks: it makes none due while it rests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from watch_web import Scene, article, site, source

from archive.model import Watch
from archive.store import Archive
from crawler.fetch import Job
from crawler.schedule import Memory, first, pause, recall, to_json
from crawler.visit import Failure, Outcome, Visit
from crawler.watch.policy import lifted
from crawler.watch.resting import after_look, asked_next, is_of_resting, resting

pytest_plugins = ("watch_scene",)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DOWN = {"old.a.cn": "dns"}


def after(times: int, memory: Memory | None = None) -> tuple[Memory, datetime]:
    """The memory after so many looks in vain, each as soon as the one before lets it come, and the last one's time."""
    memory, now = memory or first(), NOON
    for number in range(times):
        now = max(resting(memory, now).values(), default=now) if number else now
        memory = after_look(memory, DOWN, {"www.a.cn"}, now)
    return memory, now


@pytest.mark.parametrize(("times", "hours"), [(1, 0.5), (2, 1), (3, 2), (5, 8), (6, 12), (30, 12)])
def test_a_host_rests_for_twice_as_long_each_time(times: int, hours: float) -> None:
    """For twelve hours at most; then it is asked again."""
    memory, now = after(times)
    assert resting(memory, now) == {"old.a.cn": now + hours * HOUR}
    assert resting(memory, now + hours * HOUR) == {}
    assert recall(to_json(memory)) == memory


def test_who_answers_is_forgotten_and_so_is_what_nobody_asks_for() -> None:
    """However often it was in vain."""
    memory, now = after(5)
    assert after_look(memory, {}, {"old.a.cn"}, now).resting == ()
    assert after_look(memory, {}, {"www.a.cn"}, now + 8 * HOUR).resting == memory.resting
    assert after_look(memory, {}, {"www.a.cn"}, now + 33 * HOUR).resting == ()
    by_hand = lifted(Watch("a", NOON, memory=to_json(memory)), now)
    assert recall(by_hand.memory).resting == ()


def test_a_look_that_reaches_nobody_tells_nothing_of_a_host() -> None:
    """It may be our own network; but a host that is known is one of which nothing was to be expected."""
    assert after_look(first(), DOWN, (), NOON) == first()
    memory, now = after(1)
    assert not is_of_resting(first(), DOWN)
    assert is_of_resting(memory, DOWN)
    assert not is_of_resting(memory, {**DOWN, "www.a.cn": "dns"})
    assert not is_of_resting(memory, ())
    assert resting(after_look(memory, DOWN, (), now + HOUR), now + HOUR) == {"old.a.cn": now + 2 * HOUR}


def test_a_host_rests_where_another_one_answered() -> None:
    """One that answered and then died in the same look may be all that its source has: the lists judge it."""
    assert after_look(first(), {"www.a.cn": "connection"}, {"www.a.cn"}, NOON) == first()
    died = after_look(first(), {"www.a.cn": "connection"}, {"www.a.cn", "old.a.cn"}, NOON)
    assert list(resting(died, NOON)) == ["www.a.cn"]
    answered = after_look(died, {"www.a.cn": "connection"}, {"www.a.cn"}, NOON + HOUR)
    assert answered.resting == ()


def test_what_a_clock_that_was_ahead_wrote_is_void() -> None:
    """A host never rests for longer than twelve hours; such a rest is written anew where it is in trouble still."""
    ahead, now = after(6)
    assert list(resting(ahead, now)) == ["old.a.cn"]
    assert resting(ahead, now - timedelta(seconds=1)) == {}
    year = after_look(first(), DOWN, {"www.a.cn"}, NOON + timedelta(days=365))
    assert resting(year, NOON) == {}
    assert after_look(year, {}, {"www.a.cn"}, NOON).resting == ()
    assert resting(after_look(year, DOWN, {"www.a.cn"}, NOON), NOON) == {"old.a.cn": NOON + HOUR / 2}


def test_what_is_no_trouble_or_comes_while_a_host_rests_counts_for_nothing() -> None:
    """It asks to be left alone; or a list shows something new of it."""
    assert after_look(first(), {"old.a.cn": "paused"}, {"www.a.cn"}, NOON) == first()
    memory, now = after(1)
    assert after_look(memory, DOWN, {"www.a.cn"}, now + 10 * MINUTE) == memory


def test_the_memory_of_hosts_is_bounded() -> None:
    """Whatever a page links to."""
    many = {f"{'a' * 60}.{'b' * 30}{number}.cn": "dns" for number in range(50)} | {"a." * 100 + "cn": "dns"}
    memory = after_look(first(), many, {"www.a.cn"}, NOON)
    assert len(memory.resting) == 4
    assert len(to_json(memory)) < len(to_json(first())) + 600


def test_the_next_look_is_at_the_end_of_a_rest_or_when_others_are_due() -> None:
    """Nothing is due where the ladder asks for nothing."""
    rest = {"old.a.cn": NOON + HOUR}
    assert asked_next(None, None, rest) is None
    assert asked_next(NOON + 3 * HOUR, NOON + 4 * HOUR, rest) == NOON + 3 * HOUR


LADDER = (("7d", "30m"),)


@pytest.fixture
def own_articles() -> int:
    """How many a source has on its own host."""
    return 3


@pytest.fixture
def dead(scene: Scene, monkeypatch: pytest.MonkeyPatch, own_articles: int) -> list[str]:
    """A source with these articles and three on a second host; hosts that are listed are dead."""
    watched_one = structs.replace(source("a", "6h", revisit=LADDER), other_hosts=("old.a.example",))
    scene.watch(watched_one, articles=own_articles)
    for number in range(3):
        page = article("a", number).replace("a的第", "老站的第")
        scene.web.pages[f"http://old.a.example/t{number}.html"] = page
        line = f"<li><a href='http://old.a.example/t{number}.html'>老站的第{number}条工业消息</a></li>"
        scene.web.pages[f"{site('a')}/news/"] += line
    scene.run()
    real, down = scene.web.of, list[str]()

    def of(job: Job, visit: Visit) -> Outcome:
        outcome = real(job, visit)
        is_down = any(visit.url.startswith(f"http://{host}/") for host in down)
        return Failure(visit.url, "dns", "no such name", of_host=True) if is_down else outcome

    monkeypatch.setattr(scene.web, "of", of)
    return down


def watched(scene: Scene, span: timedelta) -> list[Visit]:
    """What is asked for in that time, each look as soon as it is due."""
    scene.web.visits.clear()
    end = scene.web.now + span
    while scene.web.now < end:
        scene.run()
        with Archive.open(scene.data) as archive:
            scene.web.now = max(scene.web.now, archive.watches()["a"].due)
    return list(scene.web.visits)


@pytest.mark.parametrize("own_articles", [0])
def test_a_dead_host_that_holds_all_articles_has_nobody_look_at_the_lists_for_it(scene: Scene, dead: list[str]) -> None:
    """The first look that reaches nobody has them judge; from then on it is known."""
    dead.append("old.a.example")
    visits = watched(scene, timedelta(days=1))
    assert sum(visit.kind == "list" for visit in visits) <= 2 * (4 + 1) + 1
    assert 5 <= sum("old.a.example" in visit.url for visit in visits) <= 3 * 8


def test_a_dead_second_host_has_nobody_look_at_the_lists_for_it(scene: Scene, dead: list[str]) -> None:
    """These come at their time, its own articles at theirs; the dead are asked for ever more rarely."""
    dead.append("old.a.example")
    visits = watched(scene, timedelta(days=1))
    own = [visit for visit in visits if visit.url.startswith(site("a")) and visit.kind == "article"]
    assert sum(visit.kind == "list" for visit in visits) <= 2 * 4 + 1  # every six hours, its 304 proved
    assert len(own) >= 3 * 44  # every half hour
    assert 5 <= sum("old.a.example" in visit.url for visit in visits) <= 3 * 7
    with Archive.open(scene.data) as archive:
        stands = archive.watches()["a"]
        assert (stands.state, stands.strikes) == ("ok", 0)


def remembered(scene: Scene) -> Watch:
    """The source, due for a look of the ladder, when its second host has been found dead several times."""
    watched(scene, timedelta(hours=7))
    with Archive.open(scene.data) as archive:
        stands = archive.watches()["a"]
    assert recall(stands.memory).resting
    assert stands.lists_due is not None
    assert stands.due < stands.lists_due
    return stands


@pytest.mark.parametrize("own_articles", [0])
def test_a_fault_of_ours_is_judged_though_a_host_rests(scene: Scene, dead: list[str]) -> None:
    """A look at nothing but such a host that breaks our own code did not go well: the lists are looked at soon."""
    dead.append("old.a.example")
    before = remembered(scene)

    def break_down(visit: Visit) -> None:
        if scene.web.visits[-2:-1]:  # the second of the look: one has failed as was to be expected
            raise RuntimeError("ours")

    scene.web.visits.clear()
    scene.web.meanwhile = break_down
    scene.run()
    with Archive.open(scene.data) as archive:
        stands = archive.watches()["a"]
    assert (scene.ended[-1].of_lists, scene.ended[-1].failed) == (False, "fault")
    assert stands.reason == "asking for known articles failed: fault"
    assert stands.due == stands.lists_due == scene.web.now + pause("fault", 1)
    assert before.lists_due is not None
    assert stands.lists_due < before.lists_due


def test_unfit_articles_are_judged_though_a_host_rests(scene: Scene, dead: list[str]) -> None:
    """All of the other host's: it answered, and nothing that came is worth reading."""
    dead.append("old.a.example")
    before = remembered(scene)
    scene.web.visits.clear()
    ((_, _, until),) = recall(before.memory).resting
    scene.web.now = datetime.fromtimestamp(until, UTC)  # its articles and the others are asked for in one look
    for number in range(3):
        scene.web.pages[f"{site('a')}/t{number}.html"] = "<html><body><p>系统维护中</p></body></html>"
    scene.run()
    assert (scene.ended[-1].of_lists, scene.ended[-1].failed) == (False, "template")
    assert any("old.a.example" in visit.url for visit in scene.web.visits)
    with Archive.open(scene.data) as archive:
        assert archive.watches()["a"].reason == "asking for known articles failed: template"


def test_a_host_that_is_back_is_asked_as_before(scene: Scene, dead: list[str]) -> None:
    """From the end of its rest on."""
    dead.append("old.a.example")
    watched(scene, timedelta(hours=4))
    dead.clear()
    watched(scene, timedelta(hours=5))
    visits = watched(scene, timedelta(hours=3))
    assert sum("old.a.example" in visit.url for visit in visits) >= 3 * 5
    with Archive.open(scene.data) as archive:
        assert recall(archive.watches()["a"].memory).resting == ()
