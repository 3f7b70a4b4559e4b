"""A look of the ladder that found everything as it was is added to the numbers of its source, which stay true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from watch_web import Scene, article, site, source

from archive.model import Capture, Counts
from archive.store import Archive, SourceStatus
from archive.store.glance import SourceGlance, glance
from archive.store.status import Captures
from archive.tally import Tally
from crawler.health.examine import examine
from crawler.health.steady import went_on
from crawler.health.summary import Summary, from_text
from crawler.pipeline import read

pytest_plugins = ("watch_scene",)
HTML = (("Content-Type", "text/html"),)
LADDER = (("3h", "30m"), ("3d", "2h"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs after which all was counted anew."""
    runs: list[int] = []

    def counting(archive: Archive, run, *rest, **more):  # type: ignore[no-untyped-def]  # as `examine` has them
        runs.append(run.id)
        return examine(archive, run, *rest, **more)

    monkeypatch.setattr("crawler.watch.round.examine", counting)
    return runs


def stands(scene: Scene) -> tuple[SourceGlance, Summary]:
    """How the source is summed up."""
    seen = glance(scene.data).sources["a"]
    return seen, from_text(seen.summary)


def test_the_numbers_are_those_that_counting_anew_would_give(scene: Scene, counted: list[int]) -> None:
    """Three looks that find nothing, of pages with and without validators: nothing is counted but what they asked."""
    scene.watch(source("a", "6h", revisit=LADDER), articles=3)
    scene.run()
    made = stands(scene)[0].made
    for _ in range(3):
        scene.wait(minutes=30)
        scene.run()
    assert [each.of_lists for each in scene.ended] == [True, False, False, False]
    assert counted == [1]
    seen, kept = stands(scene)
    assert (seen.of_run, seen.is_behind, seen.made) == (4, False, made)
    with Archive.open(scene.data, write=True) as archive:
        (run,) = archive.runs("a", 1)
        examine(archive, run, scene.web.now, judged=False)
    _, anew = stands(scene)
    assert anew.last_success is not None
    assert kept.last_success is not None
    assert abs(kept.last_success - anew.last_success) < timedelta(minutes=1)
    assert kept.revisits == {"known": 9}
    assert kept.runs == 4
    by_time: dict[str, object] = {"last_success": None, "expected": None, "missed": None, "came": 0}
    assert replaced(kept, by_time) == replaced(anew, by_time)


def replaced(summary: Summary, values: dict[str, object]) -> dict[str, object]:
    """The numbers, but for some."""
    return {name: getattr(summary, name) for name in Summary.__struct_fields__} | values


def test_all_is_counted_where_something_happened(scene: Scene, counted: list[int]) -> None:
    """An edit; a page that comes empty; the look at which it is there again, which found nothing else; then nothing."""
    page = f"{site('a')}/t1.html"
    scene.watch(source("a", "6h", revisit=LADDER), articles=3)
    scene.run()
    edited = article("a", 1).replace("三千吨", "五千吨")
    for shown in (edited, "<html><body></body></html>", edited, edited):
        scene.web.pages[page] = shown
        scene.wait(minutes=30)
        scene.run()
    assert [each.of_lists for each in scene.ended] == [True, False, False, False, False]
    assert counted == [1, 2, 3, 4]
    assert stands(scene)[1].failing == {}


def test_all_is_counted_on_another_day_and_after_a_look_that_nobody_counted(scene: Scene, counted: list[int]) -> None:
    """Days and what a killed run had kept would be wrong otherwise."""
    scene.watch(source("a", "3d", revisit=LADDER), articles=3)
    scene.run()
    scene.wait(hours=24)
    scene.run()
    assert counted == [1, 2]
    with Archive.open(scene.data, write=True) as archive:
        archive.begin_run("a", scene.web.now + timedelta(minutes=1), "daemon")
    scene.wait(hours=2)
    scene.run()
    assert counted == [1, 2, 4]
    scene.wait(hours=2)
    scene.run()
    assert counted == [1, 2, 4]


