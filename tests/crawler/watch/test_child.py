"""A worker's process: it beats, obeys, ends in order when its supervisor is gone, and can be killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.watch.child import Child
from crawler.watch.orders import RETIRE


@contextmanager
def child(folder: Path) -> Iterator[Child]:
    """A worker with no source to watch, once it is idle."""
    (folder / "config" / "sources").mkdir(parents=True)
    made = Child(["daemon", "--worker", "--config", str(folder / "config"), "--data", str(folder / "data")])
    try:
        assert eventually(lambda: made.beat.state == "idle" or made.code is not None)
        assert made.code is None
        yield made
    finally:
        made.kill()
        made.bury()


def eventually(question: Callable[[], bool]) -> bool:
    """Whether it becomes true within two minutes."""
    gone = threading.Event()
    return any(question() or gone.wait(0.05) for _ in range(2400))


@pytest.mark.parametrize("order", ["retire", "end"])
def test_a_worker_ends_in_order_when_it_is_told_to_and_when_nobody_is_there_to_tell(order: str, tmp_path: Path) -> None:
    """By an order, or by the end of the pipe, which is what a killed supervisor leaves."""
    with child(tmp_path) as worker:
        if order == "retire":
            worker.tell(RETIRE)
        else:
            worker.end()
        assert worker.wait(120)
        assert worker.code == 0


def test_a_worker_that_is_killed_says_nothing_more(tmp_path: Path) -> None:
    """Its supervisor learns of it by its code, and orders to it go nowhere."""
    with child(tmp_path) as worker:
        worker.kill()
        assert worker.wait(120)
        assert worker.code == -9
        worker.tell(RETIRE)
        worker.end()
