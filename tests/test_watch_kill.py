"""The daemon under kill -9 and SIGTERM, in small; bench/kills.py is the long run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

from kills import trial


@pytest.mark.timeout(900)  # it starts some fifteen processes that fetch, and waits for each to be at work
def test_kills_at_random_instants_lose_double_and_overlap_nothing(tmp_path: Path) -> None:
    """Supervisor, worker or reading process, and an orderly end between: every article is there once at the end, no
    source was crawled twice at a time, and after two days of nobody at work each is crawled once by two runners."""
    figures = trial(tmp_path, kills=5, terms=1, sites=3, seed=20261122)
    assert figures.killed.total() == 5
    assert (figures.terms, figures.bad_terms) == (1, [])
    assert (figures.lost, figures.doubled, figures.overlapped) == ([], [], [])
    assert figures.catch_up == []
    assert figures.articles > 0