def test_captures_are_counted_once_a_day_and_added_up_between(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look at the lists counts none either; what it says is what counting gives."""
    asked: list[bool] = []
    counting, adding = Archive.status_of, Archive.status_with

    def status_of(archive: Archive, source_id: str) -> SourceStatus:
        asked.append(True)
        return counting(archive, source_id)

    def status_with(archive: Archive, source_id: str, captures: Captures) -> SourceStatus:
        asked.append(False)
        return adding(archive, source_id, captures)

    monkeypatch.setattr(Archive, "status_of", status_of)
    monkeypatch.setattr(Archive, "status_with", status_with)
    scene.watch(source("a", "2h"), articles=3)
    for hours in (0, 2, 2, 24):
        scene.wait(hours=hours)
        scene.web.publish("a", 3 + len(asked))
        scene.run()
        with Archive.open(scene.data) as archive:
            now = counting(archive, "a")
        kept = stands(scene)[1]
        assert (kept.captures, kept.capture_bytes) == (now.captures, now.capture_bytes)
    assert asked == [True, False, False, True]


def is_true(scene: Scene) -> Summary:
    """The numbers, which are those that counting gives now."""
    kept = stands(scene)[1]
    with Archive.open(scene.data) as archive:
        now = archive.status_of("a")
    assert (kept.captures, kept.capture_bytes, kept.unread, kept.lost, kept.articles, kept.pages) == (
        *(now.captures, now.capture_bytes, now.unread, now.lost),
        *(now.articles, now.pages),
    )
    return kept


def extra(scene: Scene, **before: float) -> Capture:
    """A page that no run has brought, of that time before now."""
    body = article("a", 99).encode()
    at = scene.web.now - timedelta(**before)
    return Capture(f"{site('a')}/t99.html", "a", at, 200, body, response_headers=HTML, content=body)


def test_a_page_that_an_interrupted_run_kept_and_nobody_read_is_told(scene: Scene) -> None:
    """On the same day as the count before it; so it is until somebody has read it."""
    scene.watch(source("a", "6h", revisit=LADDER))
    scene.run()
    scene.wait(minutes=10)
    with Archive.open(scene.data, write=True) as archive:
        run = archive.begin_run("a", scene.web.now, "daemon")
        archive.keep(extra(scene))
        ended = replace(run, finished=scene.web.now, state="interrupted")
        archive.end_run(ended, Tally())
        assert not went_on(archive, replace(ended, state="finished", counts=Counts(answered=1)), Tally(), scene.web.now)
        examine(archive, ended, scene.web.now, judged=False)
    assert is_true(scene).unread == 1
    scene.wait(minutes=20)
    scene.run()
    assert not scene.ended[-1].of_lists
    is_true(scene)


def test_captures_that_are_lost_are_told_by_the_next_look(scene: Scene, counted: list[int]) -> None:
    """Their files were gone when the archive was opened; what is shown until then is known to be behind."""
    scene.watch(source("a", "6h", revisit=LADDER))
    scene.run()
    held = is_true(scene).captures
    for file in (scene.data / "captures").glob("*.gz"):
        file.unlink()
    Archive.open(scene.data, write=True).close()
    assert stands(scene)[0].is_behind
    scene.wait(minutes=30)
    scene.run()
    assert not scene.ended[-1].of_lists
    assert is_true(scene).lost == held
    assert counted == [1, 2]


def test_what_came_outside_of_a_run_is_counted_by_the_next_look(scene: Scene, counted: list[int]) -> None:
    """A page of an earlier day, with its article, as an import brings it."""
    scene.watch(source("a", "6h", revisit=LADDER))
    scene.run()
    with Archive.open(scene.data, write=True) as archive:
        capture = extra(scene, days=20)
        scene.web.pages[capture.url] = article("a", 99)
        archive.record(capture, capture.url, "article", read(capture.content, capture.url, "text/html").articles, {})
    scene.wait(minutes=30)
    scene.run()
    assert not scene.ended[-1].of_lists
    assert is_true(scene).articles == {"live": 3}
    assert counted == [1, 2]
    scene.wait(minutes=30)
    scene.run()
    is_true(scene)
    assert counted == [1, 2]


def test_a_look_that_got_nothing_but_404_is_no_success(scene: Scene, counted: list[int]) -> None:
    """The source's only article stays gone: everything is as it was, and no page was read."""
    scene.watch(source("a", "6h", revisit=LADDER), articles=1)
    scene.run()
    scene.web.pages.pop(f"{site('a')}/t0.html")
    for _ in range(3):
        scene.wait(minutes=30)
        scene.run()
    assert counted == [1, 2]
    last = stands(scene)[1].last_success
    scene.wait(minutes=30)
    scene.run()
    assert counted == [1, 2]
    seen, kept = stands(scene)
    assert seen.last_run is not None
    assert (seen.last_run.counts.answered, seen.last_run.counts.known) == (1, 0)
    assert (kept.runs, kept.last_success) == (5, last)
