"""What deciding when sources are due keeps in memory: a daemon decides for months."""

from __future__ import annotations

import random
import tracemalloc
from datetime import UTC, datetime

from crawler.schedule import Memory, Terms, next_due
from crawler.schedule.memory import SLOTS

MOMENT = datetime(2026, 3, 4, 2, tzinfo=UTC)
ASKED = int(MOMENT.timestamp()) - 3600
DECISIONS = 250
MOST = 6_000_000  # bytes


def memories(count: int) -> list[Memory]:
    """So many sources, each with a rhythm of its own."""
    chance = random.Random(1)
    return [
        Memory(
            asked=ASKED,
            seen=ASKED,
            working=chance.randbytes(2 * SLOTS),
            off=chance.randbytes(2 * SLOTS),
            days=(9.0, 4.0),
        )
        for _ in range(count)
    ]


def test_deciding_over_and_over_keeps_a_bounded_amount_of_memory() -> None:
    """Each new state of a source's rhythm makes tables of 60 KB; only those of the last decisions are kept."""
    terms = Terms(budget=24.0)
    next_due(memories(1)[0], terms, MOMENT)  # what the modules load at first use is not counted
    tracemalloc.start()
    try:
        for memory in memories(DECISIONS):
            next_due(memory, terms, MOMENT)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < MOST
