"""Files that others read while they are written."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from crawler.whole_file import whole, write_whole


def test_what_a_killed_process_left_beside_the_file_goes(tmp_path: Path) -> None:
    """Not so what another process is just about to write, nor what is not of our making."""
    left, fresh, other = (tmp_path / name for name in (".state.json.4711", ".state.json.4712", ".state.json.kept"))
    for each in (left, fresh, other):
        each.write_bytes(b"half")
    for each in (left, other):
        os.utime(each, (1_000_000_000, 1_000_000_000))
    write_whole(tmp_path / "state.json", b"whole")
    assert {each.name for each in tmp_path.iterdir()} == {"state.json", fresh.name, other.name}
    assert (tmp_path / "state.json").read_bytes() == b"whole"


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    """The file behind it is the one that is written anew."""
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for content in (b"one", b"two"):
        write_whole(tmp_path / "link", content)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_bytes() == content


def test_a_pipe_is_written_into_and_stays_one(tmp_path: Path) -> None:
    """So is a device: replacing /dev/null by a file would break the machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"whole")
    reader.join(10)
    assert read == [b"whole"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing beside it."""
    write_whole(tmp_path / "file", b"before")
    with pytest.raises(TypeError), whole(tmp_path / "file") as stream:
        stream.writelines((b"half", "not bytes"))  # type: ignore[arg-type]
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("file", b"before")]
