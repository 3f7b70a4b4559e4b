"""The fuzz run of bench/fuzz.py in small: hostile pages by the whole way, a few seconds of it."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bench"))

import hostile


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(hostile.structured())
def test_what_must_hold_of_every_page_holds_of_pages_put_together(page: hostile.Page) -> None:
    """No exception, undo exact, repair idempotent, evidence that can be stored."""
    hostile.check(page)


@pytest.mark.parametrize("seed", range(40))
def test_what_must_hold_of_every_page_holds_of_damaged_pages(seed: int) -> None:
    """The pages of the demo web with bytes flipped, lost, added, spliced, repeated and foreign."""
    hostile.check(hostile.mutated(hostile.demo_pages(), random.Random(seed)))


def test_a_seed_gives_the_same_page_again() -> None:
    """What a run reports can be looked at again."""
    pages = hostile.demo_pages()
    assert hostile.mutated(pages, random.Random(7)) == hostile.mutated(pages, random.Random(7))


@pytest.mark.parametrize("mutation", hostile.MUTATIONS)
def test_every_mutation_takes_every_body(mutation: hostile.Mutation) -> None:
    """An empty body and one byte too."""
    for body in (b"", b"a", "新疆".encode()):
        assert isinstance(mutation(body, [hostile.Page(b"<p>a</p>")], random.Random(1)), bytes)
