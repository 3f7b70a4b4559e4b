"""`run-due` while another process keeps the archive: whether that one does what is due."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archive.model import Counts, Watch
from archive.store import Archive, ArchiveBusy
from crawler.cli import main
from crawler.watch import Ended
from crawler.watch.beat import DaemonNow, WorkerNow, write
from crawler.watch.told import Report, Told

NOW = datetime.now(UTC)
SOURCE = """
id = "{name}"
name = "一"
home = "http://{name}.example/"
[[lists]]
url = "http://{name}.example/news/"
"""


@contextmanager
def held(folder: Path, lease_of: str | None) -> Iterator[None]:
    """This process writes to the archive; somebody has a lease on source "a"."""
    (folder / "config" / "sources").mkdir(parents=True)
    for name in ("a", "b"):
        (folder / "config" / "sources" / f"{name}.toml").write_text(SOURCE.format(name=name))
    with Archive.open(folder / "data", write=True) as archive:
        archive.enrol([Watch(name, NOW - timedelta(hours=1)) for name in ("a", "b")])
        if lease_of is not None:
            archive.claim(lease_of, NOW, timedelta(hours=1), 1, ["a"])
        yield


def run_due(folder: Path, *words: str) -> Result:
    """The command."""
    places = ["--config", str(folder / "config"), "--data", str(folder / "data")]
    return CliRunner().invoke(main, ["run-due", "--wait", "0", *words, *places])


@pytest.mark.parametrize(
    ("pid", "words", "code"),
    [
        (os.getpid(), (), 0),
        (os.getpid(), ("a",), 0),
        (os.getpid(), ("b",), 2),  # it is at another one, and was perhaps asked for no more
        (1, (), 2),  # a killed worker's lease; who writes now is somebody else
        (None, (), 2),
    ],
    ids=["ours", "ours, named", "at another", "killed", "unknown"],
)
def test_it_is_well_only_if_the_one_who_writes_does_what_is_due(
    tmp_path: Path, pid: int | None, words: tuple[str, ...], code: int
) -> None:
    """A lease tells who is at work only if it is the writer's own."""
    owner = None if pid is None else f"{socket.gethostname()}:{pid}:abcdef01"
    with held(tmp_path, owner):
        result = run_due(tmp_path, *words)
    assert (result.exit_code, "It is at a and does what is due." in result.output) == (code, code == 0)


def test_a_daemon_s_worker_does_what_is_due_though_it_is_at_nothing_yet(tmp_path: Path) -> None:
    """It has only just opened the archive."""
    with held(tmp_path, None):
        worker = WorkerNow(os.getpid(), NOW, "opening", (), NOW, 0, "")
        write(tmp_path / "data" / "daemon.json", DaemonNow(1, "here", NOW, NOW, 5.0, 0, None, "", worker))
        result = run_due(tmp_path, "b")
    assert (result.exit_code, "It is the daemon's" in result.output) == (0, True)


def test_what_was_done_before_another_process_took_the_archive_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round was held up for a process that then keeps the archive: its looks make the table and the code."""
    with held(tmp_path, None):
        pass

    def a_round(archive: Archive, *arguments: object, told: Told, **options: object) -> Report:
        run = replace(archive.begin_run("a", NOW, "run-due"), state="failed", counts=Counts(requests=3, problems=3))
        archive.end_run(replace(run, finished=NOW))
        told.ended(Ended("a", archive.watches()["a"], run, "dns"))
        return Report(ended=1, held_up=True)

    opened, openings = Archive.open, list[bool]()

    def taken(*arguments: Any, write: bool = False, **options: Any) -> Archive:
        openings.append(write)
        if openings.count(True) > 1 and write:
            raise ArchiveBusy(tmp_path / "data", 1)
        return opened(*arguments, write=write, **options)

    monkeypatch.setattr("crawler.watch.run_due_once", a_round)
    monkeypatch.setattr(Archive, "open", taken)
    result = run_due(tmp_path, "--json")
    told = json.loads(result.stdout)
    assert [run["source_id"] for run in told["runs"]] == ["a"]
    assert (result.exit_code, told["exit_code"]) == (3, 3)
    assert "left to the next call" in result.stderr


def test_a_dry_run_tells_due_times_as_run_due_would_put_them_right(tmp_path: Path) -> None:
    """One that lies later than its schedule can mean; what stands in the archive stays."""
    with held(tmp_path, None):
        pass
    file = tmp_path / "config" / "sources" / "a.toml"
    file.write_text(file.read_text() + '[schedule]\nevery = "1h"\n')
    wrong = NOW + timedelta(days=3)
    with Archive.open(tmp_path / "data", write=True) as archive:
        archive.amend(Watch("a", wrong, lists_due=wrong))
    shown = {each["source_id"]: each for each in json.loads(run_due(tmp_path, "--dry-run", "--json").stdout)}
    assert datetime.fromisoformat(shown["a"]["due"]) <= datetime.now(UTC) + timedelta(hours=1)
    assert shown["b"]["is_due"]
    with Archive.open(tmp_path / "data") as archive:
        assert archive.watches()["a"].due == wrong
