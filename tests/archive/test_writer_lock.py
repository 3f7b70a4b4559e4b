"""Who wants to write while another writes waits its turn, and can be seen to wait."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from archive_cases import Place, both_databases

from archive.store import Archive, ArchiveBusy
from archive.store.lock import WriterLock

HOLDER = """
import sys
from pathlib import Path
from archive.store.lock import WriterLock
lock = WriterLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
lock.release()
"""


@contextmanager
def another_process(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until its stdin is closed, or until it is killed."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(data)], text=True, **pipes)  # type: ignore[call-overload]
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[None]:
    """Do something in a thread, to its end."""
    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join()


def eventually(question: Callable[[], bool]) -> bool:
    """Whether it becomes true within half a minute."""
    gone = threading.Event()
    return any(question() or gone.wait(0.02) for _ in range(1500))


def test_a_person_who_waits_is_seen_and_let_in(tmp_path: Path) -> None:
    """The one that writes learns that somebody waits; who waits is told of whom, and has the lock when it is free."""
    told: list[int | None] = []
    first = WriterLock(tmp_path)
    got: list[WriterLock] = []
    assert not first.is_wanted()
    with beside(lambda: got.append(WriterLock(tmp_path, 30, waiting=told.append))):
        assert eventually(first.is_wanted)
        first.release()
    assert len(told) == 1
    assert not got[0].is_wanted()
    with pytest.raises(ArchiveBusy):
        WriterLock(tmp_path)
    got[0].release()


def test_workers_wait_for_each_other_without_asking_to_be_let_in(tmp_path: Path) -> None:
    """A worker that waits is not seen as one who wants in: taking turns would help neither."""
    first = WriterLock(tmp_path)
    waits = threading.Event()
    with beside(lambda: WriterLock(tmp_path, 30, urgent=False, waiting=lambda pid: waits.set()).release()):
        assert waits.wait(30)
        assert not first.is_wanted()
        first.release()


def test_waiting_has_an_end(tmp_path: Path) -> None:
    """After the time that was given the archive is busy, and nobody waits any more."""
    with another_process(tmp_path) as other:
        for urgent in (True, False):
            with pytest.raises(ArchiveBusy, match=str(other.pid)):
                WriterLock(tmp_path, 0.2, urgent=urgent)
        other.kill()
        other.wait()
        lock = WriterLock(tmp_path, 30)
        assert not lock.is_wanted()
        lock.release()


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    """Whoever waits takes over without anybody's help."""
    with another_process(tmp_path) as other:
        got: list[WriterLock] = []
        waits = threading.Event()
        with beside(lambda: got.append(WriterLock(tmp_path, 30, waiting=lambda pid: waits.set()))):
            assert waits.wait(30)
            other.kill()
        assert len(got) == 1


@both_databases
def test_an_archive_is_opened_when_its_writer_has_closed_it(kind: str, tmp_path: Path) -> None:
    """Opening waits as long as it was told to; the one that is open sees that it is wanted."""
    place = Place(tmp_path, kind)
    opened = threading.Event()

    def second() -> None:
        with Archive.open(place.data, place.database, write=True, wait=30):
            opened.set()

    with place.open(write=True) as archive:
        thread = threading.Thread(target=second)
        thread.start()
        assert eventually(lambda: archive.is_wanted)
        assert not opened.is_set()
    thread.join()
    assert opened.is_set()
