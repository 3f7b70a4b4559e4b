"""The demo web's articles are the stories that were written, however many read them and in whatever order."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from archive.store import Archive

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

from orders import crawled  # finds what is beside it in bench/stream
from shuffled import again, told


@pytest.mark.timeout(300)
def test_the_stories_are_the_true_ones_in_any_order(tmp_path: Path) -> None:
    """Crawled by one reader and by four, then recorded in two other orders with texts that come and go."""
    dice = random.Random(5)
    (one, four), truth = crawled(tmp_path, dice, (1, 4))
    assert one == four
    made, written = defaultdict(set), defaultdict(set)
    for id, number in truth.items():
        story, role, _ = one[id]
        made[story or id].add(id)
        written[number].add(id)
        assert role in {"origin", "reprint", "excerpt", "mirror", "only"}
    assert {frozenset(each) for each in made.values()} == {frozenset(each) for each in written.values()}
    with Archive.open(tmp_path / "1") as archive:
        assert told(archive) == one
        for number in range(2):
            assert again(archive, tmp_path / f"order {number}", dice) == one
