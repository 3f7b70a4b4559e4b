"""Who is to outlive a loss of power is synced in one place."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

import archive
from archive.captures.disk import sync, sync_path


def test_what_was_written_is_with_the_system_and_then_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file object still holds back comes first; a folder and a file by its name are synced as well."""
    path, synced = tmp_path / "file", []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size if descriptor != -1 else 0)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with path.open("w") as file:
        file.write("five!")
        sync(file)
        assert synced == [5]
    sync_path(path)
    sync_path(tmp_path)
    assert len(synced) == 3
    with pytest.raises(FileNotFoundError):
        sync_path(tmp_path / "gone")


def test_nobody_else_syncs_by_hand() -> None:
    """But the writer of captures, which holds a descriptor."""
    root = Path(archive.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("fsync", "fdatasync")
    }
    assert found == {"captures/disk.py", "captures/files.py"}
