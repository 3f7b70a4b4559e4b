"""Folders that others see whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler.whole_folder import whole_folder


def test_it_appears_when_all_of_it_is_written(tmp_path: Path) -> None:
    """Under a free name, or that of an empty folder."""
    for name in ("free", "empty"):
        if name == "empty":
            (tmp_path / name).mkdir()
        with whole_folder(tmp_path / name) as folder:
            (folder / "one").write_text("1", "utf-8")
            assert not (tmp_path / name).exists() or not any((tmp_path / name).iterdir())
        assert (tmp_path / name / "one").read_text("utf-8") == "1"
    assert {each.name for each in tmp_path.iterdir()} == {"free", "empty"}


@pytest.mark.parametrize("kind", ["file", "full"])
def test_what_is_there_is_never_replaced(tmp_path: Path, kind: str) -> None:
    """Not before, and not if it came meanwhile."""
    target = tmp_path / "target"

    def come() -> None:
        if kind == "file":
            target.write_text("theirs", "utf-8")
        else:
            target.mkdir()
            (target / "theirs").touch()

    with pytest.raises(OSError), whole_folder(target):
        come()
    with pytest.raises(FileExistsError), whole_folder(target):
        pass
    assert {each.name for each in tmp_path.iterdir()} == {"target"}
    assert target.is_file() or [each.name for each in target.iterdir()] == ["theirs"]


def test_what_breaks_off_or_was_killed_leaves_nothing(tmp_path: Path) -> None:
    """But what another process is just about to write stays."""
    left, fresh, other = (tmp_path / name for name in (".target.4711", ".target.4712", ".target.kept"))
    for each in (left, fresh, other):
        each.mkdir()
        (each / "half").touch()
    os.utime(left / "half", (1_000_000_000, 1_000_000_000))
    os.utime(left, (1_000_000_000, 1_000_000_000))

    def write(folder: Path) -> None:
        (folder / "one").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "target") as folder:
        write(folder)
    assert {each.name for each in tmp_path.iterdir()} == {fresh.name, other.name}


def test_a_disk_that_fills_up_is_told_with_the_folder_s_name(tmp_path: Path) -> None:
    """What the system says of a write names no file; what it names stays."""
    for raised, named in ((OSError(28, "full"), tmp_path / "new"), (OSError(28, "full", "other"), "other")):
        with pytest.raises(OSError, match="full") as told, whole_folder(tmp_path / "new"):
            raise raised
        assert told.value.filename == str(named)
