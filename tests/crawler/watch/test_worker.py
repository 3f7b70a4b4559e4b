"""The worker: it holds the archive only while something is due, lets others in, and outlives its troubles."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from select import PIPE_BUF
from typing import Self

import pytest
from watch_web import Scene, site, source

from archive.model import Watch
from archive.store import Archive
from crawler.fetch import FetchOptions
from crawler.reader import ReaderBroken
from crawler.reader.here import Here
from crawler.visit import Visit
from crawler.watch.beat import Beat, beat_of
from crawler.watch.orders import LOOK, RETIRE, Orders
from crawler.watch.worker import Ground, Worker, sender

pytest_plugins = ("watch_scene",)


class Closing(Here):
    """A reader without processes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        """Nothing to end."""


def ground(scene: Scene) -> Ground:
    """What a worker stands on, in a scene."""
    return Ground(
        data=scene.data,
        database=None,
        sources=scene.sources,
        options=FetchOptions(at_once=scene.at_once),
        reader=Closing,
        prepare=lambda archive, reader: None,
        say=scene.said.append,
        ended=scene.ended.append,
        clock=scene.clock,
        policy=scene.policy,
        pause=0.01,
    )


class Pipe:
    """The orders of a worker that runs in this process."""

    def __init__(self) -> None:
        self.orders = Orders()
        read, self._write = os.pipe()
        self.orders.listen(read)

    def give(self, order: bytes) -> None:
        """Give an order."""
        os.write(self._write, order + b"\n")


@contextmanager
def at_work(scene: Scene, beats: list[Beat], changed: Callable[[Ground], Ground] = lambda same: same) -> Iterator[Pipe]:
    """A worker in a thread, retired in the end."""
    pipe = Pipe()
    worker = Worker(changed(ground(scene)), pipe.orders, beats.append)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield pipe
    finally:
        pipe.give(RETIRE)
        thread.join()


def eventually(question: Callable[[], bool]) -> bool:
    """Whether it becomes true within half a minute."""
    gone = threading.Event()
    return any(question() or gone.wait(0.02) for _ in range(1500))


def test_a_worker_does_what_is_due_whenever_it_is_told_to_look(scene: Scene) -> None:
    """It looks once by itself; between looks others may write; its beats tell how it stands."""
    scene.watch(source("a", "1h"))
    beats: list[Beat] = []
    with at_work(scene, beats) as pipe:
        assert eventually(lambda: beats[-1:] == [Beat("idle", (), 1)])
        Archive.open(scene.data, write=True, wait=30).close()
        scene.wait(hours=1)
        pipe.give(LOOK)
        assert eventually(lambda: beats[-1:] == [Beat("idle", (), 2)])
    assert [each.source_id for each in scene.ended] == ["a", "a"]
    assert Beat("crawling", ("a",)) in beats
    assert beats[-1].state == "ended"


def test_a_worker_gives_memory_back_when_it_has_closed_the_archive(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.watch(source("a", "1h"))
    writers: list[bool] = []

    def asked() -> None:
        Archive.open(scene.data, write=True, wait=0).close()  # raises ArchiveBusy where the worker has it open
        writers.append(True)

    monkeypatch.setattr("crawler.watch.worker.give_back", asked)
    beats: list[Beat] = []
    with at_work(scene, beats):
        assert eventually(lambda: beats[-1:] == [Beat("idle", (), 1)])
    assert writers == [True]
    assert not scene.said


def test_a_network_that_is_gone_is_seen_though_sources_are_due_one_by_one(scene: Scene) -> None:
    """Each look opens the archive anew; from the third on no source is blamed, and it is said once."""
    scene.watch(*(source(name) for name in "abcd"))
    scene.web.down = {f"{site(name)}/news/" for name in "abcd"}
    with Archive.open(scene.data, write=True) as archive:
        archive.enrol([Watch(name, scene.clock() + timedelta(minutes=at)) for at, name in enumerate("abcd")])
    beats: list[Beat] = []
    with at_work(scene, beats) as pipe:
        for count in range(1, 5):
            assert eventually(lambda count=count: beats[-1:] == [Beat("idle", (), count)])  # type: ignore[misc]
            scene.wait(minutes=1)
            pipe.give(LOOK)
    with Archive.open(scene.data) as archive:
        assert {name: each.strikes for name, each in archive.watches().items()} == {"a": 1, "b": 1, "c": 0, "d": 0}
    assert sum("network seems to be gone" in said for said in scene.said) == 1


def test_a_worker_lets_in_who_waits_between_two_sources_and_goes_on_afterwards(scene: Scene) -> None:
    """Nobody is admitted while a person waits; what was under way is finished, the rest is done after them."""
    scene.at_once = 1
    scene.watch(*(source(name) for name in "abc"), articles=2)
    got: list[list[str]] = []
    threads: list[threading.Thread] = []
    archive_wanted = threading.Event()

    def person() -> None:
        with Archive.open(scene.data, write=True, wait=60, waiting=lambda pid: archive_wanted.set()):
            got.append([each.source_id for each in scene.ended])

    def comes(visit: Visit) -> None:
        if visit.url.startswith(site("a")) and not threads:
            threads.append(threading.Thread(target=person))
            threads[0].start()
            assert archive_wanted.wait(30)
            assert eventually(lambda: bool(_wanted(scene)))

    scene.web.meanwhile = comes
    beats: list[Beat] = []
    with at_work(scene, beats):
        assert eventually(lambda: len(scene.ended) == 3)
    threads[0].join()
    assert got == [["a"]]
    assert [each.source_id for each in scene.ended] == ["a", "b", "c"]


def _wanted(scene: Scene) -> bool:
    from filelock import FileLock, Timeout

    try:
        with FileLock(scene.data / "writer.next", timeout=0):
            return False
    except Timeout:
        return True


def test_what_is_under_way_for_long_is_cut_short_for_who_waits_and_stays_due(scene: Scene) -> None:
    """A person does not wait for a source of an hour: after some seconds it is put off, and taken up again later."""
    scene.policy = replace(scene.policy, let_in_after=2)
    scene.watch(source("long"), articles=40)
    wanted = {"now": False}
    with Archive.open(scene.data, write=True) as archive:
        round_ = scene.round(archive)
        round_.hold = lambda: wanted["now"]

        def comes(visit: Visit) -> None:
            wanted["now"] = len(scene.web.visits) > 5

        scene.web.meanwhile = comes
        report = round_.run()
        assert (report.held_up, report.ended) == (True, 0)
        assert len(scene.web.visits) < 15
        long = archive.watches()["long"]
        assert (long.lease_owner, long.strikes, long.deaths) == (None, 0, 0)
        assert long.due <= scene.web.now
        assert archive.runs("long")[0].state == "interrupted"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ReaderBroken("No process can be had.")])
