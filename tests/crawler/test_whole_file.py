"""Files that others read while they are written."""

from __future__ import annotations

import os
from pathlib import Path

from crawler.whole_file import write_whole


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
