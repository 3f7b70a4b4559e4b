"""Freed memory: what glibc keeps for itself goes back to the system when it is asked to."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from crawler.watch.freed import give_back

PIECE, PIECES = 1000, 100_000  # bytes: more than Python's own allocator gives out, less than what is mapped by itself


def resident() -> int:
    """Bytes that the process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps freed memory and gives it back when asked"
)
def test_what_is_free_between_what_is_kept_goes_back() -> None:
    pieces = [bytes(PIECE) for _ in range(PIECES)]
    kept = pieces[:: PIECES // 20]  # among them the last, behind which nothing is free
    kept.append(pieces[-1])
    pieces.clear()
    before = resident()
    give_back()
    assert before - resident() > PIECE * PIECES / 2
    assert len(kept) == 21
