"""A worker that a full disk ends could not give back what it was at; that is no death of a source."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

import pytest
from watch_web import Scene, source

from archive.store import Archive

pytest_plugins = ("watch_scene",)
WORKER = "crawler.watch.round.owners.me"


def full(*words: Any, **more: Any) -> NoReturn:
    """What writing comes to."""
    raise OSError(errno.ENOSPC, "No space left on device")


def deaths_seen_by_a_run(scene: Scene) -> set[int]:
    """How many deaths of the source count while it is crawled."""
    found: set[int] = set()

    def look(visit: object) -> None:
        with Archive.open(scene.data) as archive:
            found.add(archive.watches()["a"].deaths)

    scene.web.meanwhile = look
    scene.run()
    return found


@pytest.mark.parametrize("killed", [False, True], ids=["full disk", "kill -9"])
def test_a_full_disk_is_no_death_and_a_kill_is_one(killed: bool, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing could be written any more, not even that the source is given back; the next worker knows how it ended."""
    from crawler.watch.owner import this_machine

    scene.watch(source("a"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WORKER, lambda: f"{this_machine()}1:first")
        for name in ("begin_run", "release", "end_watched"):
            patch.setattr(Archive, name, full)
        if killed:
            patch.setattr(Archive, "end_work", lambda archive: None)
        with pytest.raises(OSError, match="No space"):
            scene.run()
    with Archive.open(scene.data) as archive:
        assert archive.watches()["a"].lease_owner == f"{this_machine()}1:first"
    monkeypatch.setattr(WORKER, lambda: f"{this_machine()}2:second")
    assert deaths_seen_by_a_run(scene) == {int(killed)}
    how = "ended without a word while it was at" if killed else "could not give back"
    assert f"A worker {how} a: begun anew." in scene.said
    assert scene.names() == ["a"]


def test_nor_is_it_one_where_the_next_worker_finds_the_disk_full_as_well(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can end no lease, and leaves no mark that the one after it would take for a death."""
    from crawler.watch.owner import this_machine

    scene.watch(source("a"))
    for worker, broken in (("1:first", ("begin_run", "release", "end_watched")), ("2:second", ("void",))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WORKER, lambda worker=worker: f"{this_machine()}{worker}")
            for name in broken:
                patch.setattr(Archive, name, full)
            with pytest.raises(OSError, match="No space"):
                scene.run()
    monkeypatch.setattr(WORKER, lambda: f"{this_machine()}3:third")
    assert deaths_seen_by_a_run(scene) == {0}
    assert "A worker could not give back a: begun anew." in scene.said


def test_a_worker_of_another_machine_that_left_a_lease_has_died(scene: Scene) -> None:
    """Whether it left a mark is not known here."""
    scene.watch(source("a"))
    scene.run()
    scene.wait(hours=2)
    with Archive.open(scene.data, write=True) as archive:
        archive.claim("elsewhere:1:x", scene.clock(), scene.policy.lease, 1)
        scene.round(archive)
        assert archive.watches()["a"].deaths == 1