def test_a_trouble_is_said_once_and_outlived(scene: Scene, error: Exception) -> None:
    """A full disk, no process to read in: the worker waits and tries again; nothing is lost when it is over."""
    scene.watch(source("a"), articles=3)
    left = [3]

    def trouble(visit: Visit) -> None:
        if left[0] and visit.url.endswith("t1.html"):
            left[0] -= 1
            raise error

    scene.web.meanwhile = trouble
    beats: list[Beat] = []
    with at_work(scene, beats) as pipe:

        def look() -> bool:
            run = scene.ended[-1].run if scene.ended else None
            done = run is not None and run.state == "finished"
            if not done:
                pipe.give(LOOK)
            return done

        assert eventually(lambda: look() and beats[-1].state == "idle" and not left[0])
    assert len([said for said in scene.said if "Tried again" in said]) == 1
    assert any(beat.state == "trouble" and beat.said for beat in beats)
    with Archive.open(scene.data) as archive:
        assert len(list(archive.articles())) == 3
        assert archive.watches()["a"].strikes == 0
        assert archive.watches()["a"].due > scene.web.now + timedelta(minutes=50)


def test_a_data_folder_that_was_moved_away_is_not_made_anew(scene: Scene) -> None:
    """Where it went, the archive goes on; in its place a second one would begin, and crawl everything again."""
    scene.watch(source("a"), articles=3)
    anchor = scene.data / "anchor"
    beats: list[Beat] = []
    with at_work(scene, beats, lambda there: replace(there, anchor=anchor)) as pipe:
        pipe.give(LOOK)
        assert eventually(lambda: any("moved or removed" in said for said in scene.said))
        assert not (scene.data / "archive.db").exists()
        anchor.parent.mkdir(exist_ok=True)
        anchor.touch()

        def look() -> bool:
            pipe.give(LOOK)
            return scene.ended != []

        assert eventually(look)


def test_a_worker_that_waits_for_the_archive_says_so_and_can_be_ended(scene: Scene) -> None:
    """Somebody writes for hours: the worker's state is `waiting`, and it ends when it is told to."""
    scene.watch(source("a"))
    beats: list[Beat] = []
    with Archive.open(scene.data, write=True):
        with at_work(scene, beats):
            assert eventually(lambda: beats[-1:] != [] and beats[-1].state == "waiting")
        assert beats[-1].state == "ended"
    assert scene.ended == []


def test_beats_go_over_a_pipe_and_nobody_who_does_not_read_holds_up_the_worker() -> None:
    """A full pipe, or one whose reader is gone, loses beats; what is no beat is no beat."""
    read, write = os.pipe()
    send = sender(write)
    send(Beat("crawling", ("a", "b"), 2, "trouble"))
    assert beat_of(os.read(read, 4096)) == Beat("crawling", ("a", "b"), 2, "trouble")
    for _ in range(5000):
        send(Beat("idle"))
    os.close(read)
    send(Beat("idle"))
    long = Beat("crawling", tuple(f"source-{number}" for number in range(5000)), 7, "无法写入" * 5000).line()
    assert (len(long) <= PIPE_BUF, (beat_of(long) or Beat("idle")).ended) == (True, 7)
    os.close(write)
    assert [beat_of(line) for line in (b"Traceback\n", b"[]\n", b'{"state": "dancing"}\n', b"\xff\n")] == [None] * 4
